"""The built book in a real browser, with the network closed.

What readers get is tested, not what was meant: every page loads without an error and without asking any
other host, every explorer answers the keyboard with another picture and the sentence that annlib computes,
quizzes answer, nothing scrolls sideways on a phone, and axe-core finds nothing, in light and dark.
"""

import functools
import gzip
import http.server
import itertools
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path

import nbformat
import npm_assets
import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from annlib.checks import exercises
from annlib.explorers import Choice, Explorer, Numbers, _ahead

ROOT = Path(__file__).resolve().parents[1]
SITE = ROOT / "_build" / "html"
PAGES = sorted(
    path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html") if "_static" not in path.parts
)
PAGES = [
    page for page in PAGES if page != "index.html"
]  # only leads to book/index.html, and has its own test
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 375, "height": 812}
HEAVIEST = {"explorers": 2_000_000, "formulas": 650_000, "plain": 400_000}
"""Bytes on the wire of a page with explorers, with formulas only, with neither."""
JUMPS = """
    window.annlibJump = 0;
    new PerformanceObserver((list) => {
        for (const shift of list.getEntries()) if (!shift.hadRecentInput) window.annlibJump += shift.value;
    }).observe({ type: "layout-shift", buffered: true });
"""

pytestmark = pytest.mark.browser


def by_page(pages: list[str]) -> pytest.MarkDecorator:
    """Run a test for each page, in the order of the pages: all tests of one share the page that is open.

    The tests of a file that share a page run in the order in which they stand here, in one worker.
    """
    return pytest.mark.parametrize(
        "opened",
        [pytest.param(page, marks=pytest.mark.xdist_group(page)) for page in pages],
        indirect=True,
        scope="module",
        ids=pages,
    )


def article(page: str) -> str:
    """Return the HTML of a page's own content, without the theme's frame and what its widgets are made of."""
    text = (SITE / page).read_text(encoding="utf-8")
    content = text.partition('<article class="bd-article">')[2].partition("</article>")[0]
    return content.partition('<script type="application/vnd.jupyter.widget-state+json">')[0]


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

    def __init__(self, browser: Browser, site: str, page: str, **options: object) -> None:
        options.setdefault("viewport", WIDE)
        self.name = page
        self.context: BrowserContext = browser.new_context(**options)
        self.problems: list[str] = []
        self.asked: set[str] = set()
        self.page: Page = self.context.new_page()
        self.page.add_init_script(JUMPS)
        self.page.on("request", lambda request: self.asked.add(request.url.partition("#")[0]))
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
        self.address, self.scripts = site + page, options.get("java_script_enabled", True)
        self.open()

    def open(self) -> None:
        """Open the page, or open it anew."""
        self.page.goto(self.address, wait_until="load")
        if self.scripts:
            if "annlib-frame" in article(self.name):
                self.page.wait_for_selector(".annlib-explorer .annlib-frame", state="attached")
            self.page.evaluate("document.fonts.ready")
            self.page.evaluate("window.MathJax?.startup?.promise")

    def look(self, viewport: dict[str, int], theme: str = "light") -> None:
        """Change the window and the theme, and wait until the page has both."""
        self.page.set_viewport_size(viewport)
        self.page.emulate_media(color_scheme=theme, reduced_motion="reduce")  # so the theme fades no colors
        self.page.wait_for_function(
            f"document.documentElement.dataset.theme === '{theme}' && innerWidth === {viewport['width']}"
        )
        # A moment after a resize, Tab reaches what scrolls sideways.
        self.page.wait_for_function(
            """[...document.querySelectorAll("pre, mjx-container[display], .pst-scrollable-table-container")]
                .every(box => box.scrollWidth <= box.clientWidth || box.tabIndex === 0)"""
        )

    def __enter__(self) -> "Visit":
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()


@pytest.fixture(scope="module")
def opened(request: pytest.FixtureRequest, browser: Browser, site: str) -> Iterator[Visit]:
    """A page that stays open for all tests of it, so that it is loaded once."""
    with Visit(browser, site, request.param) as visit:
        yield visit


# What changes nothing in the page comes first.


@by_page(PAGES)
def test_page_loads_without_error_and_asks_no_other_host(opened):
    opened.page.mouse.wheel(0, 20_000)
    opened.page.wait_for_load_state("networkidle")
    assert opened.problems == []


@by_page(PAGES)
def test_page_does_not_jump_while_it_opens(opened):
    assert opened.page.evaluate("window.annlibJump") <= 0.05


