"""The book in two other forms: an EPUB for e-book readers, and one long page that a browser prints (PDF).

Neither has sliders, nor a script that answers. So an explorer becomes its first picture, with a line that
says where it moves; a quiz becomes its questions with the answers under them; each figure is there once, in
light colors; tabs stand under each other; and everything is well-formed XHTML, as e-book readers insist.

    make epub    writes _build/crux-of-deep-learning.epub
    make pdf     writes _build/crux-of-deep-learning.pdf
"""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import course_zip
import numpy as np
from bs4 import BeautifulSoup, Tag
from docutils import nodes
from matplotlib.figure import Figure
from sphinx.application import Sphinx
from sphinx.builders.epub3 import Epub3Builder

from annlib import Adam, BinaryCrossEntropy, Dense, Network, Tanh, train
from annlib.datasets import spirals
from annlib.plots.style import PALETTE, style

FORMS = {"epub", "singlehtml"}


class BookEpub(Epub3Builder):
    """Sphinx's EPUB builder with nothing in it that a page of an e-book cannot use."""

    def init_css_files(self) -> None:
        """Use two style sheets: ours, and that of colored code."""
        self._css_files = []
        for name in ("pygments.css", "epub.css"):
            self.add_css_file(name)

    def init_js_files(self) -> None:
        """Use no script."""
        self._js_files = []

    def copy_static_files(self) -> None:
        """Copy the style sheets in place of the site's scripts, themes and fonts; draw the cover."""
        static = Path(self.outdir, "_static")
        static.mkdir(parents=True, exist_ok=True)
        self.create_pygments_style_file()
        shutil.copy(Path(self.srcdir, "book", "_static", "epub.css"), static)
        cover().savefig(static / "cover.png", dpi=200)

    def build_content(self) -> None:
        """Write the list of files, and say there which pages hold MathML: readers want to know."""
        super().build_content()
        package = Path(self.outdir, "content.opf")

        def declare(item: re.Match[str]) -> str:
            has_formulas = "<math" in Path(self.outdir, item[1]).read_text(encoding="utf-8")
            return item[0].replace(" />", ' properties="mathml" />') if has_formulas else item[0]

        listed = package.read_text(encoding="utf-8")
        listed = re.sub(r'<item id="epub-\d+" href="([^"]+\.xhtml)"[^>]* />', declare, listed)
        package.write_text(listed, encoding="utf-8")


def cover() -> Figure:
    """Draw the cover: the title, and what the network of the first page has learned."""
    with style():
        fig = Figure(figsize=(6, 9), facecolor=PALETTE["paper"][1], layout="none")
        X, y = spirals(160, 0.03, np.random.default_rng(1), turns=1.15)
        rng = np.random.default_rng(2)
        net = Network([Dense(2, 8), Tanh(), Dense(8, 1)], rng=rng)
        train(
            net, X, y, n_epochs=640, loss=BinaryCrossEntropy(), optimizer=Adam(0.05), batch_size=None, rng=rng
        )
        ax = fig.add_axes((0, 0, 1, 0.66))
        axis_x, axis_y = np.linspace(-1.2, 1.2, 200), np.linspace(-1.2, 1.2, 200)
        points = np.stack(np.meshgrid(axis_x, axis_y), axis=-1).reshape(-1, 2)
        scores = net.predict(points).reshape(200, 200)
        blue, orange, ink = (PALETTE[name][1] for name in ("blue", "orange", "ink"))
        ax.contourf(axis_x, axis_y, scores, levels=[-1e9, 0, 1e9], colors=[(blue, 0.3), (orange, 0.3)])
        ax.contour(axis_x, axis_y, scores, levels=[0], colors=[ink], linewidths=3)
        for label, marker, color in ((0, "o", blue), (1, "^", orange)):
            ax.plot(*X[y == label].T, linestyle="none", marker=marker, color=color, markersize=9)
        ax.axis("off")
        fig.text(0.08, 0.87, "The Crux of\nDeep Learning", color=ink, fontsize=36, weight="bold", va="center")
        fig.text(
            0.08,
            0.73,
            "From one neuron to a network,\nin words, pictures, formulas and code",
            color=ink,
            fontsize=15,
        )
    return fig


