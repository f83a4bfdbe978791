"""Kernels that count no references must never hand an array on that somebody else takes for counted."""

from __future__ import annotations

import ast
import gc
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sim.numerics.compile import in_place, kernel, leaf, view

UNCOUNTED = ("leaf", "in_place")
COMPILED = ("leaf", "in_place", "kernel", "view")
SCALARS = {"float", "int", "bool", "None", "np.uint32", "np.int64", "np.int16", "Good"}
"""``Good`` is a tuple of whole numbers."""


def compiled_functions(root: Path) -> Iterator[tuple[str, ast.FunctionDef]]:
    """How each compiled function of the package is compiled, and the function."""
    for path in sorted((root / "sim").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef):
                ways = [ast.unparse(way) for way in node.decorator_list]
                yield from ((way, node) for way in ways if way in COMPILED)


def test_what_counts_no_references_returns_no_arrays_and_calls_nobody_who_does(root: Path) -> None:
    functions = list(compiled_functions(root))
    views = {node.name for way, node in functions if way == "view"}
    assert "condition" in views
    for way, node in functions:
        if way in UNCOUNTED:
            assert node.returns is not None
            parts = ast.unparse(node.returns).removeprefix("tuple[").removesuffix("]").split(", ")
            assert set(parts) <= SCALARS, node.name
            called = {call.func.id for call in ast.walk(node) if isinstance(call, ast.Call) and isinstance(call.func, ast.Name)}
            assert not called & views, node.name


@leaf
def add_first(values: np.ndarray, more: float) -> float:
    values[0] += more
    return float(values[0])


@view
def tail_of(values: np.ndarray) -> np.ndarray:
    return values[1:]


@in_place
def add_often(values: np.ndarray, times: int) -> int:
    for _ in range(times):
        add_first(values[1:], 1.0)
    return times


@kernel
def add_by_turns(values: np.ndarray, times: int) -> float:
    total = 0.0
    for _ in range(times):
        tail = tail_of(values)
        total += add_first(tail, 1.0)
        add_often(values, 1)
    return total


@pytest.mark.parametrize("function", [add_often, add_by_turns])
def test_references_are_as_many_afterwards_as_before(function: object) -> None:
    values = np.zeros(8)
    before = sys.getrefcount(values)
    for _ in range(50):
        function(values, 20)  # type: ignore[operator]
    gc.collect()
    assert sys.getrefcount(values) == before
    assert values.tolist() == [0.0, values[1]] + [0.0] * 6
