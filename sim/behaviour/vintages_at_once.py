"""What acting is worth, for all vintages of a month at once.

A vintage has few states, so what costs exponentials is written into one row of all states first, and a processor does eight
of them at a time. State by state the arithmetic is that of ``gain_rows`` and ``option_rows``, which go age by age.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from sim.behaviour.value import Acting, Floats, Ints, Owning, Routes, Terms
from sim.numerics.arithmetic import exp, log, logistic_share, softplus
from sim.numerics.compile import in_place, kernel


class AllStates(NamedTuple):
    """Room for numbers of states, one after the other [X]."""

    alone: Floats
    """Disposal routes without a new good, and with one."""
    paid: Floats
    top: Floats
    fresh: Floats
    other: Floats
    rho: Floats
    less: Floats
    """What is given up by acting."""
    effort: Floats
    place: Ints
    """Where the number belongs."""


@kernel
def all_states(count: int) -> AllStates:
    """Room for so many."""
    t = np.empty((8, count))
    return AllStates(t[0], t[1], t[2], t[3], t[4], t[5], t[6], t[7], np.empty(count, np.int64))


@in_place
def bring_granted(
    own: Owning, routes: Routes, acting: Acting, row: Ints, terms: Terms, inside: Floats, room: AllStates
) -> int:  # fmt: skip
    """Write the states of vintages with a grant into ``room``; returns their number."""
    B, C, lanes = inside.shape
    sell, formal, rest, sell_more, formal_more = routes.sell, routes.formal, routes.rest, terms.boost_sell, terms.boost_formal
    scrap_more, granted, rho, (top, fresh, other, effort) = terms.boost_scrap, terms.granted, own.route_scale, (
        acting.top, acting.fresh, acting.other, acting.effort,
    )  # fmt: skip
    alone, paid, tops, news, others, rhos, less, efforts, place = room
    n = 0
    for b in range(B):
        a = row[b]
        for c in range(C if granted[b] else 0):
            for i in range(lanes):
                scrap = formal[i] * scrap_more[b, i]
                alone[n] = sell[a, c, i] + scrap + rest[a, c, i]
                paid[n] = sell[a, c, i] * sell_more[b, i] + scrap * formal_more[b, i] + rest[a, c, i]
                tops[n], news[n], others[n], rhos[n] = top[i], fresh[i], other[i], rho[i]
                less[n], efforts[n], place[n] = inside[b, c, i], effort[i], (b * C + c) * lanes + i
                n += 1
    return n


@in_place
def gain_step(
    own: Owning, routes: Routes, acting: Acting, row: Ints, terms: Terms, inside: Floats, room: AllStates, out: Floats
) -> None:
    """G(s) - effort of every vintage in the market; states [B, C, lanes], ``row`` [B]: age row, ``terms`` [B, lanes]."""
    B, C, lanes = out.shape
    total, plain, effort, granted = acting.total, routes.plain, acting.effort, terms.granted
    for b in range(B):
        a = row[b]
        for c in range(0 if granted[b] else C):
            for i in range(lanes):
                out[b, c, i] = total[i] + plain[a, c, i] - inside[b, c, i] - effort[i]
    count = bring_granted(own, routes, acting, row, terms, inside, room)
    alone, paid, top, fresh, other, rho, less, efforts, place = room
    for n in range(count):
        with_grant = exp(rho[n] * log(paid[n]))
        best = top[n] + log(fresh[n] * with_grant + other[n] * exp(rho[n] * log(alone[n])))
        top[n] = best - less[n] - efforts[n]
    flat = out.reshape(out.size)
    for n in range(count):
        flat[place[n]] = top[n]


@in_place
def option_step(
    own: Owning, acting: Acting, keep: Floats, inside: Floats, gain: Floats, room: AllStates, out: Floats
) -> None:  # fmt: skip
    """W0(s) and W1(s) [B, 2, C, lanes] to ``out``; ``gain``, overwritten, then holds S(s) - K0(s); states [B, C, lanes]."""
    phi, narrow, slim, flat = own.foresight, own.shopping_scale, 1.0 / own.shopping_scale, 1.0 / own.entry_scale
    B, C, lanes = keep.shape
    kept, stayed, gains, entry, looking, away = (
        keep.reshape(keep.size),
        inside.reshape(keep.size),
        gain.reshape(keep.size),
        room.effort,
        room.alone,
        room.paid,
    )
    for s in range(B * C):
        for i in range(lanes):
            entry[s * lanes + i] = acting.entry[i]
    for n in range(kept.size):
        option = narrow * softplus(gains[n] * slim)
        looking[n] = stayed[n] + phi * option
        gains[n] = (stayed[n] - kept[n]) + option
    for n in range(kept.size):
        away[n] = kept[n] + phi * gains[n] * logistic_share((gains[n] - entry[n]) * flat)
    wide = C * lanes
    for b in range(B):
        for c in range(C):
            for i in range(lanes):
                out[b, 0, c, i], out[b, 1, c, i] = away[b * wide + c * lanes + i], looking[b * wide + c * lanes + i]
