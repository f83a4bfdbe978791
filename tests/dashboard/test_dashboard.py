"""The dashboard as people use it, in a real browser; the files that it hands out; what it refuses."""

from __future__ import annotations

import json
import re
import shutil
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from dashboard_page import LEVER, ROOT, SMALL
from small_tree import scenario, write, write_tree

from sim.config import load_settings
from sim.config.saving import scenario_file
from sim.dashboard.controls import EVERYTHING, kinds_of_levers, shown, touched
from sim.dashboard.levers_told import by_key, described, standings
from sim.dashboard.looks import OFF_BY, QUICK_SCALE, quick_kinds, quick_settings
from sim.errors import BadInput
from sim.report.subjects import HEADLINES, SUBJECTS
from sim.runs.ensemble import ensemble
from sim.runs.plan import Plan
from sim.schema.bricks import Title


def without_scenario(settings: Any) -> str:
    """Digest of what a run depends on, the scenario's own name left out."""
    return Plan.of(settings.model_copy(update={"scenario": load_settings([]).scenario})).settings_key


def test_a_saved_scenario_stands_for_what_was_typed(tmp_path: Path) -> None:
    typed = [
        "scenario=zero_down_payment", "policy.car_scrappage.nev_amount=12345", "policy.car_scrappage.until=2026-06-30",
        "region.boundary=B", "pots.trade_in.uncapped=true", "results.folder=elsewhere",
    ]  # fmt: skip
    for folder in ("configs", "scenarios"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    text = scenario_file(typed, "mine", Title(zh="我的：#情景", en="mine"), tmp_path)
    (tmp_path / "scenarios" / "mine.yaml").write_text(text, encoding="utf-8")
    saved = load_settings(["scenario=mine"], tmp_path)
    assert saved.scenario.title.zh == "我的：#情景"
    assert saved.results.folder == "results"
    assert without_scenario(saved) == without_scenario(load_settings(typed, tmp_path))


@pytest.mark.parametrize("name", ["", "Mine", "../mine", "enacted", "我的"])
def test_a_scenario_needs_a_name_that_is_free(tmp_path: Path, name: str) -> None:
    root = write_tree(tmp_path)
    write(root, "scenarios/enacted.yaml", scenario("enacted"))
    with pytest.raises(BadInput, match="name"):
        scenario_file(["scenario=enacted"], name, Title(zh="", en=""), root)


def test_the_quick_look_simulates_what_a_lever_touches() -> None:
    base = load_settings([])
    for lever, kinds in (
        ("policy.car_scrappage.nev_amount=1", {"automobile"}),
        ("policy.appliance_trade_in.amount_factor=2", {"appliance"}),
        ("pots.trade_in.amount_factor=2", {"automobile"}),
    ):
        assert touched(base, load_settings([lever])) >= kinds, lever
    assert touched(base, base) == frozenset()
    assert touched(base, load_settings(["behaviour.foresight=0.5"])) == EVERYTHING
    assert quick_kinds(EVERYTHING) == quick_kinds(frozenset()) == {"automobile"}
    small = quick_settings(base, frozenset({"appliance"}))
    assert small.population.scale == QUICK_SCALE
    assert {product.kind for product in small.products.values()} == {"appliance"}


def test_quick_looks_at_the_base_are_there_for_every_lever_of_the_page() -> None:
    base, ready = load_settings([]), kinds_of_levers(load_settings([]))
    for control in (control for _, group in shown(base) for control in group if control.form == "number"):
        kinds = touched(base, load_settings([f"{control.key}={control.low + control.step:g}"]))
        assert not kinds or kinds in ready, control.key


def test_levers_of_goods_that_are_left_out_touch_nothing() -> None:
    vehicles = load_settings(["population.goods=vehicles"])
    changed = load_settings(["population.goods=vehicles", "policy.appliance_trade_in.amount_factor=2"])
    assert touched(vehicles, changed) == frozenset()
    assert kinds_of_levers(vehicles) == [{"automobile"}]


def test_sliders_hold_what_is_in_force_and_go_nowhere_that_is_refused() -> None:
    settings = load_settings([])
    controls = [control for _, group in shown(settings) for control in group]
    entries, standing = by_key(settings), standings(settings, controls)
    amounts = [control for control in controls if control.key.endswith("_amount")]
    assert {control.step for control in amounts} == {100}
    assert [standing[control.key]["number"] for control in amounts] == [20_000, 15_000, 15_000, 13_000]
    for control in (control for control in controls if control.form == "number"):
        told, number = described(control, entries[control.key]), standing[control.key]["number"]
        assert told["least"] <= control.low < control.high <= told["most"], control.key
        assert number is None or control.low <= number <= control.high, control.key
        assert told["unit"]["zh"], control.key
        steps = (control.high - control.low) / control.step
        assert steps == pytest.approx(round(steps)), control.key


def test_what_is_in_force_is_that_of_the_scenario() -> None:
    controls = [control for _, group in shown(load_settings([])) for control in group]
    none = standings(load_settings(["scenario=no_policy"]), controls)
    assert none["policy.car_scrappage.nev_amount"]["told"]["zh"] == "当日未执行"
    turned = standings(load_settings(["policy.car_scrappage.nev_amount=12345"]), controls)["policy.car_scrappage.nev_amount"]
    assert (turned["value"], turned["number"]) == (12345.0, 12345.0)


def change(page: Any, selector: str, value: str) -> str:
    """Give a lever a value, wait for the ensemble with it, and return the targets as shown."""
    page.fill(selector, value)
    page.press(selector, "Tab")
    page.wait_for_selector("#stage:not([data-stage=ensemble])")
    page.wait_for_selector("#stage[data-stage=ensemble]")
    return str(page.inner_text("#targets"))


def test_a_lever_changes_the_numbers_and_the_saved_file_gives_them_again(page: Any, place: str, tmp_path: Path) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    before = page.inner_text("#targets")
    page.click("#pin")
    after = change(page, LEVER, "40000")
    assert after != before
    page.wait_for_selector("#difference table")
    assert 1 <= page.locator("#reasons li").count() <= 3
    page.click("#pin")
    assert page.locator("#compared thead th").count() == 4
    page.wait_for_selector("#compared :text('新增支出的效果')")
    assert "(" in page.inner_text("#compared tbody tr:first-child td:nth-child(4)").split("\n")[1]
    page.fill("#name", "much_more")
    page.fill("#name_title", "加倍补贴")
    with page.expect_download() as waiting:
        page.click("#save")
    for folder in ("configs", "scenarios"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    waiting.value.save_as(tmp_path / "scenarios" / "much_more.yaml")
    with page.expect_download() as waiting:
        page.click("[data-file='targets.csv']")
    shown = Path(waiting.value.path()).read_text(encoding="utf-8-sig")
    for name in ("workbook.xlsx", "report.docx"):
        with page.expect_download() as waiting:
            page.click(f"[data-file='{name}']")
        assert Path(waiting.value.path()).read_bytes().startswith(b"PK")
    settings = load_settings(["scenario=much_more", *SMALL, "executor=serial"], tmp_path)
    settings = settings.model_copy(
        update={"results": settings.results.model_copy(update={"folder": str(tmp_path / "results")})}
    )
    again = ensemble(settings).target_table()
    assert shown.replace("\r\n", "\n") == again.to_csv(index=False)
    page.click("#language")
    page.wait_for_selector("h1:has-text('Trade-in')")
    page.wait_for_selector("#targets :text('New-energy vehicles in use')")


def test_promises_stand_by_subject_and_the_main_ones_first_with_what_becomes_of_them(page: Any) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    shown_first = [card.get_attribute("data-headline") for card in page.locator("#headlines article").all()]
    assert shown_first == list(HEADLINES)
    counted = [int(count) for count in re.findall(r"\d+", page.inner_text("#summary"))]
    assert (len(counted), sum(counted)) == (4, len(load_settings([]).targets))
    titles = [subject.title.zh for subject in SUBJECTS.values()]
    found = page.locator("#targets tr.subject").all_inner_texts()
    assert [title for title in titles if title in found] == found
    assert len(found) >= len(titles) - 1, "one may have no value at this scale"
    used = page.locator("#targets tbody", has=page.locator("th", has_text="二手车")).locator("[data-target]")
    assert {each.get_attribute("data-target") for each in used.all()} == {
        "used_car_transactions", "used_new_ratio", "used_new_ratio_passenger",
    }  # fmt: skip


def test_a_lever_says_what_is_in_force_by_how_much_it_departs_and_goes_back_alone(page: Any) -> None:
    row = page.locator(".lever", has=page.locator(LEVER))
    other = "#lever-policy-car_replacement-nev_amount"
    assert "现行：价格的12%，最高20,000元（2026年1月1日至2026年12月31日）" in row.inner_text()
    assert "可输入 0 至 10,000,000。" in row.inner_text()
    slider = row.locator("input[type=range]")
    assert (slider.input_value(), page.input_value(LEVER)) == ("20000", "")
    slider.press("ArrowRight")
    assert page.input_value(LEVER) == "20100"
    page.fill(other, "9000")
    page.press(other, "Tab")
    assert row.locator("output").inner_text() == "与现行相差 +100 元 / +1%"
    told = page.inner_text("#turned_list")
    assert "20,100 元" in told
    assert "9,000 元" in told
    row.locator("button", has_text="恢复").click()
    assert (page.input_value(LEVER), page.input_value(other), slider.input_value()) == ("", "9000", "20000")
    assert "20,100 元" not in page.inner_text("#turned_list")


def test_a_step_can_be_taken_back_and_a_reload_or_a_link_keeps_everything(page: Any, place: str) -> None:
    assert page.locator("#undo").is_disabled()
    page.fill(LEVER, "31000")
    page.press(LEVER, "Tab")
    page.wait_for_selector("#undo:not([disabled])")
    page.select_option("#baseline", "no_policy")
    link = page.url
    page.click("#undo")
    page.wait_for_function("document.getElementById('baseline').value === 'enacted'")
    assert page.input_value(LEVER) == "31000"
    page.click("#undo")
    page.wait_for_function("document.getElementById('undo').disabled")
    assert page.input_value(LEVER) == ""
    page.go_forward()
    page.wait_for_selector("#undo:not([disabled])")
    page.reload()
    page.wait_for_selector("#stage")
    assert page.input_value(LEVER) == "31000"
    page.goto(place)
    page.goto(link)
    page.reload()
    page.wait_for_selector("#stage")
    assert (page.input_value(LEVER), page.input_value("#baseline")) == ("31000", "no_policy")


def test_variants_are_queued_named_kept_and_handed_out(page: Any) -> None:
    page.wait_for_selector("#pin:not([disabled])")
    page.fill("#variant", "现行")
    page.click("#pin")
    page.wait_for_selector("#compared thead th:nth-child(3)")
    page.fill(LEVER, "33000")
    page.press(LEVER, "Tab")
    page.wait_for_selector("#pin:not([disabled])")
    page.fill("#variant", "提高补贴")
    page.click("#pin")
    page.wait_for_selector("#compared thead th:nth-child(4)")
    page.reload()
    page.wait_for_selector("#compared thead th:nth-child(4):not(:has-text('计算中'))")
    heads = page.locator("#compared thead th").all_inner_texts()
    assert [head.partition("（")[0] for head in heads[2:]] == ["现行", "提高补贴"]
    with page.expect_download() as waiting:
        page.click("#export")
    assert "提高补贴" in Path(waiting.value.path()).read_text(encoding="utf-8-sig").splitlines()[0]


def test_a_newcomer_is_told_what_this_is_in_three_sentences(page: Any) -> None:
    assert page.locator("#intro li").count() == 3
    assert all(text.strip() for text in page.locator("#intro li").all_inner_texts())


def test_dates_are_told_in_the_language_of_the_page(page: Any) -> None:
    assert page.locator("input[type=date], input[type=month]").count() == 0, "a browser shows these in its own language"
    until = page.locator(".lever", has=page.locator("#lever-policy-car_scrappage-until"))
    page.fill("#lever-policy-car_scrappage-until", "2026-06-30")
    page.press("#lever-policy-car_scrappage-until", "Tab")
    assert "现行：2027年12月31日" in until.inner_text()
    assert until.locator("output").inner_text() == "-549 天"
    assert "2026年6月30日" in page.inner_text("#turned_list")
    assert not re.search(r"\d{1,2}/\d{1,2}/\d{4}", page.inner_text("body"))
    page.click("#language")
    page.wait_for_selector("h1:has-text('Trade-in')")
    assert "In force: 31 December 2027" in until.inner_text()
    assert "30 June 2026" in page.inner_text("#turned_list")


@pytest.mark.parametrize("width", [390, 768, 1400])
def test_the_page_is_as_wide_as_the_screen_and_no_cell_is_a_letter_wide(page: Any, width: int) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    page.set_viewport_size({"width": width, "height": 900})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    narrow = page.evaluate(
        """() => [...document.querySelectorAll("#targets td:first-child")].filter((one) => one.offsetWidth < 80).length"""
    )
    assert narrow == 0


def test_print_leaves_out_the_controls_and_tells_the_levers(page: Any) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    page.fill(LEVER, "26000")
    page.press(LEVER, "Tab")
    page.wait_for_selector("#targets tbody")
    page.emulate_media(media="print")
    assert not page.locator("#controls").is_visible()
    assert "26,000 元" in page.inner_text("#turned")
    for block in ("#turned", "#targets tbody", "article"):
        kept = page.evaluate("(block) => getComputedStyle(document.querySelector(block)).breakInside", block)
        assert kept == "avoid", block
    assert page.pdf(format="A4").startswith(b"%PDF")


CHOSEN = """(name) => {
  const scenario = document.getElementById("scenario");
  scenario.value = name;
  scenario.dispatchEvent(new Event("change"));
  const waits = ["pin", "save"].every((id) => document.getElementById(id).disabled);
  const files = [...document.querySelectorAll("#files button")].every((button) => button.disabled);
  return [waits && files, document.getElementById("targets").innerText, document.getElementById("stage").dataset.stage];
}"""
"""Choose a scenario, and tell at once whether the buttons wait and what is shown."""


def medians(page: Any) -> dict[str, str]:
    """Median of every target as the page shows it."""
    rows = page.locator("#targets tbody tr:has(td)")
    cells = [rows.nth(n).locator("td") for n in range(rows.count())]
    return {row.nth(0).get_attribute("data-target"): row.nth(4).inner_text().partition("（")[0] for row in cells}


def median_of(scenario: str, folder: Path) -> float:
    """NEV in use that a forecast with the same settings gives."""
    words = [f"scenario={scenario}", *SMALL, "executor=serial", f"results.folder={json.dumps(str(folder))}"]
    table = ensemble(load_settings(words)).target_table().set_index("id")
    return float(table.loc["nev_stock", "p50"])


def test_what_is_compared_bears_the_name_and_the_numbers_of_one_run(page: Any, results: Path) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    enacted = medians(page)["nev_stock"]
    page.click("#pin")
    waits, shown, stage = page.evaluate(CHOSEN, "no_policy")
    assert (waits, stage) == (True, "pending")
    assert enacted not in shown
    page.wait_for_selector("#stage[data-stage=ensemble]")
    without = medians(page)["nev_stock"]
    page.click("#pin")
    heads = page.locator("#compared thead th").all_inner_texts()
    assert [head.partition("（")[0] for head in heads[2:]] == ["按已出台政策", "无补贴对照"]
    row = page.locator("#compared tbody tr", has_text="新能源汽车保有量").first.locator("td").all_inner_texts()
    assert [cell.partition(" ")[0] for cell in row[2:]] == [enacted, without]
    assert without != enacted
    for name, said in (("enacted", enacted), ("no_policy", without)):
        assert float(said.replace(",", "")) == pytest.approx(median_of(name, results), abs=0.5)


def test_an_estimate_stands_in_for_the_ensemble_and_what_is_old_is_grey_and_says_so(page: Any) -> None:
    page.wait_for_selector("#stage[data-stage=ensemble]")
    before = medians(page)["nev_stock"]
    page.fill(LEVER, "37000")
    page.press(LEVER, "Tab")
    page.wait_for_selector("#stage[data-stage=estimate]")
    assert f"通常与全量单次运行的结果相差不超过 {OFF_BY}%" in page.inner_text("#status")
    nev = page.locator("#targets tbody tr:has(td)", has=page.locator("[data-target=nev_stock]")).locator("td")
    level, old = nev.nth(4).locator("span").all_inner_texts()
    gap = float(nev.nth(6).inner_text().replace(",", ""))
    assert re.fullmatch(r"≈ [\d,]+ 估计", level)
    assert old.startswith(f"调整前：{before}")
    assert float(level.split()[1].replace(",", "")) == pytest.approx(float(before.replace(",", "")) + gap, abs=1.0)
    assert nev.nth(5).locator("span").first.inner_text() == "计算中"
    grey = page.evaluate("getComputedStyle(document.querySelector('#targets .old')).color")
    assert grey == "rgb(107, 116, 128)"
    assert "stale" in page.get_attribute("#outlay", "class")
    assert page.inner_text("#outlay_old") == "以下图形是本次调整之前的，集合预测完成后更新。"
    assert re.match(r"本次调整后各年合计约 [\d,]+ 万元", page.inner_text("#outlay_estimate"))
    page.wait_for_selector("#stage[data-stage=ensemble]")
    assert page.locator(".old:not(:empty), .stale, .estimate:not(:empty)").count() == 0


@pytest.mark.parametrize(("value", "told"), [("-5", "nev_amount"), ("many", "nev_amount"), ("1e999", "nev_amount")])
def test_a_bad_value_gets_a_message(page: Any, value: str, told: str) -> None:
    page.fill(LEVER, value)
    page.press(LEVER, "Tab")
    page.wait_for_selector("#error:not([hidden])")
    said = page.inner_text("#error")
    assert told in said
    assert "Traceback" not in said


def test_every_control_has_a_name_and_can_be_reached_by_keyboard(page: Any) -> None:
    nameless = page.evaluate(
        """() => [...document.querySelectorAll('input, select, textarea, button')].filter((one) =>
        !(one.labels?.length || one.getAttribute('aria-label') || one.textContent.trim())).map((one) => one.outerHTML)"""
    )
    assert nameless == []
    unreachable = page.evaluate("() => document.querySelectorAll('[tabindex=\"-1\"]:not(#results)').length")
    assert unreachable == 0


def asked(url: str, body: object | None = None, **headers: str) -> int:
    """Status of an answer."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers={"Content-Type": "application/json", **headers})
    try:
        with urllib.request.urlopen(request) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        error.close()
        return int(error.code)


def refused_in(place: str, language: str) -> dict[str, str]:
    """What a visitor is told of a scenario that there is not."""
    request = urllib.request.Request(
        f"{place}api/look?language={language}",
        data=json.dumps({"scenario": "nowhere"}).encode(),
        headers={"Content-Type": "application/json"},
    )
    with pytest.raises(urllib.error.HTTPError) as caught:
        urllib.request.urlopen(request)
    with caught.value:
        told: dict[str, str] = json.loads(caught.value.read())["refused"]
        return told


def test_a_refusal_is_told_in_the_language_of_the_visitor(place: str) -> None:
    chinese, english = refused_in(place, "zh"), refused_in(place, "en")
    assert chinese["file"] == "命令行"
    assert chinese["allowed"].startswith("scenarios/ 中的文件名：")
    assert english["file"] == "command line"
    assert english["allowed"].startswith("the name of a file in scenarios/: ")


def test_only_its_own_page_is_answered(place: str) -> None:
    assert asked(place) == 200
    assert asked(place, Host="evil.example") == 400
    assert asked(place + "api/look", {"scenario": "enacted"}, Origin="http://evil.example") == 403
    assert asked(place + "api/look", {"scenario": "nowhere"}) == 422
    assert asked(place + "api/look", {"scenario": "enacted", "surprise": 1}) == 422
    assert asked(place + "api/look/unknown") == 409
    assert asked(place + "static/../server.py") == 404
