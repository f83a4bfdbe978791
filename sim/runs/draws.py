"""Draws of the uncertain inputs: a Latin hypercube over triangular distributions, keyed by the path of each number.

Inputs that evidence speaks about are drawn together, as rows of the posterior.

The stratum and the place within it depend on the path, the draw and the number of draws, and on nothing else: adding a
number, or leaving one out, changes no draw of the others.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Callable, Iterator, Mapping

import numpy as np
from pydantic import BaseModel

from sim.schema.bricks import Quantity
from sim.schema.uncertainty import NO_SHOCKS
from sim.settings import Settings

_WORD = np.dtype("<u8")
_MANTISSA = 53
ROWS = "parameters"
"""What the rows of the posterior are drawn by."""


def draw_settings(settings: Settings, draw: int, draws: int) -> Settings:
    """Settings of one draw: every number with a range takes a value from it and loses the range.

    ``draw`` 0 is the central values; 1 to ``draws`` are the cells of the hypercube. Raises ValueError outside.
    """
    if not 0 <= draw <= draws:
        raise ValueError(f"draw {draw} is not one of 0 to {draws}")
    if draw == 0:
        return settings

    def sampled(path: str, number: Quantity) -> Quantity:
        value = triangular(number, place(settings, together(path), draw, draws))
        return number.model_copy(update={"value": value, "low": None, "high": None})

    drawn = _replaced(settings, "", sampled)
    assert isinstance(drawn, Settings)
    return drawn.model_copy(update={"draw": draw})


def undisturbed(settings: Settings) -> Settings:
    """The same without shocks to the nation and without what the calibration found the model to be off by.

    For what is asked of the inputs alone: how they are calibrated, and what a programme of another place or time does.
    """
    parameters = settings.parameters.model_copy(update={"discrepancy": {}})
    uncertainty = settings.uncertainty.model_copy(update={"shocks": NO_SHOCKS})
    return settings.model_copy(update={"parameters": parameters, "uncertainty": uncertainty})


def place(settings: Settings, name: str, draw: int, draws: int) -> float:
    """Where a draw puts an input, as the share of its range's distribution below: by the posterior, or evenly."""
    parameters = settings.parameters
    column = parameters.places.get(name)
    if column is None:
        return stratified(name, draw, draws)
    return column[int(stratified(ROWS, draw, draws) * parameters.rows)]


def placed_settings(settings: Settings, uniforms: Mapping[str, float]) -> Settings:
    """Settings in which some numbers lie at chosen places of their ranges and all others at their central values.

    ``uniforms``: by ``together(path)``, numbers in (0, 1).
    """

    def put(path: str, number: Quantity) -> Quantity:
        place = uniforms.get(together(path))
        value = number.value if place is None else triangular(number, place)
        return number.model_copy(update={"value": value, "low": None, "high": None})

    placed = _replaced(settings, "", put)
    assert isinstance(placed, Settings)
    return placed


def together(path: str) -> str:
    """The name under which a number is drawn: variants and owner types of one product share the luck of each field.

    What we do not know of prices, kilometres or upkeep is common to the kinds of a product; independent draws would average
    it away.
    """
    return re.sub(r"^(products\.[^.]+\.(?:variants|owners))\.[^.]+\.", r"\1.*.", path)


def uncertain_paths(settings: Settings) -> list[str]:
    """Dotted paths of all numbers with a range, sorted."""
    return sorted(path for path, _ in _ranges(settings, ""))


def stratified(path: str, draw: int, draws: int) -> float:
    """The uniform number in (0, 1) of one path: over all draws, exactly one in each of ``draws`` equal parts."""
    words = np.frombuffer(hashlib.shake_128(f"{path}|{draws}".encode()).digest(_WORD.itemsize * draws), _WORD)
    mine = words[draw - 1]
    stratum = np.count_nonzero(words < mine) + np.count_nonzero(words[: draw - 1] == mine)
    bits = int.from_bytes(hashlib.blake2b(f"{path}|{draws}|{draw}".encode(), digest_size=8).digest(), "little")
    within = ((bits >> (64 - _MANTISSA)) + 0.5) / 2.0**_MANTISSA
    return (int(stratum) + within) / draws


def triangular(number: Quantity, uniform: float) -> float:
    """Inverse of the triangular distribution on low to high with its mode at value."""
    low, mode, high = number.low, number.value, number.high
    if low is None or high is None or low == high:
        return mode
    if uniform * (high - low) < mode - low:
        value = low + math.sqrt(uniform * (high - low) * (mode - low))
    else:
        value = high - math.sqrt((1.0 - uniform) * (high - low) * (high - mode))
    return min(max(value, low), high)


def _entries(node: object) -> Iterator[tuple[str, object]]:
    """Named parts of a node that may hold numbers."""
    if isinstance(node, BaseModel):
        yield from node.__dict__.items()
    elif isinstance(node, dict):
        yield from ((str(key), part) for key, part in node.items())
    elif isinstance(node, tuple):
        yield from ((str(place), part) for place, part in enumerate(node))


def _ranges(node: object, path: str) -> Iterator[tuple[str, Quantity]]:
    if isinstance(node, Quantity):
        if node.low is not None:
            yield path, node
    elif not isinstance(node, str):
        for name, part in _entries(node):
            yield from _ranges(part, f"{path}.{name}" if path else name)


def _replaced(node: object, path: str, sampled: Callable[[str, Quantity], Quantity]) -> object:
    """The node with every number that has a range replaced; parts without one are shared, not copied."""
    if isinstance(node, Quantity):
        return sampled(path, node) if node.low is not None else node
    changed: dict[str, object] = {}
    for name, part in _entries(node):
        new = _replaced(part, f"{path}.{name}" if path else name, sampled)
        if new is not part:
            changed[name] = new
    if not changed:
        return node
    if isinstance(node, BaseModel):
        return node.model_copy(update=changed)
    if isinstance(node, dict):
        return {key: changed.get(str(key), part) for key, part in node.items()}
    return tuple(changed.get(name, part) for name, part in _entries(node))
