"""How soon the static page shows the picture that a key asks for: ``python benchmarks/explorers.py``.

Every slider of every explorer in the built book is moved by keyboard to pictures that were not seen before,
once with a moment to look between two keys, as a reader does, and once as fast as a held key repeats. What
is told is the time from the key to the frame of the screen in which the decoded picture is painted. Run it
on a quiet machine, after ``make book``.
"""

import statistics
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools")]
import find_browser  # noqa: E402

SITE = ROOT / "_build" / "html"
WATCH = """root => {
    window.times = [];
    let asked = 0, said = root.querySelector(".annlib-frame figcaption").textContent;
    document.addEventListener("keydown", (event) => { asked = event.timeStamp; }, true);
    new MutationObserver(async () => {
        const frame = root.querySelector(".annlib-frame");
        const sentence = frame?.querySelector("figcaption").textContent ?? said;
        if (sentence === said) return;
        said = sentence;
        const start = asked;
        await [...frame.querySelectorAll("img")].find((image) => image.offsetWidth)?.decode();
        requestAnimationFrame(() => setTimeout(() => window.times.push(performance.now() - start)));
    }).observe(root, { subtree: true, childList: true });
}"""


def main() -> None:
    """Measure, print a line for each explorer, and the slowest of all."""
    slowest = 0.0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser.find_browser(), args=find_browser.FLAGS
        )
        for path in sorted(SITE.glob("book/*.html")):
            if "annlib-frame" not in path.read_text(encoding="utf-8"):
                continue
            n_explorers = 1
            number = 0
            while number < n_explorers:
                for pause in (400, 35):
                    page = browser.new_page(viewport={"width": 1280, "height": 1000})
                    page.goto(path.as_uri())
                    page.wait_for_selector(".annlib-explorer .annlib-frame")
                    n_explorers = page.locator(".annlib-explorer").count()
                    root = page.locator(".annlib-explorer").nth(number)
                    if not root.is_visible():
                        print(f"{path.stem:24} {number + 1}  not measured: it waits behind a prediction")
                        page.close()
                        break
                    root.scroll_into_view_if_needed()
                    page.wait_for_timeout(600)
                    root.evaluate(WATCH)
                    for handle in root.locator(".widget-hslider .noUi-handle").all():
                        handle.focus()
                        for key in ["ArrowRight"] * 8 + ["ArrowLeft"] * 8:
                            page.keyboard.press(key)
                            page.wait_for_timeout(pause)
                    times = page.evaluate("window.times")
                    if times:
                        slowest = max(slowest, *times)
                        print(
                            f"{path.stem:24} {number + 1}  a key each {pause:3} ms, {len(times):3} pictures: "
                            f"median {statistics.median(times):4.0f} ms, slowest {max(times):4.0f} ms"
                        )
                    page.close()
                number += 1
    print(f"slowest of all: {slowest:.0f} ms")


if __name__ == "__main__":
    main()
