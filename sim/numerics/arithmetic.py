"""``exp`` and ``log`` from additions and multiplications only, so that every processor gives the same bits.

Library versions differ in the last bit between processors; a decision that hangs on that bit would then differ too.
Both are accurate to about 2e-15 relative.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.numerics.compile import kernel, leaf

_LOG2E = 1.4426950408889634
_LN2_HI = 6.93147180369123816490e-01
_LN2_LO = 1.90821492927058770002e-10
_LARGEST = 700.0
_MANTISSA_BITS = np.int64(52)
_WHOLE = 6755399441055744.0
"""1.5 x 2^52: added to a small whole number, it leaves that number in the lowest bits."""
_SQRT_HALF = np.int64(0x3FE6A09E667F3BCD)
"""The bits of sqrt(1/2)."""


@leaf
def exp(x: float) -> float:
    """e to the x; x is clipped to +-700."""
    x = min(max(x, -_LARGEST), _LARGEST)
    n = np.floor(x * _LOG2E + 0.5)
    r = (x - n * _LN2_HI) - n * _LN2_LO
    # Estrin's scheme: a third of Horner's chain of dependent operations, which is what a single owner waits for.
    r2 = r * r
    r4 = r2 * r2
    low = ((1.0 + r) + (0.5 + r * (1.0 / 6.0)) * r2) + (
        (1.0 / 24.0 + r * (1.0 / 120.0)) + (1.0 / 720.0 + r * (1.0 / 5040.0)) * r2
    ) * r4
    high = ((1.0 / 40320.0 + r * (1.0 / 362880.0)) + (1.0 / 3628800.0 + r * (1.0 / 39916800.0)) * r2) + (
        1.0 / 479001600.0 + r * (1.0 / 6227020800.0)
    ) * r4
    p = low + high * (r4 * r4)
    # 2^n from its bits; processors that convert only single floats to whole numbers would leave their vectors for it
    exponent = np.float64(n + (1023.0 + _WHOLE)).view(np.int64)
    return float(p * np.int64(exponent << _MANTISSA_BITS).view(np.float64))


@leaf
def log(x: float) -> float:
    """Natural logarithm of a normal number x > 0: mantissa in [sqrt(1/2), sqrt(2)), then 2 artanh((m - 1) / (m + 1))."""
    word = np.float64(x).view(np.int64)
    n = (word - _SQRT_HALF) >> _MANTISSA_BITS
    m = np.int64(word - (n << _MANTISSA_BITS)).view(np.float64)
    s = (m - 1.0) / (m + 1.0)
    q = s * s
    q2 = q * q
    q4 = q2 * q2
    low = ((1.0 + q * (1.0 / 3.0)) + (1.0 / 5.0 + q * (1.0 / 7.0)) * q2) + (
        (1.0 / 9.0 + q * (1.0 / 11.0)) + (1.0 / 13.0 + q * (1.0 / 15.0)) * q2
    ) * q4
    p = low + (1.0 / 17.0 + q * (1.0 / 19.0)) * (q4 * q4)
    return np.float64(n) * _LN2_HI + (2.0 * s * p + np.float64(n) * _LN2_LO)


@leaf
def softplus(x: float) -> float:
    """log(1 + exp(x)) without overflow."""
    return max(x, 0.0) + log(1.0 + exp(-abs(x)))


@leaf
def logistic_share(x: float) -> float:
    """1 / (1 + exp(-x))."""
    return 1.0 / (1.0 + exp(-x))


@kernel
def exp_all(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """``exp`` of every element, however they lie in memory."""
    out = np.empty(x.shape)
    flat_in, flat_out = np.ascontiguousarray(x).ravel(), out.ravel()
    for i in range(flat_in.size):
        flat_out[i] = exp(flat_in[i])
    return out


@kernel
def log_all(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """``log`` of every element, however they lie in memory."""
    out = np.empty(x.shape)
    flat_in, flat_out = np.ascontiguousarray(x).ravel(), out.ravel()
    for i in range(flat_in.size):
        flat_out[i] = log(flat_in[i])
    return out
