// Sets formulas for book/_ext/formulas.py: one JSON request a line in, one JSON answer a line out.
//
// {"tex": ..., "display": true, "form": "chtml" | "mathml"} -> {"set": ...} or {"error": ...};
// {"form": "css", "fonts": ...} -> the style sheet of all characters, with the fonts' folder as the page sees it.

"use strict";

const [mathjax] = process.argv.slice(2);

require(`${mathjax}/node-main.js`)
  .init({
    loader: { load: ["input/tex-full", "output/chtml", "a11y/assistive-mml"] },
    // No "noerrors" and no "noundefined": a formula that TeX does not understand is an error of the build.
    tex: { packages: ["base", "ams", "newcommand", "configmacros", "boldsymbol", "color", "cancel"], tags: "none" },
    chtml: { fontURL: "FONTS", adaptiveCSS: false },
  })
  .then((MathJax) => {
    const adaptor = MathJax.startup.adaptor;
    const answer = (request) => {
      if (request.form === "css") return adaptor.textContent(MathJax.chtmlStylesheet()).replaceAll("FONTS", request.fonts);
      const options = { display: request.display };
      if (request.form === "mathml") return MathJax.tex2mml(request.tex, options);
      return adaptor.outerHTML(MathJax.tex2chtml(request.tex, options));
    };
    const lines = require("readline").createInterface({ input: process.stdin });
    lines.on("line", (line) => {
      let said;
      try {
        said = { set: answer(JSON.parse(line)) };
      } catch (error) {
        said = { error: String(error.message ?? error) };
      }
      process.stdout.write(JSON.stringify(said) + "\n");
    });
  });
