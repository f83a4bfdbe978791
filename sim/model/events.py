"""What each owner did, one row for every good that was bought or given up; kept only where the settings ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.behaviour.offers import Decisions
from sim.behaviour.value import Choices
from sim.clock import month_text
from sim.codes import EMPTY, FORMAL, NEW, NO_ROUTE, NO_ROW, NOTHING
from sim.policy.calendar import Calendar
from sim.schema.result_tables import EVENTS

Column = NDArray[Any]
NO_DAY = -1


@dataclass
class Witness:
    """Copies of one category's accepted decisions."""

    rows: list[dict[str, Column]] = field(default_factory=list)

    def before(self, decisions: Decisions, goods: GoodColumns) -> dict[str, Column]:
        """What settling overwrites, and the decisions themselves, by name."""
        slots = decisions.slot.astype(np.int64)
        held = goods.variant[slots] != EMPTY
        old = np.where(held, goods.variant[slots], goods.scrapped[slots])
        parted = np.where(held, np.where(decisions.route == FORMAL, decisions.day, NO_DAY), goods.scrapped_on[slots])
        return {
            "slot": goods.id[slots].copy(),
            "owner": goods.owner[slots].copy(),
            "type": goods.type[slots].copy(),
            "alternative": decisions.alternative.copy(),
            "route": np.where(held, decisions.route, NO_ROUTE).astype(np.int8),
            "day": decisions.day.copy(),
            "row": decisions.row.copy(),
            "grant_fen": np.where(decisions.row == NO_ROW, 0, decisions.grant),
            "old_variant": old.astype(np.int8),
            "old_registered": np.where(old != EMPTY, goods.registered[slots], 0).astype(np.int16),
            "old_emission": np.where(old != EMPTY, goods.emission[slots], 0).astype(np.int8),
            "old_owned_since": np.where(old != EMPTY, goods.owned_since[slots], 0).astype(np.int16),
            "scrapped_on": np.where(old != EMPTY, parted, NO_DAY).astype(np.int16),
        }

    @staticmethod
    def kept(seen: dict[str, Column], refused: NDArray[np.int64]) -> dict[str, Column]:
        """The same without the decisions that were refused."""
        kept = np.ones(seen["slot"].size, dtype=np.bool_)
        kept[refused] = False
        return {name: column[kept] for name, column in seen.items()}

    def accept(
        self,
        month: int,
        seen: dict[str, Column],
        choices: Choices,
        owners: OwnerColumns,
        measures: NDArray[np.int64],
        prices: NDArray[np.float64],
    ) -> None:
        """Keep what ``before`` has seen; ``measures``: of each entitlement, as an index of the calendar; ``prices`` [V]."""
        alternative, row, owner = seen["alternative"], seen["row"], seen["owner"]
        nothing = choices.kind[alternative] == NOTHING
        variant = np.where(nothing, EMPTY, choices.variant[alternative])
        claimed = np.concatenate([measures, [NO_ROW]])[row]
        self.rows.append(
            {
                **{name: column for name, column in seen.items() if name not in ("alternative", "row")},
                "month": np.full(owner.size, month, dtype=np.int16),
                "quintile": owners.quintile[owner].astype(np.int8),
                "urban": owners.urban[owner].astype(np.bool_),
                "variant": variant.astype(np.int8),
                "new": choices.kind[alternative] == NEW,
                "price": np.where(nothing, 0, prices[choices.variant[alternative]]).astype(np.int32),
                "measure": claimed.astype(np.int16),
            }
        )

    def table(
        self, good: str, calendar: Calendar, goods: Sequence[str], measures: Sequence[str], months: range
    ) -> pd.DataFrame:
        """Everything kept, in the columns of ``EVENTS``; ``goods``, ``measures`` and ``months`` are all there are."""
        if not self.rows:
            return no_events()
        joined = {name: np.concatenate([rows[name] for rows in self.rows]) for name in self.rows[0]}
        own = np.array([*(measures.index(name) for name in calendar.measures), len(measures)])
        joined["measure"] = own[joined["measure"]]
        size = joined["slot"].size
        frame = pd.DataFrame({name: column for name, column in joined.items() if name not in ("month", "measure")})
        frame["month"] = pd.Categorical.from_codes(joined["month"] - months.start, [month_text(month) for month in months])
        frame["good"] = pd.Categorical.from_codes(np.full(size, goods.index(good)), list(goods))
        frame["measure"] = pd.Categorical.from_codes(joined["measure"], [*measures, ""])
        return frame[list(EVENTS)]


def no_events() -> pd.DataFrame:
    """The table of a run that was not asked for it."""
    return pd.DataFrame(columns=list(EVENTS))
