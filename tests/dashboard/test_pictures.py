"""The screenshots of the docs, taken where DASHBOARD_PICTURES names a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from dashboard_page import LEVER, PICTURES

pytestmark = pytest.mark.skipif(PICTURES is None, reason="DASHBOARD_PICTURES names no folder for pictures")


def picture(page: Any, name: str, **how: Any) -> None:
    assert PICTURES is not None
    page.wait_for_timeout(300)
    path = Path(PICTURES) / f"{name}.png"
    page.screenshot(path=str(path), **how)
    assert path.stat().st_size > 10_000


def test_the_page_finished_on_a_phone_in_print_and_in_english(page: Any) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    picture(page, "dashboard_zh")
    page.set_viewport_size({"width": 390, "height": 844})
    page.locator("#headlines").scroll_into_view_if_needed()
    picture(page, "dashboard_phone")
    page.set_viewport_size({"width": 1400, "height": 1000})
    page.emulate_media(media="print")
    picture(page, "dashboard_print", clip={"x": 0, "y": 0, "width": 1400, "height": 1900}, full_page=True)
    page.emulate_media(media="screen")
    page.click("#language")
    page.wait_for_selector("html[lang=en] #stage[data-stage=ensemble]")
    picture(page, "dashboard_en")


def test_a_refusal_and_an_estimate(page: Any) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    page.fill(LEVER, "-5")
    page.press(LEVER, "Tab")
    page.wait_for_selector("#error:not([hidden])")
    picture(page, "dashboard_refused")
    page.fill(LEVER, "37000")
    page.press(LEVER, "Tab")
    page.wait_for_selector("#stage[data-stage=estimate]")
    page.evaluate("document.getElementById('intro').querySelector('details').open = false")
    picture(page, "dashboard_estimate")
