"""The page is there for everybody: by the rules of axe-core, by keyboard alone, on a phone, a tablet and a screen."""

from __future__ import annotations

from typing import Any

from dashboard_page import LEVER, ROOT

AXE = ROOT / "tests" / "dashboard" / "axe" / "axe.min.js"
SLIDER = '.lever[data-key="policy.car_scrappage.nev_amount"] input[type=range]'
GRAVE = ("serious", "critical")
MOST_STOPS = 150
"""Presses of Tab after which a page without end is a trap."""
FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one);
  const box = one.getBoundingClientRect();
  const name = one.id || one.dataset.file || one.getAttribute("aria-label") || one.tagName;
  const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0;
  return { name, drawn: style.outlineStyle !== "none", width: parseFloat(style.outlineWidth), seen };
}"""


def violations(page: Any) -> list[tuple[str, str, list[str]]]:
    """What axe-core finds grave: rule, how grave, where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run(document, { resultTypes: ['violations'] })).violations")
    return [
        (rule["id"], rule["impact"], [str(node["target"]) for node in rule["nodes"]])
        for rule in found
        if rule["impact"] in GRAVE
    ]


def test_axe_finds_faults_where_there_are_some(page: Any) -> None:
    page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\\'data:,\\'><button></button>')")
    assert {"image-alt", "button-name"} <= {rule for rule, _, _ in violations(page)}


def test_no_grave_fault_by_axe_at_three_widths_in_both_languages(page: Any) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    page.click("#pin")
    page.fill(LEVER, "31000")
    page.press(LEVER, "Tab")
    page.wait_for_selector("#stage:not([data-stage=ensemble])")
    # on a busy machine the ensemble may be there before both quick looks are
    page.wait_for_selector("#stage[data-stage=estimate], #stage[data-stage=ensemble]")
    assert violations(page) == [], "an estimate, and old numbers in grey"
    page.wait_for_selector("#stage[data-stage=ensemble]")
    page.click("#pin")
    page.wait_for_selector("#compared :text('新增支出的效果')")
    for language in ("zh", "en"):
        page.wait_for_selector(f"html[lang={language}] #stage[data-stage=ensemble]")
        page.wait_for_selector("#compared thead th:nth-child(4)")
        for width in (390, 768, 1400):
            page.set_viewport_size({"width": width, "height": 900})
            assert violations(page) == [], (language, width)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (language, width)
        page.click("#language")
    page.evaluate("document.getElementById('more').closest('details').open = true")
    page.fill(LEVER, "-5")
    page.press(LEVER, "Tab")
    page.wait_for_selector("#error:not([hidden])")
    assert violations(page) == [], "a refusal"


def test_by_keyboard_alone_a_lever_is_turned_and_its_result_read(page: Any) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    stops = []
    while not page.evaluate(f"document.activeElement.matches('{SLIDER}')"):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(FOCUSED))
        assert len(stops) < MOST_STOPS
    assert [stop for stop in stops if not (stop["drawn"] and stop["width"] >= 2 and stop["seen"])] == []
    page.keyboard.press("ArrowRight")
    assert page.input_value(LEVER) == "20100"
    page.wait_for_selector("#stage[data-stage=estimate], #stage[data-stage=pending]")
    page.wait_for_selector("#stage[data-stage=ensemble]")
    assert page.evaluate("document.activeElement.type") == "range", "the lever keeps the focus while the page is drawn anew"
    assert "20,100 元" in page.inner_text("#turned_list")


def test_the_keyboard_comes_to_every_control_once_and_out_again(page: Any) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    count = page.evaluate(
        """() => [...document.querySelectorAll("a[href], input, select, textarea, button, summary, [tabindex='0']")]
        .filter((one) => !one.disabled && one.checkVisibility()).length"""
    )
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for _ in range(count - 1):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement !== document.body")
        page.evaluate("document.activeElement.dataset.stop = 1 + Number(document.activeElement.dataset.stop ?? 0)")
    twice = page.evaluate("document.querySelectorAll('[data-stop]:not([data-stop=\"1\"])').length")
    assert (page.evaluate("document.querySelectorAll('[data-stop]').length"), twice) == (count - 1, 0)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement === document.body"), "after the last one the keyboard leaves the page"
    page.reload()
    page.wait_for_selector("#stage[data-stage=ensemble]")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "results"
