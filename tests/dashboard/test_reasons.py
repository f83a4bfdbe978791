"""What is named as the reason of a difference: the flows that differ most, paired by run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.dashboard.views import reasons
from sim.report.words import Words

PLACES = [("car", "owned", "yard"), ("car", "factory", "owned"), ("truck", "owned", "lot"), ("car", "lot", "owned")]


def look(counts: dict[int, list[int]], month: str = "2024-05") -> Any:
    """Runs by seed, with the counts of ``PLACES``, of half the district."""
    rows = [
        {"month": month, "good": good, "from": start, "to": end, "count": count, "draw": 0, "seed": seed}
        for seed, numbers in counts.items()
        for (good, start, end), count in zip(PLACES, numbers, strict=True)
    ]
    titled = {name: SimpleNamespace(title=name) for name in ("car", "truck")}
    settings = SimpleNamespace(products=titled, population=SimpleNamespace(scale=0.5))
    return SimpleNamespace(flows=pd.DataFrame(rows), settings=settings)


class Plain(Words):
    """Words that leave titles as they are."""

    def __init__(self) -> None:
        pass

    def pick(self, title: Any) -> str:
        return str(title)


def test_the_flows_that_differ_most_are_named_with_their_range() -> None:
    mine, base = look({1: [10, 5, 3, 2], 2: [12, 5, 2, 1]}), look({1: [2, 9, 3, 2], 2: [4, 5, 3, 1]})
    found = reasons(mine, base, Plain())
    assert [(one["good"], one["from"], one["to"]) for one in found] == [PLACES[0], PLACES[1], PLACES[2]]
    assert [one["mean"] for one in found] == [16.0, -4.0, -1.0]
    assert (found[1]["p05"], found[1]["p95"]) == pytest.approx((-7.6, -0.4))


def test_nothing_is_named_where_nothing_differs_and_the_reference_year_does_not_count() -> None:
    assert reasons(look({1: [1, 2, 3, 4]}), look({1: [1, 2, 3, 4]}), Plain()) == []
    assert reasons(look({1: [9, 9, 9, 9]}, "2023-05"), look({1: [1, 2, 3, 4]}, "2023-05"), Plain()) == []
