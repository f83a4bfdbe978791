"""Which rules are in force when, and which of them owners know of: one calendar per product category."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

import numpy as np

from sim.clock import day_number, first_day, month_number, month_of_day
from sim.policy.entitlements import Entitlements, grants_fen, most_fen
from sim.policy.in_force import Piece, Rules, join
from sim.policy.instruments import Measure
from sim.policy.measure import VersionBase
from sim.policy.subsidy import SubsidyVersion
from sim.policy.tables import FOREVER, Floats, Ints
from sim.schema.product import Product

HEARD_BY = 15
"""What is announced by this day of a month is known in that month, later news in the next (assumption)."""
WORTH_HEARING_OF = 0.5
"""Who has heard only of what pays less than this share of the most generous subsidy expects none (assumption, grade C)."""
MID_MONTH = 14
"""Days after the first of the month; on that day it is decided which monthly terms hold."""


@dataclass(frozen=True, eq=False)
class Enacted:
    """One version, or the part of it before or after its levers were pulled, and when it was heard of."""

    piece: Piece
    announced: int
    """Month of the announcement."""
    heard: int
    """Month in which owners know it: that of the announcement or the next."""


@dataclass(frozen=True, eq=False)
class TopUp:
    """Claims since ``since_day`` under the old versions are topped up to the new version's grants."""

    measure: int
    old_versions: tuple[int, ...]
    new_version: int
    since_day: int
    old: Entitlements
    new: Entitlements

    def difference_fen(self, prices: Floats) -> Ints:
        """What a claim for each new variant gets on top, whole fen [V]."""
        best_old = grants_fen(self.old, prices).max(axis=0, initial=0)
        best_new = grants_fen(self.new, prices).max(axis=0, initial=0)
        return cast(Ints, np.maximum(best_new - best_old, 0))


