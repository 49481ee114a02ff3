// Asks once a second whether the page or the problems of the show have changed; loads it again, or shows them.
// The text is the terminal's own. It is set as text, never as markup.
"use strict";

const here = document.currentScript.src;
const address = new URL("version", here);
address.searchParams.set("path", location.pathname);
let seen = null;

function dress() {
  if (document.getElementById("podfeed-problems-style")) return;
  const style = document.createElement("link");
  style.id = "podfeed-problems-style";
  style.rel = "stylesheet";
  style.href = new URL("preview.css", here);
  document.head.append(style);
}

function tell(problems) {
  const old = document.getElementById("podfeed-problems");
  if (!problems) {
    old?.remove();
    return;
  }
  if (old && old.querySelector("pre").textContent === problems) return;
  dress();
  const notice = document.createElement("aside");
  notice.id = "podfeed-problems";
  notice.setAttribute("role", "alert");
  const heading = document.createElement("p");
  heading.textContent = "These problems stand in the way of a newer page:";
  const text = document.createElement("pre");
  text.textContent = problems;
  notice.append(heading, text);
  old ? old.replaceWith(notice) : document.body.prepend(notice);
}

async function look() {
  try {
    const answer = await fetch(address, { cache: "no-cache" });
    if (!answer.ok) return;
    const { version, problems } = await answer.json();
    if (seen !== null && seen !== version) {
      location.reload();
      return;
    }
    seen = version;
    tell(problems);
  } catch {
    // The server is being started again; the next look will tell.
  }
}

look();
setInterval(look, 1000);
