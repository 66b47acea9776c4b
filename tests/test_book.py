"""The built book in a real browser, with the network closed.

What readers get is tested, not what was meant: every page loads without an error and without asking any
other host, every explorer answers the keyboard with another picture and the sentence that annlib computes,
quizzes answer, nothing scrolls sideways on a phone, and axe-core finds nothing, in light and dark.
"""

import functools
import http.server
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import npm_assets
import pytest
from playwright.sync_api import Browser, BrowserContext, Page

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
PAGES = sorted(
    path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if "_static" not in path.parts
)
PAGES = [
    page for page in PAGES if page != "index.html"
]  # only leads to book/index.html, and has its own test
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}

pytestmark = pytest.mark.browser


def article(page: str) -> str:
    """Return the HTML of a page's own content, without the theme's frame."""
    text = (SITE / page).read_text(encoding="utf-8")
    return text.partition('<article class="bd-article">')[2].partition("</article>")[0]


def pages_with(mark: str) -> list[str]:
    return [page for page in PAGES if mark in article(page)]


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of the built book, served from this machine."""
    assert PAGES, "the book is not built: run `make book` first"

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


class Visit:
    """One page in a context of its own, with a record of everything that went wrong in it."""

    def __init__(
        self, browser: Browser, site: str, page: str, *, theme: str = "light", **options: object
    ) -> None:
        options.setdefault("viewport", WIDE)
        self.context: BrowserContext = browser.new_context(color_scheme=theme, **options)
        self.problems: list[str] = []
        self.page: Page = self.context.new_page()
        self.page.on(
            "console", lambda message: message.type == "error" and self.problems.append(message.text)
        )
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))
        self.page.on("requestfailed", lambda request: self.problems.append(f"failed: {request.url}"))
        self.page.on(
            "response",
            lambda answer: answer.status >= 400 and self.problems.append(f"{answer.status}: {answer.url}"),
        )
        self.page.route(
            lambda url: not url.startswith((site, "data:", "blob:")),
            lambda route: (self.problems.append(f"asked another host: {route.request.url}"), route.abort()),
        )
        self.page.goto(site + page, wait_until="load")
        if options.get("java_script_enabled", True):
            if "annlib-frame" in article(page):
                self.page.wait_for_selector(".annlib-frame", state="attached")
            self.page.evaluate("document.fonts.ready")
            self.page.evaluate("window.MathJax?.startup?.promise")

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.mark.parametrize("page", PAGES)
def test_page_loads_without_error_and_asks_no_other_host(browser, site, page):
    with Visit(browser, site, page) as visit:
        visit.page.mouse.wheel(0, 20_000)
        visit.page.wait_for_timeout(200)
        assert visit.problems == []


@pytest.mark.parametrize("page", PAGES)
def test_page_does_not_scroll_sideways_on_a_phone(browser, site, page):
    with Visit(browser, site, page, viewport=PHONE) as visit:
        too_wide = visit.page.evaluate(
            """() => document.documentElement.scrollWidth <= innerWidth ? [] :
                [...document.querySelectorAll('main *')]
                    .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
                    .slice(0, 5).map(element => element.outerHTML.slice(0, 200))"""
        )
        assert too_wide == []
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_bare_address_leads_to_the_first_page(browser, site):
    with Visit(browser, site, "book/how-to-use.html") as visit:
        visit.page.goto(site)
        visit.page.wait_for_url("**/book/index.html")


@pytest.mark.parametrize("page", PAGES)
def test_axe_finds_nothing(browser, site, page):
    """Every rule of axe-core, those of WCAG 2.2 AA among them: wide and phone, light and dark."""
    with Visit(browser, site, page) as visit:
        visit.page.add_script_tag(path=npm_assets.fetch("axe-core@4.14.1") / "axe.min.js")
        for name, viewport in (("wide", WIDE), ("phone", PHONE)):
            visit.page.set_viewport_size(viewport)
            for theme in ("light", "dark"):
                visit.page.emulate_media(color_scheme=theme)
                visit.page.wait_for_function(f"document.documentElement.dataset.theme === '{theme}'")
                visit.page.wait_for_timeout(300)  # the theme fades its colors
                found = visit.page.evaluate(
                    "axe.run(document, {resultTypes: ['violations'], runOnly: "
                    "['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})"
                )
                rows = [
                    f"{violation['id']} ({violation['impact']}): {node['html'][:160]} "
                    f"[{node['failureSummary'][:300]}]"
                    for violation in found["violations"]
                    for node in violation["nodes"]
                ]
                assert rows == [], f"{name}, {theme}"


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("page", pages_with("only-dark"))
def test_figures_follow_the_theme(browser, site, page, theme):
    with Visit(browser, site, page, theme=theme) as visit:
        for kind in ("light", "dark"):
            shown = visit.page.locator(f"article img.only-{kind}").evaluate_all(
                "images => images.map(image => getComputedStyle(image).display !== 'none')"
            )
            assert shown
            assert set(shown) == {kind == theme}


@pytest.mark.parametrize("page", PAGES)
def test_alt_texts_say_what_is_seen(page):
    images = re.findall(r"<img\b[^>]*>", article(page))
    alts = [re.search(r'alt="([^"]*)"', image) for image in images if "only-dark" not in image]
    words = [len(alt[1].split()) if alt else 0 for alt in alts]
    assert all(count >= 5 for count in words), [
        image for image, count in zip(images, words, strict=False) if count < 5
    ]
    assert len({alt[1] for alt in alts}) == len(alts), "two figures share one alt text"


@pytest.mark.parametrize("page", pages_with("annlib-frame"))
def test_explorers_answer_the_keyboard(browser, site, page):
    """Each control, moved by keyboard alone, changes the picture, its alt text and the sentence."""
    with Visit(browser, site, page) as visit:
        explorers = visit.page.locator(".annlib-explorer")
        assert explorers.count() == article(page).count('class="annlib-still"')
        for explorer in explorers.all():
            explorer.scroll_into_view_if_needed()
            handles = explorer.locator(".noUi-handle").all()
            buttons = explorer.locator(".widget-toggle-button").all()
            assert handles or buttons
            for control in handles + buttons:
                assert control.get_attribute("aria-label") or control.inner_text().strip()
            moves = [(handle, ("ArrowRight", "ArrowLeft")) for handle in handles]
            moves += [
                (button, ("Enter",))
                for button in buttons
                if "mod-active" not in button.get_attribute("class")
            ]
            for control, keys in moves:
                before = frame_now(explorer)
                for key in keys:
                    control.focus()
                    visit.page.keyboard.press(key)
                    visit.page.wait_for_timeout(80)
                    after = frame_now(explorer)
                    if after != before:
                        break
                assert after["source"] != before["source"], f"{control} changed no picture"
                assert after["sentence"] != before["sentence"]
                assert after["alt"] == after["sentence"]
                assert after["width"] > 200, "the picture was not drawn"
                spoken = explorer.locator("xpath=following-sibling::*[@aria-live][1]").inner_text()
                assert spoken.strip() == after["sentence"]
        assert visit.problems == []


@pytest.mark.parametrize("page", pages_with("annlib-frame"))
def test_a_slider_runs_by_itself_when_started_and_not_before(browser, site, page):
    """Play, pause and back to the start, by keyboard, with no kernel; the slider moves along."""
    with Visit(browser, site, page, reduced_motion="reduce") as visit:
        for explorer in visit.page.locator(".annlib-explorer:has(.annlib-player)").all():
            player = explorer.locator(".annlib-player").first
            player.scroll_into_view_if_needed()
            first = frame_now(explorer)
            visit.page.wait_for_timeout(3000)
            assert frame_now(explorer) == first, "it moved before it was asked to"
            play = player.locator("button").first
            play.focus()
            visit.page.keyboard.press("Enter")
            visit.page.wait_for_timeout(3500)
            visit.page.keyboard.press("Enter")  # pause
            moved = frame_now(explorer)
            assert moved["sentence"] != first["sentence"]
            assert moved["source"] != first["source"]
            # The slider above the buttons moved along, and its number is the one that the sentence tells.
            readout = player.locator("xpath=preceding-sibling::*[1]").locator(".widget-readout").inner_text()
            assert re.search(rf"\b{readout}\b", moved["sentence"])
            visit.page.wait_for_timeout(3000)
            assert frame_now(explorer) == moved, "it did not pause"
            assert all(
                button.get_attribute("aria-label") or button.get_attribute("title") or button.inner_text()
                for button in player.locator("button:visible").all()
            )
        assert visit.problems == []


def frame_now(explorer) -> dict[str, object]:
    """What the explorer shows at this moment, once its picture has arrived."""
    image = explorer.locator(".annlib-frame img:visible").first
    image.evaluate("image => image.decode()")
    return {
        "source": image.get_attribute("src"),
        "alt": image.get_attribute("alt"),
        "width": image.evaluate("image => image.naturalWidth"),
        "sentence": explorer.locator(".annlib-frame figcaption").first.inner_text().strip(),
    }


@pytest.mark.parametrize("page", pages_with("annlib-frame"))
def test_without_javascript_the_default_frame_is_there(browser, site, page):
    with Visit(browser, site, page, java_script_enabled=False) as visit:
        pictures = visit.page.locator("article .annlib-frame img.only-light")
        assert pictures.count() >= 1
        for picture in pictures.all():
            assert picture.bounding_box()["width"] > 200


@pytest.mark.parametrize("page", pages_with("annlib-question"))
def test_quizzes_answer_the_keyboard(browser, site, page):
    """Each choice gets feedback of its own, one of them is right, and a typed nonsense is no answer."""
    with Visit(browser, site, page) as visit:
        for question in visit.page.locator(".annlib-question").all():
            feedback = question.locator(".annlib-feedback")
            assert feedback.inner_text() == ""
            answers = []
            for choice in question.locator("input[type=radio]").all():
                choice.focus()
                visit.page.keyboard.press("Space")
                visit.page.keyboard.press("Enter")
                answers.append(feedback.inner_text())
            if answers:
                assert len(set(answers)) == len(answers)
                assert sum("Right" in answer for answer in answers) == 1
            else:
                field = question.locator("input[type=text]")
                for typed, expected in (("much", "Type a number"), ("987654", "\u2717")):
                    field.fill(typed)
                    field.press("Enter")
                    assert expected in feedback.inner_text()
        assert visit.problems == []


@pytest.mark.parametrize("page", pages_with("annlib-predict"))
def test_what_is_predicted_stays_hidden_until_the_reader_has_chosen(browser, site, page):
    with Visit(browser, site, page) as visit:
        for prediction in visit.page.locator(".annlib-predict").all():
            notes = visit.page.locator(".annlib-veil-note").count()
            prediction.locator(".annlib-check").click()  # without a choice, nothing opens
            assert visit.page.locator(".annlib-veil-note").count() == notes
            choice = prediction.locator("input").first
            if choice.get_attribute("type") == "radio":
                choice.check()
            else:
                choice.fill("1")
            prediction.locator(".annlib-check").click()
            if prediction.get_attribute("data-veils") is not None:
                assert visit.page.locator(".annlib-veil-note").count() == notes - 1
            assert prediction.locator(".annlib-feedback").inner_text()
        assert visit.page.locator(".annlib-veiled").count() == 0
        assert visit.problems == []


def test_search_index_knows_the_chapters():
    index = (SITE / "searchindex.js").read_text(encoding="utf-8")
    names = json.loads(re.search(r'"?docnames"?:\s*(\[[^\]]*\])', index)[1])
    assert "book/01-neurons" in names
