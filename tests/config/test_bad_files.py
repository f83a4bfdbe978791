"""Files that cannot be used are refused by name; a scenario is data and runs nothing."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_tree import (
    BASELINE,
    BOMB,
    DEFAULTS,
    HEAD,
    VINTAGES,
    measure,
    pot,
    product,
    quantity,
    refusal,
    region,
    scenario,
    target,
    write,
    write_tree,
)

from sim.config import checks, load_cells, load_settings
from sim.config.remarks import remarks


@pytest.fixture(autouse=True)
def _one_indicator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "indicator_names", lambda: ["nev_stock"])


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A tree of its own, to be damaged."""
    return write_tree(tmp_path)


def in_measure(**fields: Any) -> dict[str, Any]:
    return measure() | fields


def version(**fields: Any) -> dict[str, Any]:
    versions = measure()["versions"]
    return in_measure(versions={**versions, "v2025": versions["v2025"] | fields})


def rules(**fields: Any) -> dict[str, Any]:
    return pot() | fields


def tranche(**fields: Any) -> dict[str, Any]:
    return rules(tranches={"first": pot()["tranches"]["first"] | fields})


def part(start: str, share: float, **fields: Any) -> dict[str, Any]:
    return {"start": start, "share": share, **fields}


def stop(start: str, end: str) -> dict[str, Any]:
    return {"window": {"start": start, "end": end}}


def cap(start: str, end: str) -> dict[str, Any]:
    return stop(start, end) | {"per": "day", "amount": quantity(1e4)}


