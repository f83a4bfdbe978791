"""``exp`` and ``log`` from additions and multiplications only, so that every processor gives the same bits.

Library versions differ in the last bit between processors; a decision that hangs on that bit would then differ too.
Both are accurate to about 2e-15 relative.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.compile import kernel, leaf

_LOG2E = 1.4426950408889634
_LN2_HI = 6.93147180369123816490e-01
_LN2_LO = 1.90821492927058770002e-10
_LARGEST = 700.0
_MANTISSA_BITS = np.int64(52)
_MANTISSA_MASK = np.int64(0x000FFFFFFFFFFFFF)
_ONE = np.int64(0x3FF0000000000000)
_SQRT2 = 1.4142135623730951


@leaf
def exp(x: float) -> float:
    """e to the x; x is clipped to +-700."""
    if x > _LARGEST:
        x = _LARGEST
    if x < -_LARGEST:
        x = -_LARGEST
    n = np.floor(x * _LOG2E + 0.5)
    r = (x - n * _LN2_HI) - n * _LN2_LO
    p = 1.0 / 6227020800.0
    p = p * r + 1.0 / 479001600.0
    p = p * r + 1.0 / 39916800.0
    p = p * r + 1.0 / 3628800.0
    p = p * r + 1.0 / 362880.0
    p = p * r + 1.0 / 40320.0
    p = p * r + 1.0 / 5040.0
    p = p * r + 1.0 / 720.0
    p = p * r + 1.0 / 120.0
    p = p * r + 1.0 / 24.0
    p = p * r + 1.0 / 6.0
    p = p * r + 0.5
    p = p * r + 1.0
    p = p * r + 1.0
    return float(p * np.int64(np.int64(n + 1023.0) << _MANTISSA_BITS).view(np.float64))


@leaf
def log(x: float) -> float:
    """Natural logarithm of a normal number x > 0: mantissa in [sqrt(1/2), sqrt(2)), then 2 artanh((m - 1) / (m + 1))."""
    word = np.float64(x).view(np.int64)
    n = (word >> _MANTISSA_BITS) - np.int64(1023)
    m = np.int64((word & _MANTISSA_MASK) | _ONE).view(np.float64)
    if m > _SQRT2:
        m = m * 0.5
        n += np.int64(1)
    s = (m - 1.0) / (m + 1.0)
    q = s * s
    p = 1.0 / 19.0
    p = p * q + 1.0 / 17.0
    p = p * q + 1.0 / 15.0
    p = p * q + 1.0 / 13.0
    p = p * q + 1.0 / 11.0
    p = p * q + 1.0 / 9.0
    p = p * q + 1.0 / 7.0
    p = p * q + 1.0 / 5.0
    p = p * q + 1.0 / 3.0
    p = p * q + 1.0
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
    """``exp`` of every element."""
    out = np.empty_like(x)
    flat_in = x.ravel()
    flat_out = out.ravel()
    for i in range(flat_in.size):
        flat_out[i] = exp(flat_in[i])
    return out


@kernel
def log_all(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """``log`` of every element."""
    out = np.empty_like(x)
    flat_in = x.ravel()
    flat_out = out.ravel()
    for i in range(flat_in.size):
        flat_out[i] = log(flat_in[i])
    return out
