// Search in the browser. The index lies in small files, loaded when they are first wanted; podfeed/search.py explains it
// and does the same on our own server. Without JavaScript the form asks that server.
(() => {
  "use strict";
  const form = document.querySelector("[data-search]");
  const words = form.dataset, field = form.elements.q, results = document.querySelector("[data-results]");
  const status = document.querySelector("[role=status]");
  const KINDS = ["episodes", "segments", "stories", "people"];  // as they stand in a batch
  const SHOWN = [["segments", 10], ["stories", 5], ["people", 5], ["episodes", 5], ["said", 5]], MORE = 20, SHARDS = 128, PREFIX = 3;
  const headings = [...words.kinds.split("|"), words.said], speech = form.elements.said;
  document.querySelector("[data-plain]").hidden = true;

  // --- words: case and accents do not count; where a script has no spaces, pairs of characters are words ---
  const UNSPACED = "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]";
  const PIECE = new RegExp(`${UNSPACED}+|(?:(?!${UNSPACED})[\\p{L}\\p{N}])+`, "gu"), IS_UNSPACED = new RegExp(`^${UNSPACED}`, "u");
  const ARTICLE = /^[\u0628\u0641\u0643\u0648]?\u0627\u0644(?=.{3})/u;  // Arabic writes it, and some prepositions, as one word with the noun
  const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ς", "σ").replaceAll("ß", "ss");
  const split = (text, asked = false) => {
    const found = new Set();
    for (const piece of plain(text).match(PIECE) ?? []) {
      const letters = [...piece];
      if (IS_UNSPACED.test(piece)) {
        if (letters.length === 1 || !asked) letters.forEach((letter) => found.add(letter));
        for (let n = 0; n + 1 < letters.length; n++) found.add(letters[n] + letters[n + 1]);
      } else if (letters.length > 1) found.add([...piece.replace(ARTICLE, "")].slice(0, 40).join(""));
    }
    return [...found];
  };
  const query = (text) => split([...text].slice(0, 100).join(""), true).slice(0, 8);
  const meant = (asked, word) => word === asked || ([...asked].length >= PREFIX && word.startsWith(asked));
  const shard = (word) => {
    let number = 0;
    for (const letter of [...word].slice(0, PREFIX)) number = (number * 31 + letter.codePointAt(0)) % 2 ** 32;
    return number % SHARDS;
  };

  // --- the index ---
  const files = new Map();
  const load = (name) => {
    if (!files.has(name)) {
      const asked = fetch(new URL(name, new URL(words.search, location.href))).then((answer) => {
        if (!answer.ok) throw new Error(`${name}: ${answer.status}`);
        return answer.json();
      });
      asked.catch(() => files.delete(name));
      files.set(name, asked);
    }
    return files.get(name);
  };
  const head = async () => {
    const all = await load("index.json");
    if (!all.starts) {
      all.starts = [0];
      for (const counts of all.batches) all.starts.push(all.starts.at(-1) + counts.reduce((a, b) => a + b));
      all.newest = KINDS.flatMap((kind) => all.fresh[kind].map((row) => {
        const title = row[kind === "segments" ? 3 : 1], more = row.slice(kind === "segments" ? 4 : kind === "episodes" ? 3 : 2);
        return [split(title), split(more.join(" "))];
      }));
    }
    return all;
  };
  // The rows of one volume that have all words → whether all of them are in the title.
  const inVolume = async (name, asked) => {
    let together = null;
    for (const word of [...asked].sort((a, b) => b.length - a.length)) {  // long words are rare: the others need not be loaded then
      const has = new Map();
      for (const [other, steps] of Object.entries(await load(name.replace("{}", shard(word))))) {
        if (!meant(word, other)) continue;
        let value = 0;
        for (const step of steps) { value += step; has.set(value >>> 1, has.get(value >>> 1) || value % 2 === 1); }
      }
      if (!together) together = has;
      else for (const [number, titled] of together) has.has(number) ? together.set(number, titled && has.get(number)) : together.delete(number);
      if (!together.size) break;
    }
    return together;
  };
  const placed = (all, number) => {
    let low = 0, high = all.batches.length;
    while (low < high) { const middle = (low + high + 1) >> 1; all.starts[middle] <= number ? low = middle : high = middle - 1; }
    let place = number - all.starts[low];
    const counts = all.batches[low] ?? KINDS.map((kind) => all.fresh[kind].length);
    for (let kind = 0; kind < KINDS.length; kind++) { if (place < counts[kind]) return [low, KINDS[kind], place]; place -= counts[kind]; }
  };
  // Kind → numbers of rows: first those with all words in their title, then the newest.
  const find = async (asked) => {
    const all = await head(), hits = new Map(), volumes = Math.ceil(all.batches.length / all.volume);
    const parts = await Promise.all(Array.from({ length: volumes }, (_, n) => inVolume(`words-${n + 1}-{}.json`, asked)));
    for (const part of parts) for (const [number, titled] of part) hits.set(number, titled);
    all.newest.forEach(([title, more], n) => {
      const inTitle = (word) => title.some((other) => meant(word, other)), within = (word) => inTitle(word) || more.some((other) => meant(word, other));
      if (asked.every(within)) hits.set(all.starts.at(-1) + n, asked.every(inTitle));
    });
    const found = Object.fromEntries(KINDS.map((kind) => [kind, []]));
    [...hits.keys()].sort((a, b) => hits.get(b) - hits.get(a) || b - a).forEach((number) => found[placed(all, number)[1]].push(number));
    return found;
  };
  // The episodes in which every word was said, newest first, counted from the oldest.
  const saidIn = async (asked) => {
    const { volumes, fresh } = (await head()).said ?? { volumes: [] }, names = volumes.map((volume) => `said-${volume}-{}.json`);
    if (fresh) names.push("said-fresh.json");
    const parts = await Promise.all(names.map((name) => inVolume(name, asked)));
    return parts.flatMap((part) => [...part.keys()]).sort((a, b) => b - a);
  };
  const snippet = (text, asked) => {
    const parts = text.split(/\s+/).filter(Boolean).flatMap((word) => word.match(/.{1,30}/gsu));
    const marked = parts.map((part) => split(part).some((other) => asked.some((word) => meant(word, other))));
    const first = Math.max(marked.indexOf(true) - 8, 0), last = first + 32;
    const shown = parts.slice(first, last).flatMap((part, n) => [marked[first + n] ? make("mark", {}, part) : part, " "]);
    return [first > 0 ? "… " : "", ...shown.slice(0, -1), last < parts.length ? " …" : ""];
  };
  const passagesOf = async (number, asked) => {
    const all = await head();
    let batch = 0, place = number;
    while (batch < all.batches.length && place >= all.batches[batch][0]) place -= all.batches[batch++][0];
    const row = (batch === all.batches.length ? all.fresh : await load(`batch-${batch + 1}.json`)).episodes[place];
    const scored = (await load(`said/${encodeURIComponent(row[0])}.json`)).map(([start, voice, text], n) => {
      const has = split(text);
      return { n, start, voice, text, score: asked.filter((word) => has.some((other) => meant(word, other))).length };
    }).filter((passage) => passage.score);
    return [row, scored.sort((a, b) => b.score - a.score || a.n - b.n).slice(0, 3).sort((a, b) => a.n - b.n)];
  };
  const rowsOf = async (numbers) => {
    const all = await head();
    return Promise.all(numbers.map(async (number) => {
      const [batch, kind, place] = placed(all, number), rows = batch === all.batches.length ? all.fresh : await load(`batch-${batch + 1}.json`);
      return [rows[kind][place], kind === "segments" ? rows.episodes[rows[kind][place][0]] : null];
    }));
  };

  // --- what is shown ---
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
  const item = (kind, row, episode) => {
    if (kind !== "segments") return make("li", {}, make("a", { href: page(kind, row[0]), dir: "auto" }, row[1]), " ", make("span", { class: "soft" }, row[2]));
    const [, start, end, title] = row, href = page("episodes", episode[0]), play = words.play.replace("{title}", () => title) + " ";
    return make("li", {},
      make("a", { class: "time", href: `${href}#t=${start},${end}`, "data-go": "" }, make("span", { class: "hidden" }, play), clock(start)), " ",
      make("span", { dir: "auto" }, title), " ", make("span", { class: "soft" }, make("a", { href }, episode[1]), ` · ${episode[2]}`));
  };
  const quote = (row, passages, asked) => {
    const href = page("episodes", row[0]), label = words.passage.replace("{title}", () => row[1]) + " ";
    return make("li", {}, make("a", { href, dir: "auto" }, row[1]), " ", make("span", { class: "soft" }, row[2]), ...passages.map(({ start, voice, text }) =>
      make("p", { dir: "auto" },
        ...(start === null ? [] : [make("a", { class: "time", href: `${href}#t=${start}`, "data-go": "" }, make("span", { class: "hidden" }, label), clock(start)), " "]),
        ...(voice ? [make("b", {}, voice), " "] : []), ...snippet(text, asked))));
  };
  const section = async (kind, heading, numbers, first, asked) => {
    const list = make("ul", { class: kind === "said" ? "lines said" : "lines" });
    const add = async (count) => {
      const from = list.children.length, next = numbers.slice(from, from + count);
      list.append(...(kind === "said"
        ? (await Promise.all(next.map((number) => passagesOf(number, asked)))).map(([row, passages]) => quote(row, passages, asked))
        : (await rowsOf(next)).map(([row, episode]) => item(kind, row, episode))));
      return list.children[from];
    };
    await add(first);
    const more = make("button", { type: "button", class: "button plain" }, words.more.replace("{kind}", () => heading));
    more.hidden = numbers.length <= first;
    more.addEventListener("click", async () => {
      const added = await add(kind === "said" ? first : MORE).catch(() => null);
      if (!added) { status.textContent = words.failed; return; }
      more.hidden = list.children.length >= numbers.length;
      added.querySelector("a").focus();
    });
    return make("section", { "aria-labelledby": `found-${kind}` },
      make("h2", { id: `found-${kind}` }, heading, " ", make("span", { class: "soft" }, String(numbers.length))), list, more);
  };

  let latest = 0;
  const search = async () => {
    const text = field.value.trim(), asked = query(text), turn = ++latest;
    history.replaceState(null, "", text ? `?q=${encodeURIComponent(text)}${speech?.checked ? "&said=1" : ""}` : location.pathname);
    if (!text) { results.replaceChildren(); status.textContent = ""; return; }
    let found, sections;
    try {
      found = asked.length ? await find(asked) : {};
      if (asked.length && speech?.checked) found.said = await saidIn(asked);
      sections = await Promise.all(SHOWN.map(([kind, first], n) => found[kind]?.length ? section(kind, headings[n], found[kind], first, asked) : ""));
    } catch { if (turn === latest) status.textContent = words.failed; return; }
    if (turn !== latest) return;  // the reader has typed on
    const count = Object.values(found).reduce((sum, numbers) => sum + numbers.length, 0);
    results.replaceChildren(...sections.filter(Boolean));
    status.textContent = (count ? words.some : words.none).replace("{n}", count).replace("{words}", () => text);
  };

  let typing = 0;
  field.addEventListener("focus", () => load("index.json").catch(() => {}), { once: true });
  field.addEventListener("input", () => { clearTimeout(typing); typing = setTimeout(search, 250); });
  speech?.addEventListener("change", search);
  form.addEventListener("submit", (event) => { event.preventDefault(); clearTimeout(typing); search(); });
  const address = new URLSearchParams(location.search), given = address.get("q");
  if (given && speech && address.has("said")) speech.checked = true;
  if (given && !results.children.length) { field.value = given; search(); }
})();
