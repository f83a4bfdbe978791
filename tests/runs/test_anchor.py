"""The shipped constants belong to the shipped settings, and the verb that solves them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sim.cli import main
from sim.config import load_settings
from sim.runs.draws import draw_settings
from sim.runs.plan import Plan
from sim.runs.reference_year.anchor_keys import anchor_key, solved_for
from sim.runs.reference_year.constants import ANCHOR_SCALE, ROUNDS, reference
from sim.runs.reference_year.solving import ORGANISATIONS, districts_of, solve_anchor
from sim.runs.reference_year.year import observed, reference_year

ROOT = Path(__file__).parents[2]


def test_the_shipped_constants_were_solved_for_the_shipped_settings() -> None:
    settings = load_settings([])
    stale = [name for name, constants in settings.anchor.items() if constants.solved_for != solved_for(settings)]
    assert set(settings.anchor) == set(settings.products)
    assert not stale, "run: python -m sim anchor --write"


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


def test_constants_of_a_part_are_not_shipped(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["anchor", "--write", "population.goods=vehicles", "language=en"]) == 2
    assert "all goods" in capsys.readouterr().err
