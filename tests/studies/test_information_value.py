"""What it is worth to know a number, on problems whose answers are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import ndtr, ndtri
from scipy.stats import norm

from sim.studies.count.information_value import (
    Decision,
    Floats,
    all_known,
    association,
    budget_decision,
    call_decision,
    decided,
    expected_loss,
    found_true,
    least_seen,
    luck_share,
    noise,
    polynomials,
    scores,
    smoothed,
    worth,
)

MANY, FEW = 4000, 100
SPREAD, SHORT = 10.0, 3.0


def pair(rho: float, count: int, luck: np.random.Generator) -> tuple[Floats, Floats]:
    """A number and an outcome, both normal, with this correlation."""
    number = luck.standard_normal(count)
    return number, rho * number + np.sqrt(1.0 - rho**2) * luck.standard_normal(count)


def means(outcome: Floats) -> Floats:
    """Mean scores of draws with one seed each."""
    scored = scores(outcome[:, None])[:, 0]
    return scored - scored.mean()


def call_worth(rho: float, met: float) -> float:
    """By integration: wrong calls without, less those with, the normal number."""
    number = ndtri((np.arange(20_000) + 0.5) / 20_000)
    chance = ndtr((rho * number - ndtri(1.0 - met)) / np.sqrt(1.0 - rho**2))
    return float(min(met, 1.0 - met) - np.minimum(chance, 1.0 - chance).mean())


def budget_loss(spread: float) -> float:
    """Of the best budget for a normal outlay: (1 + short) times the density at the quantile short / (1 + short)."""
    return float((1.0 + SHORT) * norm.pdf(ndtri(SHORT / (1.0 + SHORT))) * spread)


def plug_in(number: Floats, outcome: Floats, decision: Decision) -> float:
    """The value without any correction for noise."""
    return float(decided(smoothed(polynomials(number), means(outcome)[None]), decision)[0])


@pytest.mark.parametrize("rho", [0.3, 0.6, 0.9])
def test_a_budget_for_a_normal_outlay_gains_what_the_formula_says(rho: float) -> None:
    number, outcome = pair(rho, MANY, np.random.default_rng(1))
    decision = budget_decision(500.0 + SPREAD * outcome[:, None], SHORT)
    assert expected_loss(decision) == pytest.approx(budget_loss(SPREAD), rel=0.03)
    told = budget_loss(SPREAD) * (1.0 - np.sqrt(1.0 - rho**2))
    assert plug_in(number, outcome, decision) == pytest.approx(told, rel=0.12)


@pytest.mark.parametrize("rho", [0.3, 0.6, 0.9])
def test_a_promise_in_the_balance_gains_the_arc_sine_of_the_correlation(rho: float) -> None:
    number, outcome = pair(rho, MANY, np.random.default_rng(2))
    assert call_worth(rho, 0.5) == pytest.approx(np.arcsin(rho) / np.pi, abs=1e-4)
    assert plug_in(number, outcome, call_decision(0.5)) == pytest.approx(np.arcsin(rho) / np.pi, abs=0.015)


@pytest.mark.parametrize(("rho", "met"), [(0.6, 0.65), (0.8, 0.8), (0.3, 0.9)])
def test_a_promise_that_is_likelier_gains_what_integration_says(rho: float, met: float) -> None:
    number, outcome = pair(rho, MANY, np.random.default_rng(3))
    assert plug_in(number, outcome, call_decision(met)) == pytest.approx(call_worth(rho, met), abs=0.012)


def test_who_knows_the_number_that_alone_decides_is_hardly_ever_wrong() -> None:
    number = np.random.default_rng(4).triangular(2.0, 3.0, 9.0, MANY)
    gained = plug_in(number, number, call_decision(0.3))
    assert 0.27 < gained < 0.3, "a cubic leaves a hundredth of the variance unexplained"


def test_a_number_that_decides_by_its_middle_is_found_too() -> None:
    luck = np.random.default_rng(5)
    number = luck.uniform(-1.0, 1.0, MANY)
    outcome = -np.abs(number) + 0.05 * luck.standard_normal(MANY)
    assert abs(np.corrcoef(number, outcome)[0, 1]) < 0.05
    assert plug_in(number, outcome, call_decision(0.5)) > 0.2, "a cubic sees half of it, a straight line nothing"


def test_what_the_outcome_is_measured_in_changes_no_call() -> None:
    number, outcome = pair(0.6, FEW, np.random.default_rng(6))
    assert plug_in(number, np.exp(3.0 * outcome), call_decision(0.6)) == plug_in(number, outcome, call_decision(0.6))
    assert plug_in(np.exp(number), outcome, call_decision(0.6)) == plug_in(number, outcome, call_decision(0.6))


def test_numbers_without_effect_bring_nothing_and_none_is_found() -> None:
    luck = np.random.default_rng(7)
    outcome = means(luck.standard_normal(FEW))
    of_noise = noise(outcome, call_decision(0.55), 1)
    told = [worth(luck.standard_normal(FEW), outcome, call_decision(0.55), of_noise, n) for n in range(60)]
    assert np.mean([each.low == 0.0 for each in told]) > 0.9
    assert np.mean([each.value <= max(of_noise.floor - of_noise.mean, 0.0) for each in told]) > 0.85
    assert np.mean([each.value for each in told]) < 0.01
    assert not found_true([each.chance for each in told]).any()


def test_shuffled_draws_say_how_often_chance_does_as_much() -> None:
    luck = np.random.default_rng(8)
    outcome = means(luck.standard_normal(60))
    of_noise = noise(outcome, call_decision(0.5), 1)
    chances = np.array([worth(luck.standard_normal(60), outcome, call_decision(0.5), of_noise).chance for _ in range(1000)])
    for level in (0.05, 0.2, 0.5):
        assert (chances < level).mean() == pytest.approx(level, abs=4.0 * np.sqrt(level * (1.0 - level) / 1000))


def test_a_number_that_matters_stands_out_among_hundreds_that_do_not() -> None:
    luck = np.random.default_rng(9)
    number, outcome = pair(0.6, FEW, luck)
    scored, decision = means(outcome), call_decision(0.5)
    of_noise = noise(scored, decision, 1)
    others = [luck.standard_normal(FEW) for _ in range(300)]
    found = found_true([worth(each, scored, decision, of_noise).chance for each in [number, *others]])
    assert found[0]
    assert found[1:].sum() <= 2
    assert 0.05 < least_seen(of_noise, 301) < 0.36


@pytest.mark.parametrize("kind", ["call", "budget"])
def test_nine_in_ten_intervals_hold_the_truth(kind: str) -> None:
    luck, rho, met, times = np.random.default_rng(10), 0.6, 0.65, 40
    told = call_worth(rho, met) if kind == "call" else budget_loss(SPREAD) * (1.0 - np.sqrt(1.0 - rho**2))
    within, of_noise = 0, None
    for n in range(times):
        number, outcome = pair(rho, FEW, luck)
        decision = call_decision(float((outcome > ndtri(1.0 - met)).mean()))
        if kind == "budget":
            decision = budget_decision(SPREAD * outcome[:, None], SHORT)
        of_noise = of_noise or noise(means(outcome), decision, 1)
        found = worth(number, means(outcome), decision, of_noise, n)
        within += found.low <= told <= found.high
    assert within >= 32, "of 40; 36 expected, 32 is the 5 % point of the binomial"


def test_luck_is_what_differs_between_seeds_of_a_draw() -> None:
    luck = np.random.default_rng(11)
    values = 2.0 * luck.standard_normal((MANY, 1)) + luck.standard_normal((MANY, 2))
    assert luck_share(scores(values)) == pytest.approx(0.2, abs=0.02)
    assert np.isnan(luck_share(scores(values[:, :1])))


def test_with_luck_alone_nothing_is_gained_and_without_it_everything() -> None:
    decision = call_decision(0.3)
    assert all_known(1.0, FEW, decision) == pytest.approx(0.0, abs=1e-9)
    assert all_known(0.0, FEW, decision) == pytest.approx(0.3, abs=0.01)
    assert all_known(0.2, FEW, decision) == pytest.approx(call_worth(np.sqrt(0.8), 0.3), abs=0.01)


def test_draws_without_a_value_have_no_score() -> None:
    scored = scores(np.array([[1.0, np.nan], [3.0, 2.0], [np.nan, np.nan]]))
    assert np.isnan(scored).tolist() == [[False, True], [False, False], [True, True]]
    assert scored[0, 0] < scored[1, 1] < scored[1, 0]


def test_a_basis_is_orthonormal_and_the_straight_line_counts_most() -> None:
    number = np.random.default_rng(12).uniform(size=FEW)
    basis = polynomials(number)
    np.testing.assert_allclose(basis.T @ basis / FEW, np.eye(3), atol=1e-12)
    strengths = [float(association(basis, basis[:, [n]].T)[0]) for n in range(3)]
    assert strengths == pytest.approx([1.0, 0.25, 0.1])


@pytest.mark.parametrize(
    ("chances", "found"),
    [
        ([0.001, 0.04, 0.05, 0.5], [True, True, True, False]),
        ([0.03, 0.2, 0.9, 0.95], [False, False, False, False]),
        ([0.09], [True]),
        ([0.11], [False]),
    ],
)
def test_of_the_numbers_found_one_in_ten_may_be_chance(chances: list[float], found: list[bool]) -> None:
    assert found_true(chances).tolist() == found
