"""What readers take home from the site: annlib as a wheel, and notebooks that say how it is installed.

- annlib is built into a wheel with its own build system (no network), and the site serves it;
- pages that are notebooks offer the notebook and the wheel under their title, and exercises and solutions
  each other and their chapter;
- a downloaded notebook begins with a cell that installs annlib where it is missing;
- where the solutions are left out (`make book SOLUTIONS=no`), links to them become plain words.
"""

import functools
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError

ROOT = Path(__file__).resolve().parents[2]
WHEELS = ROOT / "_build" / "wheel"
SOURCES = ("annlib", "pyproject.toml", "README.md", "LICENSE")


@functools.cache
def wheel() -> Path:
    """Return annlib's wheel, built anew where its sources have changed."""
    digest = hashlib.sha256()
    for name in SOURCES:
        top = ROOT / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    folder = WHEELS / digest.hexdigest()[:16]
    if not list(folder.glob("*.whl")):
        shutil.rmtree(WHEELS, ignore_errors=True)
        # In a copy, because setuptools leaves its work beside the sources.
        copy = WHEELS / "sources"
        copy.mkdir(parents=True)
        for name in SOURCES:
            if (ROOT / name).is_dir():
                shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(ROOT / name, copy)
        build = subprocess.run(
            [
                *(sys.executable, "-m", "pip", "wheel", "--quiet", "--disable-pip-version-check"),
                *("--no-index", "--no-deps", "--no-build-isolation", "--wheel-dir", str(folder), str(copy)),
            ],
            capture_output=True,
            text=True,
            check=False,
        )
        if build.returncode:
            raise ExtensionError(f"annlib's wheel could not be built:\n{build.stdout}{build.stderr}")
        shutil.rmtree(copy)
    return next(folder.glob("*.whl"))


def install_cell(name: str, base_url: str) -> str:
    """Return the code that a downloaded notebook begins with.

    Parameters
    ----------
    name : str
        The wheel's file name.
    base_url : str
        Where the site is served (`html_baseurl`), or empty where that is not known when it is built.
    """
    if base_url:
        where, what = "from the book's site", f"annlib[course] @ {base_url.rstrip('/')}/{name}"
    else:
        where, what = f"from the file {name},", f"{name}[course]"
    lines = [
        "# This notebook needs annlib, the library of the course.",
        f"# Where it is missing, this cell installs it {where}",
    ]
    if not base_url:
        lines.append("# which the notebook's page in the book offers too: put the file beside this notebook.")
    lines += [
        "from importlib.util import find_spec",
        "",
        'if find_spec("annlib") is None:',
        f'    %pip install --quiet "{what}"',
    ]
    return "\n".join(lines)


def serve_downloads(app: Sphinx, error: Exception | None) -> None:
    """Put the wheel into the site, and the installing cell into the notebooks that it offers."""
    if error is not None or app.builder.name != "html":
        return
    built = wheel()
    for old in Path(app.outdir).glob("annlib-*.whl"):
        old.unlink()
    shutil.copy(built, app.outdir)
    for path in Path(app.outdir, "_sources").rglob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        if notebook.cells and notebook.cells[0].get("id") == "install-annlib":
            continue
        cell = nbformat.v4.new_code_cell(install_cell(built.name, app.config.html_baseurl or ""))
        cell.id = "install-annlib"
        notebook.cells.insert(0, cell)
        path.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


def companions(pagename: str, pages: set[str], pathto: Callable[[str], str]) -> str:
    """Return a sentence that leads from exercises, or solutions, to their chapter and the other of the two.

    Parameters
    ----------
    pagename : str
        A page; for one that is neither exercises nor solutions the empty string is returned.
    pages : set of str
        All pages of the book; it may be built without the solutions.
    pathto : callable
        Sphinx's way from this page to another.
    """
    folder, _, name = pagename.partition("/")
    if folder not in {"exercises", "solutions"} or f"book/{name}" not in pages:
        return ""
    words = {
        "book": f"chapter {int(name.partition('-')[0])}",
        "exercises": "its exercises",
        "solutions": "its solutions",
    }
    links = [
        f'<a href="{pathto(f"{other}/{name}")}">{what}</a>'
        for other, what in words.items()
        if other != folder and f"{other}/{name}" in pages
    ]
    return f" See also {' and '.join(links)}."


def offer_downloads(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any
) -> None:
    """Offer the notebook, annlib, and the pages beside it under the title of each page that is a notebook."""
    source = context.get("sourcename") or ""
    if app.builder.name != "html" or not source.endswith(".ipynb") or not context.get("body"):
        return
    up = "../" * pagename.count("/")
    notebook = f'<a href="{up}_sources/{source}" download>Download this notebook</a>'
    library = f'and <a href="{up}{wheel().name}" download>annlib</a> to run it.'
    body = context["body"]
    if notebook in body:  # a chapter's own line offers it already
        context["body"] = body.replace(notebook, f"{notebook} {library}", 1)
    else:
        beside = companions(pagename, app.env.found_docs, context["pathto"])
        line = f'<p class="annlib-facts">{notebook} {library}{beside}</p>'
        context["body"] = body.replace("</h1>", f"</h1>\n{line}", 1)


def without_solutions(app: Sphinx, env: Any, node: Any, content: nodes.Element) -> nodes.Element | None:
    """Let a link to a solution be plain words where the solutions are not part of the book."""
    left_out = os.environ.get("ANNLIB_SOLUTIONS") == "no"
    return content if left_out and "solutions/" in node.get("reftarget", "") else None


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("html-page-context", offer_downloads, priority=950)  # after the line under a chapter's title
    app.connect("missing-reference", without_solutions, priority=100)
    app.connect("build-finished", serve_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
