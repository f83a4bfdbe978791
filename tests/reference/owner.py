"""A car owner as one Mesa agent with plain numbers: enters, looks, weighs, pays, claims; nobody is screened out beforehand."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import mesa

from reference.chance import WORD, bits, derived, gumbel, log_sum, logistic, months_between, uniform
from reference.month import Month, retirement_days

if TYPE_CHECKING:
    from reference.plain import PlainSlice

HOUSEHOLD = 0
SELL, FORMAL, INFORMAL, HOARD = range(4)
NEW, USED, NOTHING = range(3)
ANY, SCRAP, TRANSFER = range(3)
LOOKS, MUST, LEAVES = 1, 2, 3
MONTH_DAYS = 30.4375
NEVER = 1_000_000


@dataclass
class Good:
    """A car that is owned."""

    variant: int
    registered: int
    vintage: int
    emission: int
    worn: int
    failing: int
    end: int
    owned_since: int
    loan: float = 0.0
    loan_month: int = 0

    def condition(self, month: int) -> int:
        return int(month >= self.worn) + int(month >= self.failing)

    def past_vintage(self, m: Month) -> float:
        """How far it was registered after its vintage, towards the next one."""
        place = (self.registered / 30.4375 - 0.5 - m.offers.first_vintage) / 6.0 - self.vintage
        return min(max(place, 0.0), 1.0)


@dataclass
class Slot:
    """A car, or room for one; ``first``: the slot that must be filled before this one."""

    number: int
    id: int
    type: int
    good: Good | None
    shopping: bool = False
    """Whether its owner is in the market for it."""
    scrapped: Good | None = None
    """The car whose scrapping left it empty, as long as nothing has been claimed for it."""
    scrapped_on: int = 0
    first: Slot | None = None


@dataclass
class Decision:
    """What an owner does about one slot."""

    owner: Owner
    slot: Slot
    belief: int
    reason: int
    alternative: int
    route: int
    row: int
    grant: int
    day: int
    principal: float
    paid: float
    cash: float


@dataclass
class Offer:
    """One purchase with one disposal route: what it is worth and what must be borrowed for it."""

    utility: float
    principal: float


class Owner(mesa.Agent):
    """A household, firm or institution with its cars."""

    model: PlainSlice

    def __init__(self, model: PlainSlice, number: int, columns: dict[str, float]) -> None:
        super().__init__(model)
        self.number, self.kind = number, int(columns["kind"])
        self.income, self.km, self.bank = columns["income"], columns["km"], int(columns["bank"])
        self.aversion = float(columns["aversion"])
        self.liquid, self.liquid_target = columns["liquid"], columns["liquid_target"]
        self.liquid_month, self.event_month = int(columns["liquid_month"]), int(columns["event_month"])
        self.from_month, self.until_month = int(columns["from_month"]), int(columns["until_month"])
        self.claims = int(columns["claims"])
        self.slots: list[Slot] = []

    def drives_nev(self, nev: list[bool]) -> bool:
        return any(slot.good is not None and nev[slot.good.variant] for slot in self.slots)

    # looking ---------------------------------------------------------------------------------------------------

    def consider(self, m: Month, slot: Slot) -> int:
        """Why the slot is worked out, 0: it is not; enters the market first, if this is the month."""
        if not self.from_month <= m.number <= self.until_month:
            return 0
        leaves, good = self.until_month == m.number, slot.good
        if good is None and (leaves or (slot.first is not None and slot.first.good is None)):
            return 0
        if leaves:
            return LEAVES
        slot.shopping = slot.shopping or bits(m.entry.key, slot.id) < self.chance_to_enter(m, slot)
        if good is not None and self.ends(m, slot, good):
            return MUST
        return LOOKS if slot.shopping else 0

    def ends(self, m: Month, slot: Slot, good: Good) -> bool:
        """Whether the good ends: by itself, by its age, or at an inspection."""
        limit = retirement_days(m.offers.retirement[good.variant][m.use[slot.type]])
        inspected = m.fails[good.vintage][slot.type * len(m.fuel) + good.variant]
        failed = inspected > 0.0 and bits(m.inspection, slot.id) < int(inspected * WORD)
        return good.end <= m.number or m.today - good.registered >= limit or failed

    def chance_to_enter(self, m: Month, slot: Slot) -> int:
        """In 2^-32: what the gain of being in the market makes it, a good that begins to fail, and a life event."""
        good, entry, w = slot.good, m.entry, belief(m, slot)
        if good is None:
            chance = entered(entry.gain_first[w][slot.type], entry.effort_first[slot.type], entry.scale)
        else:
            lane = slot.type * len(m.fuel) + good.variant
            older, younger = (
                entered(entry.gain[w][good.vintage + n][good.condition(m.number)][lane], entry.effort[slot.type], entry.scale)
                for n in (0, 1)
            )
            chance = older + good.past_vintage(m) * (younger - older)
        for happens, brings in ((good is not None and good.failing == m.number, entry.wear), (self.eventful(m), entry.event)):
            chance += brings * (WORD - chance) if happens else 0.0
        return int(chance)

    def eventful(self, m: Month) -> bool:
        return self.event_month == m.number

    def decide(self, m: Month, slot: Slot, reason: int, closed: set[int]) -> Decision | None:
        """Look if it is worth the effort, and choose; ``closed``: entitlements whose pots have turned this owner away."""
        o, who, good = m.offers, slot.id, slot.good
        day = o.first_day + int(uniform(m.keys.day, who) * o.days)
        cash = self.cash(m)
        owed = self.owed(m, good)
        proceeds = self.proceeds(m, good, day, owed)
        open_rows = self.eligible(m, slot, day, closed)
        heard = [(row, scrap) for row, scrap in open_rows if knows(m, slot, m.ent.measure[row], o.aware[row])]
        offers = self.weigh(m, slot, reason, cash, owed, proceeds, heard)
        offers = restrict(offers, reason, len(o.due) - 1, float(o.patience + o.effort_keep[slot.type]))
        tree: dict[int, dict[int, float]] = {}
        for (alternative, r), offer in offers.items():
            tree.setdefault(alternative, {})[r] = offer.utility
        rho = float(o.route_scale[slot.type])
        goods = {a: rho * log_sum([u / rho for u in routes.values()]) for a, routes in tree.items()}
        nests: dict[int, dict[int, float]] = {}
        for alternative, value in goods.items():
            nests.setdefault(m.choices.nest[alternative], {})[alternative] = value / o.nest_scale
        inclusive = {n: o.nest_scale * log_sum(list(values.values())) for n, values in nests.items()}
        if reason == LOOKS and not (inclusive and log_sum(list(inclusive.values())) > self.bar(m, slot)):
            return None
        if not inclusive:  # it goes to the informal trade, whatever is owed on it
            j, route, principal = len(o.due) - 1, INFORMAL, 0.0
        else:
            nest = max(inclusive, key=lambda n: inclusive[n] + gumbel(derived(m.keys.nest, n), who))
            j = max(nests[nest], key=lambda a: nests[nest][a] + gumbel(derived(m.keys.variant, a), who))
            route = max(tree[j], key=lambda r: tree[j][r] / rho + gumbel(derived(m.keys.route, r), who))
            principal = offers[j, route].principal
        row, grant = best_claim(m, open_rows, j, route, good is not None)
        paid = o.due[j] - principal - proceeds[route]
        return Decision(self, slot, belief(m, slot), reason, j, route if good else -1, row, grant, day, principal, paid, cash)

    def bar(self, m: Month, slot: Slot) -> float:
        """What acting must be worth: carrying on in the market, and the effort of buying."""
        o, k, good, w = m.offers, slot.type, slot.good, belief(m, slot)
        effort = o.season_shift + o.shopping_scale * logistic(m.keys.shopping, slot.id)
        if good is None:
            return float(o.nothing_waiting[w][k] + o.effort_first[k] + effort)
        lane = k * len(m.fuel) + good.variant
        older, younger = (o.waiting[w][good.vintage + n][good.condition(m.number)][lane] for n in (0, 1))
        carry = older + good.past_vintage(m) * (younger - older) + (self.km - 1.0) * o.km_value[k][good.variant]
        return float(carry + o.effort_keep[k] + effort)

    # money -----------------------------------------------------------------------------------------------------

    def cash(self, m: Month) -> float:
        wanted = self.liquid_target * m.financing.income_index
        gap = self.liquid - wanted
        return float(wanted + gap * math.exp(-m.financing.rebuild * (m.number - self.liquid_month)))

    def owed(self, m: Month, good: Good | None) -> float:
        if good is None or good.loan <= 0.0:
            return 0.0
        return float(good.loan * max(m.financing.term - (m.number - good.loan_month), 0) / m.financing.term)

    def proceeds(self, m: Month, good: Good | None, day: int, owed: float) -> list[float]:
        """What each disposal route brings."""
        if good is None:
            return [0.0]
        c, v, o = good.condition(m.number), good.variant, m.offers
        age = min(max(int((day - good.registered) / MONTH_DAYS), 0), len(o.sale) - 1)
        return [o.sale[age][c][v] - owed, o.formal[v] - owed, o.informal[age][c][v] - owed, -owed]

    def weigh(
        self, m: Month, slot: Slot, reason: int, cash: float, owed: float, proceeds: list[float], claims: list[tuple[int, int]]
    ) -> dict[tuple[int, int], Offer]:
        """Everything that this owner can do."""
        o, k, w = m.offers, slot.type, belief(m, slot)
        lends = uniform(m.keys.approval, slot.id) < m.financing.approval
        room = m.financing.instalment_share * self.income * m.financing.income_index - owed / m.financing.term
        must_nev = o.nev_only[k] > 0.0 and uniform(m.keys.mandate, slot.id) < o.nev_only[k]
        social = o.social_weight * (self.model.exposure(self) - o.social_mean) if self.kind == HOUSEHOLD else 0.0
        out: dict[tuple[int, int], Offer] = {}
        for r, brought in enumerate(proceeds):
            route = o.route_utility[k][r] + o.money[k] * brought if slot.good else 0.0
            purse = cash + brought
            for j, kind in enumerate(m.choices.kind):
                subsidy = o.money[k] * o.felt * best_claim(m, claims, j, r, slot.good is not None)[1]
                if kind == NOTHING:
                    if slot.good and purse >= 0.0:
                        without = o.nothing_waiting if reason == MUST else o.nothing
                        if reason == MUST and r == FORMAL:
                            subsidy = max(subsidy, o.money[k] * o.felt * may_bring(m, claims, k))
                        out[j, r] = Offer(without[w][k] + route + subsidy, 0.0)
                    continue
                if o.base[w][k][j] <= -1e29 or (must_nev and not o.nev_bought[j]):
                    continue
                paying = self.pay(m, j, k, purse, room, lends)
                if paying is not None:
                    worth = o.base[w][k][j] + (self.km - 1.0) * o.km_bought[k][j] + social * o.nev_bought[j]
                    out[j, r] = Offer(worth + paying.utility + route + subsidy, paying.principal)
        return out

    def pay(self, m: Month, j: int, k: int, purse: float, room: float, lends: bool) -> Offer | None:
        """The better of cash and credit."""
        p, price, money = m.financing, m.offers.due[j], m.offers.money[k]
        reserve = p.reserve_months * self.income * p.income_index

        def strain(out: float) -> float:
            return float(p.strain_weight * reserve * (math.exp((out - purse) / reserve) - math.exp(-purse / reserve)))

        best = Offer(-money * strain(price), 0.0) if purse >= price else None
        loan = min(m.offers.loan_max[m.use[k]][self.bank][j], price) if lends else 0.0
        if loan > 0.0 and loan * p.instalment[self.bank] <= room and purse >= price - loan:
            interest = sum(min(share * loan, most) for share, most in zip(p.interest_share, p.interest_most, strict=True))
            cost = strain(price - loan) + p.present_cost[self.bank] * loan - interest
            averse = p.aversion + p.aversion_spread * self.aversion
            utility = -money * cost - max(averse, 0.0)
            if best is None or utility > best.utility:
                best = Offer(utility, loan)
        return best

    # claims ----------------------------------------------------------------------------------------------------

    def eligible(self, m: Month, slot: Slot, day: int, closed: set[int]) -> list[tuple[int, int]]:
        """Entitlements that the owner may claim, each with the fen for scrapping the old good itself."""
        e, out = m.ent, []
        for row in range(len(e.route)):
            if (
                row in closed
                or not m.offers.open[row]
                or not e.owner_ok[row][self.kind]
                or (e.once[row] and self.claims >= 2 * e.once[row])
            ):
                continue
            if not e.first_day[row] <= day <= e.last_day[row]:
                continue
            if e.route[row] == ANY:
                out.append((row, 0))
                continue
            old, parted = slot.good, day
            if old is None and slot.scrapped_on >= e.scrapped_from[row]:
                old, parted = slot.scrapped, slot.scrapped_on
            if old is not None and self.meets(m, row, slot, old, parted):
                out.append((row, scrap_fen(m, row, slot, old, parted) if e.route[row] == SCRAP else 0))
        return out

    def meets(self, m: Month, row: int, slot: Slot, old: Good, day: int) -> bool:
        e, fuel = m.ent, m.fuel[old.variant]
        by, standard = e.registered_by[row][fuel], e.emission_max[row][fuel]
        return bool(
            e.fuel_ok[row][fuel]
            and e.old_ok[row][old.variant]
            and e.use[row] in (-1, m.use[slot.type])
            and (by < 0 or old.registered <= by)
            and (standard < 0 or old.emission <= standard)
            and old.owned_since < e.owned_before[row]
            and (not e.min_age_months[row] or months_between(old.registered, day) >= e.min_age_months[row])
        )


def knows(m: Month, slot: Slot, measure: int, share: float) -> bool:
    """Whether the owner of a slot is among the share that has heard of a measure."""
    return uniform(derived(m.keys.awareness, measure), slot.id) < share


def belief(m: Month, slot: Slot) -> int:
    """What the owner of a slot expects: 1, everything that is known of subsidies, if he has heard of any; else 0, none."""
    return int(any(knows(m, slot, measure, share) for measure, share in m.heard))


def entered(gain: float, effort: float, scale: float) -> int:
    """Chance to enter the market in 2^-32, in whole numbers."""
    return int(WORD / (1.0 + math.exp((effort - gain) / scale)))


def scrap_fen(m: Month, row: int, slot: Slot, old: Good, day: int) -> int:
    """The best tier whose years remain to mandatory retirement, counted in whole months."""
    left = m.offers.retirement[old.variant][m.use[slot.type]] + months_between(day, old.registered)
    tiers = zip(m.ent.scrap_years[row][old.variant], m.ent.scrap_fen[row][old.variant], strict=True)
    return int(max((fen for years, fen in tiers if left >= 12 * years), default=0))


def may_bring(m: Month, rows: list[tuple[int, int]], k: int) -> float:
    """Fen that a certificate may bring to a purchase yet to come, the best of all rows that are known."""
    kept = [(row, scrap) for row, scrap in rows if m.ent.scrapped_from[row] < NEVER]
    return max((m.offers.later_chance[row][k] * (m.offers.later_fen[row][k] + scrap) for row, scrap in kept), default=0.0)


def best_claim(m: Month, rows: list[tuple[int, int]], j: int, route: int, has_old: bool) -> tuple[int, int]:
    """Entitlement that pays most for this purchase and disposal route, and its fen; (-1, 0): none."""
    best, fen = -1, 0
    for row, scrap in rows:
        asked = m.ent.route[row]
        if has_old and ((asked == SCRAP and route != FORMAL) or (asked == TRANSFER and route != SELL)):
            continue
        pays = scrap if not m.ent.purchase_required[row] else 0
        if m.choices.kind[j] == NEW:
            pays = m.offers.grants[row][m.choices.variant[j]] + scrap
        if pays > fen:
            best, fen = row, pays
    return best, fen


def restrict(offers: dict[tuple[int, int], Offer], reason: int, last: int, spared: float) -> dict[tuple[int, int], Offer]:
    """What is left to those who must act: nothing ended is sold or kept, nobody who leaves buys.

    ``spared``: what buying nothing is worth to one who has lost a good, beside being without.
    """
    if reason == LOOKS:
        return offers
    if reason == LEAVES:
        return {(j, r): offer for (j, r), offer in offers.items() if j == last and r != HOARD}
    kept = {(j, r): offer for (j, r), offer in offers.items() if r in (FORMAL, INFORMAL)}
    return {(j, r): Offer(x.utility + spared, 0.0) if j == last else x for (j, r), x in kept.items()}
