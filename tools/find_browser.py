"""Find a browser of the Chromium family for the tests; run as a script, fetch one where there is none.

Looked for in this order: the path in ``ANNLIB_BROWSER``, the machine's own Chromium or Chrome, the one that
Playwright keeps for itself.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

COMMANDS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"),
    *("--disable-component-update", "--disable-sync"),
]


def find_browser() -> str | None:
    """Return the path of a browser that the tests can drive, or None."""
    from playwright.sync_api import sync_playwright

    if named := os.environ.get("ANNLIB_BROWSER"):
        return named
    found = next(filter(None, map(shutil.which, COMMANDS)), None)
    if found is None:
        with sync_playwright() as playwright:
            places = (*PLACES, playwright.chromium.executable_path)
        found = next((place for place in places if Path(place).is_file()), None)
    return found


def main() -> int:
    """Say which browser there is, fetch Playwright's where there is none; return 0 if one is there."""
    if find_browser() is None:
        print("No Chromium or Chrome found; trying to fetch Playwright's own ...", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)
    found = find_browser()
    print(f"Browser for the tests: {found}" if found else "No browser could be had for the tests.")
    return 0 if found else 1


if __name__ == "__main__":
    sys.exit(main())
