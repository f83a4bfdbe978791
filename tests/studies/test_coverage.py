"""The coverage page leaves out no article, quotes the plan in its own words, and says what is not simulated yet."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from policy_files import ROOT, articles, read, words
from small_tree import write

from sim import cli
from sim.config import load_settings
from sim.errors import BadInput
from sim.settings import Settings
from sim.studies.coverage.verb import PLACE, ActionPlan, CoverageRow, PlanEntry, covered, frame, read_plan

PROMISES = """
nev_stock elv_recovered used_new_ratio niii_nonoperating_diesel_trucks waste_appliances_recovered
energy_benchmark_capacity_share equipment_investment below_baseline_capacity env_grade_a_capacity_share
rd_digital_tool_penetration key_process_cnc_rate elv_recovered_growth used_car_transactions smes_digitalised
green_factories farm_machines_scrapped farm_machines_bought mechanisation_rate nev_share_new_buses nev_share_new_taxis
construction_machines_over_10y sewage_upgrade_rate vocational_equipment_renewed culture_tourism_renewed emr_level
high_end_equipment_revenue
"""
"""The promises with a number, by the names that the program gives their indicators."""
LEVERS = """
（十三） （五）（十三） （五）（十三） （十四） （十五） （十九） （二十） （二十一） （四）
（一）（二）（三）（二十六） （六）（七） （八）（九）（十）（十一）（十二）
（二十六） （二十六） （二十七） （二十八） （二十八） （三十一）
"""
"""Articles of each lever."""
STATEMENTS = ["（九）", "（十九）", "（十七）（十八）", "（二十二）（二十三）（二十四）", "（二十五）（二十九）（三十）"]
"""Articles of what cannot be counted."""
REDUCED = {
    "articles": {"一": {"zh": "甲", "en": "a"}},
    "targets": {
        "nev_stock": {
            "title": {"zh": "甲", "en": "a"}, "quotes": {"一": "甲"}, "by": ["2025-12"],
            "counted": {"zh": "甲", "en": "a"}, "missing": None,
        },
    },
    "levers": {},
    "statements": {},
}  # fmt: skip


@pytest.fixture(scope="module")
def plan() -> ActionPlan:
    return read_plan(ROOT)


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings([], root=ROOT)


@pytest.fixture(scope="module")
def rows(plan: ActionPlan, settings: Settings) -> list[CoverageRow]:
    return covered(plan, settings)


def entries(plan: ActionPlan) -> Iterator[tuple[str, PlanEntry]]:
    for group in (plan.targets, plan.levers, plan.statements):
        yield from group.items()


def text(article: str) -> str:
    parts = read(ROOT / "tests" / "data" / "plan_articles.yaml")["parts"]
    return words((articles() | parts)[article]["text"])


def test_every_article_of_the_plan_has_a_row(rows: list[CoverageRow]) -> None:
    assert {row.article for row in rows} == {"一", *articles()}


def test_articles_bear_the_plans_titles(plan: ActionPlan) -> None:
    for article, given in articles().items():
        assert plan.articles[article].zh == given["title"]


def test_every_promise_lever_and_statement_of_the_plan_is_there(plan: ActionPlan) -> None:
    assert list(plan.targets) == PROMISES.split()
    assert ["".join(lever.quotes) for lever in plan.levers.values()] == LEVERS.split()
    assert ["".join(each.quotes) for each in plan.statements.values()] == STATEMENTS


def test_everything_is_quoted_in_the_plans_words(plan: ActionPlan) -> None:
    for name, entry in entries(plan):
        for article, quote in entry.quotes.items():
            rest = text(article)
            for part in quote.split("……"):
                assert words(part) in rest, (name, part)
                rest = rest[rest.index(words(part)) :]


def test_every_target_file_belongs_to_a_promise_and_quotes_the_same_words(plan: ActionPlan, settings: Settings) -> None:
    owners = {file: promise for name, promise in plan.targets.items() for file in promise.files or (name,)}
    for name, target in settings.targets.items():
        assert name in owners, f"{name}: name it in {PLACE}"
        assert words(target.quote) in words("".join(owners[name].quotes.values()))
        assert target.by in owners[name].by


def test_every_measure_carries_out_a_lever_of_its_article(plan: ActionPlan, settings: Settings) -> None:
    for name, measure in settings.policy.items():
        found = [lever for lever in plan.levers.values() if name in lever.measures]
        assert found, f"{name}: name it in {PLACE}"
        assert any(measure.article in lever.quotes for lever in found), name


def test_simulated_is_what_has_a_file_and_nothing_else(rows: list[CoverageRow], plan: ActionPlan, settings: Settings) -> None:
    for row in rows:
        if row.kind == "target":
            assert (row.status == "not yet simulated") == (
                not set(plan.targets[row.id].files or (row.id,)) & set(settings.targets)
            )
        elif row.kind == "lever":
            assert (row.status == "not yet simulated") == (not row.measures)
        assert bool(row.grade) == (row.status in ("simulated", "partly simulated"))
    status = {row.id: row.status for row in rows}
    assert status["elv_recovered"] == "simulated"
    assert status["recycling_network"] == "partly simulated", "furniture has no category"
    assert "not yet simulated" not in status.values(), "every promise and lever of the plan has its file"
    assert status["fitness_circle"] == "not countable"


def test_what_is_not_simulated_says_what_is_missing(rows: list[CoverageRow]) -> None:
    for row in rows:
        assert (row.remark is None) == (row.status == "simulated"), row.id


def test_a_target_without_its_file_is_not_yet_simulated(plan: ActionPlan, settings: Settings) -> None:
    fewer = {name: target for name, target in settings.targets.items() if name != "elv_recovered"}
    found = covered(plan, settings.model_copy(update={"targets": fewer}))
    (row,) = [row for row in found if row.id == "elv_recovered"]
    assert (row.status, row.indicators, row.grade) == ("not yet simulated", ("elv_recovered",), "")


def test_a_promise_with_one_of_two_files_is_partly_simulated(plan: ActionPlan, settings: Settings) -> None:
    fewer = {name: target for name, target in settings.targets.items() if name != "used_new_ratio_passenger"}
    found = covered(plan, settings.model_copy(update={"targets": fewer}))
    assert {row.status for row in found if row.id == "used_new_ratio"} == {"partly simulated"}


def test_the_grade_is_the_weakest_of_what_stands_behind_it(rows: list[CoverageRow]) -> None:
    grades = {row.id: row.grade for row in rows}
    assert grades["niii_nonoperating_diesel_trucks"] == "C"
    assert grades["elv_recovered"] == "B"
    assert grades["publicity"] == "C", "the notice was read, but the effect is assumed"
    assert grades["car_loans"] == "B", "the terms were read, one start only in a press report"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_row_of_the_table_has_an_indicator_or_a_reason(rows: list[CoverageRow], language: str) -> None:
    table = frame(rows, "zh" if language == "zh" else "en")
    assert len(table) == len(rows)
    assert not ((table["indicator"] == "") & (table["reason"] == "")).any()
    for column in ("article", "quote", "status", "kind", "id", "title"):
        assert (table[column].str.len() > 0).all()


def test_the_verb_prints_every_quote_and_writes_the_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, rows: list[CoverageRow]
) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setenv("SIM_ROOT", str(ROOT))
    assert cli.main(["coverage", f"output={tmp_path}", "language=en"]) == 0
    told = re.sub(r"\s+", "", capsys.readouterr().out)
    for kind, heading in (("target", "promiseswithanumber:"), ("lever", "levers:")):
        status = {row.id: row.status for row in rows if row.kind == kind}
        counted = sum(each == "simulated" for each in status.values())
        assert re.search(rf"{heading}\D*(\d+\D+)*?(?<!partly)(?<!yet)simulated{counted}(?!\d)", told), heading
    with (tmp_path / "coverage.csv").open(encoding="utf-8-sig", newline="") as file:
        table = list(csv.DictReader(file))
    assert [(line["article"], line["id"], line["quote"]) for line in table] == [(r.article, r.id, r.quote) for r in rows]
    assert [line["status"] for line in table] == [row.status for row in rows]


def test_without_output_nothing_is_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SIM_ROOT", str(ROOT))
    monkeypatch.chdir(tmp_path)
    assert cli.main(["coverage"]) == 0
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"statement": {}}, "statement"),
        ({"articles": {"一": {"zh": "甲"}}}, "articles.一.en"),
        ({"articles": {**REDUCED["articles"], "（一）": {"zh": "乙", "en": "b"}}}, "(file)"),
    ],
    ids=["unknown group", "no English title", "article without an entry"],
)
def test_a_page_that_is_not_whole_is_refused(tmp_path: Path, change: dict[str, object], key: str) -> None:
    write(tmp_path, PLACE, {**REDUCED, **change})
    with pytest.raises(BadInput) as caught:
        read_plan(tmp_path)
    assert (caught.value.file.en, caught.value.key.en) == (PLACE, key)


def test_a_lever_with_an_unknown_measure_is_refused(plan: ActionPlan, settings: Settings) -> None:
    wrong = plan.levers["publicity"].model_copy(update={"measures": ("publicty",)})
    with pytest.raises(BadInput, match="did you mean publicity"):
        covered(plan.model_copy(update={"levers": {"publicity": wrong}}), settings)
