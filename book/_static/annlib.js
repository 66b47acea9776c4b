// What the static page adds to ipywidgets: names for controls, spoken sentences, pictures fetched ahead.

(() => {
  "use strict";

  const afterPainting = (work) => requestAnimationFrame(() => setTimeout(work));

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

  // The pictures one step away are fetched and decoded while the reader looks at this one: the newest wishes
  // first, one after each painting of the screen, since reading them at once would hold up the one asked for.
  // They are held, the newest last: the browser may forget what nobody holds.
  const AHEAD = 60;
  const held = new Map();
  let wanted = [];
  function fetchNext() {
    const url = wanted.shift();
    if (!url) return;
    const image = held.get(url) ?? new Image();
    held.delete(url);
    held.set(url, image);
    if (!image.src) {
      image.src = url;
      image.decode().catch(() => {}); // a picture that does not come is missed when it is asked for
    }
    for (const old of [...held.keys()].slice(0, -AHEAD)) held.delete(old);
    if (wanted.length) afterPainting(fetchNext);
  }
  function fetchAhead(frame) {
    const theme = document.documentElement.dataset.theme === "dark" ? "#dark" : "";
    const near = (frame.dataset.near || "").split(" ").filter(Boolean).map((url) => url + theme);
    if (near.length && !wanted.length) afterPainting(fetchNext);
    wanted = [...new Set([...near, ...wanted])].slice(0, AHEAD);
  }

  // A control is moved to a stop as a hand would do it: that is what ipywidgets listens to.
  function moveTo(row, start) {
    const list = row.querySelector("select");
    const handle = row.querySelector(".noUi-handle");
    const buttons = row.querySelectorAll(".widget-toggle-button");
    const now = list ? list.selectedIndex
      : handle ? Math.round(handle.getAttribute("aria-valuenow"))
      : [...buttons].findIndex((button) => button.classList.contains("mod-active"));
    if (now === start) return false;
    if (list) {
      list.selectedIndex = start;
      list.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (handle) {
      const key = now < start ? "ArrowRight" : "ArrowLeft";
      for (let step = Math.abs(now - start); step > 0; step--) {
        handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
      }
    } else {
      buttons[start].click();
    }
    return true;
  }

  // The page has no picture of two controls moved at once: all but the one that was moved last go back.
  function goBack(explorer, starts) {
    const went = [];
    for (const row of explorer.querySelectorAll(".annlib-explorer-controls > *")) {
      const name = row.querySelector(".widget-label")?.textContent.trim();
      if (!(name in starts) || row === explorer.lastMoved) continue;
      if (moveTo(row, starts[name])) went.push(name);
    }
    const note = explorer.querySelector(".annlib-went-back");
    if (note && went.length) note.textContent = `${went.join(" and ")} went back.`;
  }

  function rememberWhatMoves(explorer) {
    for (const kind of ["pointerdown", "keydown", "change"]) {
      explorer.addEventListener(kind, (event) => {
        if (!event.isTrusted) return;
        const row = event.target.closest(".annlib-explorer-controls > *");
        if (!row) return;
        explorer.lastMoved = row;
        const note = explorer.querySelector(".annlib-went-back");
        if (note) note.textContent = "";
      }, true);
    }
  }

  function attend(explorer) {
    rememberWhatMoves(explorer);
    const aloud = document.createElement("p");
    aloud.className = "annlib-aloud";
    aloud.setAttribute("aria-live", "polite");
    explorer.after(aloud);
    let said = explorer.querySelector(".annlib-frame figcaption")?.textContent ?? "";
    const react = () => {
      nameControls(explorer);
      const frame = explorer.querySelector(".annlib-frame");
      if (!frame) return;
      if (frame.dataset.starts && explorer.lastMoved) {
        // Not here and now: ipywidgets is still about to show this, and would stumble.
        setTimeout(() => goBack(explorer, JSON.parse(frame.dataset.starts)));
        return; // the picture comes in a moment, and calls this again
      }
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

  // Tab reaches a formula that is too wide and scrolls sideways, as the theme has it for code and tables.
  function reachWideFormulas() {
    const observer = new ResizeObserver((entries) => {
      for (const { target } of entries) {
        if (target.scrollWidth > target.clientWidth) target.tabIndex = 0;
        else target.removeAttribute("tabindex");
      }
    });
    document.querySelectorAll('mjx-container[display="true"]').forEach((formula) => observer.observe(formula));
  }

  // The widget manager is large. It comes once the page is painted, its first pictures included; should it
  // miss the event that it begins with, it gets one.
  function start(manager) {
    const script = document.createElement("script");
    script.onload = () => {
      if (document.readyState === "complete") window.dispatchEvent(new Event("load"));
    };
    script.src = manager.getAttribute("src");
    document.head.append(script);
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
    reachWideFormulas();
    lookAround();
    const manager = document.querySelector("script[type='text/when-painted']");
    if (!manager) return;
    new MutationObserver(lookAround).observe(document.querySelector("main"), { subtree: true, childList: true });
    const stills = [...document.querySelectorAll(".annlib-still img")].filter((image) => (
      image.offsetWidth && image.getBoundingClientRect().top < innerHeight // others load when one comes near
    ));
    Promise.allSettled(stills.map((image) => image.decode())).then(() => afterPainting(() => start(manager)));
  });
})();
