// What a reader has finished: kept in this browser alone, shown under each title and on the first page.

(() => {
  "use strict";
  const KEY = "annlib-finished";

  // Storage may be closed (a private window, a strict browser): then nothing is remembered, and all else works.
  function read() {
    try {
      return new Set(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
    } catch {
      return new Set();
    }
  }

  function write(finished) {
    try {
      localStorage.setItem(KEY, JSON.stringify([...finished]));
    } catch {
      // see above
    }
  }

  const nameOf = (link) => new URL(link.href).pathname.split("/").pop();

  function mark(finished) {
    for (const link of document.querySelectorAll(".annlib-course a, .annlib-map li > p:first-child > a")) {
      const done = finished.has(nameOf(link));
      link.classList.toggle("annlib-done", done);
      const label = link.getAttribute("aria-label")?.replace(/, finished$/, "");
      if (label) link.setAttribute("aria-label", done ? `${label}, finished` : label);
    }
    const count = document.querySelector(".annlib-map-count");
    if (count) {
      const links = [...document.querySelectorAll(".annlib-map li > p:first-child > a")];
      const n = links.filter((link) => finished.has(nameOf(link))).length;
      count.textContent = `You have finished ${n} of ${links.length} chapters.`;
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    const here = document.querySelector(".annlib-course a[aria-current]");
    const finished = read();
    const button = document.querySelector(".annlib-finish");
    if (here && button) {
      const say = () => {
        const done = finished.has(nameOf(here));
        button.setAttribute("aria-pressed", String(done));
        button.textContent = done ? "\u2713 Finished" : "Mark this chapter as finished";
      };
      button.classList.add("annlib-ready");
      button.addEventListener("click", () => {
        const name = nameOf(here);
        if (!finished.delete(name)) finished.add(name);
        write(finished);
        say();
        mark(finished);
      });
      say();
    }
    mark(finished);
  });
})();
