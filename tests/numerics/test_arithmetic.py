"""Our own ``exp`` and ``log`` against NumPy's."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from sim.numerics.arithmetic import exp, exp_all, log, log_all, logistic_share, softplus

Floats = NDArray[np.float64]
ACCURACY = 1e-15


def test_exp_is_accurate_from_the_smallest_to_the_largest() -> None:
    x = np.linspace(-700.0, 700.0, 200_001)
    np.testing.assert_allclose(exp_all(x), np.exp(x), rtol=ACCURACY, atol=0.0)


def test_exp_is_accurate_near_zero_and_at_the_ends_of_its_steps() -> None:
    halves = (np.arange(-100, 100) + 0.5) * np.log(2.0)
    x = np.concatenate([np.linspace(-1e-3, 1e-3, 2001), halves, np.nextafter(halves, 0.0)])
    np.testing.assert_allclose(exp_all(x), np.exp(x), rtol=ACCURACY, atol=0.0)
    assert exp(0.0) == 1.0


def test_log_is_accurate_over_all_magnitudes() -> None:
    x = np.exp(np.linspace(-700.0, 700.0, 200_001))
    np.testing.assert_allclose(log_all(x), np.log(x), rtol=ACCURACY, atol=0.0)


def test_log_is_accurate_near_one() -> None:
    x = 1.0 + np.concatenate([np.linspace(-0.5, 0.5, 100_001), np.geomspace(1e-15, 1e-3, 1000)])
    np.testing.assert_allclose(log_all(x), np.log(x), rtol=ACCURACY, atol=0.0)
    assert log(1.0) == 0.0


def test_exp_is_clipped_and_never_overflows() -> None:
    assert exp(1e9) == exp(700.0)
    assert exp(-1e9) == exp(-700.0) > 0.0


@given(st.floats(-690.0, 690.0))
def test_log_undoes_exp(x: float) -> None:
    assert log(exp(x)) == pytest.approx(x, rel=1e-14, abs=1e-15)


@given(st.floats(-600.0, 600.0))
def test_softplus_and_logistic_share(x: float) -> None:
    assert softplus(x) == pytest.approx(np.logaddexp(0.0, x), rel=1e-13, abs=3e-16)
    assert logistic_share(x) == pytest.approx(1.0 / (1.0 + np.exp(-x)), rel=1e-14)


def test_arrays_of_any_shape_keep_it() -> None:
    x = np.arange(6.0).reshape(2, 3)
    np.testing.assert_allclose(exp_all(x), np.exp(x), rtol=ACCURACY)
    np.testing.assert_allclose(log_all(x + 1.0), np.log(x + 1.0), rtol=ACCURACY)


@pytest.mark.parametrize("lie", [np.asfortranarray, lambda x: x[:, ::2], lambda x: x[::-1].T, lambda x: x[:, :, np.newaxis]])
def test_numbers_may_lie_in_any_order(lie: Callable[[Floats], Floats]) -> None:
    x = lie(np.linspace(0.5, 3.0, 24).reshape(4, 6))
    np.testing.assert_allclose(exp_all(x), np.exp(x), rtol=ACCURACY)
    np.testing.assert_allclose(log_all(x), np.log(x), rtol=ACCURACY)
