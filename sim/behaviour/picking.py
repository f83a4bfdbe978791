"""Those who act take the best nest, good and disposal route by keyed extreme-value shocks: a nested logit, drawn exactly.

ln w - ln(-ln u) is largest where -ln(u) / w is smallest: with the weights at hand, one logarithm for each (exponential races;
Maddison, Tarlow & Minka 2014).
"""

from __future__ import annotations

from sim.behaviour.lanes import Means, Owned, Scores
from sim.behaviour.offers import Keys
from sim.behaviour.paying import INFEASIBLE
from sim.behaviour.value import Floats, Ints
from sim.codes import INFORMAL, ROUTES
from sim.numerics.arithmetic import exp, log
from sim.numerics.compile import kernel
from sim.numerics.luck import derived, uniform

NEVER = 1e307
"""Wait of what cannot be taken."""


@kernel
def accept(n: int, owned: Owned, means: Means, scores: Scores, actors: Ints, who: Ints) -> int:
    """Write the lanes of those for whom acting is worth more than the bar, and whose luck is theirs; returns their number."""
    acted, inclusive, bar, keyed_by = 0, scores.inclusive, means.bar, owned.who
    for q in range(n):
        actors[acted], who[acted] = q, keyed_by[q]
        acted += int(inclusive[q] > bar[q])
    return acted


@kernel
def race_nests(acted: int, actors: Ints, keys: Keys, who: Ints, scores: Scores, first: Floats, winner: Ints) -> None:
    """Nest of each actor."""
    for z in range(acted):
        first[z], winner[z] = NEVER, 0
    for e in range(scores.nest.shape[0]):
        key, nest = derived(keys.nest, e), scores.nest[e]
        for z in range(acted):
            weight = nest[actors[z]]
            wait = -log(uniform(key, who[z])) / weight if weight > 0.0 else NEVER
            winner[z] = e if wait < first[z] else winner[z]
            first[z] = min(first[z], wait)


@kernel
def race_goods(
    acted: int, actors: Ints, keys: Keys, who: Ints, nest_of: Ints, nest: Ints, scores: Scores, first: Floats, winner: Ints
) -> None:
    """Alternative of each actor within ``nest``."""
    for z in range(acted):
        first[z], winner[z] = NEVER, 0
    for j in range(nest_of.size):
        key, good, spread = derived(keys.variant, j), scores.good[j], scores.spread[j]
        for z in range(acted):
            weight, value = spread[actors[z]], good[actors[z]]
            wait = -log(uniform(key, who[z])) / weight
            wait = wait if nest[z] == nest_of[j] and value > INFEASIBLE else NEVER
            winner[z] = j if wait < first[z] else winner[z]
            first[z] = min(first[z], wait)


@kernel
def race_routes(
    acted: int,
    first_route: int,
    actors: Ints,
    keys: Keys,
    who: Ints,
    route_scale: Floats,
    good: Ints,
    scores: Scores,
    first: Floats,
    winner: Ints,
) -> None:
    """Way out of each actor for the alternative ``good``."""
    for z in range(acted):
        first[z], winner[z] = NEVER, first_route
    for r in range(first_route, ROUTES):
        key, utility, of_good = derived(keys.route, r), scores.utility[r], scores.good
        for z in range(acted):
            value, best = utility[good[z], actors[z]], of_good[good[z], actors[z]]
            wait = -log(uniform(key, who[z])) * exp((best - value) / route_scale[actors[z]])
            wait = wait if value > INFEASIBLE else NEVER
            winner[z] = r if wait < first[z] else winner[z]
            first[z] = min(first[z], wait)


@kernel
def force(acted: int, actors: Ints, owned: Owned, scores: Scores, good: Ints, route: Ints) -> None:
    """A good that must go and cannot be replaced goes to the informal trade, whatever is owed on it."""
    for z in range(acted):
        q = actors[z]
        if scores.inclusive[q] <= INFEASIBLE:
            good[z], route[z] = scores.good.shape[0] - 1, INFORMAL
