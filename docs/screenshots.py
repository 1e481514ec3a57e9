"""Take the pictures of the README from a running demo: DEMO_PASSWORD=… make demo, then this with the same password.

DEMO_PASSWORD=… .venv/bin/python docs/screenshots.py [http://localhost:8000]
"""

import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

IMAGES = Path(__file__).parent / "images"


def main() -> None:
    """Sign in as the privacy officer and take the start page."""
    base = sys.argv[1] if len(sys.argv) > 1 else "http://localhost:8000"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-GB")
        page.goto(f"{base}/desk/")
        page.locator("input[name=login]").fill("officer@demo.example")
        page.locator("input[type=password]").fill(os.environ["DEMO_PASSWORD"])
        page.keyboard.press("Enter")
        page.wait_for_url(f"{base}/desk/")
        page.goto(f"{base}/desk/")
        page.wait_for_timeout(500)  # the chart draws itself
        page.screenshot(path=IMAGES / "start.png")
        browser.close()


if __name__ == "__main__":
    main()
