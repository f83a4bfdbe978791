"""Settling a category's month: the only stage in which goods and money move between owners, dealers and the treasury."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.government import Government
from sim.behaviour.looking import lose_interest
from sim.behaviour.offers import Decisions, Offers
from sim.behaviour.value import Ints
from sim.clock import first_day
from sim.codes import NO_ROW
from sim.markets.settlement import deliveries, queue_order
from sim.markets.settlement import settle as settle_in_order
from sim.markets.settlement_state import Funds, Tally, empty_tally
from sim.model.category import Category
from sim.model.deciding import work_out
from sim.model.month import Decided, Settled
from sim.numerics.luck import Event
from sim.owners.agenda import Found
from sim.policy.claims import CLAIMS_PER_HOUSEHOLD
from sim.policy.in_force import Rules
from sim.policy.rationing import CLOSED, DAYS, Ration, by_period, suffices

Floats = NDArray[np.float64]


def funds_of(category: Category, rules: Rules, government: Government, ration: Ration, month: int) -> Funds:
    """The pots as this category's entitlements draw on them, and interest that the treasury pays."""
    measures, places = category.calendar.measures, government.pot_places
    interest_share, interest_most = rules.interest_by_owner
    return Funds(
        pot_of=np.array([places[measures[m]] for m in rules.entitlements.measure.tolist()], dtype=np.int64),
        version_of=rules.entitlements.version,
        once=rules.entitlements.once,
        ration=ration,
        first_day=first_day(month),
        waits=government.waits,
        draws=government.draws,
        found=np.zeros((len(government.pot_names), DAYS), dtype=np.int8),
        interest_share=interest_share,
        interest_most=interest_most,
    )


def anybody_claims(decisions: Decisions) -> bool:
    """Whether any decision claims from any measure; where none does, none is turned away either."""
    return bool((decisions.row != NO_ROW).any())


def claims_on_pots(decisions: Decisions, funds: Funds) -> tuple[Ints, Ints, Ints]:
    """Decisions that claim from a pot, the pot of each, and the day of the month on which it is served."""
    claims = np.flatnonzero(decisions.row != NO_ROW)
    pots = funds.pot_of[decisions.row[claims]]
    claims, pots = claims[pots >= 0], pots[pots >= 0]
    return claims, pots, funds.ration.turn[pots, decisions.day[claims].astype(np.int64) - funds.first_day]


def asked(decisions: Decisions, funds: Funds) -> Floats:
    """Fen that decisions ask of each pot on the days on which they are served [P, DAYS]; nothing while it takes no claims."""
    shape = funds.ration.turn.shape
    claims, pots, turns = claims_on_pots(decisions, funds)
    served = turns != CLOSED
    fen = decisions.grant[claims[served]].astype(np.float64)
    sums = np.bincount(pots[served] * DAYS + turns[served], fen, shape[0] * DAYS)
    return np.asarray(sums.reshape(shape), dtype=np.float64)


def fair_share(left: Ints, asked: Floats, rest: Floats, waits: NDArray[np.int8]) -> Ints:
    """Fen that a category may draw on, where several share them.

    Money that cannot pay all that is still asked of it (``rest``) is shared out in proportion to what each asks: no category
    comes first. Where claims wait for money, nothing has to be shared out.
    """
    short = (rest > left) & (asked < rest) & (waits == 0)
    if not short.any():
        return left
    share = np.where(short, np.floor(left * (asked / np.maximum(rest, 1.0))), left)
    return np.asarray(share, dtype=np.int64)


def share_out(ration: Ration, asked: Floats, rest: Floats, waits: NDArray[np.int8]) -> Ration:
    """A category's fair share of what is there up to each day, and of every cap; ``asked`` and ``rest`` [P, DAYS]."""
    waiting = waits[:, np.newaxis]
    return ration._replace(
        free=fair_share(ration.free, asked.cumsum(axis=1), rest.cumsum(axis=1), waiting),
        quota=fair_share(ration.quota, by_period(ration, asked), by_period(ration, rest), waiting),
    )


