"""What the decision kernel reads and writes: this month's counter, financing, keys of luck, the list of decisions."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.value import Floats, Ints


class Heard(NamedTuple):
    """Subsidies that owners of a category can have heard of this month, in force or announced, N of them."""

    keys: NDArray[np.uint32]
    """Of the luck of having heard of each [N]."""
    share: Floats
    """Of owners that have [N]."""


class Offers(NamedTuple):
    """This month's counter: J alternatives, K types, V variants, M entitlements, A ages, C conditions.

    W: what owners believe, 0: that there are no subsidies, 1: what is known of them; W = 1 where nobody can hear of any.
    """

    month: int
    first_day: int
    days: int
    due: Floats
    """Price, tax and fees, yuan [J]."""
    loan_max: Floats
    """Largest loan by use of the good, bank and alternative, yuan [uses, banks, J]."""
    base: Floats
    """Value of carrying on with it - money x due + taste [W, K, J]; INFEASIBLE where not on offer."""
    nothing: Floats
    """Value of having none, out of the market [W, K]."""
    nothing_waiting: Floats
    """Value of having none, in the market [W, K]."""
    waiting: NDArray[np.float32]
    """Value of carrying on with what one has, in the market [W, B, C, lanes]."""
    first_vintage: int
    """Month of vintage 0."""
    sale: Floats
    """What a used-car dealer pays, yuan [A, C, V]."""
    formal: Floats
    """What a dismantler pays [V]."""
    informal: Floats
    """What the informal trade pays [A, C, V]."""
    route_utility: Floats
    """Trouble of each disposal route, utility [K, ROUTES]."""
    km_value: Floats
    """Utility of one more unit of relative kilometres over the time a good is held [K, V]."""
    km_bought: Floats
    """The same for what is bought [K, J]; 0 for buying nothing."""
    nev_bought: Floats
    """1 for alternatives that are NEV [J]."""
    social_weight: float
    social_mean: float
    """Mean exposure, already in ``base``."""
    grants: Ints
    """Fen for each new variant [M, V]."""
    felt: float
    """Yuan off the price that a fen of a grant is felt as."""
    later_chance: Floats
    """Chance of one who has lost a good to buy new before the entitlement ends [M, K]."""
    later_fen: Floats
    """What a certificate of scrapping then earns, apart from what the good itself does [M, K]."""
    open: NDArray[np.int8]
    """Whether the pot of each entitlement can pay [M]."""
    aware: Floats
    """Share of owners that know each entitlement [M]."""
    heard: Heard
    retirement: Ints
    """Mandatory retirement in months [V, use]."""
    money: Floats
    effort_keep: Floats
    effort_first: Floats
    shopping_scale: float
    nest_scale: float
    route_scale: Floats
    """Scale of the taste shocks of disposal routes [K]."""
    season_shift: float
    patience: float
    """Utility of going without when the good has ended."""
    nev_only: Floats
    """Chance that a purchase of each type must be an NEV (procurement mandate) [K]."""


class Financing(NamedTuple):
    """What purchases are paid with this month: income, reserves, credit."""

    income_index: float
    rebuild: float
    reserve_months: float
    strain_weight: float
    instalment_share: float
    instalment: Floats
    """Monthly payment per yuan borrowed, by bank [banks]."""
    present_cost: Floats
    """Discounted cost of a yuan borrowed beyond the yuan, by bank and marginal type [banks]."""
    approval: float
    aversion: float
    """Utility cost of signing a loan, to the owner in the middle."""
    aversion_spread: float
    """Scale of its logistic distribution over owners."""
    term: int
    interest_share: Floats
    """Interest paid by the treasury, share of the principal a year [I]."""
    interest_most: Floats
    """Yuan a year [I]."""


class Keys(NamedTuple):
    """Keys of the month's luck."""

    shopping: np.uint32
    nest: np.uint32
    variant: np.uint32
    route: np.uint32
    day: np.uint32
    approval: np.uint32
    awareness: np.uint32
    mandate: np.uint32


class Decisions(NamedTuple):
    """One row for each owner who acts."""

    slot: NDArray[np.int32]
    alternative: NDArray[np.int16]
    route: NDArray[np.int8]
    """-1: there was no old good."""
    row: NDArray[np.int16]
    """Entitlement claimed; -1: none."""
    day: NDArray[np.int16]
    grant: NDArray[np.int64]
    """Fen, scrapping part included."""
    principal: NDArray[np.float32]
    paid: NDArray[np.float32]
    """Cash out less cash in, yuan."""
    cash: NDArray[np.float32]
    """Liquid assets before, yuan."""
    reason: NDArray[np.int8]
    luck: NDArray[np.uint32]
    """Luck of the effort of looking."""

    def first(self, count: int) -> Decisions:
        """The first so many of them."""
        return Decisions._make(column[:count] for column in self)
