"""The book's build fails when it must, and never shows what an older annlib computed.

A tiny book with the real settings, extension and Makefile is built in a folder of its own: a notebook that
raises and a broken link stop it, in a second, incremental run too; a changed annlib executes its notebook
again, although the notebook itself has not changed.
"""

import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]


INDEX = "# Tiny\n\nSee {doc}`the answers <../solutions/01-tiny>`.\n"


class TinyBook:
    """A book of three pages with the course's own machinery."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for name in ("_config.yml", "Makefile", "requirements.txt", "pyproject.toml", "README.md", "LICENSE"):
            shutil.copy(ROOT / name, folder)
        (folder / "tools").mkdir()
        shutil.copy(ROOT / "tools" / "toc_without_solutions.py", folder / "tools")
        no_caches = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / "annlib", folder / "annlib", ignore=no_caches)
        for name in ("_ext", "_static"):
            shutil.copytree(ROOT / "book" / name, folder / "book" / name, ignore=no_caches)
        shutil.copytree(ROOT / "_build" / "npm", folder / "_build" / "npm")
        (folder / "_toc.yml").write_text(
            "format: jb-book\nroot: book/index\nparts:\n"
            "  - caption: Course\n    chapters:\n      - file: book/01-tiny\n      - file: book/02-tiny\n"
            "  - caption: Solutions\n    chapters:\n      - file: solutions/01-tiny\n"
        )
        (folder / "book" / "references.bib").touch()
        self.index = folder / "book" / "index.md"
        self.index.write_text(INDEX)
        (folder / "solutions").mkdir()
        (folder / "solutions" / "01-tiny.md").write_text("# The tiny secret\n")
        self.write_notebook("import annlib\nprint('answer:', annlib.ANSWER)")
        self.write_notebook("print('second')", "02-tiny")
        self.set_answer(1)

    def set_answer(self, answer: int) -> None:
        with (self.folder / "annlib" / "__init__.py").open("a") as file:
            file.write(f"\nANSWER = {answer}\n")

    def write_notebook(self, code: str, name: str = "01-tiny") -> None:
        cells = [nbformat.v4.new_markdown_cell("# One"), nbformat.v4.new_code_cell(code)]
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3"}}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata=kernel)
        nbformat.write(notebook, self.folder / "book" / f"{name}.ipynb")

    def build(self, *options: str) -> subprocess.CompletedProcess[str]:
        """Call the Makefile's own recipe, with the environment that runs this test in place of a new one."""
        environment = os.environ | {"PYTHONPATH": str(self.folder)}
        environment.pop("MAKEFLAGS", None)
        venv = Path(sys.executable).parents[1]
        return subprocess.run(
            ["make", "book", f"VENV={venv}", "STAMP=Makefile", *options],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def page(self, name: str = "01-tiny") -> str:
        return (self.folder / "_build" / "html" / "book" / f"{name}.html").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def built_book(tmp_path_factory: pytest.TempPathFactory) -> TinyBook:
    book = TinyBook(tmp_path_factory.mktemp("tiny"))
    result = book.build()
    assert result.returncode == 0, result.stdout + result.stderr
    assert "answer: 1" in book.page()
    assert "second" in book.page("02-tiny")
    assert "_build/html/index.html" in result.stdout
    return book


def test_faults_fail_the_build_until_each_is_mended_and_a_new_annlib_executes_the_chapters_again(built_book):
    book = built_book
    right, broken = INDEX, "# Tiny\n\n{doc}`nowhere`\n"
    runs, raises = "import annlib\nprint('answer:', annlib.ANSWER)", "raise RuntimeError('boom')"
    for index, code, said in [
        (broken, raises, "boom"),  # what a cell raises stops the build before its links are looked at
        (right, raises, "boom"),  # again, with nothing else to fail for
        (broken, runs, "nowhere"),
        (broken, runs, "nowhere"),
    ]:
        if book.index.read_text() != index:
            book.index.write_text(index)
        book.write_notebook(code)
        result = book.build()
        assert result.returncode != 0
        assert said in result.stdout + result.stderr
    book.index.write_text(right)
    book.set_answer(2)
    assert book.build().returncode == 0
    assert "answer: 2" in book.page()


def test_a_downloaded_notebook_runs_where_annlib_is_missing(built_book, tmp_path):
    site = built_book.folder / "_build" / "html"
    page = built_book.page()
    offered = re.findall(r'<a href="../([^"]+)" download>', page)
    assert [Path(name).suffix for name in offered] == [".ipynb", ".whl"]
    notebook = nbformat.read(site / offered[0], as_version=4)
    install, *_, last = (cell.source for cell in notebook.cells)
    assert f'%pip install --quiet "{offered[1]}[course]"' in install
    # What the cell does where annlib is missing, without its dependencies, which are here already.
    where = tmp_path / "site-packages"
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-index",
        "--no-deps",
        "--target",
        str(where),
    ]
    subprocess.run([*command, str(site / offered[1])], check=True)
    run = [sys.executable, "-c", last]
    environment = os.environ | {"PYTHONPATH": str(where)}
    done = subprocess.run(run, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout in page


def test_a_book_without_the_solutions_has_nothing_of_them(built_book):
    result = built_book.build("SOLUTIONS=no")
    assert result.returncode == 0, result.stdout + result.stderr
    site = built_book.folder / "_build" / "without-solutions" / "_build" / "html"
    assert str(site.relative_to(built_book.folder)) in result.stdout
    assert "the answers" in (site / "book" / "index.html").read_text(encoding="utf-8")
    texts = [path for path in site.rglob("*") if path.suffix in {".html", ".js", ".md", ".ipynb", ".inv"}]
    assert not [path for path in texts if "tiny secret" in path.read_text(encoding="utf-8", errors="ignore")]
    assert not list(site.rglob("solutions"))
    with zipfile.ZipFile(next(site.glob("*.zip"))) as archive:
        assert not [name for name in archive.namelist() if "/solutions/" in name]
    assert (built_book.folder / "_build" / "html" / "solutions" / "01-tiny.html").is_file()
