"""A JupyterLab of this machine's own with one notebook, for what must be seen live: tests and benchmarks.

Nothing of the user's own configuration is read, no token is asked for, and all cells stay in the page.
"""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import nbformat
from playwright.sync_api import Locator, Page

OPTIONS = (
    "--no-browser",
    "--port=0",
    "--ServerApp.port_retries=0",
    "--IdentityProvider.token=",
    "--allow-root",
)


@contextmanager
def jupyter_lab(folder: Path, cells: Sequence[str]) -> Iterator[str]:
    """Write the cells into a notebook in an empty folder, and give the address of it in a JupyterLab."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code) for code in cells],
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
    said = folder / "server.log"
    with said.open("w+") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *OPTIONS, f"--ServerApp.root_dir={folder}"],
            env=environment,
            stdout=log,
            stderr=log,
            cwd=folder,
        )
        try:
            deadline = time.monotonic() + 60
            while not (found := re.search(r"http://(?:localhost|127\.0\.0\.1):(\d+)/lab", said.read_text())):
                assert server.poll() is None, said.read_text()
                assert time.monotonic() < deadline, "JupyterLab did not start within a minute"
                time.sleep(0.2)
            yield f"http://127.0.0.1:{found[1]}/lab/tree/all.ipynb?reset"
        finally:
            server.terminate()
            server.wait(20)


def run_all(page: Page, address: str, n_explorers: int) -> None:
    """Open the notebook, and run every cell as a learner runs them, until all explorers are there."""
    page.goto(address)
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status='idle']", timeout=120_000)
    deadline = time.monotonic() + 180
    while page.locator(".annlib-explorer").count() < n_explorers:
        assert time.monotonic() < deadline, f"not all explorers are here: {page.locator('body').inner_text()}"
        if page.locator(".jp-Dialog").count():  # asked before the kernel is there: "Select kernel"
            page.locator(".jp-Dialog .jp-mod-accept").click()
        elif page.locator(".jp-InputPrompt", has_text="[*]").count() == 0:  # again, if the kernel came late
            page.locator(".lm-MenuBar-itemLabel", has_text="Run").click()
            page.locator(".lm-Menu-itemLabel", has_text="Run All Cells").first.click()
        page.wait_for_timeout(500)


def explorer_at(page: Page, place: int) -> Locator:
    """Scroll to an explorer, and wait for its picture."""
    explorer = page.locator(".annlib-explorer").nth(place)
    explorer.scroll_into_view_if_needed()
    explorer.locator("figcaption").wait_for()
    return explorer
