"""The site as a whole: where a reader is, what pictures say, formulas, the one file, a USB stick."""

import html
import re
import subprocess
import zipfile
from collections import defaultdict
from pathlib import Path

import course_map
import course_zip
import pytest
from fontTools.ttLib import TTFont
from test_book import PAGES, PHONE, ROOT, SITE, Visit, article, site  # noqa: F401

pytestmark = pytest.mark.browser

CHAPTERS = course_map.chapters(ROOT)


@pytest.mark.parametrize("page", ["book/index.html", "book/setup.html", "book/04-backpropagation.html"])
def test_page_does_not_jump_on_a_phone(browser, site, page):  # noqa: F811
    with Visit(browser, site, page, viewport=PHONE) as visit:
        height = visit.page.evaluate("document.documentElement.scrollHeight")
        for _ in range(0, height, 700):
            visit.page.evaluate("scrollBy({top: 700, behavior: 'instant'})")
            visit.page.wait_for_timeout(30)
        assert visit.page.evaluate("window.annlibJump") <= 0.05


# Pictures


def test_every_icon_is_in_the_font():
    """A theme may write an icon as its code or as the character itself; neither may be a hollow box."""
    icons = set()
    for sheet in (SITE / "_static").rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        icons.update(int(code, 16) for code in re.findall(r'"\\([ef][0-9a-f]{3})"', text))
        icons.update(map(ord, re.findall("[\ue000-\uf8ff]", text)))
    fonts = (SITE / "_static" / "vendor" / "fontawesome" / "webfonts").glob("*.woff2")
    there = {code for font in fonts for code in TTFont(font).getBestCmap()}
    assert len(icons) > 20
    assert {hex(code) for code in icons - there} == set()


def test_alt_texts_of_the_whole_book_are_distinct_and_telling():
    """None is empty, none is generic, and two different pictures never share one."""
    pictures = defaultdict(set)
    for page in PAGES:
        for image in re.findall(r"<img\b[^>]*>", article(page)):
            if "only-dark" in image or "svg+xml;base64" in image:
                continue
            alt = re.search(r'\balt="([^"]*)"', image)
            source = re.search(r'\bsrc="([^"#]*)', image)[1]
            assert alt, f"{page}: no alternative text: {image[:200]}"
            text = html.unescape(alt[1]).strip()
            assert len(text.split()) >= 5, f"{page}: {text!r} says too little"
            assert not is_generic(text), f"{page}: {text!r} says nothing"
            pictures[text].add((SITE / page).parent.joinpath(source).read_bytes())
    shared = [text for text, contents in pictures.items() if len(contents) > 1]
    assert shared == []
    assert len(pictures) > 50


def is_generic(text: str) -> bool:
    """Tell whether an alternative text names a kind of picture or a file instead of saying what is seen."""
    word = r"(image|picture|figure|plot|graph|chart|diagram|screenshot|output)"
    opens = re.match(rf"(an?|the)?\s*{word}\s+(of|showing|that shows)\b", text, re.IGNORECASE)
    return bool(
        opens or re.search(r"\.(png|svg|jpe?g|webp)$", text) or re.fullmatch(rf"{word}[\s\d.]*", text, re.I)
    )


@pytest.mark.parametrize(
    "text", ["image of a curve over the plane", "Figure 3.2", "a plot showing two red lines", "x.svg"]
)
def test_generic_texts_are_known(text):
    assert is_generic(text)


# Where the reader is


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.docname)
def test_a_chapter_says_where_it_stands_and_offers_its_notebook(browser, site, chapter):  # noqa: F811
    with Visit(browser, site, f"{chapter.docname}.html") as visit:
        steps = visit.page.locator(".annlib-course a")
        assert steps.all_inner_texts() == [str(other.number) for other in CHAPTERS]
        assert visit.page.locator(".annlib-course a[aria-current=page]").inner_text() == str(chapter.number)
        assert f"{chapter.minutes} minutes" in visit.page.locator(".annlib-facts").inner_text()
        with visit.page.expect_download() as download:
            visit.page.locator(".annlib-facts a").first.click()
        assert download.value.suggested_filename == f"{Path(chapter.docname).name}.ipynb"
        assert visit.problems == []


@pytest.mark.parametrize("chapter", CHAPTERS, ids=lambda chapter: chapter.docname)
def test_exercises_and_solutions_lead_to_each_other_and_to_their_chapter(chapter):
    name = f"{Path(chapter.docname).name}.html"
    for here, there in [("exercises", "solutions"), ("solutions", "exercises")]:
        page = (SITE / here / name).read_text(encoding="utf-8")
        line = page.partition('<p class="annlib-facts">')[2].partition("</p>")[0]
        assert f'href="../book/{name}"' in line
        assert f'href="../{there}/{name}"' in line


