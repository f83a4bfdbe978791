"""The law in force: what every measure amounts to for one product, and several of them joined.

What a version of a measure contributes is itself a set of rules, those that would be in force if nothing else were; what is
in force in a month are the rules of all versions in force in it, joined.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from typing import Any, NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sim.codes import AVERAGE_DAYS
from sim.policy.effects import Frictions, Loans, Mandate
from sim.policy.entitlements import Entitlements, grants_fen, pays
from sim.policy.restrictions import Restrictions
from sim.policy.tables import FOREVER, Conditions, Floats, Interest, Ints
from sim.policy.tax import Tax
from sim.schema.product import FUELS, OWNERS, USES, Product

Dated = TypeVar("Dated", Entitlements, Restrictions)
Named = TypeVar("Named", Entitlements, Interest)
Table = TypeVar("Table", Entitlements, Restrictions, Interest)
UNUSED = {"tier_from": math.inf}
"""What stands in the places of a column that a row leaves unused; elsewhere 0."""


@dataclass(frozen=True, eq=False)
class Rules:
    """Everything in force in a month as far as it is known; equal rules of a calendar are the same object."""

    entitlements: Entitlements
    restrictions: Restrictions
    retirement_months: Ints
    """[V, 2] age in months at which the good must go, by use; ``FOREVER``: none."""
    loans: Loans
    taxes: tuple[Tax, ...]
    interest: Interest
    frictions: Frictions
    mandates: tuple[Mandate, ...]

    def grants_fen(self, prices: Floats) -> Ints:
        """Subsidy for buying each new variant at these prices under each entitlement, whole fen [M, V]."""
        return grants_fen(self.entitlements, prices)

    def tax_yuan(self, prices: Floats) -> Floats:
        """Purchase tax due on each new variant at these prices, yuan [V]."""
        return sum((tax.due(prices) for tax in self.taxes), np.zeros_like(prices))

    @cached_property
    def without_grants(self) -> Rules:
        """The same to those who have heard of no subsidy."""
        if not self.entitlements.measure.size:
            return self
        return replace(self, entitlements=Entitlements._make(column[:0] for column in self.entitlements))

    @cached_property
    def interest_by_owner(self) -> tuple[Floats, Floats]:
        """Interest subsidies as each kind of owner has them: ``Interest.by_owner``."""
        return self.interest.by_owner()

    @cached_property
    def retirement_days(self) -> Ints:
        """``retirement_months`` in days [V, 2]."""
        return (self.retirement_months * AVERAGE_DAYS).astype(np.int64)

    @cached_property
    def earliest_retirement(self) -> int:
        """Lowest of ``retirement_months``."""
        return int(self.retirement_months.min())

    @cached_property
    def binds(self) -> bool:
        """Whether it changes anything at all; a subsidy of nothing does not."""
        return bool(
            pays(self.entitlements)
            or self.restrictions.cost_per_month.any()
            or self.restrictions.fail_per_month.any()
            or (self.retirement_months < FOREVER).any()
            or self.loans.binds
            or self.taxes
            or self.interest.share.any()
            or self.frictions != Frictions()
            or self.mandates
        )


class Piece(NamedTuple):
    """Rules of one version on some of its days, both included, with the numbers of its measure and itself."""

    rules: Rules
    measure: int
    version: int
    first_day: int
    last_day: int


def _no_conditions(variants: int) -> Conditions:
    """The table without a row."""
    column, by_fuel = np.zeros(0, dtype=np.int64), np.zeros((0, len(FUELS)), dtype=np.int64)
    by_variant = np.zeros((0, variants), dtype=np.int64)
    return Conditions(column, column, by_fuel, by_fuel, by_fuel, column, column, column, by_variant)


def no_rules(product: Product) -> Rules:
    """Nothing is in force: what instruments start from."""
    return _no_rules(len(product.variants))


def _no_rules(variants: int) -> Rules:
    column, amounts = np.zeros(0, dtype=np.int64), np.zeros((0, variants, 1))
    by_owner, by_variant = np.zeros((0, len(OWNERS)), dtype=np.int64), np.zeros((0, variants))
    conditions = _no_conditions(variants)
    return Rules(
        entitlements=Entitlements(
            *conditions, column, column, column, column, column, column, by_owner, amounts, amounts.astype(np.int64),
            by_variant, by_variant, amounts, np.zeros((0, variants, 2)), by_variant,
        ),
        restrictions=Restrictions(*conditions, np.zeros(0), np.zeros(0)),
        retirement_months=np.full((variants, len(USES)), FOREVER, dtype=np.int64),
        loans=Loans(np.ones((variants, len(USES))), max_ratio_used=1.0, down_payment_set=-1.0),
        taxes=(),
        interest=Interest(column, column, np.zeros(0), np.zeros(0), by_owner),
        frictions=Frictions(),
        mandates=(),
    )  # fmt: skip


def join(pieces: Sequence[Piece], variants: int, middle: int) -> Rules:
    """Rules of all pieces in force; what is not claimed on a day counts if it holds on the day ``middle``."""
    nothing = _no_rules(variants)
    lasting = [piece for piece in pieces if piece.first_day <= middle <= piece.last_day]
    rules = [piece.rules for piece in lasting]
    return Rules(
        entitlements=_pile([_name(_date(p.rules.entitlements, p), p) for p in pieces], nothing.entitlements),
        restrictions=_pile([_date(p.rules.restrictions, p) for p in lasting], nothing.restrictions),
        retirement_months=reduce(np.minimum, [each.retirement_months for each in rules], nothing.retirement_months),
        loans=reduce(Loans.narrowed, [each.loans for each in rules], nothing.loans),
        taxes=tuple(tax._replace(measure=p.measure, version=p.version) for p in lasting for tax in p.rules.taxes),
        interest=_pile([_name(p.rules.interest, p) for p in lasting], nothing.interest),
        frictions=reduce(Frictions.plus, [each.frictions for each in rules], nothing.frictions),
        mandates=tuple(mandate for each in rules for mandate in each.mandates),
    )


def _date(table: Dated, piece: Piece) -> Dated:
    """The table with the days of a piece in every row."""
    rows = table.use.size
    return table._replace(first_day=np.full(rows, piece.first_day), last_day=np.full(rows, piece.last_day))


def _name(table: Named, piece: Piece) -> Named:
    """The table with the numbers of a piece's measure and version in every row."""
    rows = table.measure.size
    return table._replace(measure=np.full(rows, piece.measure), version=np.full(rows, piece.version))


def _pile(tables: Sequence[Table], empty: Table) -> Table:
    """All rows of the tables, one below the other."""
    filled = [table for table in tables if table[0].size]
    if len(filled) < 2:
        return filled[0] if filled else empty
    names = type(empty)._fields
    return type(empty)(*(_under([getattr(table, name) for table in filled], UNUSED.get(name, 0)) for name in names))


def _under(columns: Sequence[NDArray[Any]], unused: float) -> NDArray[Any]:
    """One column of several tables; tiers that some lack are filled up."""
    most = max(column.shape[-1] for column in columns)
    if columns[0].ndim < 3 or all(column.shape[-1] == most for column in columns):
        return np.concatenate(columns)
    widths = [((0, 0), (0, 0), (0, most - column.shape[-1])) for column in columns]
    padded = [np.pad(column, width, constant_values=unused) for column, width in zip(columns, widths, strict=True)]
    return np.concatenate(padded)
