"""The car-owner slice of the model, written the plain way, in step with the model it is copied from.

Owners decide by themselves (``owner.Owner``); here their decisions are settled one after another against copies of the pots
and of the used lots. Prices, pots, lots and the luck's keys come from the model; everything that owners do does not.
"""

from __future__ import annotations

import math

import mesa

from reference.chance import bits, uniform
from reference.month import Month, Row, read_month
from reference.owner import FORMAL, HOUSEHOLD, LOOKS, MONTH_DAYS, MUST, NEW, NOTHING, SELL, Decision, Good, Owner, Slot
from sim.model import TradeInModel
from sim.model.month import Decided

LATEST = 30_000
COMMUNITY, LINKS = 256, 4
NO_CAP = 31
OWNER_FIELDS = (
    "kind", "income", "km", "bank", "aversion", "liquid", "liquid_target", "liquid_month", "event_month", "from_month",
    "until_month", "claims",
)  # fmt: skip
GOOD_FIELDS = (
    "variant", "registered", "vintage", "emission", "worn", "failing", "end", "owned_since", "loan", "loan_month",
)  # fmt: skip


class PlainSlice(mesa.Model):
    """All owners of car slots of a model, as they are at the moment of copying."""

    def __init__(self, model: TradeInModel) -> None:
        super().__init__(rng=0)
        category, owners = model.categories["car"], model.district.owners
        self.link_masks = [int(mask) for mask in model.district.link_masks]
        self.households = model.district.households
        self.is_nev = category.catalogue.is_nev.tolist()
        self.refused = 0
        """Claims that a dry pot has turned away so far."""
        self.owners: dict[int, Owner] = {}
        self.slots: list[Slot] = []
        columns = {name: getattr(owners, name).tolist() for name in OWNER_FIELDS}
        goods = {name: column.tolist() for name, column in category.goods._asdict().items()}
        for n, number in enumerate(goods["owner"]):
            if number not in self.owners:
                self.owners[number] = Owner(self, number, {name: column[number] for name, column in columns.items()})
            good = Good(**{name: goods[name][n] for name in GOOD_FIELDS}) if goods["variant"][n] >= 0 else None
            first = self.slots[n - category.first_slots] if category.second[goods["type"][n]] else None
            slot = Slot(n, goods["id"][n], goods["type"][n], good, bool(goods["shopping"][n]), first=first)
            if goods["scrapped"][n] >= 0:
                wreck = {name: goods[name][n] for name in GOOD_FIELDS} | {"variant": goods["scrapped"][n]}
                slot.scrapped, slot.scrapped_on = Good(**wreck), goods["scrapped_on"][n]
            self.slots.append(slot)
            self.owners[number].slots.append(slot)

    def decide_and_settle(self, model: TradeInModel, now: Decided) -> list[Decision]:
        """The month of a model that has decided and not yet settled; returns the first decisions in the order of slots."""
        m = read_month(model, now)
        if m.number % 12 == 0:
            for owner in self.owners.values():
                owner.claims = 0
        self._read_organisations(model)
        decisions = self.decide(m)
        self.settle(m, decisions)
        return decisions

    def _read_organisations(self, model: TradeInModel) -> None:
        """Take over what organisations have paid for trucks and claimed for them."""
        columns = model.district.owners
        for owner in self.owners.values():
            if owner.kind != HOUSEHOLD:
                n = owner.number
                owner.liquid, owner.liquid_month = float(columns.liquid[n]), int(columns.liquid_month[n])
                owner.claims = int(columns.claims[n])

    def decide(self, m: Month) -> list[Decision]:
        """Let owners enter the market, and those who are in it look."""
        self._see_neighbours()
        found, self._looked = [], []
        for owner in self.owners.values():
            for slot in owner.slots:
                reason = owner.consider(m, slot)
                self._looked += [slot] if reason == LOOKS else []
                decision = owner.decide(m, slot, reason, set()) if reason else None
                if decision is not None:
                    found.append(decision)
        assert all(d.slot.shopping for d in found if d.reason == LOOKS)
        return sorted(found, key=lambda d: d.slot.number)

    def exposure(self, owner: Owner) -> float:
        """Share of NEV drivers around: half the community's, half that of the links."""
        linked = sum(owner.number ^ mask in self._drivers for mask in self.link_masks)
        return 0.5 * min(self._communities.get(owner.number // COMMUNITY, 0) / COMMUNITY, 1.0) + 0.5 * linked / LINKS

    def _see_neighbours(self) -> None:
        """Count who drives an NEV."""
        households = (owner for owner in self.owners.values() if owner.kind == HOUSEHOLD)
        self._drivers = {owner.number for owner in households if owner.drives_nev(self.is_nev)}
        self._communities: dict[int, int] = {}
        for number in self._drivers:
            self._communities[number // COMMUNITY] = self._communities.get(number // COMMUNITY, 0) + 1

    # settling --------------------------------------------------------------------------------------------------

    def settle(self, m: Month, decisions: list[Decision]) -> None:
        """First come, first served, luck among those of one day; whom a dry pot turns away decides again without it."""
        waiting, closed = decisions, set[int]()
        while waiting:
            waiting = sorted(waiting, key=lambda d: (self._queues_on(m, d), bits(m.queue, d.slot.id) >> 16, d.slot.id))
            refused = [d for d in waiting if not self._settle_one(m, d)]
            self.refused += len(refused)
            self._see_neighbours()
            closed |= {d.row for d in refused if not self._used_up(m, d)}
            again = [d.owner.decide(m, d.slot, d.reason, closed) for d in refused]
            waiting = [d for d in again if d is not None]
        self.lots = m.lots
        for slot in self._looked:
            slot.shopping = slot.shopping and bits(m.lost.key, slot.id) >= m.lost.chance
        for owner in self.owners.values():
            if owner.event_month == m.number:
                wait = int(min(-math.log(uniform(m.event, owner.number)) / max(m.event_rate, 1e-9), 20_000.0))
                owner.event_month = min(m.number + 1 + wait, LATEST)

    def _settle_one(self, m: Month, d: Decision) -> bool:
        """Carry out one decision; False if its pot is dry."""
        if d.row >= 0 and not self._claim(m, d):
            return False
        owner, slot, kind = d.owner, d.slot, m.choices.kind[d.alternative]
        owner.liquid = max((owner.liquid if owner.liquid_month == m.number else d.cash) - d.paid, 0.0)
        owner.liquid_month = m.number
        old = slot.good
        if old is not None and d.route == SELL:
            band = band_of(m, (d.day - old.registered) / MONTH_DAYS)
            row = (old.registered, old.vintage, old.emission, old.worn, old.failing, old.end)
            self._display(m, old.variant, band, row)
        slot.good = None
        slot.shopping = kind == NOTHING and d.reason == MUST
        if kind == NOTHING:
            if d.route == FORMAL and d.row < 0:
                slot.scrapped, slot.scrapped_on = old, d.day
            return True
        slot.scrapped = None
        v, band = m.choices.variant[d.alternative], m.choices.band[d.alternative]
        slot.good = self._hand_over(m, slot, kind, v, band, d.day)
        if d.principal > 0.0:
            slot.good.loan, slot.good.loan_month = d.principal, m.number
        if kind == NEW and m.nev[v] and uniform(m.making.game_key, slot.id) < m.making.gamed_share:
            self._display(m, v, 0, make_good(m, m.fuel[v], slot.id ^ 0x40000000, d.day, 0))
        return True

    def _queues_on(self, m: Month, d: Decision) -> int:
        """The day of the decision, or that of the draw that its claim takes part in."""
        pot = m.funds.pot_of[d.row] if d.row >= 0 else -1
        if pot < 0 or not m.funds.draws[pot]:
            return d.day
        turn = m.funds.ration.turn[pot][d.day - m.funds.first_day]
        return d.day if turn < 0 else int(m.funds.first_day + turn)

    def _used_up(self, m: Month, d: Decision) -> bool:
        return bool(m.funds.once[d.row]) and d.owner.claims >= 2 * m.funds.once[d.row]

    def _claim(self, m: Month, d: Decision) -> bool:
        pot = m.funds.pot_of[d.row]
        if self._used_up(m, d):
            return False
        if pot >= 0:
            turn = m.funds.ration.turn[pot][d.day - m.funds.first_day]
            waits = bool(m.funds.waits[pot])
            if turn < 0 or not (self._spend(m, pot, turn, 30 if waits else turn, d.grant) or waits):
                return False
        d.owner.claims += m.funds.once[d.row] > 0
        return True

    def _spend(self, m: Month, pot: int, turn: int, last: int, fen: int) -> bool:
        """Pay a claim on the first day that can: with what is free from then on, within the day's cap."""
        free, quota, period = m.funds.ration.free[pot], m.funds.ration.quota[pot], m.funds.ration.period[pot]
        for day in range(turn, last + 1):
            if min(free[day:]) < fen:
                continue
            if quota[period[day]] >= fen:
                free[day:] = [each - fen for each in free[day:]]
                quota[period[day]] -= fen
                return True
            after = next((p for p in period[day:] if p != period[day]), NO_CAP)
            if after != NO_CAP:
                quota[after], quota[period[day]] = quota[after] + quota[period[day]], 0
        return False

    def _display(self, m: Month, variant: int, band: int, row: Row) -> None:
        """Put a good on the lot, if there is room."""
        lane = m.lots[variant * m.bands + band]
        if len(lane) < m.room:
            lane.append(row)

    def _hand_over(self, m: Month, slot: Slot, kind: int, variant: int, band: int, day: int) -> Good:
        """New from the factory; used from the lot or, if that is empty, from outside."""
        lane = m.lots[variant * m.bands + band]
        if kind == NEW:
            row = make_good(m, m.fuel[variant], slot.id, day, 0)
        elif lane:
            row = lane.pop(0)
        else:
            row = make_good(m, m.fuel[variant], slot.id, day, age_in_band(m, m.fuel[variant], band, slot.id))
        registered, vintage, emission, worn, failing, end = row
        return Good(variant, registered, vintage, emission, worn, failing, max(end, m.number + 1), day)


def make_good(m: Month, fuel: int, who: int, day: int, age: int) -> Row:
    """A good of this age: wear by a Weibull law given that it has survived, accidents at a constant rate."""
    law = m.making.law
    survived = ((age + 1e-9) / law.scale) ** law.shape
    life = law.scale * (survived - math.log(uniform(m.making.life_key, who))) ** (1.0 / law.shape)
    accident = -math.log(uniform(m.making.accident_key, who)) / (law.accident + 1e-12)
    start, registered = m.number - age, day - int(age * MONTH_DAYS)
    standard = m.making.newest_emission[fuel]
    if age > 0:
        standard = max((s for s, since in enumerate(m.making.emission_from[fuel]) if registered >= since), default=0)
    worn, failing = (min(start + int(share * life), LATEST) for share in (law.worn_at, law.failing_at))
    end = min(start + int(life) + 1, m.number + 1 + int(min(accident, 20_000.0)), LATEST)
    return registered, max((start - m.making.vintage_start) // 6, 0), standard, worn, failing, end


def band_of(m: Month, months: float) -> int:
    """Age band of a used good."""
    edges = m.making.band_edges
    return next((b for b, edge in enumerate(edges[:-1]) if months < edge), len(edges) - 1)


def age_in_band(m: Month, fuel: int, band: int, who: int) -> int:
    """Age in months of a used good from outside."""
    ages = m.making.ages[fuel][band]
    return int(ages[int(uniform(m.making.age_key, who) * len(ages))])
