"""From the table of contributions to the steps of a figure."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pandas as pd
import pytest

from sim.config import load_settings
from sim.report.words import Words
from sim.runs.ensemble import Ensemble
from sim.studies.common.additional import FEWEST
from sim.studies.contribution.verb import ALL, INTERACTION, OUTLAY, climb_of, figures

SETTINGS = load_settings(["language=en"])
WORDS = Words.of(SETTINGS)


def table(nev: dict[str, tuple[float, float, float]], yuan: dict[str, float]) -> pd.DataFrame:
    rows = [("nev_stock", name, *values) for name, values in nev.items()]
    rows += [(OUTLAY, name, value, value, value) for name, value in yuan.items()]
    return pd.DataFrame(rows, columns=["quantity", "measure", "contribution", "p05", "p95"]).assign(pairs=20)


def base(**told: Any) -> Ensemble:
    targets = pd.DataFrame({"id": "nev_stock", "draw": 0, "seed": [1, 2], "value": [61_000.0, 63_000.0]})
    return cast("Ensemble", SimpleNamespace(settings=SETTINGS, targets=targets, runs=2, **told))


TABLE = table(
    {
        "car_scrappage": (5_000.0, 4_000.0, 6_000.0), "truck_scrappage": (0.0, 0.0, 0.0), "publicity": (10.0, -5.0, 25.0),
        INTERACTION: (-200.0, -300.0, -100.0), ALL: (4_810.0, 4_000.0, 5_500.0),
    },
    {"car_scrappage": 1e8, "truck_scrappage": 5e6, "publicity": 0.0, INTERACTION: 0.0, ALL: 1.05e8},
)  # fmt: skip


def test_steps_are_the_measures_that_move_the_promise_and_add_up_with_the_rest() -> None:
    climb = climb_of("nev_stock", TABLE, base(), WORDS)
    assert climb is not None
    assert [step.name for step in climb.steps] == [WORDS.measure("car_scrappage"), WORDS.measure("publicity")]
    assert (climb.reached, climb.steps[0].yuan) == (62_000.0, 1e8)
    assert sum(step.mean for step in climb.steps) + climb.interaction == pytest.approx(4_810.0)


def test_few_pairs_tell_nothing_from_chance() -> None:
    for pairs, told in ((FEWEST, [True, False]), (FEWEST - 1, [False, False])):
        climb = climb_of("nev_stock", TABLE.assign(pairs=pairs), base(), WORDS)
        assert climb is not None
        assert [step.told for step in climb.steps] == told


def test_a_promise_that_no_measure_moves_has_no_steps() -> None:
    still = TABLE.assign(**{column: TABLE[column] * (TABLE["quantity"] == OUTLAY) for column in ("contribution", "p05", "p95")})
    assert climb_of("nev_stock", still, base(), WORDS) is None


def test_figures_are_those_of_the_headline_promises_at_hand() -> None:
    settings = SETTINGS.model_copy(update={"targets": {"nev_stock": SETTINGS.targets["nev_stock"]}})
    alone = cast("Ensemble", SimpleNamespace(settings=settings, targets=base().targets, runs=2))
    assert [name for name, _ in figures(TABLE, alone)] == ["wedges_nev_stock", "cost_curve_nev_stock"]