class Calendar:
    """The measures that bind one product category, laid out in time."""

    def __init__(self, policy: dict[str, Measure], product_id: str, product: Product) -> None:
        binding = {name: measure for name, measure in sorted(policy.items()) if product_id in measure.goods}
        self.measures: tuple[str, ...] = tuple(name for name, measure in binding.items() if measure.costs_money)
        self.awareness = tuple(binding[name].awareness for name in self.measures)
        """What surveys say of how many know each measure when it starts; None: nothing."""
        self.versions: tuple[tuple[str, str], ...] = tuple(
            (name, version) for name in self.measures for version in _in_time(binding[name])
        )
        self._variants = len(product.variants)
        self._prices = np.array([variant.price.value for variant in product.variants.values()])
        self._policy = binding
        self._lanes = [
            lane
            for lane in (self._lane(name, measure, product_id, product) for name, measure in binding.items())
            if any(each.piece.rules.binds for each in lane)
        ]
        self._heard = sorted({each.heard for lane in self._lanes for each in lane})
        self._announced = sorted({each.announced for lane in self._lanes for each in lane})
        self._days_left: dict[tuple[bool, int], list[Piece]] = {}
        self._made: dict[tuple[tuple[int, int, int, bool], ...], Rules] = {}
        self._asked: dict[tuple[int, int, bool], Rules] = {}
        self._changes: dict[tuple[int, bool], list[int]] = {}
        self._granting: dict[tuple[int, int], dict[int, int]] = {}
        self._most: dict[int, int] = {}

    def knowledge_months(self, first: int, last: int) -> list[int]:
        """Months from ``first`` to ``last`` in which what owners know changes."""
        return [month for month in self._heard if first <= month <= last]

    def rules(self, month: int, known_at: int, grants: bool = True) -> Rules:
        """Rules that owners with the knowledge of month ``known_at`` believe in force in ``month``.

        With ``known_at == month`` they are the rules that are really applied in that month. Without ``grants`` they are those
        of an owner who has heard of no subsidy.
        """
        if month > known_at:
            known_at = self._last_news(known_at)
        if (month, known_at, grants) not in self._asked:
            self._asked[month, known_at, grants] = self._find(month, known_at, grants)
        return self._asked[month, known_at, grants]

    def settled(self, month: int, ahead: int, grants: bool = True) -> int:
        """Month of the last change that is known in ``month`` and lies at most ``ahead`` months off; ``month`` if none does."""
        news = self._last_news(month)
        if (news, grants) not in self._changes:
            self._changes[news, grants] = self._changes_known(news, grants)
        known = self._changes[news, grants]
        return max([month, *known[: bisect_right(known, month + ahead)][-1:]])

    def granting(self, month: int, ahead: int) -> dict[int, int]:
        """Measures that pay in ``month`` or, as known then, begin at most ``ahead`` months later: month in which each does.

        Those alone that are worth hearing of beside the most generous one.
        """
        if (month, ahead) not in self._granting:
            self._granting[month, ahead] = self._find_granting(month, ahead)
        return self._granting[month, ahead]

    def _find_granting(self, month: int, ahead: int) -> dict[int, int]:
        begins: dict[int, int] = {}
        most: dict[int, int] = {}
        for piece in [*self._in_force(month, month), *self._known(month + 1, self._last_news(month))]:
            begin, fen = month_of_day(piece.first_day), self._pays(piece)
            if piece.last_day >= first_day(month) and fen > 0 and begin <= month + ahead:
                begins[piece.measure] = min(begin, begins.get(piece.measure, FOREVER))
                most[piece.measure] = max(fen, most.get(piece.measure, 0))
        bar = WORTH_HEARING_OF * max(most.values(), default=0)
        return {measure: begin for measure, begin in sorted(begins.items()) if most[measure] >= bar}

    def _pays(self, piece: Piece) -> int:
        """Most fen that a piece pays for anything."""
        if id(piece.rules) not in self._most:  # rules live as long as the lanes they stand in
            self._most[id(piece.rules)] = most_fen(piece.rules.entitlements, self._prices)
        return self._most[id(piece.rules)]

    def _changes_known(self, news: int, grants: bool) -> list[int]:
        """Months after ``news`` whose rules differ from those of the month before, as known then."""
        pieces = [each.piece for lane in self._lanes for each in lane if each.heard <= news]
        days = [day for p in pieces for day in (p.first_day, p.last_day + 1) if day < FOREVER]
        near = {month_of_day(day) + later for day in days for later in (0, 1)}
        return sorted(m for m in near if m > news and self.rules(m, news, grants) is not self.rules(m - 1, news, grants))

    def _last_news(self, month: int) -> int:
        """Month, up to ``month``, in which what owners know changed last; 0: never."""
        at = bisect_right(self._heard, month)
        return self._heard[at - 1] if at else 0

    def _find(self, month: int, known_at: int, grants: bool) -> Rules:
        active, middle = self._in_force(month, known_at), first_day(month) + MID_MONTH
        if not grants:
            stripped = (piece._replace(rules=piece.rules.without_grants) for piece in active)
            active = [piece for piece in stripped if piece.rules.binds]
        key = tuple((id(p.rules), p.first_day, p.last_day, p.first_day <= middle <= p.last_day) for p in active)
        if key not in self._made:
            self._made[key] = join(active, self._variants, middle)
        return self._made[key]

    def top_ups(self, month: int) -> tuple[TopUp, ...]:
        """Retroactive improvements that become known in ``month`` and are paid to earlier claimants."""
        return tuple(
            top_up
            for lane in self._lanes
            for i, each in enumerate(lane)
            if each.heard == month and (top_up := self._top_up([e.piece for e in lane[:i]], each.piece)) is not None
        )

    def _in_force(self, month: int, known_at: int) -> list[Piece]:
        """Pieces on their days within or around the month, as known then."""
        start, end = first_day(month), first_day(month + 1) - 1
        return [p for p in self._known(month, known_at) if p.first_day <= end and p.last_day >= start]

    def _known(self, month: int, known_at: int) -> list[Piece]:
        """Pieces that count for ``month`` with the knowledge of ``known_at``; the counter pays late news at once."""
        late_news = month == known_at
        news = bisect_right(self._announced if late_news else self._heard, known_at)
        if (late_news, news) not in self._days_left:
            self._days_left[late_news, news] = [
                piece._replace(first_day=first, last_day=last)
                for lane in self._lanes
                for piece, later in _with_later([e.piece for e in lane if (e.announced if late_news else e.heard) <= known_at])
                for first, last in _left_over(piece, later)
            ]
        return self._days_left[late_news, news]

    def _top_up(self, earlier: list[Piece], piece: Piece) -> TopUp | None:
        if piece.version < 0:
            return None
        name, version_name = self.versions[piece.version]
        version = self._policy[name].versions[version_name]
        if not isinstance(version, SubsidyVersion) or version.retroactive_to is None:
            return None
        since = day_number(version.retroactive_to)
        old = [p for p in earlier if p.last_day >= since and p.version != piece.version]
        return TopUp(
            measure=piece.measure,
            old_versions=tuple(sorted({p.version for p in old})),
            new_version=piece.version,
            since_day=since,
            old=join(old, self._variants, since).entitlements,
            new=join([piece], self._variants, since).entitlements,
        )

    def _lane(self, name: str, measure: Measure, product_id: str, product: Product) -> list[Enacted]:
        """Pieces of one measure in the order in which they start; the one that starts later goes first."""
        index = self.measures.index(name) if name in self.measures else -1
        lane = []
        for version_name, version in _in_time(measure).items():
            number = self.versions.index((name, version_name)) if index >= 0 else -1
            for start, end, announced, levered in _pieces(measure, version):
                rules = (measure if levered else measure.as_enacted()).rules(version, product_id, product)
                month = month_number(announced)
                heard = month + (announced.day > HEARD_BY)
                last = FOREVER if end is None else day_number(end)
                lane.append(Enacted(Piece(rules, index, number, day_number(start), last), month, heard))
        return lane