BONDS, FIRST = "configs/pots/bonds.yaml", "pots.bonds.tranches.first"
POLICY, CAR, HERE = "configs/policy/car_scrappage.yaml", "configs/products/car.yaml", "configs/region/here.yaml"
DEFAULTS_FILE = "configs/defaults.yaml"
TABLE, AGES, MINE = "configs/region/here/baseline.csv", "configs/region/here/vintages.csv", "scenarios/mine.yaml"
FILES: list[tuple[str, Any, str, str]] = [
    (POLICY, in_measure(colour="red"), "policy.car_scrappage.colour", "one of title"),
    (POLICY, in_measure(payers={"central": 0.5, "city": 0.4}), "policy.car_scrappage", "sum to 1"),
    (POLICY, in_measure(pot="purse"), "policy.car_scrappage.pot", "configs/pots/"),
    (POLICY, in_measure(goods=["tractor"]), "policy.car_scrappage.goods", "configs/products/"),
    (POLICY, version(announced="soon"), "policy.car_scrappage.versions.v2025.announced", "a date"),
    (POLICY, version(window={"start": "2024-04-24"}), "policy.car_scrappage", "start on the same day"),
    (
        POLICY,
        version(window={"start": "2025-12-31", "end": "2025-01-01"}),
        "policy.car_scrappage.versions.v2025.window",
        "ends before",
    ),
    (POLICY, in_measure(application_lag_days=200), "policy.car_scrappage.application_lag_days", "from 0 to 180 days"),
    (POLICY, in_measure(application_lag_days=quantity(28, 14, 190)), "policy.car_scrappage.application_lag_days", "180 days"),
    (POLICY, version(apply_by="2025-12-30"), "policy.car_scrappage.versions.v2025", "before the window does"),
    (POLICY, version(apply_by="10 January"), "policy.car_scrappage.versions.v2025.apply_by", "a date"),
    (POLICY, version(grants={"bev": {}}), "policy.car_scrappage.versions.v2025.grants.bev", "exactly one of amount"),
    (
        POLICY,
        {key: value for key, value in measure().items() if key != "instrument"},
        "policy.car_scrappage.instrument",
        "instrument",
    ),
    (BONDS, pot() | {"when_dry": "pray"}, "pots.bonds.when_dry", "'refuse' or 'queue'"),
    (BONDS, tranche(release="hour"), "pots.bonds.tranches.first.release", "'day'"),
    (BONDS, tranche(announced="2024-02-01"), "pots.bonds.tranches.first", "announced after it starts"),
    (BONDS, tranche(window={"start": "2024-01-01"}), "pots.bonds.tranches.first", "needs an end"),
    (BONDS, tranche(instalments={"a": part("2024-02-01", 0.7), "b": part("2024-05-01", 0.4)}), FIRST, "sum to 1, here 1.1"),
    (BONDS, tranche(instalments={"a": part("2024-02-01", 0.5), "b": part("2024-02-01", 0.5)}), FIRST, "on the same day"),
    (BONDS, tranche(instalments={"a": part("2025-02-01", 1.0)}), FIRST, "outside the window"),
    (BONDS, tranche(instalments={"a": part("2024-12-01", 1.0, delay_days=quantity(5, 0, 40))}), FIRST, "2025-01-10"),
    (
        BONDS,
        tranche(instalments={"a": part("2024-12-01", 1.0, delay_days=-1)}),
        f"{FIRST}.instalments.a.delay_days",
        "at least 0",
    ),
    (BONDS, tranche(instalments={"a": part("2024-12-01", 0.0)}), f"{FIRST}.instalments.a.share", "greater than 0"),
    (BONDS, rules(caps={"a": cap("2024-03-01", "2024-05-31"), "b": cap("2024-05-31", "2024-06-30")}), "pots.bonds", "overlap"),
    (BONDS, rules(caps={"a": cap("2024-03-01", "2024-05-31") | {"per": "hour"}}), "pots.bonds.caps.a.per", "'week'"),
    (BONDS, rules(caps={"a": cap("2024-03-01", "2024-05-31") | {"amount": -1}}), "pots.bonds.caps.a.amount", "at least 0"),
    (BONDS, rules(caps={"a": cap("2023-03-01", "2024-05-31")}), "pots.bonds", "outside the tranches"),
    (
        BONDS,
        rules(stops={"a": stop("2024-03-01", "2024-03-31"), "b": stop("2024-03-15", "2024-04-30")}),
        "pots.bonds",
        "overlap",
    ),
    (BONDS, rules(stops={"a": stop("2024-12-01", "2025-01-31")}), "pots.bonds", "outside the tranches"),
    (BONDS, rules(stops={"a": {"window": {"start": "2024-03-01"}}}), "pots.bonds.stops.a", "needs an end"),
    (BONDS, rules(lottery="year"), "pots.bonds.lottery", "'month'"),
    (BONDS, rules(lottery="month", when_dry="queue"), "pots.bonds", "has no queue"),
    (BONDS, rules(lottery="month", caps={"a": cap("2024-03-01", "2024-05-31")}), "pots.bonds", "longer than that of a cap"),
    (BONDS, rules(queue_carries_over=False), "pots.bonds", "when_dry: queue only"),
    (
        "configs/targets/nev_stock.yaml",
        target() | {"indicator": "cows"},
        "targets.nev_stock.indicator",
        "sim/indicators/",
    ),
    ("configs/targets/nev_stock.yaml", target() | {"by": "2025"}, "targets.nev_stock.by", "a month"),
    (CAR, product() | {"owner_shares": {"firm": 0.9, "household": 0.4}}, "products.car.owner_shares", "sum to 1"),
    (CAR, product() | {"owner_shares": {"farm": 0.1}}, "products.car.owner_shares.farm", "products.car.owners"),
    (CAR, product() | {"baseline_stock": "carts"}, "products.car.baseline_stock", "region.baseline"),
    (CAR, product() | {"baseline_sales": None}, "products.car.baseline_sales", "text"),
    (HERE, region() | {"season": [1.0] * 11}, "region.season", "12 numbers"),
    (HERE, region() | {"season": [2.0] * 12}, "region.season", "sum to 12"),
    (HERE, region() | {"boundary": "Z"}, "region.boundary", "A or B"),
    (HERE, region() | {"files": {"baseline": "here/baseline.csv"}}, "region.files", "baseline and vintages"),
    (DEFAULTS_FILE, DEFAULTS.replace("region: here", "region: here\n    behaviour: central"), "defaults", "once for each of"),
    (DEFAULTS_FILE, DEFAULTS.replace("  - money: central\n", ""), "defaults", "once for each of"),
    (DEFAULTS_FILE, DEFAULTS.replace("- money: central", "- money"), "defaults", "once for each of"),
    (DEFAULTS_FILE, DEFAULTS.replace("- money: central", "- {}"), "defaults", "once for each of"),
    (DEFAULTS_FILE, DEFAULTS.replace("- money: central", "- money: {}"), "defaults", "once for each of"),
    (TABLE, BASELINE.replace(",grade", ",mark"), "column grade", "indicator,boundary,date"),
    (TABLE, BASELINE.replace(",test,B,300000", ",test,D,300000"), "row 2, column grade", "one of A, B, C"),
    (TABLE, BASELINE.replace("cars,B", "cars,X"), "row 3, column boundary", "one of A, B, both"),
    (TABLE, BASELINE.replace("27700", "many"), "row 4, column value", "a finite number"),
    (TABLE, BASELINE.replace("27700", "nan"), "row 4, column value", "a finite number"),
    (TABLE, BASELINE.replace("300000", "390000"), "region.baseline.cars", "between low and high"),
    (TABLE, BASELINE + "cars,A,2023,1,cars,test,B,,\n", "row 5, column indicator", "one row for each"),
    (TABLE, BASELINE + "cars,A,2023\n", "row 5", "9 cells"),
    (TABLE, BASELINE.replace("27700", "27,700"), "row 4", "9 cells"),
    (TABLE, BASELINE.replace("27700", "27_700"), "row 4, column value", "a finite number"),
    (TABLE, BASELINE.replace("27700", "２７７００"), "row 4, column value", "a finite number"),
    (TABLE, BASELINE.replace(",grade", ",unit,grade"), "row 1, column unit", "each column once"),
    (TABLE, BASELINE.replace("27700", "277\x0000"), "row 4", "control characters"),
    (TABLE, BASELINE.replace("27700", '"27700'), "row 4", "quotes"),
    (AGES, VINTAGES.replace("share", "share,share"), "row 1, column share", "each column once"),
    (AGES, VINTAGES.replace("0.25", "0.2_5"), "row 2, column share", "a finite number"),
    (TABLE, "", "column indicator", "indicator,boundary"),
    (AGES, VINTAGES.replace("0.25", "0.30"), "region.vintages.car", "sum to 1"),
    (
        AGES,
        VINTAGES.replace("2010,0.25", "2010,-0.25").replace("0.75", "1.25"),
        "region.vintages.car.2010",
        "from 0 to 1",
    ),
    (AGES, VINTAGES.replace("car,2010", "car,old"), "row 2, column registration_year", "a year"),
    (AGES, VINTAGES.replace("share", "part"), "column share", "product,registration_year,share"),
    (MINE, scenario("mine", policy={"car_scrapage": {"until": "2025-01-01"}}), "policy.car_scrapage", "car_scrappage"),
    (
        MINE,
        scenario("mine", policy={"car_scrappage": {"untill": "2025-01-01"}}),
        "policy.car_scrappage.untill",
        "until",
    ),
    (MINE, scenario("mine", region={"baseline": {"carts": 1}}), "region.baseline.carts", "cars"),
    (MINE, scenario("mine", colour="red"), "colour", "one of scenario"),
    (MINE, scenario("yours"), "scenario.id", "the name of its file"),
    (MINE, {"policy": {}}, "scenario.title", "nothing was given"),
    (MINE, scenario("mine", population={"scale": 9}), "population.scale", "less than or equal to 2"),
    (MINE, scenario("mine", behaviour=3), "behaviour", "an entry with"),
    (MINE, {"defaults": ["nobody"]} | scenario("mine"), "scenario", "scenarios/"),
    (MINE, {"defaults": [{"override /hydra/launcher": "joblib"}]} | scenario("mine"), "defaults", "override /GROUP"),
    (MINE, {"defaults": ["/behaviour/central"]} | scenario("mine"), "scenario", "scenarios/"),
    (MINE, {"defaults": ["mine"]} | scenario("mine"), "defaults", "without coming back"),
]


