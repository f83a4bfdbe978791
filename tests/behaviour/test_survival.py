"""How long goods last: simulated lives and monthly chances both follow the one survival curve."""

from __future__ import annotations

import numpy as np
import pytest
from engine import Floats, uniforms

from sim.behaviour.survival import LifeLaw, accident_months, condition_mix, life_months, transitions, wear_survival
from sim.codes import CONDITIONS
from sim.numerics import luck
from sim.numerics.compile import kernel
from sim.numerics.luck import Event

CAR = LifeLaw(scale=174.0, shape=4.8, accident=0.0005, worn_at=0.55, failing_at=0.85)
FRIDGE = LifeLaw(scale=140.0, shape=2.5, accident=0.0, worn_at=0.5, failing_at=0.9)
LAMP = LifeLaw(scale=120.0, shape=1.0, accident=0.0, worn_at=0.3, failing_at=0.9)
N = 50_000
AGES = 400


@kernel
def lives(law: LifeLaw, u: Floats, survived: float) -> Floats:
    """Ages at which wear ends goods that have survived to age ``survived``."""
    out = np.empty(u.size)
    for i in range(u.size):
        out[i] = life_months(law, u[i], survived)
    return out


def follows(alive: float, expected: float) -> bool:
    """Whether a share of N is within four standard errors of what it should be."""
    return bool(abs(alive - expected) < 4.0 * np.sqrt(expected * (1.0 - expected) / N) + 1e-12)


@pytest.mark.parametrize("law", [CAR, FRIDGE, LAMP])
@pytest.mark.parametrize("survived", [0.0, 60.0, 180.0])
def test_a_cohort_follows_the_curve_given_the_age_it_has_reached(law: LifeLaw, survived: float) -> None:
    life = lives(law, uniforms(luck.key(1, Event.LIFE, int(survived)), N), survived)
    assert life.min() >= survived
    for age in survived + np.array([1.0, 12.0, 60.0, 120.0]):
        expected = np.exp((survived / law.scale) ** law.shape - (age / law.scale) ** law.shape)
        assert follows((life > age).mean(), expected)


def test_mean_life_is_the_weibull_mean_not_its_scale() -> None:
    life = lives(CAR, uniforms(luck.key(2, Event.LIFE), N), 0.0)
    assert life.mean() == pytest.approx(159.4, abs=0.8)


def test_accidents_come_at_a_constant_rate() -> None:
    u = uniforms(luck.key(3, Event.FATE), N)
    spared = np.mean([accident_months(CAR, float(x)) > 240.0 for x in u])
    assert follows(float(spared), np.exp(-CAR.accident * 240.0))
    assert accident_months(LAMP, 0.5) > 1e9


def test_the_curve_falls_from_one() -> None:
    ages = np.array([0.0, 60.0, 174.0, 300.0])
    np.testing.assert_allclose(wear_survival(CAR, ages), np.exp(-((ages / 174.0) ** 4.8)), rtol=1e-13)


@pytest.mark.parametrize("law", [CAR, FRIDGE, LAMP])
def test_monthly_chances_are_chances(law: LifeLaw) -> None:
    moves, ends = transitions(law, AGES)
    np.testing.assert_allclose(moves.sum(axis=1) + ends, 1.0, atol=1e-12)
    assert moves.min() >= 0.0
    assert ends.min() >= 0.0
    assert not moves[np.tril_indices(CONDITIONS, -1)].any(), "nothing gets better by itself"


@pytest.mark.parametrize(("law", "error"), [(CAR, 1e-6), (FRIDGE, 1e-4), (LAMP, 0.02)])
def test_monthly_chances_add_up_to_the_curve_and_to_the_conditions(law: LifeLaw, error: float) -> None:
    """A month takes a good through one condition at most; only laws with many early deaths (shape near 1) feel it."""
    moves, _ = transitions(law, AGES)
    mix = condition_mix(law, AGES)
    state = np.array([1.0, 0.0, 0.0])
    for age in range(300):
        alive = np.exp(-((age / law.scale) ** law.shape) - law.accident * age)
        if alive < 1e-3:
            break
        assert state.sum() == pytest.approx(alive, rel=error)
        np.testing.assert_allclose(state / state.sum(), mix[:, age], atol=error)
        state = state @ moves[:, :, age]
    assert age > 200


def test_a_good_is_worn_and_failing_at_its_own_shares_of_its_life() -> None:
    life = lives(CAR, uniforms(luck.key(4, Event.LIFE), N), 0.0)
    mix = condition_mix(CAR, AGES)
    for age in (60, 120, 160):
        left = life[life > age]
        sound = (age < CAR.worn_at * left).mean()
        failing = (age >= CAR.failing_at * left).mean()
        for share, expected in ((sound, mix[0, age]), (failing, mix[2, age])):
            assert abs(share - expected) < 4.0 * np.sqrt(expected * (1.0 - expected) / left.size)
