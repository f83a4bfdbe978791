"""The shipped constants belong to the shipped settings, and the verb that solves them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from model_settings import small

from sim.cli import main
from sim.codes import EMPTY
from sim.config import load_settings
from sim.model import TradeInModel
from sim.runs.draws import draw_settings
from sim.runs.once import forget
from sim.runs.plan import Plan
from sim.runs.reference_year.anchor_keys import anchor_key, solved_for
from sim.runs.reference_year.constants import ANCHOR_SCALE, ROUNDS, reference
from sim.runs.reference_year.solving import ORGANISATIONS, balanced, districts_of, solve_anchor, spell_months
from sim.runs.reference_year.year import Year, empty_places, observed, reference_year

ROOT = Path(__file__).parents[2]


def test_the_shipped_constants_were_solved_for_the_shipped_settings() -> None:
    settings = load_settings([])
    stale = [name for name, constants in settings.anchor.items() if constants.solved_for != solved_for(settings)]
    assert set(settings.anchor) == set(settings.products)
    assert not stale, "run: python -m sim anchor --write"


def test_a_better_word_makes_no_constants_stale_and_another_value_does() -> None:
    settings = load_settings([])
    spell = settings.behaviour.spell_share

    def told(**new: object) -> str:
        behaviour = settings.behaviour.model_copy(update={"spell_share": spell.model_copy(update=new)})
        return solved_for(settings.model_copy(update={"behaviour": behaviour}))

    assert told(source="another survey") == solved_for(settings)
    assert told(value=0.21) != solved_for(settings)


@pytest.mark.parametrize("override", ["scenario=no_policy", "policy.car_scrappage.nev_amount=30000", "clock.end=2025-12"])
def test_policy_and_years_need_no_other_constants(override: str) -> None:
    settings = load_settings([override])
    assert anchor_key(settings, solved_for(settings), 0, 0) is None


@pytest.mark.parametrize("override", ["behaviour.foresight=0.3", "population.goods=vehicles", "region.boundary=B"])
def test_other_parameters_goods_and_data_do(override: str) -> None:
    settings = load_settings([override])
    assert anchor_key(settings, solved_for(settings), 0, 0) is not None


def test_draws_have_constants_of_their_own_which_scenarios_share() -> None:
    enacted, without = (Plan.of(load_settings([f"scenario={name}"]), 1, 2) for name in ("enacted", "no_policy"))
    keys = {enacted.anchor_key(0), enacted.anchor_key(1), enacted.anchor_key(2)}
    assert len(keys) == 3
    assert enacted.anchor_key(1) == without.anchor_key(1)


@pytest.mark.parametrize("draw", [1, 2])
def test_of_two_dozen_hospitals_as_many_buy_in_every_draw_as_the_baseline_has(draw: int) -> None:
    """Where prices and their weight are others than in the files, constants start far off: nobody bought at all."""
    settings = load_settings([])
    mine = {name: settings.products[name] for name in ("emr_system", "vocational_equipment")}
    settings = draw_settings(reference(settings.model_copy(update={"products": mine})), draw, 10)
    ((district, _),) = districts_of(settings, ANCHOR_SCALE)
    years = reference_year(district.model_copy(update={"anchor": solve_anchor(settings, ROUNDS).anchor}), seed=2)
    for name in mine:
        wanted, bought = (float(year.new.sum()) for year in (observed(settings, name), years[name]))
        luck = 4.0 * (wanted * ORGANISATIONS) ** 0.5 / ORGANISATIONS
        assert bought == pytest.approx(wanted, abs=0.15 * wanted + luck), name
        assert years[name].stock == pytest.approx(observed(settings, name).stock, rel=0.15), name


AIM = Year(
    new=np.array([30.0, 70.0]), first=50.0, bought=np.nan, bought_age=np.nan, sold=np.nan, recovered=10.0, informal=20.0,
    idle=0.0, transfers=60.0, stock=900.0, nev=0.0,
)  # fmt: skip
SEEN = replace(AIM, bought=30.0, bought_age=5.0, sold=30.0, shopped=(40.0, 60.0), pool=(400.0, 600.0), without=500.0)


def test_spells_are_a_share_of_the_time_held_or_gone_without() -> None:
    """900 goods of which 30 + 10 + 20 leave in a year are held for 15 years; 500 empty places with 50 first buyers: 10."""
    settings = load_settings(["behaviour.spell_share.value=0.1"])
    aim = balanced(False, AIM, SEEN)
    assert aim.traded == 30.0
    assert settings.products["car"].survival.scale_years.value == 19.0
    assert spell_months(settings, "car", aim, AIM, SEEN) == pytest.approx((18.0, 12.0))
    full, empty = replace(AIM, stock=3000.0), replace(SEEN, without=5000.0)
    assert spell_months(settings, "car", aim, full, empty) == pytest.approx((22.8, 22.8)), "no longer than a good lasts"


@pytest.mark.parametrize(("chosen", "informal"), [(40.0, 20.0), (23.0, 20.0), (10.0, 23.3), (18.0, 22.0)])
def test_the_informal_trade_takes_more_than_observed_only_where_wear_ends_more(chosen: float, informal: float) -> None:
    """Fifty leave: what is not chosen was ended; beyond the ten that are recovered it goes there, up to 2.33 times as many."""
    got = replace(SEEN, recovered=5.0, informal=15.0, shopped=(chosen, 60.0))
    assert balanced(False, AIM, got).informal == pytest.approx(informal)
    assert balanced(True, AIM, got).informal == 20.0


def test_empty_places_are_counted_once_and_only_those_that_can_be_filled() -> None:
    settings = reference(small("clock.end=2023-01", scale=0.005))
    model = TradeInModel(settings, 1)
    category, month = model.categories["car"], model.month
    goods, owners, second = category.goods, category.owners, category.second
    by_hand = 0
    for slot in np.flatnonzero(goods.variant == EMPTY):
        owner = goods.owner[slot]
        alone = not second[goods.type[slot]] or goods.variant[slot - category.first_slots] != EMPTY
        by_hand += alone and owners.from_month[owner] <= month <= owners.until_month[owner]
    forget(model)
    assert 0 < by_hand < (goods.variant == EMPTY).sum()
    assert empty_places(category, month) == by_hand


@pytest.mark.parametrize("share", [0.1, 0.4])
def test_draws_far_from_the_files_have_their_spells_and_their_sales_after_a_few_rounds(share: float) -> None:
    settings = load_settings([f"behaviour.spell_share.value={share}", "population.goods=vehicles", "population.scale=0.1"])
    settings = reference(settings.model_copy(update={"products": {"car": settings.products["car"]}}))
    year = reference_year(solve_anchor(settings, ROUNDS), seed=1)["car"]
    want = observed(settings, "car")
    wanted = spell_months(settings, "car", balanced(False, want, year), want, year)
    for months, acted, spell in zip(year.pool, year.shopped, wanted, strict=True):
        assert months / acted == pytest.approx(spell, rel=0.15)
    for name in ("first", "recovered", "informal", "transfers"):
        assert getattr(year, name) == pytest.approx(getattr(want, name), rel=0.1), name
    assert year.new.sum() == pytest.approx(want.new.sum(), rel=0.05)


def test_the_verb_writes_constants_that_the_settings_accept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("configs", "scenarios"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setenv("SIM_ROOT", str(tmp_path))
    monkeypatch.setattr("sim.studies.anchor.verb.COARSE_ROUNDS", 1)
    assert main(["anchor", "--write", "population.scale=0.005", "language=en"]) == 0
    assert "refrigerators" in capsys.readouterr().out
    written = load_settings([], tmp_path)
    assert {constants.solved_for for constants in written.anchor.values()} == {solved_for(written)}
    assert written.anchor["car"] != load_settings([], ROOT).anchor["car"]


def test_without_write_nothing_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for folder in ("configs", "scenarios"):
        shutil.copytree(ROOT / folder, tmp_path / folder)
    monkeypatch.setenv("SIM_ROOT", str(tmp_path))
    monkeypatch.setattr("sim.studies.anchor.verb.COARSE_ROUNDS", 1)
    before = {path: path.read_bytes() for path in (tmp_path / "configs" / "anchor").iterdir()}
    assert main(["anchor", "population.scale=0.005", "population.goods=vehicles"]) == 0
    assert before == {path: path.read_bytes() for path in (tmp_path / "configs" / "anchor").iterdir()}
    assert "--write" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("of=centr", ["key    : of", "value  : 'centr'", "allowed: centre or draws"]),
        ("of=draws ensemble.draws=0", ["key    : ensemble.draws", "value  : 0", "allowed: at least 1"]),
        ("of=draws --write ensemble.draw=3", ["key    : --write", "all goods"]),
    ],
)
def test_what_has_no_draws_is_refused(words: str, told: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["anchor", *words.split(), "language=en"]) == 2
    said = capsys.readouterr().err
    assert [line for line in told if line not in said] == []


def test_constants_of_a_part_are_not_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["anchor", "--write", "population.goods=vehicles", "language=en"]) == 2
    assert "all goods" in capsys.readouterr().err