@pytest.mark.parametrize(("name", "content", "key", "allowed"), FILES)
def test_a_bad_file_is_refused_and_named(root: Path, name: str, content: Any, key: str, allowed: str) -> None:
    if name == MINE and "scenario" not in content:
        content = content | {"scenario": {"id": "mine", "decided_by": "test"}}
    write(root, name, content)
    error = refusal(root, ["scenario=mine"] if name == MINE else [])
    assert name in error.file.en
    assert error.key.en.startswith(key)
    assert allowed in error.allowed.en


TEXTS: list[tuple[str, str, str]] = [
    ("broken", HEAD + "policy: {car: [1, 2\n", "well-formed YAML"),
    ("tabs", HEAD + "policy:\n\tcar: 1\n", "well-formed YAML"),
    ("twice", HEAD + "language: zh\nlanguage: en\n", "each key once"),
    ("twice below", HEAD + "clock: {end: 2025-12, end: 2026-12}\n", "each key once"),
    ("bomb", HEAD + BOMB, "no anchors and aliases"),
    ("tag", HEAD + "output: !!python/object/apply:os.system [echo]\n", "no YAML tags"),
    ("plain tag", HEAD + "output: !!str x\n", "no YAML tags"),
    ("interpolation", HEAD + "output: ${oc.env:HOME}\n", "plain text without ${...}"),
    ("interpolation in a key", HEAD + "'${x}': 1\n", "plain text without ${...}"),
    ("mandatory", HEAD + "output: ???\n", "plain text"),
    ("target", HEAD + "behaviour: {_target_: os.system, command: x}\n", "run no code"),
    ("hydra", HEAD + "hydra: {run: {dir: /tmp}}\n", "run no code"),
    ("nan", HEAD + "population: {scale: .nan}\n", "a finite number"),
    ("inf", HEAD + "population: {scale: -.inf}\n", "a finite number"),
    ("overflow", HEAD + "population: {scale: 1e999}\n", "a finite number"),
    ("two documents", HEAD + "---\nlanguage: en\n", "one document"),
    ("a list", "# @package _global_\n- 1\n", "keys with values"),
    ("deep", HEAD + "policy: " + "[" * 200 + "]" * 200 + "\n", "at most 32 levels"),
    ("large", HEAD + "output: " + "x" * 300_000 + "\n", "at most 262144 bytes"),
    ("no package", HEAD.partition("\n")[2], "# @package _global_"),
    ("other package", "# @package behaviour\n" + HEAD.partition("\n")[2], "# @package _global_"),
    ("control", HEAD + "output: \x07\n", "control characters"),
]


