"""Join the parts of all versions in force into one set of rules."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce

import numpy as np

from sim.policy.interest import Interest
from sim.policy.part import GrantRow, OldRow, Part, SubsidyRow
from sim.policy.rules import (
    FOREVER,
    Entitlements,
    Floats,
    Frictions,
    GrantTable,
    Ints,
    Mandate,
    OldRules,
    Rules,
    TaxTerms,
)
from sim.policy.terms import FUELS, OWNERS, USES


@dataclass(frozen=True, eq=False)
class InForce:
    """A part with its days (both included), its name, and whether it is in force in the middle of the month."""

    part: Part
    first_day: int
    last_day: int
    measure: int
    version: int
    mid_month: bool


def stack(active: Sequence[InForce], variants: int) -> Rules:
    """Rules of all parts in force; what is not claimed on a day counts if it holds in the middle of the month."""
    lasting = [item for item in active if item.mid_month]
    subsidies = [(item, row) for item in active for row in item.part.subsidies]
    restrictions = [(item, row) for item in lasting for row in item.part.restrictions]
    loans = [item.part.loans for item in lasting if item.part.loans is not None]
    limits = [item.part.retirement_months for item in lasting if item.part.retirement_months is not None]
    unbound = np.ones((variants, len(USES)))
    return Rules(
        entitlements=_entitlements(subsidies, variants),
        grants=_grant_table([row.grant for _, row in subsidies], variants),
        restrictions=_old_rules([(item, row.old) for item, row in restrictions], variants),
        cost_per_month=np.array([row.cost_per_month for _, row in restrictions], dtype=np.float64),
        fail_per_month=np.array([row.fail_per_month for _, row in restrictions], dtype=np.float64),
        retirement_months=reduce(np.minimum, limits, np.full((variants, len(USES)), FOREVER, dtype=np.int64)),
        max_loan_ratio=reduce(np.minimum, [loan.max_ratio for loan in loans], unbound),
        max_loan_ratio_used=min([loan.max_ratio_used for loan in loans], default=1.0),
        down_payment_set=max([loan.down_payment_set for loan in loans], default=-1.0),
        taxes=_taxes(lasting),
        interest=_interest(lasting),
        frictions=reduce(Frictions.plus, [item.part.frictions for item in lasting], Frictions()),
        mandates=tuple(
            Mandate(item.part.mandate.owners, item.part.mandate.variants, item.part.mandate.share)
            for item in lasting
            if item.part.mandate is not None
        ),
    )


def _taxes(lasting: Sequence[InForce]) -> tuple[TaxTerms, ...]:
    found = [(item, item.part.tax) for item in lasting]
    return tuple(
        TaxTerms(item.measure, item.version, tax.rates, tax.full_rate, tax.max_saving) for item, tax in found if tax is not None
    )


def _interest(lasting: Sequence[InForce]) -> Interest:
    found = [(item, item.part.interest) for item in lasting if item.part.interest is not None]
    return Interest(
        measure=_column([item.measure for item, _ in found]),
        version=_column([item.version for item, _ in found]),
        share=np.array([part.share for _, part in found], dtype=np.float64),
        most=np.array([part.most for _, part in found], dtype=np.float64),
        owner_ok=_table([part.owner_ok for _, part in found], len(OWNERS)),
    )


def _column(values: Sequence[int]) -> Ints:
    return np.array(values, dtype=np.int64)


def _table(rows: Sequence[Ints], width: int) -> Ints:
    return np.array(rows, dtype=np.int64).reshape(len(rows), width)


def _old_rules(rows: Sequence[tuple[InForce, OldRow]], variants: int) -> OldRules:
    return OldRules(
        first_day=_column([item.first_day for item, _ in rows]),
        last_day=_column([item.last_day for item, _ in rows]),
        registered_by=_table([old.registered_by for _, old in rows], len(FUELS)),
        emission_max=_table([old.emission_max for _, old in rows], len(FUELS)),
        fuel_ok=_table([old.fuel_ok for _, old in rows], len(FUELS)),
        owned_before=_column([old.owned_before for _, old in rows]),
        min_age_months=_column([old.min_age_months for _, old in rows]),
        use=_column([old.use for _, old in rows]),
        old_ok=_table([old.old_ok for _, old in rows], variants),
    )


def _entitlements(rows: Sequence[tuple[InForce, SubsidyRow]], variants: int) -> Entitlements:
    old = _old_rules([(item, row.old) for item, row in rows], variants)
    years, amounts = _scrap_tiers([row for _, row in rows], variants)
    return Entitlements(
        *old,
        measure=_column([item.measure for item, _ in rows]),
        version=_column([item.version for item, _ in rows]),
        route=_column([row.route for _, row in rows]),
        purchase_required=_column([row.purchase_required for _, row in rows]),
        once=_column([row.once for _, row in rows]),
        owner_ok=_table([row.owner_ok for _, row in rows], len(OWNERS)),
        scrap_years=years,
        scrap_fen=amounts,
    )


def _scrap_tiers(rows: Sequence[SubsidyRow], variants: int) -> tuple[Floats, Ints]:
    """Years early and fen [M, V, K]; K is the largest number of tiers, at least one."""
    most = max([len(tiers) for row in rows for tiers in row.scrap], default=0)
    years = np.zeros((len(rows), variants, max(most, 1)))
    amounts = np.zeros((len(rows), variants, max(most, 1)), dtype=np.int64)
    for m, row in enumerate(rows):
        for v, tiers in enumerate(row.scrap):
            for k, (early, amount) in enumerate(tiers):
                years[m, v, k], amounts[m, v, k] = early, amount
    return years, amounts


def _grant_table(rows: Sequence[GrantRow], variants: int) -> GrantTable:
    """Grants of all rows; T is the largest number of tiers, at least one."""
    most = max([1, *(len(tiers) for row in rows for tiers in row.tiers)])
    starts = np.full((len(rows), variants, most), math.inf)
    amounts = np.zeros((len(rows), variants, most + 1))
    for m, row in enumerate(rows):
        for v, tiers in enumerate(row.tiers):
            for t, (start, amount) in enumerate(tiers):
                starts[m, v, t], amounts[m, v, t + 1] = start, amount
    shape = (len(rows), variants)
    return GrantTable(
        rate=np.array([row.rate for row in rows], dtype=np.float64).reshape(shape),
        cap=np.array([row.cap for row in rows], dtype=np.float64).reshape(shape),
        tier_from=starts,
        tier_amount=amounts,
        price_max=np.array([row.price_max for row in rows], dtype=np.float64).reshape(shape),
    )