def simplify(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    """Replace what only works in a browser by what works on paper."""
    if app.builder.name not in FORMS:
        return
    for image in list(doctree.findall(nodes.image)):
        if "only-dark" in image["classes"]:
            image.parent.remove(image)
        elif "only-light" in image["classes"]:
            image["classes"].remove("only-light")
    for box in list(doctree.findall(nodes.container)):
        if "sd-tab-set" in box["classes"]:
            _untab(box)
    for raw in list(doctree.findall(nodes.raw)):
        if "html" in raw["format"].split():
            # On the one long page each document lies in a node of its own.
            inside = next((node["docname"] for node in _above(raw) if "docname" in node), docname)
            raw.parent.replace(raw, _plain(app, inside, raw))


def _above(node: nodes.Node) -> Iterator[nodes.Element]:
    """Yield what a node lies in, the innermost first."""
    while node.parent is not None:
        node = node.parent
        yield node


def _untab(tabs: nodes.Element) -> None:
    """Put tabs under each other, each with its name above it."""
    kept: list[nodes.Node] = []
    for child in tabs.children:
        if child.tagname == "sd_tab_label":
            kept.append(nodes.rubric("", child.astext()))
        elif child.tagname != "sd_tab_input":
            child["classes"] = []  # the styles of tabs hide all but one
            kept.append(child)
    tabs.parent.replace(tabs, kept)


def _plain(app: Sphinx, docname: str, raw: nodes.raw) -> list[nodes.Node]:
    """Return what stands on paper for a piece of raw HTML."""
    text = raw.astext()
    if "annlib-zip" in text:
        return [nodes.Text(BeautifulSoup(text, "html.parser").get_text())]
    soup = BeautifulSoup(text, "html.parser")
    still = soup.find("noscript")
    if still is not None:
        return _still(app, docname, still)
    for name in ("script", "style", "template", "button", "noscript"):
        for element in soup.find_all(name):
            element.decompose()
    for element in soup.select(".annlib-score, .annlib-feedback, .annlib-map-count, input"):
        element.decompose()
    for label in soup.find_all("label"):
        label.name, label.attrs = "p", {"class": "annlib-option"}
        label.insert(0, "\N{WHITE CIRCLE} ")
    for details in soup.find_all(["details", "summary", "fieldset", "legend"]):
        details.name = "div" if details.name in {"details", "fieldset"} else "p"
        details.attrs = {"class": details.get("class", [])}
    for element in soup.find_all(True):
        element.attrs = {
            name: value for name, value in element.attrs.items() if name not in {"border", "valign", "for"}
        }
    if not soup.get_text(strip=True) and soup.find("img") is None:
        return []
    return [nodes.raw("", soup.decode(formatter="minimal"), format="html")]


def _still(app: Sphinx, docname: str, still: Tag) -> list[nodes.Node]:
    """Return an explorer's first picture with its sentence, and where to move it."""
    picture = still.find("img")
    assert isinstance(picture, Tag)
    name = Path(str(picture["src"])).name
    uri = f"_build/frames/{name}"
    image = nodes.image(uri=uri, candidates={"*": uri}, alt=str(picture["alt"]))
    app.env.images.add_file(docname, uri)
    site = (app.config.html_baseurl or "").rstrip("/")
    page = f"{docname}.html"
    live: nodes.Node = nodes.literal("", page)
    if site:
        live = nodes.reference("", page, refuri=f"{site}/{page}", internal=False)
    where = nodes.paragraph(
        "", "", nodes.emphasis("", "This picture moves in the live book, on the page "), live
    )
    where += nodes.emphasis("", ".")
    caption = nodes.paragraph("", str(picture["alt"]))
    return [nodes.container("", image, caption, where, classes=["annlib-on-paper"])]


def finish_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Leave scripts and the site's styles out of the EPUB's pages, and mend what its readers refuse."""
    if app.builder.name != "epub":
        return
    context["script_files"][:] = []
    wanted = ("pygments.css", "epub.css")
    context["css_files"][:] = [file for file in context["css_files"] if str(file.filename).endswith(wanted)]
    body = context.get("body")
    if body:
        # Names of anchors are XML names there; alignment and width are for style sheets.
        body = re.sub(r' (align|width|height)="[^"]*"(?=[^<]*>)', "", body)
        context["body"] = body


def configure(app: Sphinx, config: Any) -> None:
    """Say what the EPUB's own papers say about it."""
    config.epub_basename = course_zip.NAME
    config.epub_title = config.project
    config.epub_description = "A course on artificial neural networks, from one neuron to customer churn."
    config.epub_identifier = config.epub_uid = course_zip.NAME
    config.epub_contributor = config.author
    config.epub_cover = ("_static/cover.png", "epub-cover.html")
    config.epub_show_urls = "no"
    config.epub_use_index = False
    config.epub_tocdepth = 2
    config.epub_tocscope = "includehidden"  # _toc.yml makes hidden ones


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("config-inited", configure, priority=200)
    app.add_builder(BookEpub, override=True)
    app.connect("doctree-resolved", simplify, priority=900)
    app.connect("html-page-context", finish_page, priority=950)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
