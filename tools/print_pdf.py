"""Print the one long page of the book as a PDF with Chromium (`make pdf`).

The page must be there: `jupyter-book build --builder singlehtml .` writes it. Formulas are set already and
explorers are pictures, so nothing has to run in the page; only folds are opened and pictures awaited. A page
with a missing picture or with TeX in plain sight is not printed.
"""

import shutil
import sys
from pathlib import Path

import find_browser
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "_build" / "singlehtml"
TARGET = ROOT / "_build" / "crux-of-deep-learning.pdf"

READY = """async () => {
    document.documentElement.dataset.theme = "light";
    document.querySelectorAll("details").forEach((fold) => { fold.open = true; });
    const pictures = [...document.images];
    pictures.forEach((picture) => { picture.loading = "eager"; });
    await document.fonts.ready;
    await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
    const text = document.querySelector("article").cloneNode(true);
    text.querySelectorAll("pre, code, script, style").forEach((code) => code.remove());
    const missing = pictures.filter((picture) => !picture.naturalWidth);
    const raw = text.textContent.match(/\\\\[a-zA-Z]{2,}.{0,40}|\\$\\$.{0,40}/g) ?? [];
    return [...missing.map((picture) => `no picture ${picture.src}`), ...raw.map((tex) => `raw TeX: ${tex}`)];
}"""
FOOTER = (
    '<div style="width: 100%; font-size: 8px; text-align: center; color: #555">'
    '<span class="title"></span> \N{MIDDLE DOT} <span class="pageNumber"></span></div>'
)


def print_page(page: Path, target: Path) -> None:
    """Print an HTML file as a PDF with an outline, tags and page numbers.

    Parameters
    ----------
    page, target : Path
        The HTML file, and the PDF that is written.

    Raises
    ------
    RuntimeError
        If there is no browser, a picture of the page is missing, or it shows raw TeX.
    """
    executable = find_browser.find_browser()
    if executable is None:
        raise RuntimeError("The PDF is printed by Chromium or Chrome, and neither was found.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=find_browser.FLAGS)
        tab = browser.new_page(color_scheme="light")
        tab.set_default_timeout(180_000)
        tab.goto(page.as_uri(), wait_until="load")
        if problems := tab.evaluate(READY):
            raise RuntimeError("The page cannot be printed: " + "; ".join(problems))
        tab.pdf(
            path=target,
            format="A4",
            scale=0.8,
            print_background=True,
            outline=True,
            tagged=True,
            display_header_footer=True,
            header_template="<span></span>",
            footer_template=FOOTER,
            margin={"top": "16mm", "bottom": "18mm", "left": "16mm", "right": "16mm"},
        )
        browser.close()


def main() -> int:
    """Print the book; return 1 with a reason where it cannot be printed."""
    written = FOLDER / "book" / "index.html"
    if not written.is_file():
        print("The page to print is not there: run `make pdf`.", file=sys.stderr)
        return 1
    # Sphinx writes it into the folder of the first page, with addresses that hold one folder above.
    print_page(Path(shutil.copy(written, FOLDER / "book.html")), TARGET)
    print(f"Wrote {TARGET} ({TARGET.stat().st_size / 1e6:.1f} MB).")
    return 0


if __name__ == "__main__":
    sys.exit(main())
