"""Which subsidy an owner would claim for each purchase and disposal route: the best one that is open and, perhaps, known."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Floats, Ints
from sim.codes import FORMAL, NO_ROW, SELL
from sim.numerics.compile import leaf
from sim.policy.claims import ANY_ROUTE, SCRAP_ROUTE
from sim.policy.eligibility import Held, condition, qualifies, scrap_grant
from sim.policy.tables import Conditions


@leaf
def check_old(
    terms: Conditions,
    route: Ints,
    scrap_years: Floats,
    scrap_fen: Ints,
    old: Held,
    retirement_months: int,
    day: int,
    eligible: NDArray[np.bool_],
    scrapped: Ints,
) -> None:
    """Strike out of ``eligible`` [M] what the old good does not meet; ``scrapped`` [M]: fen for scrapping it.

    ``day``: on which the owner parts with it, or has; whether the row is in force then does not matter here.
    """
    for m in range(eligible.size):
        scrapped[m] = 0
        if not eligible[m] or route[m] == ANY_ROUTE:
            continue
        eligible[m] = qualifies(condition(terms, m), old, day)
        if eligible[m] and route[m] == SCRAP_ROUTE:
            years, fen = scrap_years[m, old.variant], scrap_fen[m, old.variant]
            scrapped[m] = scrap_grant(years, fen, old.registered_day, retirement_months, day)


@leaf
def bar_old(route: Ints, eligible: NDArray[np.bool_], scrapped: Ints) -> None:
    """Strike out what asks for an old good, for an owner who has none."""
    for m in range(eligible.size):
        scrapped[m] = 0
        eligible[m] = eligible[m] and route[m] == ANY_ROUTE


@leaf
def bar_certified(route: Ints, scrapped_from: Ints, scrapped_on: int, eligible: NDArray[np.bool_]) -> None:
    """Strike out what a certificate of so early a scrapping does not count for."""
    for m in range(eligible.size):
        eligible[m] = eligible[m] and (route[m] == ANY_ROUTE or scrapped_on >= scrapped_from[m])


@leaf
def best_grants(
    grants: Ints,
    known: NDArray[np.bool_],
    eligible: NDArray[np.bool_],
    scrapped: Ints,
    route: Ints,
    purchase_required: Ints,
    routes: int,
    heard: bool,
    grant: Ints,
    row: Ints,
) -> bool:
    """Best grant of every disposal route and new variant [ROUTES, V + 1], the last column for buying nothing or used.

    ``eligible``, ``known`` and ``scrapped`` [M]: what ``claimable`` found for this owner. ``heard``: count only what the
    owner knows. Returns whether there is any; the tables must be clear.
    """
    V = grants.shape[1]
    found = False
    for m in range(eligible.size):
        if not eligible[m] or (heard and not known[m]):
            continue
        first = FORMAL if route[m] == SCRAP_ROUTE and routes > 1 else SELL  # who has no good parts with none
        for r in range(first, routes if route[m] == ANY_ROUTE else first + 1):
            for j in range(V):
                if grants[m, j] + scrapped[m] > grant[r, j]:
                    grant[r, j] = grants[m, j] + scrapped[m]
                    row[r, j] = m
                    found = True
            if purchase_required[m] == 0 and scrapped[m] > grant[r, V]:
                grant[r, V] = scrapped[m]
                row[r, V] = m
                found = True
    return found


@leaf
def clear_grants(grant: Ints, row: Ints) -> None:
    """No grants."""
    for r in range(grant.shape[0]):
        for j in range(grant.shape[1]):
            grant[r, j] = 0
            row[r, j] = NO_ROW
