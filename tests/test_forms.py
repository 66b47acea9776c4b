"""The EPUB and the PDF: a small book with one of everything is built by `make`, opened and read.

The whole book takes minutes to print, so CI builds it once, with the same commands; they check what they made
and fail where something is wrong. Here these checks are checked, too.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import check_epub
import course_zip
import nbformat
import print_pdf
import pytest
from test_build import ROOT, TinyBook

# Each form is built once, in one worker.
pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("forms")]

TEXT = r"""# One of everything

(sec-one)=
## Formulas

In a line $\frac{a}{b}$, and with a number:

$$
\sigma(z) = \frac{1}{1 + e^{-z}}
$$ (eq-one)

See {eq}`eq-one`, {ref}`sec-one` and {course-zip}`the file`.
"""
TABS = """# Tabs

::::{tab-set}
:::{tab-item} Left
On the left.
:::
:::{tab-item} Right
On the right, as in {doc}`01-tiny`.
:::
::::
"""
CODE = """from annlib import plots
from annlib.explorers import Explorer, Frame, Numbers
from annlib.plots.style import BLUE, figure
from annlib.quizzes import Choice, Option, predict, quiz

plots.use_style()


def draw(size):
    fig = figure(2, 1, layout=None)
    fig.add_axes((0, 0, 1, 1)).barh([0], [size], color=BLUE)
    return Frame(fig, f"The bar goes to the right as far as {size}.")
"""
FIGURE = {
    "figure": {"caption": "A bar."},
    "image": {"alt": "One blue bar that goes to the right as far as 2."},
}


class SmallBook(TinyBook):
    """A tiny book with an explorer, a figure, a quiz, a table, formulas and tabs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        shutil.copytree(
            ROOT / "tools",
            folder / "tools",
            ignore=shutil.ignore_patterns("__pycache__"),
            dirs_exist_ok=True,
        )
        (folder / "_toc.yml").write_text(
            "format: jb-book\nroot: book/index\nchapters:\n  - file: book/01-tiny\n  - file: book/tabs\n"
        )
        self.index.write_text("# Small\n")
        (folder / "book" / "tabs.md").write_text(TABS)
        new = nbformat.v4
        cells = [
            new.new_markdown_cell(TEXT),
            new.new_code_cell(CODE, metadata={"tags": ["hide-input"]}),
            new.new_code_cell("Explorer(draw, size=Numbers('size', stops=[1, 2, 3], default=2))"),
            new.new_code_cell("draw(2).figure", metadata={"mystnb": FIGURE}),
            new.new_code_cell(
                "options = (Option('Far', 'Not so far.'), Option('To 2', 'Yes.', right=True))"
                "\nquiz([Choice('bar', 'How far?', options)])"
            ),
            new.new_code_cell("import pandas\n\npandas.DataFrame({'size': [1, 2]})"),
        ]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        nbformat.write(new.new_notebook(cells=cells, metadata=kernel), folder / "book" / "01-tiny.ipynb")

    def make(self, target: str) -> Path:
        """Call the Makefile's own recipe and return the file that it wrote."""
        environment = os.environ | {
            "PYTHONPATH": str(self.folder),
            "ANNLIB_SITE_URL": "https://example.org/course",
        }
        environment.pop("MAKEFLAGS", None)
        venv = Path(sys.executable).parents[1]
        command = ["make", target, f"VENV={venv}", "STAMP=Makefile"]
        made = subprocess.run(
            command,
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )
        assert made.returncode == 0, made.stdout + made.stderr
        return self.folder / "_build" / f"{course_zip.NAME}.{target}"


@pytest.fixture(scope="module")
def small_book(tmp_path_factory: pytest.TempPathFactory) -> SmallBook:
    return SmallBook(tmp_path_factory.mktemp("small"))


@pytest.fixture(scope="module")
def epub(small_book):
    return small_book.make("epub")


