"""A dashboard in a process of its own, and a page of it in a real browser."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dashboard_page import ROOT, SETTINGS

BROWSER = next((path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), None)
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE = 400_000


@pytest.fixture(scope="package")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the dashboard keeps its runs."""
    return tmp_path_factory.mktemp("dashboard") / "results"


@pytest.fixture(scope="package")
def place(results: Path) -> Iterator[str]:
    """Address of a dashboard that runs in a process of its own."""
    command = [sys.executable, "-m", "sim", "dashboard", "port=0", *SETTINGS]
    environment = {**os.environ, "SIM_ROOT": str(ROOT), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        command,
        cwd=results.parent,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        start_new_session=True,
    ) as server:
        assert server.stdout is not None
        found = re.search(r"http://127\.0\.0\.1:\d+/", server.stdout.readline())
        assert found, "the dashboard does not start"
        yield found[0]
        server.terminate()
        server.wait(60)
        assert nobody_left(server.pid), "workers outlive the dashboard"


def nobody_left(group: int) -> bool:
    """Whether every process of a group ends within some seconds."""
    for _ in range(100):
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.1)
    return False


@pytest.fixture
def page(place: str) -> Iterator[Any]:
    """A page in a real browser that notes every address it asks for, and fails on errors in the page."""
    if BROWSER is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="playwright is missing: pip install -e '.[dev]'")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=BROWSER, args=QUIET)
        opened = browser.new_page(viewport={"width": 1400, "height": 1000})
        opened.set_default_timeout(PATIENCE)
        asked: list[str] = []
        errors: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.on("pageerror", lambda error: errors.append(str(error)))
        opened.goto(place)
        opened.wait_for_selector("#stage")
        yield opened
        assert not errors
        assert [url for url in asked if not url.startswith((place, "data:", f"blob:{place}"))] == []
        browser.close()
