"""The smoother: what a Kalman filter says in a linear world, cover that holds, levels that follow, and nothing from nothing."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from left_out import left_out
from numpy.typing import NDArray

from sim.config import load_settings
from sim.studies.nowcast import smoothing
from sim.studies.nowcast.run_cube import Cube
from sim.studies.nowcast.smoothing import Asked, Seen, smooth

Floats = NDArray[np.float64]
RUNS = 400
EXACT = np.zeros(2)


def linear_world(seed: int = 3, noise: float = 0.5) -> tuple[Seen, Asked, Floats, Floats]:
    """Two statistics and one unknown that hang on two causes; with the covariance of all three and the seed's runs."""
    luck = np.random.default_rng(seed)
    effects = np.array([[1.0, 0.2], [0.3, 1.0], [0.8, 0.9]])
    runs = luck.normal(size=(RUNS, 2)) @ effects.T + 0.3 * luck.normal(size=(RUNS, 3))
    covariance = effects @ effects.T + 0.09 * np.eye(3)
    none = np.zeros((2, 0))
    window = Seen(runs[:, :2], np.array([1.5, -0.7]), none, np.full(2, noise))
    return window, Asked(runs[:, 2:], np.zeros((1, 0))), covariance, runs


def test_in_a_linear_world_mean_and_spread_are_those_of_the_kalman_filter() -> None:
    window, asked, covariance, runs = linear_world()
    seen = covariance[:2, :2] + 0.25 * np.eye(2)
    gain = np.linalg.solve(seen, covariance[:2, 2])
    mean, spread = float(gain @ window.actual), float(np.sqrt(covariance[2, 2] - gain @ covariance[:2, 2]))
    after = runs[:, 2] + smooth(window, asked, np.arange(RUNS)).shifts[:, 0]
    assert after.mean() == pytest.approx(mean, abs=0.12)
    assert after.std() == pytest.approx(spread, rel=0.08)
    assert after.std() < 0.8 * runs[:, 2].std()


def test_what_is_measured_badly_moves_less() -> None:
    moved = []
    for noise in (0.01, 1.0, 30.0):
        window, asked, _, _ = linear_world(noise=noise)
        high = replace(window, actual=np.full(2, 1.5))
        moved.append(smooth(high, asked, np.arange(RUNS)).shifts.mean())
    assert moved[0] > 1.5 * moved[1] > 10.0 * moved[2]


def test_a_statistic_that_has_nothing_to_do_with_the_unknown_moves_nothing() -> None:
    luck = np.random.default_rng(5)
    window = Seen(luck.normal(size=(100, 3)), np.full(3, 2.0), np.zeros((3, 0)), np.zeros(3))
    moved = smooth(window, Asked(luck.normal(size=(100, 2)), np.zeros((2, 0))), np.arange(100))
    assert np.abs(moved.shifts.mean(axis=0)).max() < 0.35
    assert moved.explained.max() < 0.1
    assert moved.spent.max() < 2.0


def test_without_anything_observed_every_run_stays_where_it_was() -> None:
    nothing = Seen(np.zeros((20, 0)), np.zeros(0), np.zeros((0, 0)), np.zeros(0))
    moved = smooth(nothing, Asked(np.random.default_rng(1).normal(size=(20, 3)), np.zeros((3, 0))), np.arange(20))
    assert (moved.shifts == 0.0).all()
    assert (moved.spent == 0.0).all()


def test_an_error_of_levels_carries_a_gap_that_no_run_has_over_whole() -> None:
    """Runs differ by a hundredth; the actual lies a third off, and an error of levels of a tenth is allowed for."""
    luck = np.random.default_rng(2)
    runs = 0.01 * luck.normal(size=(60, 1))
    window = Seen(runs, np.array([0.3]), np.full((1, 1), 0.1), np.full(1, 0.005))
    asked = Asked(runs + 0.01 * luck.normal(size=(60, 1)), np.full((1, 1), 0.1))
    after = asked.runs + smooth(window, asked, np.arange(60)).shifts
    assert np.median(after) == pytest.approx(0.3, abs=0.02)
    unmoved = smooth(replace(window, levels=np.zeros((1, 1))), replace(asked, levels=np.zeros((1, 1))), np.arange(60))
    assert np.abs(unmoved.parts[0, 0]) < np.abs(np.median(after))


def test_the_gains_of_a_draw_are_learned_from_the_other_draws_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smoothing, "PENALTIES", (0.3, 1e6))
    window, asked, _, _ = linear_world()
    draws = np.repeat(np.arange(RUNS // 2), 2)
    first = smooth(window, asked, draws)
    runs = asked.runs.copy()
    runs[draws == 7] += 50.0
    second = smooth(window, Asked(runs, asked.levels), draws)
    assert second.shifts[draws == 7] == pytest.approx(first.shifts[draws == 7])
    assert np.abs(second.shifts[draws != 7] - first.shifts[draws != 7]).max() > 0.01


def test_parts_sum_to_the_shift() -> None:
    window, asked, _, _ = linear_world()
    moved = smooth(window, asked, np.arange(RUNS))
    assert moved.parts.sum(axis=0) == pytest.approx(moved.shifts.mean(axis=0), abs=0.03)
    assert moved.spent[0] == pytest.approx(2.0, abs=0.7)


def made_world(seed: int, draws: int = 64) -> Cube:
    """Sales, a stock and scrapping that follow six causes in logs, with luck of their own, from 2023 to 2027."""
    luck = np.random.default_rng(seed)
    causes, years = luck.normal(size=(draws, 6)), np.maximum(np.arange(60) - 11, 0) / 12.0
    started = years > 0.0

    def series(level: float, parts: dict[int, Floats], chance: float) -> Floats:
        logs = level + sum(causes[:, [n]] * shape for n, shape in parts.items())
        return np.asarray(np.exp(logs + chance * luck.normal(size=(draws, 60))))

    values = np.stack(
        [
            series(7.0, {0: 0.1 * started, 1: 0.03 * years}, 0.06),
            series(10.0, {2: 0.1 * started, 3: 0.05 * years, 0: 0.02 * years}, 0.0),
            series(5.5, {4: 0.12 * started, 1: 0.05 * years, 2: 0.05 * started}, 0.1),
        ],
        axis=1,
    )
    months = tuple(f"{2023 + n // 12}-{n % 12 + 1:02d}" for n in range(60))
    keys = (("new_registrations", ""), ("nev_stock", ""), ("elv_recovered", ""))
    return Cube(values, keys, months, np.arange(1, draws + 1))


def test_in_made_worlds_nine_intervals_of_ten_cover_and_errors_fall_by_half() -> None:
    """Two worlds of which fifty draws each are left out; 90 of 100 are to be covered."""
    errors = load_settings(["population.goods=vehicles"]).uncertainty.measurement
    both = [left_out(made_world(seed), made_world(seed).keys, 0.1, errors) for seed in (11, 12)]
    for key in made_world(11).keys:
        assert 82 <= sum(scores[key].covered for scores, _ in both) <= 98, key
        assert all(scores[key].error < 0.5 * scores[key].error_before for scores, _ in both), key
    assert min(effective for _, effective in both) > 0.5
