"""How soon a page shows its largest piece, and how far it jumps: ``python benchmarks/pages.py [word ...]``.

Every page of the built book, or those whose names hold one of the words, is opened anew from a server on
this machine, at the width of a screen and of a phone, with the processor slowed down four times. Told are
the Largest Contentful Paint (wanted: under 1,000 ms; the median of three openings) and the layout shift
(wanted: 0.05 at most; the largest). Run it on a quiet machine, after ``make book``.
"""

import contextlib
import functools
import http.server
import statistics
import sys
import threading
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tools")]
import find_browser  # noqa: E402

SITE = ROOT / "_build" / "html"
SLOWER, OPENINGS, SETTLED = 4, 3, 2000
WATCH = """
    window.painted = window.jumped = 0;
    new PerformanceObserver((list) => { for (const paint of list.getEntries()) painted = paint.startTime; })
        .observe({ type: "largest-contentful-paint", buffered: true });
    new PerformanceObserver((list) => { for (const shift of list.getEntries()) jumped += shift.value; })
        .observe({ type: "layout-shift", buffered: true });
"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line for each, nor for what a page no longer wants when it is closed."""

    def handle_one_request(self) -> None:
        """Answer, unless nobody listens any more."""
        with contextlib.suppress(ConnectionError):
            super().handle_one_request()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def open_once(browser: Browser, address: str, width: int) -> tuple[float, float]:
    """Open a page in a fresh browser context; return milliseconds to its largest paint, and its shift."""
    with browser.new_context(viewport={"width": width, "height": 812}) as context:
        page = context.new_page()
        context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        page.add_init_script(WATCH)
        page.goto(address)
        page.wait_for_timeout(SETTLED)
        painted, jumped = page.evaluate("[painted, jumped]")
        return painted, jumped


def main() -> None:
    """Measure, print a line for each page, and the slowest of all."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(SITE)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    names = sorted(path.relative_to(SITE).as_posix() for path in SITE.glob("*/*.html"))
    chosen = [name for name in names if not sys.argv[1:] or any(word in name for word in sys.argv[1:])]
    slowest = 0.0
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser.find_browser(), args=find_browser.FLAGS
        )
        for name in chosen:
            line = f"{name:40}"
            for width in (1280, 375):
                address = f"http://127.0.0.1:{server.server_port}/{name}"
                times, shifts = zip(
                    *(open_once(browser, address, width) for _ in range(OPENINGS)), strict=True
                )
                slowest = max(slowest, statistics.median(times))
                line += f"  {width:4} px: {statistics.median(times):5.0f} ms, shift {max(shifts):.3f}"
            print(line, flush=True)
    server.shutdown()
    print(f"slowest of all: {slowest:.0f} ms")


if __name__ == "__main__":
    main()