@by_page(PAGES)
def test_page_is_light(opened, site):
    """All that it has asked for, neighbors of the explorers' pictures too, as a server compresses it."""
    weights = {
        url: size_on_the_wire(SITE / url.removeprefix(site).partition("?")[0])
        for url in opened.asked
        if url.startswith(site)
    }
    text = article(opened.name)
    kind = "explorers" if "annlib-frame" in text else "formulas" if "mjx-container" in text else "plain"
    heaviest = sorted(weights, key=weights.__getitem__)[-3:]
    assert sum(weights.values()) <= HEAVIEST[kind], {url: weights[url] for url in heaviest}


@functools.cache
def size_on_the_wire(file: Path) -> int:
    content = file.read_bytes()
    return min(len(content), len(gzip.compress(content, 6)))


@by_page(PAGES)
def test_page_does_not_scroll_sideways_on_a_phone(opened):
    opened.look(PHONE)
    too_wide = opened.page.evaluate(
        """() => document.documentElement.scrollWidth <= innerWidth ? [] :
            [...document.querySelectorAll('main *')]
                .filter(element => element.getBoundingClientRect().right > innerWidth + 1)
                .slice(0, 5).map(element => element.outerHTML.slice(0, 200))"""
    )
    assert too_wide == []
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@by_page(pages_with("<table"))
def test_tables_fit_a_phone(opened):
    """None is cut off at the side, nor makes its reader scroll there."""
    opened.look(PHONE)
    cut_off = opened.page.evaluate(
        """() => [...document.querySelectorAll("article table")].map(table => {
            let box = table;
            while (box.tagName !== "ARTICLE" && box.scrollWidth <= box.clientWidth + 4)
                box = box.parentElement;
            return box.tagName === "ARTICLE" ? "" : table.innerText.slice(0, 200);
        }).filter(Boolean)"""
    )
    assert cut_off == []


@by_page(PAGES)
def test_axe_finds_nothing(opened):
    """Every rule of axe-core, those of WCAG 2.2 AA among them; in the dark, those of colors and pictures."""
    opened.page.add_script_tag(path=npm_assets.fetch("axe-core@4.14.1") / "axe.min.js")
    # Who scrolls back a little meets this button.
    opened.page.add_style_tag(content="#pst-back-to-top { display: block !important }")
    everything = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    of_colors_and_pictures = ["color-contrast", "link-in-text-block", "image-alt", "image-redundant-alt"]
    for viewport in (PHONE, WIDE):
        for theme, rules in (("dark", of_colors_and_pictures), ("light", everything)):
            opened.look(viewport, theme)
            found = opened.page.evaluate(
                """async (rules) => (await axe.run(document, {
                    resultTypes: ['violations'], runOnly: rules,
                })).violations""",
                rules,
            )
            rows = [
                f"{violation['id']} ({violation['impact']}): {node['html'][:160]} "
                f"[{node['failureSummary'][:300]}]"
                for violation in found
                for node in violation["nodes"]
            ]
            assert rows == [], f"{viewport['width']} pixels wide, {theme}"


