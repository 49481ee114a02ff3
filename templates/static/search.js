// Search in the browser: the list of everything is loaded once, when a reader first wants it.
(() => {
  "use strict";
  const form = document.querySelector("[data-search]");
  const words = form.dataset, field = form.elements.q, results = document.querySelector("[data-results]");
  const status = document.querySelector("[role=status]"), kinds = words.kinds.split("|"), MOST = 30;
  document.querySelector("[data-plain]").hidden = true;

  // Case and accents do not count.
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
  const clock = (time) => {
    const s = Math.floor(time), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60, two = (n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  };
  const make = (name, attributes, ...inside) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    element.append(...inside);
    return element;
  };
  const page = (folder, slug) => `${words.root}${folder}/${encodeURIComponent(slug)}/`;
  const line = (href, title, more) => [make("a", { href, dir: "auto" }, title), make("span", { class: "soft" }, more)];

  // One row for each kind of thing: what is shown of it first, what else is searched, and how it looks.
  const KINDS = [
    { name: "segments", title: (row) => row[3], more: (row) => row[4], show: ([place, start, end, title], all) => {
      const [slug, episode, day] = all.episodes[place], href = page("episodes", slug);
      const play = words.play.replace("{title}", title) + " ";
      return [
        make("a", { class: "time", href: `${href}#t=${start},${end}`, "data-go": "" }, make("span", { class: "hidden" }, play), clock(start)),
        make("span", { dir: "auto" }, title), make("span", { class: "soft" }, make("a", { href }, episode), ` · ${day}`),
      ];
    } },
    { name: "stories", title: (row) => row[1], more: (row) => `${row[2]} ${row[3]}`, show: (row) => line(page("stories", row[0]), row[1], row[2]) },
    { name: "people", title: (row) => row[1], more: (row) => row[2], show: (row) => line(page("people", row[0]), row[1], row[2]) },
    { name: "episodes", title: (row) => row[1], more: (row) => row[3], show: (row) => line(page("episodes", row[0]), row[1], row[2]) },
  ];

  let loading = null;
  const load = () => (loading ??= fetch(words.search).then((answer) => {
    if (!answer.ok) throw new Error(answer.status);
    return answer.json();
  }).then((all) => {
    for (const kind of KINDS) kind.rows = all[kind.name].map((row) => [row, plain(kind.title(row)), plain(kind.more(row))]);
    return all;
  }).catch((problem) => { loading = null; throw problem; }));

  const search = async () => {
    const asked = field.value.trim(), wanted = plain(asked).split(/\s+/).filter(Boolean);
    history.replaceState(null, "", asked ? `?q=${encodeURIComponent(asked)}` : location.pathname);
    if (!wanted.length) { results.replaceChildren(); status.textContent = ""; return; }
    let all;
    try { all = await load(); } catch { status.textContent = words.failed; return; }
    if (field.value.trim() !== asked) return;  // the reader has typed on
    let count = 0;
    const sections = [];
    KINDS.forEach((kind, number) => {
      const found = kind.rows.filter(([, title, more]) => wanted.every((word) => title.includes(word) || more.includes(word)));
      const first = found.filter(([, title]) => wanted.every((word) => title.includes(word)));
      const rows = [...first, ...found.filter((row) => !first.includes(row))].slice(0, MOST);
      count += found.length;
      if (!rows.length) return;
      sections.push(make("section", { "aria-labelledby": `found-${kind.name}` },
        make("h2", { id: `found-${kind.name}` }, kinds[number], " ", make("span", { class: "soft" }, String(found.length))),
        make("ul", { class: "lines" }, ...rows.map(([row]) => make("li", {}, ...kind.show(row, all))))));
    });
    results.replaceChildren(...sections);
    status.textContent = (count ? words.some : words.none).replace("{n}", count).replace("{words}", asked);
  };

  let typing = 0;
  field.addEventListener("focus", () => load().catch(() => {}), { once: true });
  field.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(search, 200); });
  form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
  const given = new URLSearchParams(location.search).get("q");
  if (given) { field.value = given; search(); }
})();
