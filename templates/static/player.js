// What the browser's own audio controls lack: seeking by segment, deep links (#t=135 or #t=135,240), marking what
// plays, sharing at a time, and going on where one stopped. Without this file every time is still a link that plays.
(() => {
  "use strict";
  const all = (query, within = document) => [...within.querySelectorAll(query)];
  const clock = (time) => {
    const s = Math.floor(time), h = Math.floor(s / 3600), m = Math.floor(s / 60) % 60;
    const two = (n) => String(n).padStart(2, "0");
    return h ? `${h}:${two(m)}:${two(s % 60)}` : `${m}:${two(s % 60)}`;
  };
  // In a sandboxed frame, or where the reader forbids it, even looking at a storage throws.
  const keep = (storage, key, value) => {
    try {
      const place = window[storage];
      if (value === undefined) return place.getItem(key);
      if (value === null) place.removeItem(key); else place.setItem(key, value);
    } catch { /* nothing is remembered */ }
    return null;
  };
  const copy = async (text) => {
    try { await navigator.clipboard.writeText(text); return true; } catch { return false; }
  };

  for (const button of all("[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const field = document.getElementById(button.dataset.copy);
      field.select();
      if (await copy(field.value) || document.execCommand("copy")) button.textContent = button.dataset.done;
    });
  }
  // A reader who follows a time to an episode's page has asked to hear it; one who opens a shared link has not.
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-go]");
    if (link) keep("sessionStorage", "podfeed-go", link.href);
  });

  const box = document.querySelector("[data-player]");
  const audio = box?.querySelector("audio");
  if (!audio) return;
  const words = box.dataset, card = "card" in words, key = "podfeed:" + new URL(words.page).pathname;
  const status = box.querySelector("[role=status]");
  // A title in another script, or a span of time, is kept apart from the sentence around it (U+2068, U+2069).
  const apart = (text) => (document.dir === "rtl" || /[\u0590-\u08ff]/.test(text) ? `\u2068${text}\u2069` : text);
  const say = (text, values = {}) => { status.textContent = text.replace(/\{(\w+)\}/g, (_, name) => apart(values[name])); };
  const parts = all("[data-start]").map((element) => ({
    element, start: +element.dataset.start, end: +element.dataset.until,
    title: (element.querySelector("h3") || element.lastElementChild).textContent.trim(),
    strip: box.querySelector(`[data-strip="${element.dataset.start}"]`),
  }));
  const cues = all("[data-cue]").map((element) => ({ element, start: +element.dataset.cue }));
  let stop = null, waiting = null, current = null, cue = null, following = "segment", scrolled = false, saved = 0, begun = false;

  const now = () => waiting ?? audio.currentTime;
  const seek = (time) => {
    const to = Math.max(0, Math.min(time, audio.duration || +words.duration));
    if (audio.readyState) { audio.currentTime = to; waiting = null; } else waiting = to;
    update();
  };
  const play = () => {
    if (audio.error) { waiting ??= audio.currentTime; if (status.textContent === words.failed) say(""); audio.load(); }  // a moment without network: ask again
    return audio.play().catch((problem) => { if (problem.name !== "NotAllowedError" && problem.name !== "AbortError") say(words.failed); });
  };
  audio.addEventListener("loadedmetadata", () => { if (waiting !== null) { audio.currentTime = waiting; waiting = null; } });

  // --- what plays now ---
  const last = (rows, time) => { let found = null; for (const row of rows) if (row.start <= time + 0.05) found = row; return found; };
  const mark = (before, after) => { before?.element.removeAttribute("aria-current"); after?.element.setAttribute("aria-current", "true"); };
  const show = (row) => {
    if (!row || scrolled || audio.paused || !follow || follow.getAttribute("aria-pressed") !== "true") return;
    if (row.element.checkVisibility && !row.element.checkVisibility()) return;
    row.element.scrollIntoView({ block: "start", behavior: matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth" });
  };
  const update = () => {
    const time = now(), part = last(parts, time), said = last(cues, time);
    const label = share && words.share.replace("{time}", clock(time));
    if (share && share.textContent !== label) share.textContent = label;  // who listens to the page hears each change
    if (begun && said !== cue) { mark(cue, said); cue = said; if (following === "cue") show(said); }
    if (begun && part !== current) {
      mark(current, part);
      current?.strip?.classList.remove("now");
      part?.strip?.classList.add("now");
      current = part;
      if (part) { if (!card) say("{time} {title}", { time: clock(part.start), title: part.title }); describe(part); }
      if (following === "segment") show(part);
    }
    if (stop !== null && time >= stop - 0.03 && !audio.paused) { stop = null; audio.pause(); say(words.ended); }
    if (!card && !audio.paused && Math.abs(time - saved) > 4) { saved = time; keep("localStorage", key, String(Math.floor(time))); }
  };
  const describe = (part) => {
    if (!("mediaSession" in navigator)) return;
    navigator.mediaSession.metadata = new MediaMetadata({
      title: part ? part.title : words.title, artist: words.show, album: words.title, artwork: [{ src: words.art }],
    });
  };

  // --- buttons, where there are some ---
  const tools = box.querySelector(".tools");
  const follow = box.querySelector("[data-follow]"), share = box.querySelector("[data-share-button]");
  if (tools) {
    tools.hidden = false;
    for (const button of all("[data-skip]", tools)) button.addEventListener("click", () => { stop = null; seek(now() + +button.dataset.skip); });
    tools.querySelector("[data-speed]").addEventListener("change", (event) => { audio.playbackRate = +event.target.value; });
    follow?.addEventListener("click", () => {
      const on = follow.getAttribute("aria-pressed") !== "true";
      follow.setAttribute("aria-pressed", String(on));
      scrolled = false;
      if (on) show(following === "cue" ? cue : current);
    });
    share.addEventListener("click", async () => {
      const time = Math.floor(now()), url = `${words.page}#t=${time}`;
      if (navigator.share) { try { await navigator.share({ title: words.title, url }); return; } catch (problem) { if (problem.name === "AbortError") return; } }
      if (await copy(url)) say(words.copied, { time: clock(time) }); else say(url);
    });
  }
  for (const rect of all("[data-strip]", box)) rect.addEventListener("click", () => { stop = null; seek(+rect.dataset.strip); play(); });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("a[data-seek]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    stop = link.dataset.end ? +link.dataset.end : null;
    following = link.closest("[data-cue]") ? "cue" : "segment";
    scrolled = true;  // the reader is where they clicked: stay there, and follow from the next segment on
    begun = true;
    seek(+link.dataset.seek);
    scrolled = false;
    play();
  });

  // The reader's own scrolling ends the following, until they ask for it again.
  const release = () => {
    if (audio.paused || !follow || follow.getAttribute("aria-pressed") !== "true") return;
    scrolled = true;
    follow.setAttribute("aria-pressed", "false");
  };
  addEventListener("wheel", release, { passive: true });
  addEventListener("touchmove", release, { passive: true });

  // Arrows and the space bar, once something has been played and while nothing else wants the key.
  document.addEventListener("keydown", (event) => {
    if (["Tab", "PageDown", "PageUp", "Home", "End", "ArrowDown", "ArrowUp"].includes(event.key)) release();
    if (!begun || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (event.target.closest("button, input, select, textarea, summary, audio, [contenteditable]")) return;
    const deed = { ArrowLeft: () => seek(now() - 15), ArrowRight: () => seek(now() + 30), " ": () => (audio.paused ? play() : audio.pause()) }[event.key];
    if (deed) { event.preventDefault(); deed(); }
  });

  audio.addEventListener("play", () => { begun = true; if (!card) keep("sessionStorage", "podfeed-heard", key); if (!current) describe(null); update(); });
  audio.addEventListener("timeupdate", update);
  audio.addEventListener("seeked", update);
  audio.addEventListener("seeking", () => { if (stop !== null && audio.currentTime > stop + 0.2) stop = null; });  // the reader goes on
  audio.addEventListener("pause", () => { if (!card && now() > 1) keep("localStorage", key, String(Math.floor(now()))); });
  audio.addEventListener("ended", () => keep("localStorage", key, null));
  audio.addEventListener("error", () => say(words.failed));
  if ("mediaSession" in navigator) {
    const step = (by) => () => { const next = parts[parts.indexOf(current) + by]; if (next) { stop = null; seek(next.start); } };
    const deeds = {
      seekbackward: () => seek(now() - 15), seekforward: () => seek(now() + 30), previoustrack: step(-1), nexttrack: step(1),
      seekto: (detail) => seek(detail.seekTime),
    };
    for (const [name, deed] of Object.entries(deeds)) try { navigator.mediaSession.setActionHandler(name, deed); } catch { /* an older browser */ }
  }

  // --- where to begin ---
  const seconds = (text) => text.split(":").reduce((sum, part) => 60 * sum + +part, 0);  // normal play time: 135, 2:15, 0:02:15
  const fragment = () => {
    const match = /^#t=(?:npt:)?([\d.:]+)s?(?:,([\d.:]+)s?)?$/.exec(location.hash.replaceAll(/%3a/gi, ":").replaceAll(/%2c/gi, ","));
    if (!match || card) return false;
    const from = Math.min(seconds(match[1]), +words.duration || Infinity), to = match[2] ? seconds(match[2]) : null;
    if (Number.isNaN(from) || Number.isNaN(to)) return false;
    seek(from);
    stop = to;
    say(words.ready, { time: clock(from) + (to === null ? "" : "–" + clock(to)) });
    const place = document.getElementById(location.hash.slice(1)) || last(parts, from)?.element;
    if (place) place.scrollIntoView({ block: "start", behavior: "instant" });
    if (keep("sessionStorage", "podfeed-go") === location.href) { keep("sessionStorage", "podfeed-go", null); begun = true; play(); }
    return true;
  };
  addEventListener("hashchange", () => { if (!begun) fragment(); });  // reading on does not move what is heard
  const bar = () => document.documentElement.style.setProperty("--bar", `${box.offsetHeight}px`);
  if (!card) { bar(); new ResizeObserver(bar).observe(box); }  // a long title in it takes a second line
  const remembered = +keep("localStorage", key);
  // Back from a story, or loaded anew: where one was heard before where one came in.
  const again = keep("sessionStorage", "podfeed-heard") === key && ["reload", "back_forward"].includes(performance.getEntriesByType("navigation")[0]?.type);
  if (words.from) { waiting = +words.from; stop = +words.to; }
  else if (((again && remembered > 5) || !fragment()) && !card && remembered > 5) { seek(remembered); say(words.resume, { time: clock(remembered) }); }
})();
