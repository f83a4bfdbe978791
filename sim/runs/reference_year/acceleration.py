"""Anderson acceleration of a fixed-point iteration (Anderson 1965; Walker and Ni 2011, SIAM J. Numer. Anal. 49, 1715).

The next point is where the last steps, extrapolated along a straight line, would vanish. Sums run in a fixed order and no
linear-algebra library is called, so that every processor finds the same bits; ``fsum`` rounds once, in every Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import fsum

Vector = list[float]


def accelerated(points: Sequence[Vector], steps: Sequence[Vector], memory: int, noise: float, longest: float) -> Vector:
    """The next point of x -> x + step(x), from the last points and the steps that were wanted there.

    ``memory``: differences that are used; 0 is the plain iteration. ``noise``: what chance adds to a coordinate of a step;
    steps that differ by less teach nothing. ``longest``: most that one coordinate may move.
    """
    x, f = points[-1], steps[-1]
    used = min(memory, len(points) - 1)
    dx = [_minus(points[-k], points[-k - 1]) for k in range(1, used + 1)]
    df = [_minus(steps[-k], steps[-k - 1]) for k in range(1, used + 1)]
    normal = [[_dot(a, b) for b in df] for a in df]
    for k in range(used):
        normal[k][k] += len(x) * noise * noise
    weights = _solved(normal, [_dot(a, f) for a in df])
    move = [f[i] - fsum(w * (a[i] + b[i]) for w, a, b in zip(weights, dx, df, strict=True)) for i in range(len(x))]
    return [here + max(-longest, min(longest, by)) for here, by in zip(x, move, strict=True)]


def _minus(a: Vector, b: Vector) -> Vector:
    return [p - q for p, q in zip(a, b, strict=True)]


def _dot(a: Vector, b: Vector) -> float:
    return fsum(p * q for p, q in zip(a, b, strict=True))


def _solved(matrix: list[Vector], right: Vector) -> Vector:
    """Gaussian elimination of a small positive definite system."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    size = len(rows)
    for k in range(size):
        for below in range(k + 1, size):
            factor = rows[below][k] / rows[k][k]
            rows[below] = [b - factor * a for a, b in zip(rows[k], rows[below], strict=True)]
    out = [0.0] * size
    for k in reversed(range(size)):
        out[k] = (rows[k][size] - fsum(rows[k][j] * out[j] for j in range(k + 1, size))) / rows[k][k]
    return out
