"""Income, liquid assets and credit: what owners of each type have and can borrow this month."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.agents.bank import Bank, loan_ratios
from sim.behaviour.offers import Financing
from sim.behaviour.paying import Credit
from sim.clock import MONTHS_A_YEAR
from sim.numerics.arithmetic import exp, exp_all, log, log_all
from sim.policy.in_force import Rules
from sim.population.people import FIRM_SPREAD, LOGISTIC_TO_UNIT, firm_income, household_income
from sim.population.products import Catalogue
from sim.schema.product import OwnerType
from sim.settings import Settings

Floats = NDArray[np.float64]
QUANTILES = np.array([0.1, 0.3, 0.5, 0.7, 0.9])
AVERSE = np.array([1.0, 3.0, 5.0]) / 6.0
"""Quantiles of the aversion to credit that expectations tell apart."""


@dataclass(frozen=True)
class TypicalBuyer:
    """How the typical buyer of each type pays, for expectations [K, ...]."""

    cash: Floats
    """Liquid assets at five quantiles, yuan [K, 5]."""
    reserve: Floats
    room: Floats
    """Largest instalment, yuan a month."""
    weight: float
    approval: float
    credit: Credit
    aversion: Floats
    """To credit, at its quantiles [A]."""
    interest_share: Floats
    """Interest paid by the treasury, share of the principal a year [I]."""
    interest_most: Floats
    """Yuan a year [I]."""
    loan_share: Floats
    """Largest loan over price [K, J]."""


class _Means(NamedTuple):
    """What owners of the types of a category earn and hold before incomes have moved."""

    income: Floats
    """Yuan a month [K]."""
    holdings: Floats
    """Liquid assets in months of that income, at five quantiles [K, 5]."""


class Liquidity:
    """Income and liquid assets of the district's owners, by type."""

    def __init__(self, settings: Settings, catalogues: Iterable[Catalogue]) -> None:
        self._settings = settings
        self._household = household_income(settings)
        self._firm = firm_income(settings)
        self._beta = exp(log(settings.behaviour.discount_factor_year.value) / MONTHS_A_YEAR)
        self._term = round(settings.market.loan_term_months.value)
        self._annuity = self._worth_of_instalments()
        self._means = {catalogue.id: self._means_of(catalogue) for catalogue in catalogues}

    def marginal_utility(self, catalogue: Catalogue, income_index: float) -> Floats:
        """Marginal utility of a yuan by type; falls as incomes grow [K]."""
        elasticity = self._settings.behaviour.price_sensitivity_income.value
        return catalogue.money * exp(-elasticity * log(income_index))

    def financing(self, catalogue: Catalogue, banks: Sequence[Bank], rules: Rules, income_index: float) -> Financing:
        """What owners can pay with and borrow, for the decision kernel."""
        behaviour, market, money = self._settings.behaviour, self._settings.market, self._settings.money
        instalment = self._instalments(banks)
        return Financing(
            income_index=income_index,
            rebuild=money.rebuild_per_month.value,
            reserve_months=behaviour.liquidity_buffer_months.value,
            strain_weight=behaviour.liquidity_shadow.value,
            instalment_share=behaviour.instalment_to_income.value,
            instalment=instalment,
            present_cost=instalment * self._annuity - 1.0,
            approval=market.approval.value,
            aversion=catalogue.credit_aversion,
            aversion_spread=behaviour.credit_aversion_spread.value,
            term=self._term,
            interest_share=rules.interest.share,
            interest_most=rules.interest.most,
        )

    def typical_buyer(
        self, catalogue: Catalogue, banks: Sequence[Bank], rules: Rules, financing: Financing
    ) -> TypicalBuyer:  # fmt: skip
        """How buyers of each type pay, at five quantiles of what they hold, with the banks' mean terms."""
        means = self._means[catalogue.id]
        income = means.income * financing.income_index
        return TypicalBuyer(
            cash=income[:, None] * means.holdings,
            reserve=financing.reserve_months * income,
            room=financing.instalment_share * income,
            weight=financing.strain_weight,
            approval=financing.approval,
            credit=Credit(
                float(financing.instalment.mean()),
                float(financing.present_cost.mean()),
                0.0,
                financing.aversion,
            ),
            aversion=np.maximum(
                financing.aversion + financing.aversion_spread * (log_all(AVERSE) - log_all(1.0 - AVERSE)), 0.0
            ),
            interest_share=financing.interest_share,
            interest_most=financing.interest_most,
            loan_share=loan_ratios(catalogue, banks, rules).mean(axis=1)[catalogue.use],
        )

    def _means_of(self, catalogue: Catalogue) -> _Means:
        owners = list(catalogue.product.owners.values())
        household = np.array([o.owner == "household" for o in owners])
        factor = np.array([o.income_factor.value for o in owners])
        income = np.where(household, factor * self._household, [self._turnover(o)[0] for o in owners])
        spread = np.where(household, self._settings.money.liquid_spread.value, [self._turnover(o)[1] for o in owners])
        z = LOGISTIC_TO_UNIT * (log_all(QUANTILES) - log_all(1.0 - QUANTILES))
        centre = np.where(household, -0.5 * spread**2, 0.0)
        money = self._settings.money
        months = np.where(household, money.liquid_months.value, money.organisation_liquid_months.value)
        holdings = months[:, None] * exp_all(np.ascontiguousarray(centre[:, None] + spread[:, None] * z[None, :]))
        return _Means(income, holdings)

    def _turnover(self, owner: OwnerType) -> tuple[float, float]:
        """Median monthly turnover of the organisations of an owner type, and the spread of its log."""
        if not owner.organisation:
            return self._firm, FIRM_SPREAD
        given = self._settings.region.organisations[owner.organisation]
        return given.turnover.value, given.spread.value

    def _instalments(self, banks: Sequence[Bank]) -> Floats:
        """Monthly payment per yuan borrowed: r / (1 - (1 + r)^-n)."""
        rate = np.array([bank.rate for bank in banks]) / MONTHS_A_YEAR
        return np.asarray(rate / (1.0 - exp_all(-self._term * log_all(1.0 + rate))))

    def _worth_of_instalments(self) -> float:
        """Present value of one yuan a month, for the term of a loan, at the owner's own discounting."""
        beta = self._beta
        return beta * (1.0 - exp(self._term * log(beta))) / (1.0 - beta)
