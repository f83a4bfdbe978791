"""Drawing one good after the other: the plain kernel that ``sim.population.unit_goods.draw_units`` must equal."""

from __future__ import annotations

import numpy as np

from sim.behaviour.columns import GoodColumns
from sim.codes import AVERAGE_DAYS, NEVER, VINTAGE_MONTHS
from sim.numerics.arithmetic import log
from sim.numerics.compile import kernel
from sim.numerics.luck import bits, derived, uniform
from sim.population.stock import place_in
from sim.population.unit_goods import UnitLaw


@kernel
def draw_unit(law: UnitLaw, base: np.uint32, i: int, goods: GoodColumns) -> None:
    """Fill slot ``i`` with a good in use; luck keyed by the slot's id."""
    who = int(goods.id[i])
    first = bits(base, who)
    variant = place_in(law.variants, uniform(derived(base, 1), who))
    age = min(np.int64(law.ages[first >> np.uint32(20)]), law.oldest[variant])
    life = np.int64(law.life[age, (first >> np.uint32(8)) & np.uint32(255)])
    month = law.start - age
    day = int((month + np.float64(first & np.uint32(255)) / 256.0) * AVERAGE_DAYS)
    goods.variant[i] = variant
    goods.registered[i] = day
    goods.owned_since[i] = day
    goods.vintage[i] = max((month - law.vintage_start) // VINTAGE_MONTHS, 0)
    goods.worn[i] = min(month + int(law.law.worn_at * life), NEVER)
    goods.failing[i] = min(month + int(law.law.failing_at * life), NEVER)
    end = month + life + 1
    if law.law.accident > 0.0:
        end = min(end, law.start + int(min(-log(uniform(derived(base, 2), who)) / law.law.accident, 20_000.0)))
    goods.end[i] = min(max(end, law.start), NEVER)
    for standard in range(8):
        if day >= law.emission[variant, standard]:
            goods.emission[i] = standard
