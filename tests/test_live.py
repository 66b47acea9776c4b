"""Explorers in a real JupyterLab: the same call computes live there, and the keyboard moves it.

A Jupyter server of this machine's own runs a notebook with one explorer of each chapter in a browser, as a
learner would. What is shown must be live (not the static frames) and change with a control; what raises is
told in words.
"""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_lab import explorer_at, jupyter_lab, run_all
from playwright.sync_api import Browser, Locator, Page

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = {
    "ch01_neurons": "neuron",
    "ch02_activations": "tangent",
    "ch03_loss": "line",
    "ch04_backpropagation": "passes",
    "ch05_gradient_descent": "learning_rate",
    "ch06_optimizers": "momentum",
    "ch07_dropout": "thinned",
    "ch08_churn": "threshold",
    "ch09_beyond": "graph",
    "playground": "playground",
}

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("lab")]


BROKEN = """
from annlib.explorers import Explorer, Frame, Numbers
from annlib.plots.style import figure

def draw(size):
    if size == 2:
        raise ValueError("size 2 is out of stock")
    return Frame(figure(2, 1), f"The size is {size}.")

Explorer(draw, size=Numbers("size", stops=[0, 1, 2, 3], default=0, play=0.5))
"""


@pytest.fixture(scope="module")
def notebook(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    """A notebook with one cell for each chapter and one that raises, opened once, with every cell run."""
    cells = [
        f"from annlib.explorers import {name}\n{name}.{explorer}()" for name, explorer in CHAPTERS.items()
    ]
    with jupyter_lab(tmp_path_factory.mktemp("lab"), [*cells, BROKEN]) as address:
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        run_all(page, address, len(CHAPTERS) + 1)
        yield page
        page.close()


def test_each_chapter_is_opened():
    modules = {path.stem for path in (ROOT / "annlib" / "explorers").glob("ch[0-9]*.py")}
    assert modules - {"ch00_story"} <= set(CHAPTERS)  # the story is that of the first page


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_explorer_computes_live_in_jupyterlab(notebook, chapter):
    explorer = explorer_at(notebook, list(CHAPTERS).index(chapter))
    for handle in explorer.locator(".noUi-handle").all():
        before = frame_now(explorer)
        at_the_end = handle.evaluate("handle => handle.ariaValueNow === handle.ariaValueMax")
        handle.press("ArrowLeft" if at_the_end else "ArrowRight")
        after = changed(explorer, before)
        assert after["picture"] != before["picture"]
        assert after["sentence"] != before["sentence"]
        assert after["alt"] == after["sentence"]


def test_an_exception_is_shown_in_words_and_the_next_setting_works(notebook):
    explorer = explorer_at(notebook, len(CHAPTERS))
    handle = explorer.locator(".noUi-handle")
    for key, expected in (
        ("ArrowRight", "The size is 1."),
        ("ArrowRight", "There is no picture for size = 2. ValueError: size 2 is out of stock."),
        ("ArrowRight", "The size is 3."),
    ):
        handle.press(key)
        explorer.locator("figcaption", has_text=expected).wait_for(timeout=10_000)


def test_play_has_a_name_and_runs_past_a_setting_that_raises(notebook):
    explorer = explorer_at(notebook, len(CHAPTERS))
    explorer.get_by_role("button", name="Back to the start").press("Enter")
    explorer.locator("figcaption", has_text="The size is 0.").wait_for(timeout=10_000)
    explorer.get_by_role("button", name="Play").press("Enter")
    explorer.get_by_role("button", name="Pause").wait_for(timeout=10_000)
    explorer.locator("figcaption", has_text="The size is 3.").wait_for(timeout=10_000)
    explorer.get_by_role("button", name="Play").wait_for(timeout=10_000)


def changed(explorer: Locator, before: dict[str, str]) -> dict[str, str]:
    """What the explorer shows once it is something else, or after a while all the same."""
    deadline = time.monotonic() + 20
    while (after := frame_now(explorer)) == before and time.monotonic() < deadline:
        explorer.page.wait_for_timeout(20)
    return after


def frame_now(explorer: Locator) -> dict[str, str]:
    """What the explorer shows, read at one moment: picture and sentence are replaced together."""
    return explorer.evaluate(
        """explorer => {
            const image = explorer.querySelector(".annlib-frame img");
            const sentence = explorer.querySelector("figcaption").innerText.trim();
            return {picture: image?.src, alt: image?.alt, sentence};
        }"""
    )
