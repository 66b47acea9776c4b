"""Does every link lead somewhere? In the sources (part of `make check`), in the built site, in the world.

    python tools/check_links.py            # the sources: files, labels, terms, citations; a second
    python tools/check_links.py --built    # the built site: every file and every anchor
    python tools/check_links.py --online   # every address of another host, asked now (`make links`)

Sphinx finds most of the first kind itself, minutes later. The second finds what Sphinx does not look at: raw
HTML, headings that a link names by hand, files that a page loads.
"""

import argparse
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit

import nbformat

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = ("book", "exercises", "solutions")
ALONE = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
AGENT = "Mozilla/5.0 (link check of a course; one request for each address)"


# The sources


def texts(root: Path) -> dict[str, str]:
    """Return the Markdown of each page, notebooks' code left out, by its path."""
    found = {name: (root / name).read_text(encoding="utf-8") for name in ALONE if (root / name).is_file()}
    for folder in FOLDERS:
        for path in sorted((root / folder).glob("*.md")):
            found[path.relative_to(root).as_posix()] = path.read_text(encoding="utf-8")
        for path in sorted((root / folder).glob("*.ipynb")):
            cells = nbformat.read(path, as_version=4).cells
            text = "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
            names = [cell.metadata.get("mystnb", {}).get("figure", {}).get("name") for cell in cells]
            text += "".join(f"\n\n({name})=" for name in names if name)
            found[path.relative_to(root).as_posix()] = text
    return found


def parse(text: str) -> tuple[list[tuple[str, str]], str]:
    """Return the roles of a page, {role}`inside`, and its text without them and without quoted code."""
    text = re.sub(r"^(`{3,}|~{3,})(?!\{)[^\n]*\n.*?^\1\s*$", "", text, flags=re.MULTILINE | re.DOTALL)
    roles = []

    def take(found: re.Match[str]) -> str:
        if found["role"]:
            roles.append((found["role"], found["inside"]))
        return ""

    pattern = r"\{(?P<role>[a-z:]+)\}`(?P<inside>[^`]+)`|(?P<ticks>`+)(?!`)[^`\n]+?(?P=ticks)(?!`)"
    return roles, re.sub(pattern, take, text)


def labels(page: str) -> set[str]:
    """Return the names that a page gives to places: targets, figures, equations."""
    found = set(re.findall(r"^\(([^)\s]+)\)=", page, flags=re.MULTILINE))
    found |= set(re.findall(r"^:(?:name|label):\s*(\S+)", page, flags=re.MULTILINE))
    return found | set(re.findall(r"^\$\$ \(([^)\s]+)\)", page, flags=re.MULTILINE))