@by_page(pages_with("only-dark"))
def test_figures_follow_the_theme(opened):
    for theme in ("dark", "light"):
        opened.look(WIDE, theme)
        for kind in ("light", "dark"):
            shown = opened.page.locator(f"article img.only-{kind}").evaluate_all(
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


def test_the_bare_address_leads_to_the_first_page(browser, site):
    with Visit(browser, site, "book/how-to-use.html") as visit:
        visit.page.goto(site)
        visit.page.wait_for_url("**/book/index.html")


# What a reader does to the page.


def explorers_of(page: str) -> list[Explorer | None]:
    """Return the course's explorers in a page, in their order; None for one that the page itself defines."""
    source = ROOT / page.replace(".html", ".ipynb")
    if source.exists():
        cells = nbformat.read(source, as_version=4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "code")
    else:
        text = source.with_suffix(".md").read_text(encoding="utf-8")
    module, called = re.findall(r"from annlib\.explorers import (\w+)(?: as (\w+))?", text)[0]
    called = called or module
    names = re.findall(rf"^(?:{called}\.(\w+)\(\)$|Explorer\()", text, re.M)
    return [_ahead.make(f"annlib.explorers.{module}", name) if name else None for name in names]


CONTROLS = ".annlib-explorer-controls > :is(.widget-hslider, .widget-dropdown, .widget-toggle-buttons)"


class Panel:
    """An explorer in a page, as a reader with a keyboard and with ears meets it."""

    def __init__(self, root: Locator, explorer: Explorer | None) -> None:
        self.root, self.explorer = root, explorer

    def rows(self) -> list[Locator]:
        """The controls, without the buttons and the pace of those that run by themselves."""
        return self.root.locator(CONTROLS).all()

    def settings(self) -> dict[str, str]:
        """What each control says it is set to, by its label; ipywidgets keeps its words on one line."""
        return self.root.evaluate(
            """(root, controls) => Object.fromEntries([...root.querySelectorAll(controls)].map(row => [
                row.querySelector(".widget-label").textContent.trim(),
                (row.querySelector(".widget-readout, .mod-active")?.textContent
                    ?? row.querySelector("select").selectedOptions[0].textContent).trim()
                    .replaceAll("\u00a0", " "),
            ]))""",
            CONTROLS,
        )

    def now(self) -> dict[str, object]:
        """What is seen and said at this moment, once the picture has arrived."""
        return self.root.evaluate(
            """async root => {
                const frame = root.querySelector(".annlib-frame");
                const image = [...frame.querySelectorAll("img")].find(image => image.offsetWidth);
                await image.decode();
                const aloud = root.nextElementSibling;
                return {
                    source: image.src, alt: image.alt, width: image.naturalWidth,
                    sentence: frame.querySelector("figcaption").textContent.trim(),
                    spoken: aloud.textContent.trim(), height: root.offsetHeight,
                };
            }"""
        )

    def press(self, control: Locator, key: str) -> dict[str, object]:
        """Press a key on a control and return what is seen when the sentence has changed, or soon after."""
        before = self.now()
        control.press(key)
        self.root.evaluate(
            """(root, said) => new Promise(done => {
                const deadline = performance.now() + 2000;
                const look = () => {
                    const caption = root.querySelector(".annlib-frame:not(.annlib-not-in-page) figcaption");
                    const changed = caption && caption.textContent.trim() !== said;
                    changed || performance.now() > deadline ? done() : requestAnimationFrame(look);
                };
                look();
            })""",
            before["sentence"],
        )
        return self.now()

    def choose(self, row: Locator, place: int) -> None:
        """Set a control to one of its stops, by keyboard, and wait for the picture."""
        control = row.locator(".noUi-handle, select").first
        if control.count():
            step = "ArrowDown" if row.locator("select").count() else "ArrowRight"
            for key in ["Home", *[step] * place]:
                control.press(key)
        else:
            row.locator("button").nth(place).press("Enter")
        self.root.evaluate(
            """root => new Promise(done => {
                const look = () => root.querySelector(".annlib-not-in-page")
                    ? requestAnimationFrame(look) : requestAnimationFrame(() => requestAnimationFrame(done));
                look();
            })"""
        )

    def expected(self) -> str | None:
        """What annlib says about the settings that the controls show."""
        if self.explorer is None:
            return None
        shown, values = self.settings(), {}
        for name, parameter in self.explorer.parameters.items():
            said = shown[parameter.label]
            values[name] = next(stop for stop in parameter.stops if written(parameter, stop) == said)
        return self.explorer.picture(**values).sentence


def written(parameter: Numbers | Choice, value: float | str) -> str:
    """A value as its control shows it."""
    return parameter.form(value) if isinstance(parameter, Numbers) else value


def panels(visit: Visit) -> list[Panel]:
    found = visit.page.locator(".annlib-explorer").all()
    explorers = explorers_of(visit.name)
    assert len(found) == len(explorers) == article(visit.name).count('class="annlib-still"')
    return [Panel(root, explorer) for root, explorer in zip(found, explorers, strict=True)]


def all_changed(before: dict[str, object], after: dict[str, object]) -> None:
    assert after["source"] != before["source"], "the picture did not change"
    assert after["sentence"] != before["sentence"]
    assert after["alt"] == after["spoken"] == after["sentence"]
    assert after["width"] > 200, "the picture was not drawn"
    assert after["height"] == before["height"], "what is below it jumped"


@pytest.fixture
def _drawn_pictures(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let annlib take the pictures that the build has drawn, and draw those that it has not."""
    monkeypatch.setenv("ANNLIB_FRAMES_DIR", str(ROOT / "_build" / "frames"))


@pytest.mark.usefixtures("_drawn_pictures")
@by_page(pages_with("annlib-frame"))
def test_explorers_answer_the_keyboard(opened):
    """Each control, moved by keyboard alone, changes picture and sentence to what annlib computes."""
    opened.look(PHONE)
    open_all(opened)
    for panel in panels(opened):
        panel.root.scroll_into_view_if_needed()
        rows = panel.rows()
        assert len(rows) == len(panel.settings()) > 0
        for row in rows:
            for control, key in moves(row):
                shown, before = panel.settings(), panel.now()
                assert panel.expected() in (None, before["sentence"])
                after = panel.press(control, key)
                assert panel.settings() != shown
                all_changed(before, after)
                assert panel.expected() in (None, after["sentence"])
    assert opened.problems == []


def moves(row: Locator) -> Iterator[tuple[Locator, str]]:
    """Yield keys that each move a control: a slider to a neighbor and back, all others to every choice."""
    handle, choices = row.locator(".noUi-handle"), row.locator("select")
    if handle.count():
        assert handle.get_attribute("aria-label")
        at_the_end = handle.evaluate("handle => handle.ariaValueNow === handle.ariaValueMax")
        yield from ((handle, key) for key in ("ArrowLeft", "ArrowRight")[:: 1 if at_the_end else -1])
    elif choices.count():
        assert choices.evaluate("list => list.labels.length")
        if choices.evaluate("list => list.selectedIndex"):
            yield choices, "Home"
        yield from [(choices, "ArrowDown")] * choices.evaluate("list => list.options.length - 1")
    else:
        buttons = row.locator("button").all()
        assert len(buttons) >= 2
        for button in [*buttons[::-1], *buttons]:
            if "mod-active" not in button.get_attribute("class"):
                yield button, "Enter"


@pytest.mark.usefixtures("_drawn_pictures")
@by_page([page for page in pages_with("annlib-frame") if "playground" in page])
def test_of_controls_that_move_one_at_a_time_the_other_goes_back_and_the_page_says_so(opened):
    opened.look(WIDE)
    for panel in panels(opened):
        labels = [panel.explorer.parameters[name].label for name in panel.explorer.one_at_a_time]
        rows = {row.locator(".widget-label").inner_text(): row for row in panel.rows()}
        note = panel.root.locator(".annlib-went-back")
        assert all(label in panel.root.locator(".annlib-rule").inner_text() for label in labels)
        for first, second in itertools.permutations(labels, 2):
            for label in (first, second):
                parameter = next(p for p in panel.explorer.parameters.values() if p.label == label)
                other = next(k for k, stop in enumerate(parameter.stops) if stop != parameter.default)
                panel.choose(rows[label], other)
            assert moved(panel) == [second]
            assert note.inner_text() == f"{first} went back."
            assert panel.now()["sentence"] == panel.expected()
            panel.choose(rows[second], parameter.stops.index(parameter.default))
            assert moved(panel) == []
            assert note.inner_text() == ""
    assert opened.problems == []


def moved(panel: Panel) -> list[str]:
    """The controls of which one at a time may be moved and that are not at their start."""
    shown, parameters = panel.settings(), panel.explorer.parameters
    return [
        parameters[name].label
        for name in panel.explorer.one_at_a_time
        if shown[parameters[name].label] != written(parameters[name], parameters[name].default)
    ]


@by_page(pages_with("annlib-frame"))
def test_a_slider_runs_by_itself_when_started_and_not_before(opened):
    """Play, pause, pace and back to the start, by keyboard, with no kernel; the slider moves along."""
    opened.look(WIDE)
    open_all(opened)
    clock = opened.page.clock
    clock.install()
    for panel in panels(opened):
        player = panel.root.locator(".annlib-player").first
        if not player.count():
            continue
        play, back = (player.locator("button").nth(k) for k in (0, 1))
        row, pace = player.locator("xpath=preceding-sibling::*[1]"), player.locator(".noUi-handle")
        assert all(control.get_attribute("aria-label") for control in (play, back, pace))
        back.press("Enter")
        clock.run_for(200)  # a picture has come after that
        first = panel.now()
        clock.run_for(10_000)
        assert panel.now() == first, "it moved before it was asked to"
        assert play.get_attribute("aria-label").startswith("Play")
        play.press("Enter")
        assert play.get_attribute("aria-label").startswith("Pause")
        clock.run_for(2 * int(float(pace.get_attribute("aria-valuenow"))) + 200)
        play.press("Enter")
        clock.run_for(200)
        paused = panel.now()
        all_changed(first, paused)
        # The slider above the buttons moved along, and its number is the one that the sentence tells.
        assert re.search(rf"\b{row.locator('.widget-readout').inner_text()}\b", paused["sentence"])
        clock.run_for(10_000)
        assert panel.now() == paused, "it did not pause"
        steps = []
        for key in ("Home", "End"):  # the fastest pace and the slowest
            back.press("Enter")
            pace.press(key)
            play.press("Enter")
            clock.run_for(1000)
            steps.append(int(float(row.locator(".noUi-handle").get_attribute("aria-valuenow"))))
            play.press("Enter")
        assert steps[0] > steps[1]
        assert panel.root.locator(".annlib-player").count() == 1
    clock.resume()
    assert opened.problems == []


def answer(prediction: Locator) -> None:
    """Predict something, right or wrong: what waits for an answer opens."""
    choice = prediction.locator("input").first
    if choice.get_attribute("type") == "radio":
        choice.check()
    else:
        choice.fill("1")
    prediction.locator(".annlib-check").click()


def open_all(visit: Visit) -> None:
    """Answer every prediction of a page: an explorer may wait behind one."""
    for prediction in visit.page.locator(".annlib-predict").all():
        answer(prediction)
    assert visit.page.locator(".annlib-veiled").count() == 0


def places(visit: Visit) -> list[list[float]]:
    """Where each explorer's picture stands in its cell, and its size."""
    return visit.page.locator(".annlib-frame img.only-light").evaluate_all(
        """images => images.filter(image => image.offsetWidth).map(image => {
            const { left, top, width, height } = image.getBoundingClientRect();
            const cell = image.closest(".cell_output").getBoundingClientRect();
            return [left - cell.left, top - cell.top, width, height];
        })"""
    )


@pytest.mark.parametrize("page", [page for page in PAGES if page.startswith("exercises/")])
def test_untouched_exercises_are_not_attempted(page):
    """Each check of a notebook as it is handed out says so: all of them ran when the book was built."""
    said = re.findall(r"<strong>Not attempted yet: exercise ([\w-]+), ", article(page))
    number = page.removeprefix("exercises/").partition("-")[0]
    assert said == [name for name in exercises() if name.startswith(number)]


@pytest.mark.parametrize("page", pages_with("annlib-frame"))
def test_without_javascript_the_default_frame_is_there_and_just_where_the_widget_comes(browser, site, page):
    seen = []
    for scripts in (False, True):
        with Visit(browser, site, page, java_script_enabled=scripts) as visit:
            if scripts:
                open_all(visit)
            seen.append(places(visit))
    still, moving = seen
    assert len(still) == article(page).count('class="annlib-still"') >= 1
    assert min(width for _, _, width, _ in still) > 200
    assert np.allclose(still, moving, atol=1)


@by_page(pages_with("annlib-question"))
def test_quizzes_answer_the_keyboard(opened):
    """Each choice gets feedback of its own, one of them is right, and a typed nonsense is no answer."""
    opened.look(WIDE)
    for question in opened.page.locator(".annlib-question").all():
        feedback = question.locator(".annlib-feedback")
        answered_before = question.locator("xpath=ancestor::*[contains(@class, 'annlib-predict')]").count()
        assert answered_before or feedback.inner_text() == ""
        answers = []
        for choice in question.locator("input[type=radio]").all():
            choice.focus()
            opened.page.keyboard.press("Space")
            opened.page.keyboard.press("Enter")
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
    assert opened.problems == []


@by_page(pages_with("annlib-predict"))
def test_what_is_predicted_stays_hidden_until_the_reader_has_chosen(opened):
    opened.open()  # what the tests before have answered is forgotten
    opened.look(WIDE)
    for prediction in opened.page.locator(".annlib-predict").all():
        notes = opened.page.locator(".annlib-veil-note").count()
        assert prediction.locator(".annlib-feedback").inner_text() == ""
        prediction.locator(".annlib-check").click()  # without a choice, nothing opens
        assert opened.page.locator(".annlib-veil-note").count() == notes
        answer(prediction)
        if prediction.get_attribute("data-veils") is not None:
            assert opened.page.locator(".annlib-veil-note").count() < notes
        assert prediction.locator(".annlib-feedback").inner_text()
    assert opened.page.locator(".annlib-veiled").count() == 0
    assert opened.problems == []


def test_search_index_knows_the_chapters():
    index = (SITE / "searchindex.js").read_text(encoding="utf-8")
    names = json.loads(re.search(r'"?docnames"?:\s*(\[[^\]]*\])', index)[1])
    assert "book/01-neurons" in names