@pytest.mark.parametrize(("what", "text", "allowed"), TEXTS, ids=[what for what, _, _ in TEXTS])
def test_a_scenario_is_data_and_nothing_else(root: Path, what: str, text: str, allowed: str) -> None:
    write(root, MINE, text)
    error = refusal(root, ["scenario=mine"])
    assert error.file.en == MINE
    assert allowed in error.allowed.en


def test_a_scenario_that_nobody_asked_for_stands_in_nobodys_way(root: Path) -> None:
    write(root, MINE, HEAD + BOMB)
    assert load_settings([], root).scenario.id == "enacted"


def test_text_that_is_not_utf8_is_refused(root: Path) -> None:
    (root / POLICY).write_bytes("title: 汽车".encode("gb18030"))
    assert "UTF-8" in refusal(root, []).allowed.en


@pytest.mark.parametrize(
    "stray",
    [
        "scenarios/no_policy - 副本.yaml", "configs/policy/汽车.yaml", "configs/products/car (1).yaml",
        "configs/targets/Copy.yaml", "configs/pots/bonds - Copy.yaml", "configs/groups/2024.yaml",
        "configs/behaviour/central~.yaml",
        "configs/experiment/新建.yaml", "configs/evidence/案例.yaml", "configs/levers/杠杆.yaml", "configs/anchor/car-1.yaml",
    ],
)  # fmt: skip
def test_a_file_whose_name_can_be_no_name_is_told_and_the_rest_works(root: Path, stray: str) -> None:
    before = load_settings([], root)
    write(root, stray, "not: [even, read")
    assert load_settings([], root) == before
    assert [cell for cell, _ in load_cells(["scenario=glob(*)"], root)] == [["scenario=boundary_b"], ["scenario=enacted"]]
    for language, said in (("zh", "未读取"), ("en", "is not read")):
        (line,) = list(remarks(language, root))
        assert stray in line
        assert said in line