def _with_later(pieces: list[Piece]) -> Iterator[tuple[Piece, list[Piece]]]:
    """Pieces that change anything, each with those that start later."""
    return ((piece, pieces[i + 1 :]) for i, piece in enumerate(pieces) if piece.rules.binds)


def _left_over(piece: Piece, later: list[Piece]) -> list[tuple[int, int]]:
    """Days (first, last) on which a piece is in force: its own without those of pieces that start later."""
    spans, first = [], piece.first_day
    for other in later:
        if other.first_day > piece.last_day:
            break
        if first < other.first_day:
            spans.append((first, other.first_day - 1))
        first = max(first, other.last_day + 1)
    if first <= piece.last_day:
        spans.append((first, piece.last_day))
    return spans


def _in_time(measure: Measure) -> dict[str, VersionBase]:
    """Versions of a measure in the order in which they start."""
    return dict(sorted(measure.versions.items(), key=lambda item: item[1].window.start))


def _pieces(measure: Measure, version: VersionBase) -> list[tuple[dt.date, dt.date | None, dt.date, bool]]:
    """(start, end, announced, levers apply) of a version as the scenario has it; empty if it is not enacted.

    A version that is in force when the levers are pulled is cut there: the later piece is news on that day.
    """
    if not measure.enabled or (measure.enacted_until is not None and version.announced > measure.enacted_until):
        return []
    start = version.window.start
    end = min((day for day in (version.window.end, measure.until) if day is not None), default=None)
    if end is not None and end < start:
        return []
    pulled = measure.levers_from
    if not measure.levers_set or start >= pulled:
        return [(start, end, version.announced, measure.levers_set)]
    before = (start, end, version.announced, False)
    if end is not None and end < pulled:
        return [before]
    return [before, (pulled, end, max(version.announced, pulled), True)]
