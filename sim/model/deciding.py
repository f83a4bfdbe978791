"""The middle of a category's month: whose good ends, who looks at the market, and what they decide."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
from numpy.typing import NDArray

from sim.behaviour.attention import Entering, LookingLuck, Screen, mark_owners, means_classes
from sim.behaviour.choice import decide as decide_all
from sim.behaviour.columns import OwnerColumns
from sim.behaviour.looking import look
from sim.behaviour.offers import Decisions, Keys, Offers
from sim.clock import first_day
from sim.model.category import Category, Luck
from sim.model.month import Considered, Decided, Offered
from sim.numerics.luck import Event
from sim.owners.agenda import Found
from sim.owners.offer_table import build_entry, build_offers, build_screen, empty_decisions, stand_again
from sim.policy.in_force import Rules

Bools = NDArray[np.bool_]


def open_rows(category: Category, rules: Rules, pot_of: Mapping[str, str | None], pays: Mapping[str, bool]) -> Bools:
    """Whether the pot of each entitlement can pay, or lets claims wait [M]."""
    pots = [pot_of[category.calendar.measures[int(m)]] for m in rules.entitlements.measure]
    return np.array([pot is None or pays[pot] for pot in pots], dtype=bool)


def consider(category: Category, month: Offered, is_open: Bools, means: NDArray[np.int8]) -> Considered:
    """Find the slots that need working out: those that may look, and those whose good has ended; ``means``: of every owner."""
    standing, agenda = category.state.standing, category.state.agenda
    if standing is None or month.news or not category.reviews or _newly_open(is_open, standing.reckoned):
        renewed, reckoned = True, is_open
        screen = build_screen(category.outlook, month.table, month.circumstances, month.expected, is_open, agenda is not None)
    else:
        renewed, reckoned, screen = False, standing.reckoned, standing.screen
    since, heard = month.number - month.expected.solved, category.heard(month.number, len(month.expected.beliefs))
    entry = build_entry(category.outlook, month.circumstances, month.expected, slice(since, since + 1), heard)
    keys = looking_keys(category.luck, month.number)
    if agenda is None:
        found = look_at_all(category, month, screen, entry, keys)
    else:
        if renewed:
            most = build_entry(category.outlook, month.circumstances, month.expected, slice(since, None), heard)
            agenda.review(month.number + category.catalogue.product.review_months, category.goods, screen, most)
        base = category.luck.key(Event.CALL, month.number)
        found = agenda.find(
            month.number, base, keys, category.goods, category.owners, means, screen, entry, category.workspace
        )  # fmt: skip
    return Considered(
        **vars(month), is_open=is_open, reckoned=reckoned, screen=screen, entry=entry, renewed=renewed, found=found
    )  # fmt: skip


def classes_of_means(owners: OwnerColumns, months: Collection[Offered]) -> NDArray[np.int8]:
    """Class of every owner's means this month, as no category reckons them higher."""
    now = [month.circumstances.financing for month in months]
    index = min(financing.income_index for financing in now)
    return means_classes(next(iter(months)).number, owners, index, now[0].rebuild, now[0].reserve_months)


def looking_keys(luck: Luck, month: int) -> LookingLuck:
    """Keys of the luck of entering the market, buying, losing interest, and inspections."""
    return LookingLuck(
        luck.key(Event.ENTRY, month), luck.key(Event.ATTENTION, month), luck.key(Event.LOST, month),
        luck.key(Event.INSPECTION, month),
    )  # fmt: skip


def _newly_open(is_open: Bools, reckoned: Bools) -> bool:
    """Whether the bounds miss a grant that can be had now."""
    return is_open.size != reckoned.size or bool((is_open & ~reckoned).any())


def look_at_all(category: Category, month: Offered, screen: Screen, entry: Entering, keys: LookingLuck) -> Found:
    """Pass over every slot once."""
    number = month.number
    room = category.workspace.found
    count, turns = look(
        number, keys, category.goods,
        category.quiet if category.reviews else mark_owners(number, category.owners), screen, entry,
        category.second, category.catalogue.use, month.rules.retirement_days, first_day(number + 1) - 1,
        category.first_slots, category.variants, _youngest_bound(category, month, screen), *room,
    )  # fmt: skip
    return room.first(count, turns)


def _youngest_bound(category: Category, month: Offered, screen: Screen) -> int:
    """Youngest vintage that a retirement age or an inspection can concern this month; -1: none."""
    ages = month.number + 1 - category.outlook.vintages.months
    concerned = screen.fail.any(axis=1) | (ages >= month.rules.earliest_retirement)
    return int(np.flatnonzero(concerned).max(initial=-1))


def decide(category: Category, month: Considered) -> Decided:
    """Work out everyone found; writes nothing but the list of decisions."""
    offers, keys = _offers(category, month), luck_keys(category.luck, month.number)
    decisions = work_out(category, month, month.found, offers, keys)
    return Decided(**vars(month), offers=offers, keys=keys, decisions=decisions)


def _offers(category: Category, month: Considered) -> Offers:
    """What owners are offered; what stands from an earlier month needs no more than this month's days and pots."""
    standing = category.state.standing
    if standing is None or month.renewed:
        banks = category.intermediaries.banks
        heard = month.entry.heard
        return build_offers(category.outlook, month.table, month.circumstances, month.expected, month.is_open, heard, banks)
    aware = category.aware(month.rules, month.number)
    return stand_again(standing.offers, month.table, month.number, month.is_open, aware, month.entry.heard)


def luck_keys(luck: Luck, month: int) -> Keys:
    """Keys of the luck of everything that a decision draws."""
    return Keys(
        shopping=luck.key(Event.ATTENTION, month), nest=luck.key(Event.TASTE_NEST, month),
        variant=luck.key(Event.TASTE_VARIANT, month), route=luck.key(Event.TASTE_ROUTE, month),
        day=luck.key(Event.DAY, month), approval=luck.key(Event.APPROVAL, month),
        awareness=luck.key(Event.AWARENESS, 0), mandate=luck.key(Event.MANDATE, month),
    )  # fmt: skip


def work_out(category: Category, month: Considered, found: Found, offers: Offers, keys: Keys) -> Decisions:
    """Decisions of those among ``found`` who act."""
    catalogue, world = category.catalogue, category.world
    out = empty_decisions(found.slots.size)
    if not found.slots.size:
        return out
    acted = decide_all(
        found.slots, found.reasons, found.lucks, found.slots.size,
        world.goods, world.owners, world.communities, offers, month.circumstances.financing, keys,
        catalogue.choices, month.rules.entitlements, catalogue.fuel, catalogue.use, out,
    )  # fmt: skip
    return out.first(acted)