def slugs(page: str) -> set[str]:
    """Return the anchors of a page's headings, as GitHub and MyST make them."""
    titles = re.findall(r"^#{1,6} (.+)$", page, flags=re.MULTILINE)
    plain = [re.sub(r"\{[a-z:]+\}`([^`<]*?)\s*(?:<[^>]*>)?`", r"\1", title) for title in titles]
    return {re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-") for title in plain}


def check_sources(root: Path) -> list[str]:
    """Return a line for each reference in the sources that leads nowhere.

    Parameters
    ----------
    root : Path
        The course's folder.
    """
    pages = texts(root)
    known = {"genindex"}.union(*(labels(text) for text in pages.values()))  # Sphinx makes the index
    glossary = pages.get("book/glossary.md", "")
    terms = {line.strip().lower() for line in glossary.splitlines() if re.match(r"[^\s:`(#{]", line)}
    bib = root / "book" / "references.bib"
    keys = set(re.findall(r"^@\w+\{([^,\s]+),", bib.read_text(encoding="utf-8"), flags=re.MULTILINE))
    problems = []
    for path, page in pages.items():
        roles, text = parse(page)
        for role, inside in roles:
            target = (re.search(r"<([^>]+)>\s*$", inside) or [None, inside])[1].strip()
            wrong = {
                "doc": lambda path=path, target=target: not is_page(root, path, target),
                "ref": lambda target=target: target not in known,
                "numref": lambda target=target: target not in known,
                "eq": lambda target=target: target not in known,
                "term": lambda target=target: target.lower() not in terms,
                "cite": lambda target=target: not {key.strip() for key in target.split(",")} <= keys,
            }.get(role.split(":")[0])
            if wrong is not None and wrong():
                problems.append(f"{path}: {{{role}}}`{inside}` leads nowhere")
        for target in re.findall(r"(?<!\{)\[[^\]]*\]\(([^)\s]+)[^)]*\)", text):
            if not urlsplit(target).scheme and not is_link(root, path, target, pages, known):
                problems.append(f"{path}: the link to {target} leads nowhere")
    return problems


def is_page(root: Path, path: str, target: str) -> bool:
    """Tell whether a {doc} role leads to a page."""
    start = root if target.startswith("/") else (root / path).parent
    return any((start / (target.lstrip("/") + ending)).is_file() for ending in (".md", ".ipynb"))


def is_link(root: Path, path: str, target: str, pages: dict[str, str], known: set[str]) -> bool:
    """Tell whether a Markdown link leads to a file, to a page, to a heading or to a label."""
    file, _, anchor = target.partition("#")
    if not file:
        return anchor in slugs(pages[path]) | known
    if not ((root / path).parent / file).exists():
        return is_page(root, path, file) or target in known
    inside = ((root / path).parent / file).resolve().relative_to(root.resolve()).as_posix()
    return not anchor or anchor in slugs(pages.get(inside, "")) | known


# The built site


class _Links(HTMLParser):
    """Collect what a page links to, what it loads, and the anchors that it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.anchors: set[str] = set()
        self.unresolved: list[str] = []
        self._in_link = False
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Note a tag's links and its anchor."""
        found = {name: value or "" for name, value in attributes}
        self.anchors.update(found[name] for name in ("id", "name") if name in found)
        if "href" in found and not (tag == "link" and found.get("rel") in {"preconnect", "canonical"}):
            self.targets.append(found["href"])
        if "src" in found:
            self.targets.append(found["src"])
        self.targets += [part.split()[0] for part in found.get("srcset", "").split(",") if part.strip()]
        self._in_link = self._in_link or tag == "a"
        # `name` in a docstring links where it can, and is a name of an argument elsewhere.
        kinds = set(found.get("class", "").split())
        if "xref" in kinds and "py-obj" not in kinds and not self._in_link:
            self.unresolved.append(found["class"])

    def handle_endtag(self, tag: str) -> None:
        """Note the end of a link."""
        self._in_link = self._in_link and tag != "a"


@cache
def links_of(page: Path) -> _Links:
    """Return what a built page links to; read once."""
    return _Links(page.read_text(encoding="utf-8"))


def built_pages(site: Path) -> Iterator[Path]:
    """Yield the pages of a built site."""
    return (path for path in sorted(site.rglob("*.html")) if "_static" not in path.relative_to(site).parts)


def check_built(site: Path) -> list[str]:
    """Return a line for each link in the built pages that leads to no file or to no anchor.

    Parameters
    ----------
    site : Path
        The folder of the built site.
    """
    problems = []
    for page in built_pages(site):
        name = page.relative_to(site).as_posix()
        problems += [f"{name}: a reference was not resolved ({kind})" for kind in links_of(page).unresolved]
        for target in dict.fromkeys(links_of(page).targets):
            parts = urlsplit(target)
            if parts.scheme or parts.netloc:
                continue
            path, anchor = urldefrag(unquote(target))
            file = (page.parent / path.partition("?")[0]).resolve() if path else page
            if file.is_dir():
                file = file / "index.html"
            if not target or not file.is_file():
                problems.append(f"{name}: there is no {target!r}")
            elif anchor and file.suffix == ".html" and anchor not in links_of(file).anchors:
                problems.append(f"{name}: {target!r} has no such anchor")
    for sheet in sorted(site.rglob("*.css")):
        name = sheet.relative_to(site).as_posix()
        for target in re.findall(r"url\(\s*[\"']?([^\"')]+)", sheet.read_text(encoding="utf-8")):
            if not urlsplit(target).scheme and not (sheet.parent / re.split("[?#]", target)[0]).is_file():
                problems.append(f"{name}: there is no {target!r}")
    return problems


# The world


def external(site: Path) -> dict[str, str]:
    """Return each address of another host with a page that names it."""
    found: dict[str, str] = {}
    for page in built_pages(site):
        for target in links_of(page).targets:
            if urlsplit(target).scheme in {"http", "https"}:
                found.setdefault(urldefrag(target)[0], page.relative_to(site).as_posix())
    return found


def ask(address: str, seconds: float = 20) -> str:
    """Return what is wrong with an address, or an empty string: HEAD first, GET where that is refused."""
    reason = ""
    for method in ("HEAD", "GET"):
        request = urllib.request.Request(address, method=method, headers={"User-Agent": AGENT})
        try:
            with urllib.request.urlopen(request, timeout=seconds):
                return ""
        except urllib.error.HTTPError as error:
            reason = f"{error.code} {error.reason}"
            if error.code == 429:  # asked too often; it is there
                return ""
        except (OSError, ValueError) as error:
            reason = str(getattr(error, "reason", error))
    return reason


def check_online(site: Path) -> list[str]:
    """Return a line for each address of another host that does not answer.

    Parameters
    ----------
    site : Path
        The folder of the built site.
    """
    found = external(site)
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(ask, found)
    return [
        f"{page}: {address}: {wrong}"
        for (address, page), wrong in zip(found.items(), answers, strict=True)
        if wrong
    ]


def main() -> int:
    """Check what is asked for; return 1 where a link leads nowhere."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--built", action="store_true", help="the pages of the built site")
    kind.add_argument("--online", action="store_true", help="every address of another host")
    options = parser.parse_args()
    site = ROOT / "_build" / "html"
    if (options.built or options.online) and not site.is_dir():
        print("The book is not built: run `make book` first.", file=sys.stderr)
        return 1
    if options.online:
        problems = check_online(site)
    else:
        problems = check_built(site) if options.built else check_sources(ROOT)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{len(problems)} links lead nowhere." if problems else "Every link leads somewhere.")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
