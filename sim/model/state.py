"""What lasts from month to month in one category, and which stage writes it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Ints
from sim.markets.settlement_state import World
from sim.markets.used_market import Trade
from sim.model.events import Witness
from sim.model.month import Standing
from sim.owners.agenda import Agenda

Floats = NDArray[np.float64]


@dataclass
class State:
    """One category between two months."""

    world: World
    """Goods in every place, and their owners: settling, clearing, collecting."""
    held: Ints
    """Goods with their owners by variant [V]: settling."""
    trade: Trade
    """Local used prices and what dealers expect: clearing."""
    captured: Floats
    """Yuan of the subsidies that dealers keep [V]: ageing."""
    claims_so_far: Ints
    """Claims by version and variant [Q, V]: ageing."""
    agenda: Agenda | None
    """Who is called up, for goods that nearly every household has: considering, settling."""
    witness: Witness | None
    """What every owner did, if it is asked for: settling."""
    heard: dict[int, list[tuple[int, int]]] = field(default_factory=dict)
    """Versions of each measure that have been in force, and since when: announcing."""
    standing: Standing | None = None
    """What stands until it is reviewed: recording."""