def test_the_epub_opens_and_holds_everything(epub):
    problems, n_pages = check_epub.check_epub(epub)
    assert problems == []
    assert n_pages == 5  # three pages, cover and table of contents
    with zipfile.ZipFile(epub) as book:
        page = book.read("book/01-tiny.xhtml").decode()
        contents = book.read("nav.xhtml").decode()
        tabs = book.read("book/tabs.xhtml").decode()
        assert not [name for name in book.namelist() if name.endswith((".js", ".woff", ".woff2"))]
    assert page.count("<math") == 2
    assert 'alt="The bar goes to the right as far as 2."' in page
    assert 'href="https://example.org/course/book/01-tiny.html"' in page  # where the explorer moves
    assert "One blue bar that goes" in page
    assert "only-dark" not in page
    assert re.search(r"How far\?.*Far.*To 2.*Yes\.", page, re.DOTALL)
    assert not re.search(r"<(script|button|input|noscript|template)\b", page)
    assert "the file" in page
    assert ".zip" not in page
    assert tabs.index("Left") < tabs.index("On the left") < tabs.index("Right") < tabs.index("On the right")
    assert all(name in contents for name in ("book/index.xhtml", "book/01-tiny.xhtml", "book/tabs.xhtml"))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("<h1>", "<h1><b>", "not well-formed"),
        ("<h1>", r"<h1>\frac{1}{2}", "raw TeX"),
        ("<h1>", '<h1><img src="gone.svg" alt="A bar."/>', "no picture book/gone.svg"),
        ("<h1>", '<h1><img src="../_static/cover.png" alt=""/>', "no alternative text"),
        ("<h1>", '<h1><a href="gone.xhtml">gone</a>', "leads nowhere"),
        ("<h1>", '<h1><a href="tabs.xhtml#gone">gone</a>', "leads nowhere"),
        ("<math", "<span", "not well-formed"),
    ],
)
def test_a_fault_in_an_epub_is_found(epub, tmp_path, old, new, said):
    broken = tmp_path / "broken.epub"
    with zipfile.ZipFile(epub) as good, zipfile.ZipFile(broken, "w") as bad:
        for item in good.infolist():
            content = good.read(item)
            if item.filename == "book/01-tiny.xhtml":
                content = content.replace(old.encode(), new.encode(), 1)
            bad.writestr(item, content)
    problems, _ = check_epub.check_epub(broken)
    assert any(said in problem for problem in problems), problems


def test_the_pdf_opens_and_has_its_pages_and_outline(small_book):
    content = small_book.make("pdf").read_bytes()
    assert content.startswith(b"%PDF-")
    assert content.rstrip().endswith(b"%%EOF")
    n_pages = len(re.findall(rb"/Type\s*/Page\b", content))
    assert 3 <= n_pages <= 8  # each of the three pages begins on a sheet of its own
    assert b"/Outlines" in content
    assert (
        b"/StructTreeRoot" in content
    )  # tagged: headings and alternative texts are there for screen readers
    page = (small_book.folder / "_build" / "singlehtml" / "book.html").read_text(encoding="utf-8")
    assert 'href="https://example.org/course/book/01-tiny.html"' in page
    assert page.count("mjx-assistive-mml") >= 2
    assert "On the right" in page
    assert "sd-tab-content" not in page, "the styles of tabs hide all but the first"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('<img src="gone.svg">', "no picture"),
        (r"<p>\frac{1}{2}</p>", "raw TeX"),
        ("<p>$$ x $$</p>", "raw TeX"),
    ],
)
def test_a_fault_in_the_page_to_print_is_found(tmp_path, body, said):
    page = tmp_path / "page.html"
    page.write_text(f"<!doctype html><title>Page</title><article>{body}<pre>\\frac</pre></article>")
    with pytest.raises(RuntimeError, match=said):
        print_pdf.print_page(page, tmp_path / "page.pdf")
    assert not (tmp_path / "page.pdf").exists()
