"""The fixed-point iteration that solves the constants finds the fixed point, and sooner than without what it remembers."""

from __future__ import annotations

import math
from collections.abc import Callable
from itertools import pairwise

import pytest

from sim.runs.reference_year.acceleration import Vector, accelerated

Step = Callable[[Vector], Vector]


def affine(x: Vector) -> Vector:
    """Steps of a coupled linear map whose fixed point is (1, -2, 3)."""
    gaps = [1.0 - x[0], -2.0 - x[1], 3.0 - x[2]]
    return [0.2 * gaps[0] + 0.05 * gaps[1], 0.3 * gaps[1] - 0.1 * gaps[2], 0.1 * gaps[2] + 0.02 * gaps[0]]


def shares(x: Vector) -> Vector:
    """Steps of log(wanted / got) for a logit of three goods, each far too small."""
    weights = [math.exp(value) for value in x]
    return [0.3 * math.log(w / (v / (1.0 + sum(weights)))) for w, v in zip((0.5, 0.3, 0.1), weights, strict=True)]


def after(step: Step, start: Vector, rounds: int, memory: int, longest: float = 100.0) -> list[Vector]:
    points, steps = [start], []
    for _ in range(rounds):
        steps.append(step(points[-1]))
        points.append(accelerated(points, steps, memory, 1e-4, longest))
    return points


def size(row: Vector) -> float:
    return max(abs(value) for value in row)


def test_without_memory_it_is_the_plain_iteration() -> None:
    start = [0.5, 0.5, 0.5]
    assert after(affine, start, 1, 0)[1] == [a + b for a, b in zip(start, affine(start), strict=True)]


def test_a_linear_map_in_three_dimensions_is_solved_by_three_differences() -> None:
    found = after(affine, [0.0, 0.0, 0.0], 6, 3)[-1]
    assert found == pytest.approx([1.0, -2.0, 3.0], abs=1e-3)


@pytest.mark.parametrize("step", [affine, shares])
def test_what_it_remembers_shortens_the_way(step: Step) -> None:
    plain, learning = (after(step, [0.0, 0.0, 0.0], 6, memory)[-1] for memory in (0, 3))
    assert size(step(learning)) < 0.1 * size(step(plain))


def test_no_coordinate_moves_farther_than_allowed() -> None:
    points = after(affine, [100.0, -100.0, 50.0], 8, 3, longest=2.0)
    assert all(abs(b - a) <= 2.0 for here, there in pairwise(points) for a, b in zip(here, there, strict=True))


def test_steps_that_differ_by_chance_alone_teach_nothing() -> None:
    plain = 1.02 + 0.5
    assert accelerated([[1.0], [1.02]], [[0.501], [0.5]], 3, 0.1, 10.0)[0] == pytest.approx(plain, abs=2e-3)


def test_two_equal_steps_do_no_harm() -> None:
    assert accelerated([[1.0], [1.0]], [[0.5], [0.5]], 3, 0.1, 10.0) == [1.5]