def test_a_finished_chapter_is_remembered_in_this_browser(browser, site):  # noqa: F811
    first = CHAPTERS[0]
    with Visit(browser, site, f"{first.docname}.html") as visit:
        button = visit.page.locator(".annlib-finish")
        button.focus()
        visit.page.keyboard.press("Enter")
        assert button.get_attribute("aria-pressed") == "true"
        visit.page.goto(f"{site}{CHAPTERS[1].docname}.html")
        done = visit.page.locator(".annlib-course a.annlib-done")
        assert done.count() == 1
        assert done.get_attribute("aria-label").endswith(", finished")
        visit.page.goto(f"{site}book/index.html")
        assert visit.page.locator(".annlib-map-count").inner_text() == (
            f"You have finished 1 of {len(CHAPTERS)} chapters."
        )
        visit.page.goto(f"{site}{first.docname}.html")
        visit.page.locator(".annlib-finish").click()
        assert visit.page.locator(".annlib-course a.annlib-done").count() == 0
        assert visit.context.cookies() == []


def test_the_cheat_sheet_is_one_sheet_of_paper(browser, site):  # noqa: F811
    with Visit(browser, site, "book/cheat-sheet.html") as visit:
        margin = {"top": "1cm", "right": "1cm", "bottom": "1cm", "left": "1cm"}
        for paper in ["A4", "Letter"]:
            pdf = visit.page.pdf(format=paper, margin=margin)
            assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1, paper


def test_every_page_names_the_version_and_the_day_of_its_last_change():
    for page in PAGES:
        text = (SITE / page).read_text(encoding="utf-8")
        assert re.search(r"Version \d+\.\d+\.\d+\.", text), page
        if page not in {"genindex.html", "search.html"}:
            assert re.search(r"Last updated on \d{4}-\d\d-\d\d", text), page


# Formulas


def test_formulas_are_set_and_carry_mathml_for_screen_readers(browser, site):  # noqa: F811
    """Without any script: what is seen has a width, and what is spoken is there."""
    with Visit(browser, site, "book/05-gradient-descent.html", java_script_enabled=False) as visit:
        assert visit.page.locator("mjx-math").first.bounding_box()["width"] > 5
        n_seen, n_spoken = (
            visit.page.locator(name).count() for name in ("mjx-math", "mjx-assistive-mml math")
        )
        assert n_seen == n_spoken > 20
        hidden = visit.page.locator("mjx-math").evaluate_all(
            "all => all.every(one => one.ariaHidden === 'true')"
        )
        assert hidden
        assert r"\nabla" not in visit.page.locator("article").inner_text()


@pytest.mark.parametrize("page", PAGES)
def test_no_raw_tex_is_shown(page):
    shown = re.sub(r"<(pre|code|script|style|template)\b.*?</\1>", "", article(page), flags=re.DOTALL)
    assert not re.search(r"\\(frac|sum|partial|mathbf|text|begin|sigma)\b|\\[(\[]|\$\$", shown)


# The file with everything, and the site from a USB stick


def test_the_whole_course_is_one_file():
    """It holds what git has, no more and no less, and the links on the pages lead to it."""
    with zipfile.ZipFile(SITE / f"{course_zip.NAME}.zip") as archive:
        assert archive.testzip() is None
        names = {name.removeprefix(f"{course_zip.NAME}/") for name in archive.namelist()}
    assert {"Makefile", "annlib/network.py", "book/01-neurons.ipynb", "exercises/01-neurons.ipynb"} <= names
    assert not any("Churn_Modelling" in name for name in names)
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode == 0:
        there = {name for name in listed.stdout.splitlines() if (ROOT / name).is_file()}
        assert names == there


def test_the_book_works_from_a_usb_stick(browser):
    """Opened as files: pages, pictures, formulas and sliders are there; nothing else is asked for."""
    page = browser.new_context().new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((SITE / "book" / "01-neurons.html").as_uri(), wait_until="load")
    page.wait_for_selector(".annlib-explorer .annlib-frame img:visible")
    assert page.locator("article mjx-math:visible").first.bounding_box()["width"] > 5
    handle = page.locator(".annlib-explorer .noUi-handle").first
    before = page.locator(".annlib-explorer .annlib-frame img:visible").first.get_attribute("src")
    handle.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)
    assert page.locator(".annlib-explorer .annlib-frame img:visible").first.get_attribute("src") != before
    assert all(url.startswith(("file://", "data:", "blob:")) for url in asked)
    page.goto((SITE / "search.html").as_uri() + "?q=momentum", wait_until="load")
    page.wait_for_selector("#search-results li a", timeout=10_000)
    assert page.locator("#search-results li").count() > 3
    page.context.close()
