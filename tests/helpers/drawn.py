"""The whole district at the start, as drawn and as settled, and what it is compared with."""

from __future__ import annotations

from functools import cache

import numpy as np
from model_settings import STANDARD_ERRORS, small
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns
from sim.codes import EMPTY
from sim.model import TradeInModel
from sim.model.category import Category

SEEDS = (1, 2)
FIRST_YEAR = 2023


class Drawn(TradeInModel):
    """The district as drawn: nobody has lived in it yet, lots are empty."""

    def settle_in(self) -> None:
        pass


@cache
def district(kind: type[TradeInModel], seed: int) -> TradeInModel:
    """The whole district at the start, once for all tests that ask for it; they must not change it."""
    return kind(small("clock.end=2023-12", scale=1.0), seed)


def base(model: TradeInModel, name: str) -> float:
    """A number of the baseline."""
    return model.settings.region.baseline[name].value


def near(counted: float, expected: float, error: float, bias: float = 0.0) -> None:
    """Assert that a figure is within four standard errors, and a relative bias where one is known, of what it should be."""
    assert abs(counted - expected) <= STANDARD_ERRORS * error + bias * abs(expected), f"{counted} instead of {expected}"


def share_near(chosen: NDArray[np.bool_], share: float, clusters: float | None = None) -> None:
    """Assert a share of independent draws, or of ``clusters`` as good as independent ones."""
    near(float(chosen.mean()), share, float(np.sqrt(share * (1.0 - share) / (clusters or chosen.size))))


def held(category: Category) -> GoodColumns:
    """The goods that somebody has."""
    rows = category.goods.variant != EMPTY
    return GoodColumns(*(column[rows] for column in category.goods))


def first_households(model: TradeInModel) -> slice:
    """Rows of the households of the start."""
    return slice(round(base(model, "households")))
