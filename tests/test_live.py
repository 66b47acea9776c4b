"""Explorers in a real JupyterLab: the same call computes live there, and the keyboard moves it.

A Jupyter server of this machine's own runs a notebook with one explorer of each chapter in a browser, as a
learner would. What is shown must be live (not the static frames) and change with a control; what raises is
told in words.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
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
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a notebook in a JupyterLab: one cell for each chapter, and one that raises."""
    folder = tmp_path_factory.mktemp("lab")
    cells = [
        f"from annlib.explorers import {name}\n{name}.{explorer}()" for name, explorer in CHAPTERS.items()
    ]
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code) for code in [*cells, BROKEN]],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, folder / "all.ipynb")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANNLIB_FRAMES")}
    environment |= {"JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_DATA_DIR": str(folder / "data")}
    # All cells stay in the page: JupyterLab would take out those not in sight, and a key can get lost.
    settings = folder / "settings" / "@jupyterlab" / "notebook-extension" / "tracker.jupyterlab-settings"
    settings.parent.mkdir(parents=True)
    settings.write_text('{"windowingMode": "none"}')
    environment["JUPYTERLAB_SETTINGS_DIR"] = str(folder / "settings")
    log = (folder / "server.log").open("w+")
    options = (
        "--no-browser",
        "--port=0",
        "--ServerApp.port_retries=0",
        "--IdentityProvider.token=",
        "--allow-root",
    )
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options, f"--ServerApp.root_dir={folder}"],
        env=environment,
        stdout=log,
        stderr=log,
        cwd=folder,
    )
    try:
        deadline = time.monotonic() + 60
        while not (
            found := re.search(
                r"http://(?:localhost|127\.0\.0\.1):(\d+)/lab", (folder / "server.log").read_text()
            )
        ):
            assert server.poll() is None, (folder / "server.log").read_text()
            assert time.monotonic() < deadline, "JupyterLab did not start within a minute"
            time.sleep(0.2)
        yield f"http://127.0.0.1:{found[1]}/lab/tree/all.ipynb?reset"
    finally:
        server.terminate()
        server.wait(20)
        log.close()


@pytest.fixture(scope="module")
def notebook(browser: Browser, lab: str) -> Iterator[Page]:
    """The notebook, opened once, with every cell run as a learner runs them."""
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    page.goto(lab)
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=120_000)
    deadline = time.monotonic() + 180
    while page.locator(".annlib-explorer").count() <= len(CHAPTERS):
        assert time.monotonic() < deadline, "the explorers did not appear"
        if page.locator(".jp-Dialog").count():  # asked before the kernel is there: "Select kernel"
            page.locator(".jp-Dialog .jp-mod-accept").click()
        elif page.locator(".jp-InputPrompt", has_text=re.compile(r"\[(\*|\d+)\]")).count() == 0:
            page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
            page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
        page.wait_for_timeout(500)
    yield page
    page.close()


def explorer_at(notebook: Page, place: int) -> Locator:
    explorer = notebook.locator(".annlib-explorer").nth(place)
    explorer.scroll_into_view_if_needed()
    explorer.locator("figcaption").wait_for()
    return explorer


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
