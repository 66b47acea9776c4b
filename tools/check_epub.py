"""Open an EPUB as an e-book reader would, and say what is wrong with it (the last step of `make epub`).

    python tools/check_epub.py _build/crux-of-deep-learning.epub

Every page must be well-formed and listed, every picture there and described, every link must lead to a page
and an anchor, formulas must be MathML, and no TeX may be left in plain sight.
"""

import posixpath
import re
import sys
import zipfile
from pathlib import Path
from urllib.parse import unquote, urldefrag, urlsplit
from xml.etree import ElementTree

XHTML = "{http://www.w3.org/1999/xhtml}"
PACKAGE = "{http://www.idpf.org/2007/opf}"
MATH = "{http://www.w3.org/1998/Math/MathML}math"


def check_epub(path: Path) -> tuple[list[str], int]:
    """Return what is wrong with an EPUB, and how many pages it has.

    Parameters
    ----------
    path : Path
        The file.
    """
    problems: list[str] = []
    with zipfile.ZipFile(path) as book:
        if book.infolist()[0].filename != "mimetype" or book.infolist()[0].compress_type:
            problems.append("the first file must be 'mimetype', uncompressed")
        if broken := book.testzip():
            problems.append(f"{broken} is damaged")
        names = set(book.namelist())
        package = ElementTree.fromstring(book.read("content.opf"))
        listed = {unquote(item.attrib["href"]): item.attrib for item in package.iter(f"{PACKAGE}item")}
        problems += [f"{name} is listed but not there" for name in listed if name not in names]
        pages, anchors = {}, {}
        for name in sorted(name for name in names if name.endswith(".xhtml")):
            try:
                pages[name] = ElementTree.fromstring(book.read(name))
            except ElementTree.ParseError as error:
                problems.append(f"{name} is not well-formed: {error}")
                continue
            anchors[name] = {element.attrib["id"] for element in pages[name].iter() if "id" in element.attrib}
    n_formulas = 0
    for name, page in pages.items():
        n_formulas += len(list(page.iter(MATH)))
        problems += [f"{name}: {problem}" for problem in _check_page(name, page, names, anchors)]
    if not n_formulas:
        problems.append("there is no formula in MathML")
    return problems, len(pages)


def _check_page(
    name: str, page: ElementTree.Element, names: set[str], anchors: dict[str, set[str]]
) -> list[str]:
    problems = []
    folder = posixpath.dirname(name)
    for image in page.iter(f"{XHTML}img"):
        source = posixpath.normpath(posixpath.join(folder, unquote(image.attrib["src"])))
        if source not in names:
            problems.append(f"there is no picture {source}")
        if not image.attrib.get("alt", "").strip():
            problems.append(f"the picture {source} has no alternative text")
    for link in page.iter(f"{XHTML}a"):
        target, anchor = urldefrag(unquote(link.attrib.get("href", "#")))
        if urlsplit(target).scheme:
            continue
        file = posixpath.normpath(posixpath.join(folder, target)) if target else name
        if file not in names or (anchor and anchor not in anchors.get(file, set())):
            problems.append(f"the link to {link.attrib.get('href')} leads nowhere")
    text = "".join(_prose(page))
    problems += [f"raw TeX: {tex}" for tex in re.findall(r"\\[a-zA-Z]{2,}.{0,40}|\$\$.{0,40}", text)]
    return problems


def _prose(element: ElementTree.Element) -> list[str]:
    """Return the text of a page without its code."""
    if element.tag in {f"{XHTML}{name}" for name in ("pre", "code", "style", "script")} | {MATH}:
        return [element.tail or ""]
    inside = [piece for child in element for piece in _prose(child)]
    return [element.text or "", *inside, element.tail or ""]


def main() -> int:
    """Check the file that is named; return 1 where something is wrong."""
    path = Path(sys.argv[1])
    problems, n_pages = check_epub(path)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{path.name}: {n_pages} pages, {path.stat().st_size / 1e6:.1f} MB, {len(problems)} problems.")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
