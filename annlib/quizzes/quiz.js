
// Answers the questions of annlib.quizzes. Every fragment brings this script; it installs itself once a page.
(() => {
  "use strict";
  const page = document.documentElement;

  // A number as people type it: decimal comma, true minus sign, a simple fraction.
  function parse(text) {
    const clean = text.trim().replace(/\u2212/g, "-").replace(",", ".");
    const plain = "[+-]?(?:\\d+\\.?\\d*|\\.\\d+)(?:[eE][+-]?\\d+)?";
    const found = clean.match(new RegExp("^(" + plain + ")(?:\\s*/\\s*(" + plain + "))?$"));
    if (!found) return NaN;
    return found[2] === undefined ? Number(found[1]) : Number(found[1]) / Number(found[2]);
  }

  // The template that answers the reader, or a text that asks for an answer.
  function reply(question) {
    const templates = [...question.querySelectorAll("template")];
    const field = question.querySelector('input[type="text"]');
    if (field) {
      const value = parse(field.value);
      if (!Number.isFinite(value)) return "Type a number first, for example 0.5 or \u22122.";
      const near = (t) => Math.abs(value - Number(t.dataset.value)) <= Number(t.dataset.within) * (1 + 1e-9);
      return templates.find((t) => t.dataset.value !== undefined && near(t))
        || templates.find((t) => t.dataset.otherwise !== undefined);
    }
    const chosen = question.querySelector("input:checked");
    if (!chosen) return "Choose an answer first.";
    return templates.find((t) => t.dataset.for === chosen.value);
  }

  function line(text, name) {
    const paragraph = document.createElement("p");
    paragraph.textContent = text;
    if (name) paragraph.className = name;
    return paragraph;
  }

  function answer(question) {
    const box = question.closest(".annlib-quiz");
    const feedback = question.querySelector(".annlib-feedback");
    const found = reply(question);
    if (typeof found === "string") {
      feedback.replaceChildren(line(found));
      return;
    }
    const right = found.dataset.right === "yes";
    const reveal = question.querySelector("template[data-reveal]");
    const wrong = reveal ? "\u2717 It turns out otherwise." : "\u2717 Not yet.";
    const parts = [line(right ? "\u2713 Right." : wrong, "annlib-verdict"), found.content.cloneNode(true)];
    if (reveal) parts.push(reveal.content.cloneNode(true));
    feedback.replaceChildren(...parts);
    question.dataset.state = right ? "right" : "wrong";
    const score = box.querySelector(".annlib-score");
    if (score) {
      const n = box.querySelectorAll('.annlib-question[data-state="right"]').length;
      score.textContent = "Answered right: " + n + " of " + score.dataset.total + ".";
    }
    if (reveal) unveil(box);
  }

  // In the built page, the output of the cells after a prediction waits for the answer, and so does what is
  // said about it: all that follows such a cell up to the next code, question, explorer or heading.
  function speaksOfIt(element) {
    const other = ".cell_input, .annlib-quiz, .annlib-explorer, noscript, script[type*='jupyter']";
    return element && element.tagName !== "SECTION" && !element.querySelector(other);
  }

  function outputs(box) {
    const article = document.querySelector(".bd-article");
    const cells = article ? [...article.querySelectorAll("div.cell")] : [];
    const here = cells.indexOf(box.closest("div.cell"));
    if (here < 0) return [];
    const waiting = cells.slice(here + 1, here + 1 + Number(box.dataset.veils));
    const found = [];
    for (const cell of waiting) {
      found.push(...cell.querySelectorAll(":scope > .cell_output"));
      for (let next = cell.nextElementSibling; speaksOfIt(next); next = next.nextElementSibling) found.push(next);
    }
    if ("section" in box.dataset && waiting.length) {
      const after = (section) => waiting.at(-1).compareDocumentPosition(section) & Node.DOCUMENT_POSITION_FOLLOWING;
      const section = [...article.querySelectorAll("section")].find(after);
      if (section) found.push(section);
    }
    return found;
  }

  // The entries of the table of contents that lead into these elements: a heading may say the answer, too.
  function entries(elements) {
    const inside = (element) => [element, ...element.querySelectorAll("section")].filter((part) => part.id);
    const links = elements.flatMap(inside).map(({ id }) => `.page-toc a[href="#${CSS.escape(id)}"]`);
    return links.length ? [...document.querySelectorAll(links.join())].map((link) => link.closest("li")) : [];
  }

  // A link into what is veiled opens it.
  function follow() {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const veiled = target && target.closest(".annlib-veiled");
    if (!veiled) return;
    for (const box of document.querySelectorAll(".annlib-predict[data-veiled]")) {
      if (outputs(box).includes(veiled)) unveil(box);
    }
    target.scrollIntoView();
  }

  function veil() {
    for (const box of document.querySelectorAll(".annlib-predict[data-veils]:not([data-veiled])")) {
      box.dataset.veiled = "yes";
      const veiled = outputs(box);
      [...veiled, ...entries(veiled)].forEach((element) => element.classList.add("annlib-veiled"));
      const outputs_of_code = veiled.filter((element) => element.matches(".cell_input + .cell_output"));
      for (const element of outputs_of_code.length ? outputs_of_code : veiled.slice(0, 1)) {
        element.before(line("What comes out here opens when you have made your prediction above.", "annlib-veil-note"));
      }
    }
    follow();
  }

  function unveil(box) {
    const veiled = outputs(box);
    entries(veiled).forEach((entry) => entry.classList.remove("annlib-veiled"));
    for (const element of veiled) {
      element.classList.remove("annlib-veiled");
      // What scrolls must be reached by keyboard; the theme could not see this while it was veiled.
      for (const block of element.querySelectorAll("pre")) {
        if (block.scrollWidth > block.clientWidth) block.tabIndex = 0;
      }
      const note = element.previousElementSibling;
      if (note && note.classList.contains("annlib-veil-note")) note.remove();
    }
  }

  if (!page.classList.contains("annlib-quiz-ready")) {
    page.classList.add("annlib-quiz-ready");
    document.addEventListener("click", (event) => {
      const button = event.target.closest && event.target.closest(".annlib-check");
      if (button) answer(button.closest(".annlib-question"));
    });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches || !event.target.matches(".annlib-question input")) return;
      event.preventDefault();
      answer(event.target.closest(".annlib-question"));
    });
    window.addEventListener("hashchange", follow);
    window.addEventListener("beforeprint", () => {
      document.querySelectorAll("details.annlib-plain").forEach((details) => { details.open = true; });
    });
    if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", veil);
    else veil();
  } else if (document.readyState !== "loading") veil();
})();
