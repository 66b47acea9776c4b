"""How soon an explorer answers in Jupyter: ``python benchmarks/live.py [word ...]``.

A real JupyterLab of this machine's own holds every explorer of the course, or those whose names hold one of
the words. Every slider is moved by keyboard, with a moment to look between two keys. What is told is the time
from the key to the frame of the screen in which the decoded picture is painted: for the first key on each
slider and for the further ones, whose picture was drawn while the learner looked. Wanted are 100 ms for a
drawing and 300 ms for a training run. Run it on a quiet machine.
"""

import statistics
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools"), str(ROOT)]
import find_browser  # noqa: E402
from jupyter_lab import explorer_at, jupyter_lab, run_all  # noqa: E402

from annlib.explorers import _ahead  # noqa: E402

LOOKING = 700  # milliseconds between two keys
WATCH = """root => {
    window.times = [];
    let asked = 0, said = root.querySelector(".annlib-frame img").src;
    document.addEventListener("keydown", (event) => { asked = event.timeStamp; }, true);
    new MutationObserver(async () => {
        const image = root.querySelector(".annlib-frame img");
        if (!image || image.src === said) return;
        said = image.src;
        const start = asked;
        await image.decode();
        requestAnimationFrame(() => setTimeout(() => window.times.push(performance.now() - start)));
    }).observe(root, { subtree: true, childList: true, attributes: true });
}"""


def main() -> None:
    """Measure, and print a line for each explorer."""
    words = sys.argv[1:]
    names = [
        (module.rpartition(".")[2], name)
        for module, name in _ahead.names()
        if not words or any(word in f"{module}.{name}" for word in words)
    ]
    cells = [f"from annlib.explorers import {module}\n{module}.{name}()" for module, name in names]
    with (
        tempfile.TemporaryDirectory() as folder,
        jupyter_lab(Path(folder), cells) as address,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=find_browser.find_browser(), args=find_browser.FLAGS
        )
        page = browser.new_page(viewport={"width": 1280, "height": 1000})
        run_all(page, address, len(names))
        for place, (module, name) in enumerate(names):
            explorer = explorer_at(page, place)
            explorer.evaluate(WATCH)
            first, further = [], []
            for handle in explorer.locator(".widget-hslider .noUi-handle").all():
                told = []
                for key in ["ArrowRight"] * 4 + ["ArrowLeft"] * 6:
                    handle.press(key)
                    page.wait_for_timeout(LOOKING)
                    told += page.evaluate("window.times.splice(0)")
                first += told[:1]
                further += told[1:]
            if further:
                print(
                    f"{module + '.' + name:36} first keys {max(first):4.0f} ms; of {len(further):2} more "
                    f"the median {statistics.median(further):4.0f} ms, the slowest {max(further):4.0f} ms",
                    flush=True,
                )
        browser.close()


if __name__ == "__main__":
    main()
