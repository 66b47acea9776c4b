// What the static page adds to ipywidgets: names for controls, spoken sentences, pictures fetched ahead.

(() => {
  "use strict";

  // ipywidgets hands its labels to MathJax 2; where the page has MathJax 3, that sets them instead.
  function answerForMathJax2() {
    if (!window.MathJax) return;
    window.MathJax.Hub = {
      Queue: (...calls) => {
        for (const call of calls) {
          if (Array.isArray(call) && call[2] instanceof Element) window.MathJax.typesetPromise?.([call[2]]);
        }
      },
    };
  }

  // A slider's handle gets the name and the value that its row shows.
  function nameSlider(row) {
    const handle = row.querySelector(".noUi-handle");
    const label = row.querySelector(".widget-label");
    const readout = row.querySelector(".widget-readout");
    if (!handle || !label) return;
    handle.setAttribute("aria-label", label.textContent.trim());
    if (readout) handle.setAttribute("aria-valuetext", readout.textContent.trim());
  }

  // The buttons that let a slider run show only icons.
  function namePlayer(row) {
    const slider = row.previousElementSibling?.querySelector(".widget-label")?.textContent.trim() ?? "";
    const [play, back] = row.querySelectorAll("button");
    if (!play || !back) return;
    const running = play.querySelector(".fa-pause") !== null;
    for (const [button, name] of [[play, running ? "Pause" : "Play"], [back, "Back to the start"]]) {
      button.title = name;
      button.setAttribute("aria-label", `${name}: ${slider}`);
    }
  }

  function nameControls(explorer) {
    explorer.querySelectorAll(".annlib-player").forEach(namePlayer);
    explorer.querySelectorAll(".widget-inline-hbox").forEach(nameSlider);
    explorer.querySelectorAll(".widget-toggle-buttons").forEach((row) => {
      const label = row.querySelector(".widget-label");
      const group = row.querySelector(".widget-toggle-button")?.parentElement;
      if (!group) return;
      group.setAttribute("role", "group");
      if (label) group.setAttribute("aria-label", label.textContent.trim());
      group.querySelectorAll(".widget-toggle-button").forEach((button) => {
        button.setAttribute("aria-pressed", String(button.classList.contains("mod-active")));
      });
    });
  }

  const fetched = new Set();
  function fetchAhead(frame) {
    const dark = document.documentElement.dataset.theme === "dark";
    for (const url of (frame.dataset.near || "").split(" ").filter(Boolean)) {
      const wanted = dark ? url.replace(/\.svg$/, "-dark.svg") : url;
      if (fetched.has(wanted)) continue;
      fetched.add(wanted);
      new Image().src = wanted;
    }
  }

  function attend(explorer) {
    const aloud = document.createElement("p");
    aloud.className = "annlib-aloud";
    aloud.setAttribute("aria-live", "polite");
    explorer.after(aloud);
    let said = explorer.querySelector(".annlib-frame figcaption")?.textContent ?? "";
    const react = () => {
      nameControls(explorer);
      const frame = explorer.querySelector(".annlib-frame");
      if (!frame) return;
      fetchAhead(frame);
      const sentence = frame.querySelector("figcaption").textContent;
      if (sentence !== said) {
        aloud.textContent = said = sentence;
      }
    };
    react();
    new MutationObserver(react).observe(explorer, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
      attributeFilter: ["class"],
    });
  }

  // Widgets appear some time after the page; an explorer is attended to once, when it does.
  const attended = new WeakSet();
  function lookAround() {
    document.querySelectorAll(".annlib-explorer").forEach((explorer) => {
      if (attended.has(explorer) || !explorer.querySelector(".annlib-frame")) return;
      attended.add(explorer);
      attend(explorer);
    });
  }
  document.addEventListener("DOMContentLoaded", () => {
    answerForMathJax2();
    lookAround();
    if (!document.querySelector("script[type='application/vnd.jupyter.widget-state+json']")) return;
    new MutationObserver(lookAround).observe(document.querySelector("main"), { subtree: true, childList: true });
  });
})();
