"""The government: announces measures, keeps the pots and the ledger."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import mesa
import numpy as np
from numpy.typing import NDArray

from sim.clock import day_number
from sim.policy.ledger import Ledger
from sim.policy.pots import Pots
from sim.policy.rationing import Ration
from sim.schema.result_tables import FORGONE

if TYPE_CHECKING:
    from sim.policy.calendar import Calendar, TopUp
    from sim.settings import Settings

Ints = NDArray[np.int64]


class Government(mesa.Agent):
    """One agent; every yuan of a measure passes through it."""

    def __init__(self, model: Any, settings: Settings) -> None:
        super().__init__(model)
        policy = settings.policy
        payers: dict[str, Mapping[str, float]] = {
            name: {FORGONE: 1.0} if m.forgoes_revenue else {str(p): x for p, x in m.payers.items()}
            for name, m in policy.items()
        }
        self.pot_of = {name: m.pot for name, m in policy.items()}
        self.pot_names = tuple(sorted(settings.pots))
        self.pot_places = {m: -1 if pot is None else self.pot_names.index(pot) for m, pot in self.pot_of.items()}
        """Where the pot of each measure stands among ``pot_names``; -1: it has none."""
        self.waits = np.array([settings.pots[p].when_dry == "queue" for p in self.pot_names], dtype=np.int8)
        self.draws = np.array([settings.pots[p].lottery is not None for p in self.pot_names], dtype=np.bool_)
        self.carries_over = {name: pot.queue_carries_over for name, pot in settings.pots.items()}
        self.pots = Pots({name: settings.pots[name] for name in self.pot_names}, settings.population.scale)
        self.ledger = Ledger(
            payers,
            lags={name: m.payment_lag_months for name, m in policy.items()},
            application_lags={name: lag.value for name, m in policy.items() if (lag := m.application_lag_days) is not None},
            last_days={(name, v): day_number(d) for name, m in policy.items() for v, d in m.last_applications().items()},
        )
        self.waiting: deque[tuple[str, int, int]] = deque()
        """Measure, claims and fen of those who wait for money, first come first."""
        self.waited: dict[tuple[str, int], int] = {}
        """Fen of claims that wait for money at the end of each month, by pot; what is not named is nothing."""
        self.void: dict[tuple[str, int], int] = {}
        """Fen of claims whose queue lapsed in each month, by pot."""

    def open_month(self, month: int) -> None:
        """Release the pots' money, serve whoever has waited, first come first served, unless the queue lapses."""
        self.pots.open_month(month)
        line, self.waiting = self.waiting, deque()
        for measure, claims, fen in line:
            pot = self.pot_of[measure] or ""
            if self.carries_over[pot] or not self.pots.newly_funded(pot, month):
                self._enter(month, measure, claims, fen)
            else:
                self.void[pot, month] = self.void.get((pot, month), 0) + fen

    def ration(self) -> Ration:
        """What newcomers can draw on this month, in the order of ``pot_names``: nothing where others wait."""
        lines, out = self._lines(), self.pots.ration.copy()
        out.free[[pot in lines for pot in self.pot_names]] = 0
        return out

    def _lines(self) -> set[str | None]:
        """Pots for which claims wait."""
        return {self.pot_of[measure] for measure, _, _ in self.waiting}

    def funded(self, measures: Sequence[str], by_pot: NDArray[np.float64]) -> NDArray[np.float64]:
        """Share of the claims on each measure that can be expected to find money, by month [Q, ahead].

        ``by_pot``: that of each pot, as ``Pots.funded`` has it.
        """
        drawn = np.array([self.pot_places[name] for name in measures], dtype=np.int64)
        out = np.ones((drawn.size, by_pot.shape[1]))
        out[drawn >= 0] = by_pot[drawn[drawn >= 0]]
        return out

    def pay_out(self, month: int, before: Ration, after: Ration, found: NDArray[np.int8]) -> None:
        """Commit the money that settled claims have taken; ``found``: what claims of each day have met with [P, DAYS]."""
        self.pots.draw(month, before, after, found)

    def enter_claims(self, month: int, calendar: Calendar, claims: Ints, claimed: Ints, waiting: Ints) -> None:
        """Enter a month's claims by version, their money committed; ``waiting`` [Q, 2] of them found a dry pot and wait."""
        totals = zip(claims.sum(axis=(1, 2, 3)).tolist(), claimed.sum(axis=(1, 2, 3)).tolist(), waiting.tolist(), strict=True)
        for (measure, version), (count, fen, (held, held_fen)) in zip(calendar.versions, totals, strict=False):
            if count - held or fen - held_fen:
                self.ledger.claim(month, measure, count - held, fen - held_fen, version)
            if held:
                self.waiting.append((measure, held, held_fen))

    def top_up(self, month: int, calendar: Calendar, change: TopUp, claims: Ints, prices: NDArray[np.float64]) -> None:
        """Pay earlier claimants the difference; ``claims`` [Q, V] so far."""
        difference = change.difference_fen(prices)
        owed = int((claims[list(change.old_versions)].sum(axis=0) * difference).sum()) if change.old_versions else 0
        if owed:
            self._enter(month, calendar.measures[change.measure], 0, owed)

    def forgo(self, month: int, measure: str, claims: int, fen: int) -> None:
        """Book tax that is not collected."""
        if claims:
            self.ledger.claim(month, measure, claims, fen)

    def close_month(self, month: int) -> None:
        """Take the month's applications, pay what is due, and note what waits."""
        self.ledger.apply(month)
        self.ledger.pay(month)
        for measure, _, fen in self.waiting:
            pot = self.pot_of[measure] or ""
            self.waited[pot, month] = self.waited.get((pot, month), 0) + fen
        self.ledger.check()

    @property
    def waiting_fen(self) -> int:
        """Fen of claims that wait for money."""
        return sum(fen for _, _, fen in self.waiting)

    def _enter(self, month: int, measure: str, claims: int, fen: int) -> None:
        """Commit claims as far as their pot can pay behind those who wait; the rest waits. Claims of an entry are alike."""
        pot = self.pot_of[measure]
        left = fen if pot is None else 0 if pot in self._lines() else self.pots.payable(pot, month, fen)
        served = claims * left // fen
        part = left if left == fen or not claims else fen * served // claims
        if part:
            if pot is not None:
                self.pots.spend(pot, month, part)
            self.ledger.claim(month, measure, served, part)
        if part < fen:
            self.waiting.append((measure, claims - served, fen - part))
