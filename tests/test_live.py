"""Explorers in a real JupyterLab: the same call computes live there, and the keyboard moves it.

A Jupyter server of this machine's own runs a notebook with one explorer of each chapter in a browser, as a
learner would. What is shown must be live (not the static frames) and change with a control.
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
from playwright.sync_api import Locator

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = {
    "ch01_neurons": "neuron",
    "ch02_activations": "tangent",
    "ch03_loss": "line",
    "ch04_backpropagation": "passes",
    "ch05_gradient_descent": "learning_rate",
    "ch06_optimizers": "momentum",
    "ch07_dropout": "thinned",
}

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a JupyterLab that serves one notebook for each chapter."""
    folder = tmp_path_factory.mktemp("lab")
    for chapter, explorer in CHAPTERS.items():
        code = f"from annlib.explorers import {chapter}\n{chapter}.{explorer}()"
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(code)],
            metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        )
        nbformat.write(notebook, folder / f"{chapter}.ipynb")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ANNLIB_FRAMES")}
    environment |= {"JUPYTER_CONFIG_DIR": str(folder / "config"), "JUPYTER_DATA_DIR": str(folder / "data")}
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
        yield f"http://127.0.0.1:{found[1]}/lab/tree/"
    finally:
        server.terminate()
        server.wait(20)
        log.close()


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_explorer_computes_live_in_jupyterlab(browser, lab, chapter):
    page = browser.new_page(viewport={"width": 1280, "height": 1000})
    # JupyterLab would open the last chapter's notebook again, in a tab behind this one.
    page.goto(f"{lab}{chapter}.ipynb?reset")
    explorer = page.locator(".annlib-explorer").first
    deadline = time.monotonic() + 180
    while not explorer.locator(".annlib-frame img").count():
        assert time.monotonic() < deadline, "the explorer did not appear"
        # A key that is pressed before the kernel is there is lost, so press again, as a person would.
        page.locator(".jp-CodeCell .cm-content").first.click(timeout=60_000)
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(8000)
    for handle in explorer.locator(".noUi-handle").all():
        before = frame_now(explorer)
        for key in ("ArrowRight", "ArrowLeft"):  # at its last stop a slider only moves back
            handle.focus()
            page.keyboard.press(key)
            deadline = time.monotonic() + 5
            while (after := frame_now(explorer)) == before and time.monotonic() < deadline:
                page.wait_for_timeout(50)
            if after != before:
                break
        assert after["picture"] != before["picture"]
        assert after["sentence"] != before["sentence"]
        assert after["alt"] == after["sentence"]
    page.close()


def frame_now(explorer: Locator) -> dict[str, str]:
    """What the explorer shows, read at one moment: picture and sentence are replaced together."""
    return explorer.evaluate(
        """explorer => {
            const image = explorer.querySelector(".annlib-frame img");
            const sentence = explorer.querySelector("figcaption").innerText.trim();
            return {picture: image.src, alt: image.alt, sentence};
        }"""
    )
