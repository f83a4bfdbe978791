"""Those who act take the best nest, good and disposal route by keyed extreme-value shocks: a nested logit, drawn exactly.

ln w - ln(-ln u) is largest where -ln(u) / w is smallest: with the weights at hand, one logarithm for each (exponential races;
Maddison, Tarlow & Minka 2014).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.behaviour.lanes import Means, Owned, Scores
from sim.behaviour.offers import Keys
from sim.behaviour.paying import INFEASIBLE
from sim.behaviour.value import Floats, Ints
from sim.codes import INFORMAL, ROUTES
from sim.numerics.arithmetic import exp, log
from sim.numerics.compile import in_place, kernel, leaf
from sim.numerics.luck import derived, uniform

NEVER = 1e307
"""Wait of what cannot be taken."""


class Team(NamedTuple):
    """Actors of one nest: their places among the actors, lanes, ids of their luck, and their best alternatives so far [W]."""

    place: Ints
    lane: Ints
    who: Ints
    best: Ints


@kernel
def empty_team(width: int) -> Team:
    """Room for so many."""
    t = np.zeros((4, width), np.int64)
    return Team(t[0], t[1], t[2], t[3])


@in_place
def accept(n: int, owned: Owned, means: Means, scores: Scores, actors: Ints, who: Ints) -> int:
    """Write the lanes of those for whom acting is worth more than the bar, and whose luck is theirs; returns their number."""
    acted, inclusive, bar, keyed_by = 0, scores.inclusive, means.bar, owned.who
    for q in range(n):
        actors[acted], who[acted] = q, keyed_by[q]
        acted += int(inclusive[q] > bar[q])
    return acted


@leaf
def taken(lanes: Floats, of: Ints, count: int, out: Floats) -> None:
    """Bring the numbers of some lanes together, so that what follows works on neighbours in memory."""
    for z in range(count):
        out[z] = lanes[of[z]]


@in_place
def race_nests(acted: int, actors: Ints, keys: Keys, who: Ints, scores: Scores, first: Floats, winner: Ints) -> None:
    """Nest of each actor."""
    weights = scores.plain  # no longer needed
    for z in range(acted):
        first[z], winner[z] = NEVER, 0
    for e in range(scores.nest.shape[0]):
        key = derived(keys.nest, e)
        taken(scores.nest[e], actors, acted, weights)
        for z in range(acted):
            wait = -log(uniform(key, who[z])) / weights[z] if weights[z] > 0.0 else NEVER
            winner[z] = e if wait < first[z] else winner[z]
            first[z] = min(first[z], wait)


@in_place
def race_goods(
    acted: int, actors: Ints, keys: Keys, who: Ints, nest_of: Ints, nest: Ints, scores: Scores, team: Team, winner: Ints
) -> None:  # fmt: skip
    """Alternative of each actor within ``nest``, nest by nest."""
    weights, values, first = scores.plain, scores.top, scores.total  # no longer needed
    place, lane, id_of, best = team
    for e in range(scores.nest.shape[0]):
        size = 0
        for z in range(acted):
            place[size], lane[size], id_of[size] = z, actors[z], who[z]
            size += int(nest[z] == e)
        for m in range(size):
            first[m], best[m] = NEVER, 0
        for j in range(nest_of.size if size else 0):
            if nest_of[j] != e:
                continue
            key = derived(keys.variant, j)
            taken(scores.spread[j], lane, size, weights)
            taken(scores.good[j], lane, size, values)
            for m in range(size):
                wait = -log(uniform(key, id_of[m])) / weights[m]
                wait = wait if values[m] > INFEASIBLE else NEVER
                best[m] = j if wait < first[m] else best[m]
                first[m] = min(first[m], wait)
        for m in range(size):
            winner[place[m]] = best[m]


@in_place
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
    values, best, scale = scores.plain, scores.top, scores.total  # no longer needed
    for z in range(acted):
        first[z], winner[z], best[z] = NEVER, first_route, scores.good[good[z], actors[z]]
    taken(route_scale, actors, acted, scale)
    for r in range(first_route, ROUTES):
        key, utility = derived(keys.route, r), scores.utility[r]
        for z in range(acted):
            values[z] = utility[good[z], actors[z]]
        for z in range(acted):
            wait = -log(uniform(key, who[z])) * exp((best[z] - values[z]) / scale[z])
            wait = wait if values[z] > INFEASIBLE else NEVER
            winner[z] = r if wait < first[z] else winner[z]
            first[z] = min(first[z], wait)


@in_place
def force(acted: int, actors: Ints, owned: Owned, scores: Scores, good: Ints, route: Ints) -> None:
    """A good that must go and cannot be replaced goes to the informal trade, whatever is owed on it."""
    for z in range(acted):
        q = actors[z]
        if scores.inclusive[q] <= INFEASIBLE:
            good[z], route[z] = scores.good.shape[0] - 1, INFORMAL
