"""Columns of owners and goods, made up: everything not said is zero, every good is alike and lasts."""

from __future__ import annotations

import re
from typing import Any, NamedTuple, TypeVar

import numba
import numpy as np
import pytest

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.survival import LifeLaw
from sim.codes import EMPTY, NEVER
from sim.markets.goods import Making

T = TypeVar("T", bound=NamedTuple)


def filled(kind: type[T], rows: int, said: dict[str, Any]) -> T:
    """Columns of the types that the class declares."""
    columns = {}
    for name, declared in kind.__annotations__.items():
        (dtype,) = re.findall(r"np\.(\w+)\]", str(declared))
        columns[name] = np.full(rows, said.get(name, 0), dtype=dtype)
    assert set(said) <= set(columns)
    return kind(**columns)


def owner_columns(rows: int, **said: Any) -> OwnerColumns:
    """Owners who have been there always and stay."""
    return filled(OwnerColumns, rows, {"until_month": NEVER, "event_month": -1, **said})


def good_columns(rows: int, **said: Any) -> GoodColumns:
    """Sound goods of the first variant, each with an owner of its own."""
    lasting = {
        "worn": NEVER,
        "failing": NEVER,
        "end": NEVER,
        "id": np.arange(rows),
        "owner": np.arange(rows),
        "scrapped": EMPTY,
    }
    return filled(GoodColumns, rows, {**lasting, **said})


FAR = 9_999_999
CERTAIN = LifeLaw(scale=100.5, shape=1e6, accident=0.0, worn_at=0.5, failing_at=0.8)
"""Everything lasts 100.5 months, whatever the luck."""

EMISSION_FROM = np.array([[0, 1000, 2000, FAR, FAR], [0, 500, FAR, FAR, 2500], [0, FAR, FAR, FAR, FAR]])
"""Standards change on days 1000 and 2000 for the first fuel group, on days 500 and 2500 for the second."""


def making(**said: Any) -> Making:
    """How goods are made that are new or come from outside."""
    given: dict[str, Any] = {
        "law": CERTAIN,
        "vintage_start": 0,
        "newest_emission": np.array([6, 5, 0]),
        "emission_from": EMISSION_FROM,
        "life_key": np.uint32(1),
        "accident_key": np.uint32(2),
        "age_key": np.uint32(3),
        "game_key": np.uint32(4),
        "gamed_share": 0.0,
        "band_edges": np.array([24, 60, 999]),
        "ages": np.array([[np.maximum(np.arange(72) // 3, 1), np.arange(24, 60).repeat(2), np.arange(60, 132)]] * 3),
    }
    return Making(**(given | said))


def smaller(constant: str, size: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Work in smaller batches, so that there are several: only where nothing is compiled, for compiled code is kept."""
    if numba.config.DISABLE_JIT:
        monkeypatch.setattr(constant, size)
