"""Draws fill each range evenly, and each number's draws are its own."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from small_tree import write_tree

from sim.config import checks, load_settings
from sim.runs.draws import draw_settings, stratified, triangular, uncertain_paths, undisturbed
from sim.schema.bricks import Quantity
from sim.settings import Settings

FORESIGHT = "behaviour.foresight"
POT = "pots.bonds.tranches.first.amount"
STRATA = [11, 4, 5, 3, 9, 1, 8, 0, 7, 6, 10, 2]
"""Of foresight, for twelve draws; a change here changes every published ensemble."""


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    root = write_tree(tmp_path_factory.mktemp("tree"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(checks, "indicator_names", lambda: ["nev_stock"])
        return load_settings([], root)


def number(low: float, value: float, high: float) -> Quantity:
    return Quantity(value=value, unit="-", source="test", grade="C", low=low, high=high)


def test_every_number_with_a_range_is_found_and_no_other(settings: Settings) -> None:
    assert uncertain_paths(settings) == [FORESIGHT, POT, "region.baseline.cars"]


def test_draw_zero_is_the_central_values_themselves(settings: Settings) -> None:
    assert draw_settings(settings, 0, 12) is settings


def test_nothing_moves_but_the_inputs_in_settings_that_are_undisturbed(settings: Settings) -> None:
    off = settings.parameters.model_copy(update={"discrepancy": {"sales": 0.1}})
    settings = settings.model_copy(update={"parameters": off})
    still = undisturbed(settings)
    assert still.parameters.discrepancy == {}
    assert {shock.sd.value for _, shock in still.uncertainty.shocks} == {0.0}
    assert still.uncertainty.measurement == settings.uncertainty.measurement
    same = {"parameters": settings.parameters, "uncertainty": settings.uncertainty}
    assert still.model_copy(update=same) == settings


def test_a_draw_gives_values_without_ranges(settings: Settings) -> None:
    drawn = draw_settings(settings, 3, 12)
    assert drawn.draw == 3
    assert uncertain_paths(drawn) == []
    foresight, amount = drawn.behaviour.foresight, drawn.pots["bonds"].tranches["first"].amount
    assert 0.6 < foresight.value < 1.0
    assert foresight.value != 0.8
    assert 8e5 < amount.value < 2e6
    assert (foresight.unit, foresight.source) == ("-", "test")


def test_what_is_certain_stays(settings: Settings) -> None:
    drawn = draw_settings(settings, 3, 12)
    assert drawn.behaviour.social_weight == settings.behaviour.social_weight
    assert drawn.policy == settings.policy
    assert drawn.region.baseline["sales"] == settings.region.baseline["sales"]


def test_the_settings_that_were_drawn_from_are_left_alone(settings: Settings) -> None:
    before = settings.model_dump_json()
    draw_settings(settings, 1, 2)
    assert settings.model_dump_json() == before


def test_a_draw_is_valid_input_again(settings: Settings) -> None:
    drawn = draw_settings(settings, 5, 12)
    assert Settings.model_validate_json(drawn.model_dump_json()) == drawn


def test_a_number_given_by_the_user_is_not_sampled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "indicator_names", lambda: ["nev_stock"])
    certain = load_settings([f"{FORESIGHT}=0.7"], write_tree(tmp_path))
    assert FORESIGHT not in uncertain_paths(certain)
    assert draw_settings(certain, 4, 12).behaviour.foresight.value == 0.7


def test_leaving_one_number_out_changes_no_draw_of_the_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "indicator_names", lambda: ["nev_stock"])
    root = write_tree(tmp_path)
    for draw in (1, 7, 12):
        full = draw_settings(load_settings([], root), draw, 12)
        less = draw_settings(load_settings([f"{FORESIGHT}=0.7"], root), draw, 12)
        assert full.pots == less.pots
        assert full.region == less.region


@pytest.mark.parametrize("draw", [-1, 13])
def test_there_is_no_draw_outside(settings: Settings, draw: int) -> None:
    with pytest.raises(ValueError, match="not one of 0 to 12"):
        draw_settings(settings, draw, 12)


@given(path=st.text(min_size=1, max_size=30), draws=st.integers(1, 60))
def test_each_stratum_is_met_exactly_once(path: str, draws: int) -> None:
    uniforms = [stratified(path, draw, draws) for draw in range(1, draws + 1)]
    assert sorted(int(uniform * draws) for uniform in uniforms) == list(range(draws))
    assert min(uniforms) > 0.0
    assert max(uniforms) < 1.0


def test_two_paths_are_not_drawn_in_step() -> None:
    draws = 400
    one, other = ([stratified(path, draw, draws) for draw in range(1, draws + 1)] for path in ("a.b", "a.c"))
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.15


def test_the_place_within_a_stratum_differs_between_draws() -> None:
    within = [stratified("a.b", draw, 50) * 50 % 1.0 for draw in range(1, 51)]
    assert len({round(place, 6) for place in within}) == 50
    assert 0.35 < float(np.mean(within)) < 0.65


def test_draws_are_the_same_on_every_machine() -> None:
    assert [int(stratified(FORESIGHT, draw, 12) * 12) for draw in range(1, 13)] == STRATA


@given(
    bounds=st.lists(st.floats(-1e6, 1e6), min_size=3, max_size=3).map(sorted),
    uniform=st.floats(0.0, 1.0, exclude_min=True, exclude_max=True),
)
def test_the_triangle_keeps_its_bounds(bounds: list[float], uniform: float) -> None:
    low, mode, high = bounds
    assert low <= triangular(number(low, mode, high), uniform) <= high


@pytest.mark.parametrize(("low", "mode", "high"), [(0.0, 0.2, 1.0), (0.0, 0.0, 1.0), (-3.0, 5.0, 5.0), (0.6, 0.8, 1.0)])
def test_the_hypercube_has_the_mean_and_the_shares_of_the_triangle(low: float, mode: float, high: float) -> None:
    draws = 500
    values = [triangular(number(low, mode, high), stratified("a.b", draw, draws)) for draw in range(1, draws + 1)]
    assert np.mean(values) == pytest.approx((low + mode + high) / 3, abs=0.002 * (high - low))
    assert np.mean(np.array(values) < mode) == pytest.approx((mode - low) / (high - low), abs=1 / draws)


@given(uniform=st.floats(0.001, 0.999))
def test_the_triangle_inverts_its_distribution(uniform: float) -> None:
    value = triangular(number(0.0, 2.0, 10.0), uniform)
    share = value**2 / 20 if value <= 2.0 else 1 - (10.0 - value) ** 2 / 80
    assert share == pytest.approx(uniform, abs=1e-9)


def test_a_range_of_no_width_is_its_value() -> None:
    assert triangular(number(3.0, 3.0, 3.0), 0.4) == 3.0