def settle(category: Category, month: Decided, funds: Funds) -> Settled:
    """Settle all decisions in keyed order; those whom a dry pot turned away decide once more without its measures."""
    tally = empty_tally(category.variants, category.cells, category.versions, month.rules.interest.share.size)
    decisions, offers = month.decisions, month.offers
    category.goods.shopping[month.found.turned] ^= 1
    while decisions.slot.size:
        refused = np.sort(settle_once(category, month, funds, decisions, tally))
        if not refused.size:
            break
        offers = offers._replace(open=still_open(category, offers, funds, decisions, refused))
        slots = decisions.slot[refused].astype(np.int64)
        again = Found(slots, decisions.reason[refused], decisions.luck[refused], slots[:0])
        decisions = work_out(category, month, again, offers, month.keys)
    state = category.state
    if category.reviews:
        state.held = state.held + tally.new_sales.sum(axis=1) - tally.out_by_route.sum(axis=1)
    gone = tired(category, month)
    if state.agenda is not None:
        acted = month.decisions.slot.astype(np.int64)
        state.agenda.note(acted, np.concatenate([acted, month.found.turned, gone]), category.goods)
    return Settled(**vars(month), tally=tally)


def tired(category: Category, month: Decided) -> Ints:
    """Let those who have looked in vain lose interest; their slots."""
    found = month.found
    if not found.slots.size:
        return found.slots
    gone, key = np.empty(found.slots.size, dtype=np.int64), category.luck.key(Event.LOST, month.number)
    count = lose_interest(
        found.slots, found.reasons, category.goods.id, key, month.entry.lost, category.goods.shopping, gone
    )  # fmt: skip
    return gone[:count]


def settle_once(category: Category, month: Decided, funds: Funds, decisions: Decisions, tally: Tally) -> Ints:
    """Settle these decisions, book them into ``tally``, and return those that were turned away."""
    catalogue, witness, count = category.catalogue, category.state.witness, decisions.slot.size
    if category.state.agenda is not None and suffices(funds.ration, asked(decisions, funds)):
        order = np.arange(count)  # the money is there for all, so the order of the queue decides nothing
    else:
        queue = decisions._replace(day=days_of_turn(decisions, funds))
        order = queue_order(category.luck.key(Event.QUEUE, month.number), queue, category.goods.id, 0, count)
    refused = np.empty(count, dtype=np.int64)
    seen = witness.before(decisions, category.goods) if witness else {}
    making = category.making(month.number)
    coming = deliveries(order, decisions, category.goods.id, making, catalogue.choices, catalogue.fuel)
    turned_away = settle_in_order(
        order, coming, decisions, category.world, funds, making, tally, catalogue.choices, month.offers.due,
        catalogue.fuel, catalogue.is_nev, catalogue.use, month.number, category.bands, refused,
    )  # fmt: skip
    if witness:
        measures = month.rules.entitlements.measure
        kept = witness.kept(seen, refused[:turned_away])
        witness.accept(month.number, kept, catalogue.choices, category.owners, measures, month.prices.new)
    return refused[:turned_away]


def days_of_turn(decisions: Decisions, funds: Funds) -> NDArray[np.int16]:
    """Days by which decisions queue: their own, or that of the draw that a claim takes part in."""
    if not funds.draws.any():
        return decisions.day
    claims, pots, turns = claims_on_pots(decisions, funds)
    drawn = funds.draws[pots] & (turns != CLOSED)
    days = decisions.day.copy()
    days[claims[drawn]] = funds.first_day + turns[drawn]
    return days


def still_open(category: Category, offers: Offers, funds: Funds, decisions: Decisions, refused: Ints) -> NDArray[np.int8]:
    """Entitlements whose pots can still pay; a limit that one household has used up is open to others."""
    rows = decisions.row[refused]
    claimed = category.owners.claims[category.goods.owner[decisions.slot[refused]]]
    used_up = (funds.once[rows] > 0) & (claimed >= funds.once[rows] * CLAIMS_PER_HOUSEHOLD)
    out = offers.open.copy()
    out[np.unique(rows[~used_up])] = 0
    return out


def forgo(category: Category, month: Settled, government: Government) -> None:
    """Book the tax that reductions save buyers, and interest that the treasury pays."""
    measures = category.calendar.measures
    for tax in month.rules.taxes:
        sold = month.tally.new_sales.sum(axis=1)
        relief = tax.relief_fen(month.prices.new)
        bought = int(sold[relief > 0].sum())
        government.forgo(month.number, measures[tax.measure], bought, int((sold * relief).sum()))
    for measure, (loans, fen) in zip(month.rules.interest.measure, month.tally.interest.tolist(), strict=True):
        government.forgo(month.number, measures[measure], loans, fen)
