"""Who is in the market when the clock starts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.columns import GoodColumns, OwnerColumns
from sim.codes import AVERAGE_DAYS, EMPTY, UNBORN
from sim.numerics.compile import kernel
from sim.numerics.luck import uniform

Floats = NDArray[np.float64]


@kernel
def draw_spells(
    key: np.uint32, month: int, goods: GoodColumns, owners: OwnerColumns, variants: int, share: Floats, first: Floats
) -> None:
    """Set ``shopping`` with chance ``share`` by age row, condition and lane [A, C, lanes], ``first`` [K] of those without."""
    variant, types, registered, holder = goods.variant, goods.type, goods.registered, goods.owner
    worn, failing, ids, from_month, shopping = goods.worn, goods.failing, goods.id, owners.from_month, goods.shopping
    ages, conditions = share.shape[0], share.shape[1]
    for i in range(variant.size):
        k, v = np.int64(types[i]), np.int64(variant[i])
        chance = first[k] if from_month[holder[i]] <= month else 0.0
        if v != EMPTY:
            c = min(np.int64(month >= worn[i]) + np.int64(month >= failing[i]), conditions - 1)
            a = min(max(month - int(registered[i] / AVERAGE_DAYS), 0) + UNBORN, ages - 1)
            chance = share[a, c, k * variants + v]
        shopping[i] = np.int8(uniform(key, ids[i]) < chance)
