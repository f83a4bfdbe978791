"""Settling a category's month: the only stage in which goods and money move between owners, dealers and the treasury."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.agents.government import Government
from sim.behaviour.offers import Decisions, Offers
from sim.behaviour.value import Ints
from sim.codes import NO_ROW
from sim.markets.settlement import queue_order
from sim.markets.settlement import settle as settle_in_order
from sim.markets.settlement_state import Funds, Tally, empty_tally
from sim.model.category import Category
from sim.model.deciding import work_out
from sim.model.month import Decided, Settled
from sim.numerics.luck import Event
from sim.owners.agenda import Found
from sim.policy.claims import CLAIMS_PER_HOUSEHOLD
from sim.policy.in_force import Rules

Floats = NDArray[np.float64]


def funds_of(category: Category, rules: Rules, government: Government, month: int) -> Funds:
    """The pots as this category's entitlements draw on them, and interest that the treasury pays."""
    pots = {name: n for n, name in enumerate(government.pot_names)}
    measures = [category.calendar.measures[int(m)] for m in rules.entitlements.measure]
    named = [government.pot_of[m] for m in measures]
    interest_share, interest_most = rules.interest.by_owner()
    return Funds(
        pot_of=np.array([-1 if p is None else pots[p] for p in named], dtype=np.int64),
        version_of=rules.entitlements.version,
        once=rules.entitlements.once,
        left=government.left(month),
        waits=government.waits,
        interest_share=interest_share,
        interest_most=interest_most,
    )


def asked(decisions: Decisions, funds: Funds) -> Floats:
    """Fen that decisions ask of each pot [P]."""
    claims = np.flatnonzero(decisions.row != NO_ROW)
    pots = funds.pot_of[decisions.row[claims]]
    fen = decisions.grant[claims][pots >= 0].astype(np.float64)
    return np.asarray(np.bincount(pots[pots >= 0], fen, funds.left.size), dtype=np.float64)


def fair_share(left: Ints, asked: Floats, rest: Floats, waits: NDArray[np.int8]) -> Ints:
    """Fen of each pot that a category may draw on this month, where several share it.

    A pot that cannot pay all that is still asked of it (``rest``) is shared out in proportion to what each asks: no category
    comes first. Where claims wait for money, nothing has to be shared out.
    """
    short = (rest > left) & (asked < rest) & (waits == 0)
    share = np.where(short, np.floor(left * (asked / np.maximum(rest, 1.0))), left)
    return np.asarray(share, dtype=np.int64)


def settle(category: Category, month: Decided, funds: Funds) -> Settled:
    """Settle all decisions in keyed order; those whom a dry pot turned away decide once more without its measures."""
    tally = empty_tally(category.variants, category.cells, category.versions, month.rules.interest.share.size)
    decisions, offers = month.decisions, month.offers
    while decisions.slot.size:
        refused = np.sort(settle_once(category, month, funds, decisions, tally))
        if not refused.size:
            break
        offers = offers._replace(open=still_open(category, offers, funds, decisions, refused))
        again = Found(decisions.slot[refused].astype(np.int64), decisions.reason[refused], decisions.luck[refused])
        decisions = work_out(category, month, again, offers, month.keys)
    state = category.state
    if category.reviews:
        state.held = state.held + tally.new_sales.sum(axis=1) - tally.out_by_route.sum(axis=1)
    if state.agenda is not None:
        state.agenda.note(month.number, month.decisions.slot.astype(np.int64), category.goods)
    return Settled(**vars(month), tally=tally)


def settle_once(category: Category, month: Decided, funds: Funds, decisions: Decisions, tally: Tally) -> Ints:
    """Settle these decisions, book them into ``tally``, and return those that were turned away."""
    catalogue, witness, count = category.catalogue, category.state.witness, decisions.slot.size
    if category.state.agenda is not None and bool((asked(decisions, funds) <= funds.left).all()):
        order = np.arange(count)  # nobody is turned away, so the order of the queue decides nothing
    else:
        order = queue_order(category.luck.key(Event.QUEUE, month.number), decisions, category.goods.id, 0, count)
    refused = np.empty(count, dtype=np.int64)
    seen = witness.before(decisions, category.goods) if witness else {}
    turned_away = settle_in_order(
        order, decisions, category.world, funds, category.making(month.number), tally, catalogue.choices, month.offers.due,
        catalogue.fuel, catalogue.is_nev, catalogue.use, month.number, category.bands, refused,
    )  # fmt: skip
    if witness:
        measures = month.rules.entitlements.measure
        kept = witness.kept(seen, refused[:turned_away])
        witness.accept(month.number, kept, catalogue.choices, category.owners, measures, month.prices.new)
    return refused[:turned_away]


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
    measures, sold = category.calendar.measures, month.tally.new_sales.sum(axis=1)
    for tax in month.rules.taxes:
        relief = tax.relief_fen(month.prices.new)
        bought = int(sold[relief > 0].sum())
        government.forgo(month.number, measures[tax.measure], bought, int((sold * relief).sum()))
    for measure, (loans, fen) in zip(month.rules.interest.measure, month.tally.interest.tolist(), strict=True):
        government.forgo(month.number, measures[measure], loans, fen)
