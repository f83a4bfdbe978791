"""What is told before an ensemble is there: the ensemble that is compared with, moved by a difference under common luck."""

from __future__ import annotations

import math
import re
from typing import Any

import pandas as pd
import pytest
from dashboard_page import ROOT

from sim.config import load_settings
from sim.dashboard.controls import goods_of
from sim.dashboard.looks import OFF_BY, WHOLE, Look, Stage
from sim.dashboard.views import Sight, view
from sim.runs.once import run
from sim.schema.product import Kind

VEHICLES: frozenset[Kind] = frozenset({"automobile"})


def look(stage: Stage, values: dict[str, list[float]], paid: float, kinds: frozenset[Kind] = VEHICLES) -> Look:
    """Targets by seed, and yuan paid in each run."""
    settings = load_settings([])
    runs = len(next(iter(values.values())))
    targets = [
        {"id": name, "draw": 0, "seed": seed, "value": value, "met": True}
        for name, many in values.items()
        for seed, value in enumerate(many)
    ]
    rows = [(seed, 0, seed, "2026-05", "outlay", "", paid) for seed in range(runs)]
    monthly = pd.DataFrame(rows, columns=["run", "draw", "seed", "month", "indicator", "group", "value"])
    flows = pd.DataFrame([], columns=["month", "good", "from", "to", "draw", "seed", "count"]).astype({"count": float})
    return Look(stage, settings, kinds, runs, monthly, flows, pd.DataFrame(), pd.DataFrame(targets))


def seen(sight: Sight) -> dict[str, Any]:
    told = view("job", load_settings([]), sight, "en")
    return told | {"by_id": {row["id"]: row for row in told["targets"]}}


BASE = look("ensemble", {"nev_stock": [49_000.0, 50_000.0, 53_000.0], "smes_digitalised": [5.0, 6.0, 7.0]}, 1_000.0)
PAIR = (
    look("quick", {"nev_stock": [61_200.0], "smes_digitalised": [1.0]}, 130.0),
    look("quick", {"nev_stock": [60_000.0], "smes_digitalised": [2.0]}, 100.0),
)


def test_an_estimate_is_the_median_that_is_compared_with_and_the_difference_of_the_pair() -> None:
    told = seen(Sight(None, PAIR, BASE))
    assert (told["stage"], told["error"], told["outlay_estimate"]) == ("estimate", OFF_BY, 1_030.0)
    assert told["by_id"]["nev_stock"]["estimate"] == {"value": 51_200.0, "said": "51,200"}
    assert told["by_id"]["smes_digitalised"]["estimate"] is None, "not all goods that it counts were simulated"
    assert "values" not in told["by_id"]["nev_stock"]


def test_without_the_ensemble_that_is_compared_with_there_is_a_difference_alone() -> None:
    told = seen(Sight(None, PAIR, None))
    assert (told["stage"], told["by_id"]["nev_stock"]["gap"]) == ("pending", "+1,200")
    assert told["by_id"]["nev_stock"]["estimate"] is None


def test_the_page_says_the_error_that_was_measured() -> None:
    page = (ROOT / "docs" / "trust" / "estimates.md").read_text(encoding="utf-8")
    found = re.search(r"Nine of ten within ([\d.]+) %", page)
    assert found
    assert math.ceil(float(found[1])) == OFF_BY


AMPLE = (
    "money.organisation_liquid_months=1000",
    *(
        f"pots.{name}.{word}"
        for name in ("industry", "public_equipment")
        for word in ("uncapped=true", "levers_from=2023-01-01")
    ),
)
"""Organisations and pots that are never short."""


@pytest.mark.parametrize("kind", ["equipment", "system"])
@pytest.mark.parametrize(("ample", "within"), [(False, OFF_BY / 100), (True, 0.0)])
def test_goods_of_one_kind_meet_the_others_in_purses_and_pots_alone(kind: Kind, ample: bool, within: float) -> None:
    """Where there is money for everything goods go the same whatever else there is; else within the error of the page."""
    base = load_settings(["population.scale=0.02", "clock.end=2025-12", *(AMPLE if ample else ())])
    others: tuple[Kind, ...] = ("equipment", "system", "automobile")
    few, many = (
        run(base.model_copy(update={"products": {name: base.products[name] for name in goods_of(base, frozenset(kinds))}}))
        for kinds in ((kind,), others)
    )
    alone, beside = (
        each.monthly[each.monthly["group"].eq("") & each.monthly["indicator"].isin(WHOLE[kind])].reset_index(drop=True)
        for each in (few, many)
    )
    assert set(alone["indicator"]) == WHOLE[kind]
    pd.testing.assert_frame_equal(alone, beside, rtol=within, atol=0.0)
