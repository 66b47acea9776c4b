"""Links: the check finds what leads nowhere, in sources, in pages and in the world; the course has none."""

import functools
import http.server
import re
import threading
import tomllib
from pathlib import Path

import check_links
import pytest

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"


@pytest.fixture
def course(tmp_path):
    """A tiny course in which everything leads somewhere."""
    book = tmp_path / "book"
    book.mkdir()
    (book / "references.bib").write_text("@book{known2020,\n}\n")
    (book / "glossary.md").write_text("# Glossary\n\n```{glossary}\nneuron\n  A cell.\n```\n")
    (book / "other.md").write_text("(sec-there)=\n# There it is\n")
    (book / "page.md").write_text(
        "# Page\n\n{doc}`other`, {doc}`words <other>`, {ref}`sec-there`, {term}`neurons <neuron>`, "
        "{cite:p}`known2020`, [file](other.md#there-it-is), [page](other), [here](#page), `{doc}`, "
        "[world](https://example.org)\n"
    )
    return tmp_path


def test_links_that_lead_somewhere_are_left_alone(course):
    assert check_links.check_sources(course) == []


@pytest.mark.parametrize(
    "broken",
    [
        "{doc}`nowhere`",
        "{doc}`words <nowhere>`",
        "{ref}`sec-nowhere`",
        "{eq}`eq-nowhere`",
        "{term}`nothing`",
        "{term}`neuron <nothing>`",
        "{cite:t}`known2020,unknown1999`",
        "[file](nowhere.md)",
        "[anchor](other.md#nowhere)",
        "[here](#nowhere)",
    ],
)
def test_a_link_in_the_sources_that_leads_nowhere_is_found(course, broken):
    with (course / "book" / "page.md").open("a") as page:
        page.write(f"\nA {broken} link.\n")
    (problem,) = check_links.check_sources(course)
    assert problem.startswith("book/page.md")


def test_every_link_in_the_sources_leads_somewhere():
    assert check_links.check_sources(ROOT) == []


# The built site


def write(folder: Path, body: str) -> Path:
    (folder / "a.html").write_text(f"<!doctype html><title>A</title>{body}")
    (folder / "b.html").write_text('<!doctype html><title>B</title><h1 id="top">B</h1>')
    (folder / "picture.svg").write_text("<svg/>")
    check_links.links_of.cache_clear()
    return folder


def test_built_links_that_lead_somewhere_are_left_alone(tmp_path):
    body = '<a href="b.html#top"><span class="xref">b</span></a> <a href="#x" id="x">x</a>'
    body += '<img src="picture.svg"> <a href="mailto:a@b">m</a>'
    assert check_links.check_built(write(tmp_path, body)) == []


@pytest.mark.parametrize(
    "broken",
    [
        '<a href="c.html">c</a>',
        '<a href="b.html#bottom">b</a>',
        '<a href="#nowhere">x</a>',
        '<a href="">empty</a>',
        '<img src="gone.svg">',
        '<span class="xref std std-ref">unresolved</span>',
        '<a href="b.html">b</a> <code class="xref std std-doc">unresolved</code>',
    ],
)
def test_a_built_link_that_leads_nowhere_is_found(tmp_path, broken):
    (problem,) = check_links.check_built(write(tmp_path, broken))
    assert problem.startswith("a.html")


def test_a_style_sheet_without_its_font_is_found(tmp_path):
    (tmp_path / "style.css").write_text('x { src: url("gone.woff"); y: url(picture.svg#a); z: url(data:x) }')
    assert check_links.check_built(write(tmp_path, "")) == ["style.css: there is no 'gone.woff'"]


@pytest.mark.browser  # not for the browser, but for the built book
def test_every_link_of_the_built_book_leads_somewhere():
    """Files, anchors, cross-references, citations, glossary terms, and the files that pages load."""
    assert len(list(check_links.built_pages(SITE))) > 20
    assert check_links.check_built(SITE) == []


# The world


@pytest.fixture
def host():
    """A host of this machine's own with one page, one that is gone, and one that refuses HEAD."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def answer(self, method):
            code = {"/there": 200, "/no-head": 405 if method == "HEAD" else 200, "/busy": 429}.get(
                self.path, 404
            )
            self.send_response(code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_HEAD = functools.partialmethod(answer, "HEAD")  # noqa: N815
        do_GET = functools.partialmethod(answer, "GET")  # noqa: N815

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_addresses_that_do_not_answer_are_found(tmp_path, host):
    names = ("there", "there#part", "no-head", "busy", "gone")
    body = "".join(f'<a href="{host}/{name}">x</a>' for name in names)
    body += '<a href="http://127.0.0.1:9/closed">x</a>'
    problems = check_links.check_online(write(tmp_path, body))
    assert [problem.partition(": ")[0] for problem in problems] == ["a.html", "a.html"]
    assert f"{host}/gone: 404" in problems[0]
    assert "127.0.0.1:9/closed" in problems[1]


# What is said in several places


def test_one_version_everywhere():
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert (
        re.search(r"^version: (.+)$", (ROOT / "CITATION.cff").read_text(encoding="utf-8"), re.MULTILINE)[1]
        == version
    )
    cite = (ROOT / "book" / "cite.md").read_text(encoding="utf-8")
    assert f"Version {version}." in cite
    assert f"version = {{{version}}}" in cite
