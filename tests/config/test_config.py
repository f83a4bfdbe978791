"""Settings hold what the files say, then what the scenario says, then what the user says, and nothing else."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hydra import compose, initialize
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from small_tree import TITLE, measure, pot, quantity, refusal, scenario, target, write, write_tree

from sim.config import checks, load_cells, load_settings
from sim.config.remarks import remarks
from sim.errors import BadInput
from sim.settings import Settings

PROJECT = Path(__file__).resolve().parents[2]


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(checks, "indicator_names", lambda: ["nev_stock"])
    return write_tree(tmp_path)


def test_every_file_of_a_group_is_read_under_its_own_name(root: Path) -> None:
    write(root, "configs/targets/second.yaml", target())
    assert set(load_settings([], root).targets) == {"nev_stock", "second"}


def test_defaults_are_the_enacted_scenario_and_the_whole_district(root: Path) -> None:
    settings = load_settings([], root)
    assert settings.scenario.id == "enacted"
    assert settings.region.boundary == "A"
    assert settings.region.baseline["cars"].value == 348000
    assert settings.region.baseline["cars"].high == 400000
    assert settings.region.vintages == {"car": {2010: 0.25, 2023: 0.75}}
    assert (settings.clock.start, settings.clock.end) == ("2023-01", "2027-12")


def test_what_users_type_wins_over_scenario_and_files(root: Path) -> None:
    write(root, "scenarios/early.yaml", scenario("early", policy={"car_scrappage": {"until": "2024-12-31"}}))
    assert load_settings(["scenario=early"], root).policy["car_scrappage"].until == dt.date(2024, 12, 31)
    typed = load_settings(["scenario=early", "policy.car_scrappage.until=2025-06-30"], root)
    assert typed.policy["car_scrappage"].until == dt.date(2025, 6, 30)


def test_a_lever_that_the_file_leaves_out_can_be_typed_without_a_plus(root: Path) -> None:
    settings = load_settings(["policy.car_scrappage.nev_amount=15000", "population.scale=0.05"], root)
    lever = settings.policy["car_scrappage"]
    assert lever.model_dump()["nev_amount"] == 15000
    assert settings.population.scale == 0.05


def test_a_bare_number_replaces_a_quantity_and_its_range(root: Path) -> None:
    foresight = load_settings(["behaviour.foresight=0"], root).behaviour.foresight
    assert (foresight.value, foresight.low, foresight.high) == (0.0, None, None)
    write(root, "scenarios/blind.yaml", scenario("blind", behaviour={"foresight": 0}))
    assert load_settings(["scenario=blind"], root).behaviour.foresight.low is None


def test_part_of_a_quantity_can_be_typed(root: Path) -> None:
    foresight = load_settings(["behaviour.foresight.value=0.9"], root).behaviour.foresight
    assert (foresight.value, foresight.low, foresight.high) == (0.9, 0.6, 1.0)


@pytest.mark.parametrize("typed", ["2026-12-31", "'2026-12-31'", '"2026-12-31"'])
def test_dates_may_be_quoted_or_not(root: Path, typed: str) -> None:
    settings = load_settings([f"policy.car_scrappage.until={typed}"], root)
    assert settings.policy["car_scrappage"].until == dt.date(2026, 12, 31)


def test_quoted_chinese_arrives_unchanged(root: Path) -> None:
    assert load_settings(["output='结果 甲,乙'"], root).output == "结果 甲,乙"


def test_boundary_chooses_rows_of_the_baseline(root: Path) -> None:
    for overrides in (["region.boundary=B"], ["scenario=boundary_b"]):
        region = load_settings(overrides, root).region
        assert (region.boundary, region.baseline["cars"].value, region.baseline["sales"].value) == ("B", 253000, 27700)


def test_a_baseline_number_can_be_typed(root: Path) -> None:
    baseline = load_settings(["region.baseline.cars=1000"], root).region.baseline
    assert (baseline["cars"].value, baseline["cars"].low) == (1000, None)
    assert load_settings(["region.baseline.cars.value=310000"], root).region.baseline["cars"].low == 300000


def test_a_scenario_may_choose_files_and_build_on_another(root: Path) -> None:
    write(
        root,
        "scenarios/child.yaml",
        {"defaults": ["boundary_b", {"override /behaviour": "myopic"}, "_self_"]} | scenario("child"),
    )
    settings = load_settings(["scenario=child"], root)
    assert settings.scenario.id == "child"
    assert settings.region.boundary == "B"
    assert settings.behaviour.foresight.value == 0.1
    assert load_settings(["scenario=child", "behaviour=central"], root).behaviour.foresight.value == 0.8


def test_an_experiment_departs_from_the_scenario(root: Path) -> None:
    write(
        root,
        "configs/experiment/quick.yaml",
        {"defaults": [{"override /scenario": "boundary_b"}], "population": {"scale": 0.1}},
    )
    settings = load_settings(["experiment=quick"], root)
    assert (settings.scenario.id, settings.population.scale) == ("boundary_b", 0.1)
    assert load_settings(["experiment=quick", "population.scale=0.2"], root).population.scale == 0.2


def test_lists_and_groups_of_values_can_be_typed(root: Path) -> None:
    settings = load_settings(["region.season.0=1.0", "ensemble={draws: 3, seeds: 4}"], root)
    assert (settings.ensemble.draws, settings.ensemble.seeds, settings.ensemble.first_seed) == (3, 4, 1)


def test_shares_of_payers_that_the_file_leaves_out_can_be_typed(root: Path) -> None:
    shares = ["policy.car_scrappage.payers.province=0.3", "policy.car_scrappage.payers.city=0.1"]
    assert load_settings(shares, root).policy["car_scrappage"].payers == {"central": 0.6, "province": 0.3, "city": 0.1}


def test_a_target_beyond_the_clock_is_no_mistake(root: Path) -> None:
    write(root, "configs/targets/far.yaml", target() | {"by": "2040-12"})
    assert load_settings(["clock.end=2025-12"], root).targets["far"].by == "2040-12"


def test_equal_input_gives_equal_settings_whatever_the_order(root: Path) -> None:
    one = load_settings(["population.scale=0.1", "region.boundary=B"], root)
    assert one == load_settings(["region.boundary=B", "population.scale=0.1"], root)
    assert one != load_settings(["region.boundary=B"], root)


def test_a_changed_file_is_read_again(root: Path) -> None:
    before = load_settings([], root).behaviour.foresight.value
    path = root / "configs/behaviour/central.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace('"value": 0.8', '"value": 0.75'), encoding="utf-8")
    assert (before, load_settings([], root).behaviour.foresight.value) == (0.8, 0.75)


def test_loading_twice_and_at_once_gives_the_same(root: Path) -> None:
    overrides = [["scenario=boundary_b"], ["behaviour=myopic"], []] * 3

    def load(typed: list[str]) -> Settings:
        return load_settings(typed, root)

    alone = [load(typed) for typed in overrides]
    (root / "scenarios/other.yaml").write_text("# @package _global_\n", encoding="utf-8")  # so that nothing is kept
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(load, overrides)) == alone


def test_hydra_is_left_as_it_was(root: Path) -> None:
    store = ConfigStore.instance()
    store.store(name="mine", group="policy", node={"kept": 1})
    try:
        with initialize(config_path=None, version_base="1.3"):
            load_settings(["behaviour=myopic"], root)
            assert compose(overrides=["+policy=mine"]) == {"policy": {"kept": 1}}
        assert not GlobalHydra.instance().is_initialized()
        load_settings(["behaviour=myopic", "scenario=boundary_b"], root)
        assert not GlobalHydra.instance().is_initialized()
        assert "behaviour" not in store.repo
        assert list(store.repo["policy"]) == ["mine.yaml"]
    finally:
        del store.repo["policy"]


def test_the_place_we_run_from_does_not_matter(
    root: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = load_settings([], root)
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv("SIM_ROOT", str(root))
    assert load_settings() == here
    assert os.listdir() == []


def test_a_sweep_gives_one_cell_for_each_combination(root: Path) -> None:
    cells = load_cells(["scenario=enacted,boundary_b", "population.scale=range(0.25,1,0.25)", "language=en"], root)
    assert len(cells) == 6
    assert cells[0][0] == ["scenario=enacted", "population.scale=0.25", "language=en"]
    assert [(each.scenario.id, each.population.scale) for _, each in cells[2:4]] == [
        ("enacted", 0.75),
        ("boundary_b", 0.25),
    ]


def test_a_sweep_over_a_pattern_takes_the_files_that_match(root: Path) -> None:
    assert [each.scenario.id for _, each in load_cells(["scenario=glob(*)"], root)] == ["boundary_b", "enacted"]
    assert [each.scenario.id for _, each in load_cells(["scenario=choice(enacted)"], root)] == ["enacted"]


def test_the_line_of_a_cell_repeats_it(root: Path) -> None:
    for line, settings in load_cells(["output='甲','乙 丙'", "policy.car_scrappage.until=2025-06-30,null"], root):
        assert load_settings(line, root) == settings


def test_one_bad_cell_refuses_the_whole_sweep(root: Path) -> None:
    with pytest.raises(BadInput, match=r"population\.scale = 7"):
        load_cells(["population.scale=0.1,7"], root)


def test_a_number_in_a_scenario_may_bring_its_own_range(root: Path) -> None:
    write(root, "scenarios/gaming.yaml", scenario("gaming", behaviour={"gamed_share": quantity(0.05, 0.0, 0.1)}))
    share = load_settings(["scenario=gaming"], root).behaviour.gamed_share
    assert (share.value, share.high) == (0.05, 0.1)


@pytest.mark.parametrize("path", sorted((PROJECT / "scenarios").glob("*.yaml")), ids=lambda path: path.stem)
def test_every_scenario_of_the_program_loads(path: Path) -> None:
    assert load_settings([f"scenario={path.stem}"], PROJECT).scenario.id == path.stem


# measures in force -----------------------------------------------------------------------------------------------


def test_a_new_measure_file_with_its_pot_changes_no_scenario(root: Path) -> None:
    names = ["enacted", "boundary_b"]
    before = [load_settings([f"scenario={name}"], root) for name in names]
    write(root, "configs/policy/vouchers.yaml", measure() | {"pot": "vouchers"})
    write(root, "configs/pots/vouchers.yaml", pot())
    assert [load_settings([f"scenario={name}"], root) for name in names] == before
    (told,) = list(remarks("en", root))
    assert "configs/policy/vouchers.yaml is in force in no scenario" in told


def test_a_new_measure_file_changes_no_shipped_scenario(tmp_path: Path) -> None:
    for folder in ("configs", "scenarios"):
        shutil.copytree(PROJECT / folder, tmp_path / folder)
    text = (PROJECT / "configs/policy/car_replacement.yaml").read_text(encoding="utf-8")
    (tmp_path / "configs/policy/car_replacement_more.yaml").write_text(text, encoding="utf-8")
    for path in sorted((PROJECT / "scenarios").glob("*.yaml")):
        words = [f"scenario={path.stem}"]
        assert load_settings(words, tmp_path) == load_settings(words, PROJECT), path.stem


def test_a_measure_joins_where_a_scenario_or_the_user_names_it(root: Path) -> None:
    write(root, "configs/policy/vouchers.yaml", measure() | {"pot": "vouchers"})
    write(root, "configs/pots/vouchers.yaml", pot())
    write(root, "scenarios/more.yaml", scenario("more", in_force=["enacted", "vouchers"]))
    both = load_settings(["scenario=more", "policy.vouchers.nev_amount=5"], root)
    assert (set(both.policy), set(both.pots)) == ({"car_scrappage", "vouchers"}, {"bonds", "vouchers"})
    assert set(load_settings(["in_force=[vouchers]"], root).policy) == {"vouchers"}
    assert load_settings(["in_force=[]"], root).policy == {}
    assert list(remarks("zh", root)) == []


@pytest.mark.parametrize(
    ("words", "key", "said"),
    [
        (["policy.vouchers.nev_amount=5"], "policy.vouchers", "in_force=[enacted,vouchers]"),
        (["pots.vouchers.amount_factor=2"], "pots.vouchers", "pot: vouchers"),
        (["in_force=[enacted,voucher]"], "in_force", "did you mean vouchers"),
        (["in_force=enacted"], "in_force", "in_force=[enacted]"),
        (["in_force=null"], "in_force", "in_force=[enacted]"),
    ],
)
def test_what_departs_from_a_measure_that_is_not_in_force_is_refused(root: Path, words: list[str], key: str, said: str) -> None:
    write(root, "configs/policy/vouchers.yaml", measure() | {"pot": "vouchers"})
    write(root, "configs/pots/vouchers.yaml", pot())
    error = refusal(root, words)
    assert error.key.en == key
    assert said in error.remedy.en


def test_a_group_that_names_what_has_no_file_is_refused(root: Path) -> None:
    write(root, "configs/groups/enacted.yaml", {"title": TITLE, "measures": ["car_scrapage"]})
    error = refusal(root, [])
    assert error.file.en == "configs/groups/enacted.yaml"
    assert "car_scrappage" in error.remedy.en


# the present and the start ---------------------------------------------------------------------------------------


def test_levers_act_from_the_month_after_the_present_unless_something_else_is_said(root: Path) -> None:
    write(root, "scenarios/dated.yaml", scenario("dated", policy={"car_scrappage": {"levers_from": "2024-04-03"}}))
    now = load_settings(["clock.now=2025-12"], root)
    assert now.clock.levers_from == "2026-01"
    assert now.policy["car_scrappage"].levers_from == now.pots["bonds"].levers_from == dt.date(2026, 1, 1)
    typed = load_settings(["clock.now=2025-12", "policy.car_scrappage.levers_from=2025-07-01"], root)
    assert typed.policy["car_scrappage"].levers_from == dt.date(2025, 7, 1)
    assert load_settings(["scenario=dated"], root).policy["car_scrappage"].levers_from == dt.date(2024, 4, 3)


def test_the_present_is_the_last_month_whose_announcements_the_files_hold() -> None:
    assert load_settings([], PROJECT).clock.now == "2026-01"
    announced = [v.announced for m in load_settings([], PROJECT).policy.values() for v in m.versions.values()]
    known = [day for day in announced if day < dt.date(2026, 12, 1)]  # 2027 continues 2026: an assumption
    assert max(known).isoformat()[:7] == load_settings([], PROJECT).clock.now


@pytest.mark.parametrize("now", ["2025", "2025-13", "today", "null"])
def test_a_present_that_is_no_month_is_refused(root: Path, now: str) -> None:
    assert refusal(root, [f"clock.now={now}"]).key.en == "clock.now"


@pytest.mark.parametrize("start", ["2025-06", "2023-06", "2024-06", "2000-01", "2024-01", "2027-12", "2022-01"])
def test_a_start_without_a_baseline_is_refused(root: Path, start: str) -> None:
    for place in (root, PROJECT):
        with pytest.raises(BadInput) as caught:
            load_settings([f"clock.start={start}"], place)
        assert caught.value.key.en == "clock.start"
        assert caught.value.allowed.en.startswith("2023-01")


def test_a_scenario_or_the_user_rations_a_pot_in_its_own_way(root: Path) -> None:
    part = {"start": "2024-03-01", "share": 1.0}
    departures = {
        "lottery": "week",
        "tranches": {
            "first": {"release": "week", "instalments": {"spring": part}},
            "more": {"window": {"start": "2024-10-01", "end": "2024-12-31"}, "announced": "2024-09-01", "amount": 5e5},
        },
        "caps": {"june": {"window": {"start": "2024-06-01", "end": "2024-06-30"}, "per": "month", "amount": 1e4}},
    }
    write(root, "scenarios/rationed.yaml", scenario("rationed", pots={"bonds": departures}))
    stop = "+pots.bonds.stops.may.window={start: 2024-05-01, end: 2024-05-31}"
    bonds = load_settings(["scenario=rationed", stop], root).pots["bonds"]
    assert (bonds.lottery, bonds.tranches["first"].release, bonds.caps["june"].per) == ("week", "week", "month")
    assert bonds.tranches["first"].instalments["spring"].there == dt.date(2024, 3, 1)
    assert bonds.tranches["more"].known == dt.date(2024, 9, 1)
    assert bonds.stops["may"].closed == (dt.date(2024, 5, 1), dt.date(2024, 5, 31))
    assert load_settings([], root).pots["bonds"].stops == {}, "the file itself says nothing of it"
