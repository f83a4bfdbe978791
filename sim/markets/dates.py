"""Moving a world in time: months that have been lived through count as lived before."""

from __future__ import annotations

import numpy as np

from sim.codes import AVERAGE_DAYS, NEVER, VINTAGE_MONTHS
from sim.markets.settlement_state import World

MONTHS_OF_GOODS = ("worn", "failing", "end")


def back_in_time(world: World, first: int, months: int) -> None:
    """Move every date of goods, and of money spent since ``first``, so many months back."""
    goods, owners = world.goods, world.owners
    days = np.int16(round(months * AVERAGE_DAYS))
    for place in (goods, world.lots):
        place.registered[...] -= days
        place.vintage[...] = np.maximum(place.vintage - months // VINTAGE_MONTHS, 0)
        for name in MONTHS_OF_GOODS:
            column = getattr(place, name)
            column[column < NEVER] -= np.int16(months)
    goods.owned_since[:] -= days
    goods.loan_month[:] -= np.int16(months)
    owners.liquid_month[owners.liquid_month >= first] -= np.int16(months)
