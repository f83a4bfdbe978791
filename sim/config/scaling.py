"""A region may say by how much sums and promises that are written for another district are larger there: ``scaled``.

``pots.*.tranches.*.amount: 0.3`` multiplies the amount of every tranche, with its range; ``*`` stands for every name. What a
path says that is not a pattern goes before what a pattern says of the same place. Scenarios depart from the scaled values.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from sim.config.sources import TAKEN
from sim.errors import BadInput, Both, one_of

KEY = "scaled"
EVERY = "*"
RANGE = ("value", "low", "high")
DIGITS = 6
"""Significant digits that a scaled number keeps."""


def scale_taken(taken: dict[str, Any], factors: object, shown: str) -> None:
    """Multiply numbers of the files that are always taken; raises BadInput naming the region's file."""
    if not isinstance(factors, dict):
        raise _misplaced(shown, KEY, factors, Both("“路径: 倍数”的条目", "entries PATH: FACTOR"))
    done: set[tuple[str, ...]] = set()
    for path, factor in sorted(factors.items(), key=lambda item: str(item[0]).count(EVERY)):
        if isinstance(factor, bool) or not isinstance(factor, (int, float)) or not 0.0 < factor < math.inf:
            raise _misplaced(shown, f"{KEY}.{path}", factor, Both("大于 0 的数", "a number above 0"))
        parts = tuple(str(path).split("."))
        found = list(_places(taken, parts)) if parts[0] in TAKEN else []
        if not found and EVERY not in parts:
            allowed = Both("以下各组文件中的一个数：" + "、".join(TAKEN), "the path of a number; " + one_of(TAKEN).en)
            raise _misplaced(shown, f"{KEY}.{path}", factor, allowed)
        for place in found:
            if place not in done:
                done.add(place)
                _multiply(taken, place, float(factor))


def _places(node: Any, parts: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Paths of numbers that a path with patterns stands for."""
    if not parts:
        if _number(node) or (isinstance(node, Mapping) and _number(node.get("value"))):
            yield ()
        return
    if isinstance(node, Mapping):
        for name in node if parts[0] == EVERY else [parts[0]] if parts[0] in node else []:
            yield from ((name, *rest) for rest in _places(node[name], parts[1:]))


def _number(node: object) -> bool:
    return isinstance(node, (int, float)) and not isinstance(node, bool)


def _multiply(tree: dict[str, Any], place: tuple[str, ...], factor: float) -> None:
    *above, last = place
    node: Any = tree
    for part in above:
        node = node[part]
    held = node[last]
    if isinstance(held, dict):
        node[last] = {key: _times(value, factor) if key in RANGE and _number(value) else value for key, value in held.items()}
    else:
        node[last] = _times(held, factor)


def _times(value: float, factor: float) -> float:
    return float(f"{value * factor:.{DIGITS}g}")


def _misplaced(shown: str, key: str, value: object, allowed: Both) -> BadInput:
    return BadInput(
        file=shown, key=key, value=value, allowed=allowed, remedy=Both("更正或删除该项", "correct or remove the entry")
    )
