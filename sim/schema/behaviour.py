"""How owners decide, and what households hold and can borrow."""

from __future__ import annotations

from sim.schema.bricks import Fraction, Frozen, NotNegative, Number, Positive, PositiveFraction


class Behaviour(Frozen):
    """How owners decide; one set per country context."""

    foresight: Fraction
    """Weight of the look ahead: 0 the static logit, 1 full backward induction."""
    discount_factor_year: PositiveFraction
    price_sensitivity: Positive
    """Marginal utility of 10,000 yuan to an owner of mean income."""
    price_sensitivity_income: NotNegative
    """Elasticity of that marginal utility to income, as a positive number."""
    grant_salience: Positive
    """Yuan off the price that a yuan of a publicised grant acts like (salience, Chetty, Looney & Kroft 2009)."""
    way_dissimilarity: PositiveFraction
    """Scale of the taste shocks among disposal routes of a good, relative to across nests (0 < x <= nest_dissimilarity)."""
    nest_dissimilarity: PositiveFraction
    """Scale of the taste shocks within a nest relative to across nests (0 < x <= 1)."""
    shopping_scale: Positive
    """Scale of the logistic effort of buying for one who is in the market, in units of the taste shock across nests."""
    entry_scale: Positive
    """Scale of the logistic effort of entering the market, likewise."""
    spell_share: PositiveFraction
    """Mean time from entering the market to buying over the time that a good is held; the anchor makes it so."""
    interest_lost: Fraction
    """Chance in a month that one who is in the market and does not buy is out of it afterwards."""
    event_rate_per_year: NotNegative
    """Life events (child, job, move) of a household."""
    event_entry: Fraction
    """Chance that an event brings a household into the market."""
    season_strength: NotNegative
    """Share of the log seasonal index that shifts the effort of looking."""
    festival_sales: Fraction
    """Sales of a day in the fortnight from Spring Festival on over those of an ordinary day of January and February."""
    forced_patience: Number
    """Utility of going without a replacement for a month after the good is lost."""
    awareness_start: Fraction
    """Share of owners that know a measure in its first month."""
    awareness_spread: NotNegative
    """Growth of the logit of that share in a month."""
    awareness_jump: NotNegative
    """What a change of the measure adds to the logit."""
    social_weight: Number
    """Utility of an NEV when all the neighbours drive one, relative to none."""
    liquidity_buffer_months: NotNegative
    liquidity_shadow: NotNegative
    """Marginal cost of the last yuan of liquid assets, relative to income, beyond the yuan itself."""
    instalment_to_income: Fraction
    """Largest share of income that instalments may take."""
    credit_aversion: Number
    """Utility cost of signing a loan, to the owner in the middle; the anchor adds to it where the share on credit is known."""
    credit_aversion_spread: NotNegative
    """Scale of its logistic distribution over owners; nobody likes a debt for its own sake."""
    charging_hassle_home: NotNegative
    charging_hassle_public: NotNegative
    charging_hassle_decline: Fraction
    gamed_share: Fraction
    """Share of new NEV registrations that are zero-mileage cars resold as used (零公里二手车)."""


class Money(Frozen):
    """What households hold and can borrow."""

    liquid_months: NotNegative
    """Mean liquid assets of households in months of income."""
    organisation_liquid_months: NotNegative
    """Liquid assets of organisations in months of turnover."""
    liquid_spread: NotNegative
    """Standard deviation of the log of liquid assets."""
    rebuild_per_month: Fraction
    """Speed at which liquid assets return to their target."""
    household_size: Positive
    formation_per_year: Fraction
    dissolution_per_year: Fraction
    income_spread: NotNegative
    """Standard deviation of the log of income within a quintile."""
