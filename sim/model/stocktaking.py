"""Counting every place at the end of a month, independently of what settling has booked."""

from __future__ import annotations

import numpy as np

from sim.clock import MONTHS_A_YEAR, day_number, days_in, first_day
from sim.codes import AVERAGE_YEAR, COUNTED, DIESEL, EMPTY
from sim.errors import BalanceBroken, Both
from sim.markets.counting import count_old_diesels, count_owned
from sim.markets.settlement_state import Tally
from sim.model.category import Category
from sim.model.history import Stocks


def take_stock(category: Category, month: int) -> Stocks:
    """Count every place from the columns."""
    world, catalogue = category.world, category.catalogue
    owned = np.zeros(category.variants, dtype=np.int64)
    if category.reviews and (month + 1) % MONTHS_A_YEAR and month < category.last:
        owned = category.state.held.copy()  # counted from the columns once a year
    else:
        count_owned(category.goods.variant, owned)
    kept = int(world.idle.held[0])
    idle = np.bincount(world.idle.variant[:kept].astype(np.int64), minlength=category.variants)
    lots = world.lots.held.reshape(category.variants, -1).sum(axis=1) if category.cells else np.zeros_like(owned)
    diesels = 0
    if catalogue.product.stock is None and (catalogue.fuel == DIESEL).any():
        diesels = count_old_diesels(category.goods, catalogue.use, catalogue.fuel, world.idle)
    return Stocks(owned, lots, idle, world.yard.copy(), diesels, watched_goods(category, month))


def watched_goods(category: Category, month: int) -> tuple[int, ...]:
    """What the category's file wants counted: goods registered before a day, goods older than so many years."""
    watch = category.catalogue.product.watch
    today = first_day(month) + days_in(month)
    days = [day_number(day) for day in watch.registered_before]
    days += [round(today - years * AVERAGE_YEAR) for years in watch.older_than_years]
    held = category.goods.registered[category.goods.variant != EMPTY] if days else np.empty(0)
    return tuple(int((held < day).sum()) for day in days)


def check_balance(name: str, month: int, before: Stocks, after: Stocks, tally: Tally) -> None:
    """Raise BalanceBroken unless every place holds what it held, plus what came, less what went."""
    gained = (tally.moved.sum(axis=0) - tally.moved.sum(axis=1)).tolist()
    for place, code in COUNTED.items():
        now, expected = after.counts[place], before.counts[place] + gained[code]
        if expected != now:
            raise BalanceBroken(
                Both(
                    f"{name}，第 {month} 月，{place}：盘点 {now}，账面 {expected}",
                    f"{name}, month {month}, {place}: {now} counted, {expected} booked",
                )
            )
