"""What is named as the reason of a difference: the flows that differ most, paired by run."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from sim.config import load_settings
from sim.dashboard.differences import beside, reasons
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


def test_side_by_side_the_largest_difference_stands_first_and_grey_what_is_not_told_from_nothing() -> None:
    names = {"small": 10.0, "large": 100.0, "noisy": 50.0}

    def finished(values: dict[str, list[float]]) -> Any:
        rows = [
            {"id": name, "draw": 0, "seed": seed, "value": value}
            for name, many in values.items()
            for seed, value in enumerate(many)
        ]
        months = pd.DataFrame(
            [(0, seed, "2024-01", name, "", 5.0) for seed in range(8) for name in ("outlay", "elv_recovered")],
            columns=["draw", "seed", "month", "indicator", "group", "value"],
        )
        promises = {name: SimpleNamespace(promise=promise) for name, promise in names.items()}
        return SimpleNamespace(targets=pd.DataFrame(rows), monthly=months, settings=SimpleNamespace(targets=promises))

    base = finished({"small": [10.0] * 8, "large": [100.0] * 8, "noisy": [50.0] * 8})
    other = finished({"small": [11.0] * 8, "large": [150.0] * 8, "noisy": [50.0 + sign for sign in (-9, 9) * 4]})
    found = beside([base, other], Words.of(load_settings([])))
    assert found["order"] == ["large", "small", "noisy"]
    assert [found["gaps"][name][0]["alike"] for name in ("large", "small", "noisy")] == [False, False, True]
    assert found["gaps"]["large"][0]["said"].startswith("+50 ")