ODD = [5, True, "x", [1], [{}], {"a": 1}, {"a": {"b": [1]}}]
"""What may stand in the place of something of another shape."""


@pytest.mark.parametrize("key", ["pot", "goods", "versions"])
@pytest.mark.parametrize("odd", ODD, ids=json.dumps)
def test_a_measure_with_a_part_of_another_shape_is_refused_by_its_file(root: Path, key: str, odd: object) -> None:
    write(root, POLICY, measure() | {key: odd})
    assert refusal(root, []).file.en == POLICY


@pytest.mark.parametrize("group", ["policy", "pots", "products", "targets", "anchor", "region", "in_force", "clock"])
@pytest.mark.parametrize("odd", ODD[:4], ids=json.dumps)
def test_a_group_of_another_shape_is_refused(root: Path, group: str, odd: object) -> None:
    write(root, MINE, scenario("mine") | {group: odd})
    assert MINE in refusal(root, ["scenario=mine"]).file.en
    assert list(remarks("en", root)) == [], "and it stops no other scenario"


@pytest.mark.parametrize("key", ["baseline", "vintages"])
@pytest.mark.parametrize("odd", [0, None, *ODD[:4]], ids=json.dumps)
def test_rows_of_a_table_of_another_shape_are_refused(root: Path, key: str, odd: object) -> None:
    write(root, HERE, region() | {key: odd})
    error = refusal(root, [])
    assert (error.file.en, error.key.en) == (HERE, f"region.{key}")


@pytest.mark.parametrize("name", ["a" * 300, "a" * 5000, "no_such", "a/b", "汽车"])
def test_a_default_that_has_no_file_is_refused_by_the_list_that_names_it(root: Path, name: str) -> None:
    write(root, DEFAULTS_FILE, DEFAULTS.replace("money: central", f"money: {name}"))
    error = refusal(root, [])
    assert (error.file.en, error.key.en, error.value) == (DEFAULTS_FILE, "money", name)
    assert "central" in error.allowed.en


@pytest.mark.parametrize("content", [{"measures": 5}, {"measures": [{}]}, {"measures": ["no_such"]}])
def test_a_group_that_nobody_takes_stands_in_nobodys_way(root: Path, content: dict[str, object]) -> None:
    write(root, "configs/groups/mine.yaml", content)
    write(root, MINE, scenario("mine", in_force=["mine"]))
    assert load_settings([], root).scenario.id == "enacted"
    assert [line for line in remarks("en", root) if "car_scrappage" in line] == []
    assert refusal(root, ["scenario=mine"]).file.en == "configs/groups/mine.yaml"


def test_a_stray_file_cannot_be_chosen(root: Path) -> None:
    write(root, "scenarios/no_policy - 副本.yaml", HEAD)
    assert "enacted" in refusal(root, ["scenario='no_policy - 副本'"]).allowed.en


def test_the_last_to_have_a_say_is_named_first(root: Path) -> None:
    write(root, MINE, scenario("mine", clock={"start": "2026-01"}))
    error = refusal(root, ["scenario=mine", "clock.end=2025-12"])
    assert error.file.en == f"command line + {MINE} + configs/defaults.yaml"


def test_a_range_that_does_not_hold_its_number_is_refused(root: Path) -> None:
    content = json.loads((root / "configs/behaviour/central.yaml").read_text(encoding="utf-8"))
    write(root, "configs/behaviour/central.yaml", content | {"social_weight": quantity(3.0, 0.0, 1.0)})
    error = refusal(root, [])
    assert (error.file.en, error.key.en) == ("configs/behaviour/central.yaml", "behaviour.social_weight")


def test_a_lag_of_applications_beyond_half_a_year_ends_the_command_with_its_file_key_and_value(root: Path) -> None:
    write(root, POLICY, in_measure(application_lag_days=quantity(200)))
    error = refusal(root, [])
    assert error.exit_code == 2
    assert error.file.en == POLICY
    assert error.key.en == "policy.car_scrappage.application_lag_days"
    assert "200" in str(error)
    assert "0 到 180 天" in error.words.zh
