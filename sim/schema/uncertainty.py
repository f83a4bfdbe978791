"""What moves with nobody's doing: common shocks to the nation, and errors of what is measured."""

from __future__ import annotations

from sim.schema.bricks import Fraction, Frozen, NotNegative, Quantity


class Shock(Frozen):
    """A stationary autoregression of the first order by month."""

    sd: NotNegative
    """Standard deviation of a month."""
    persistence: Fraction
    """Autocorrelation from one month to the next."""


class NationalShocks(Frozen):
    """Months in which the whole nation buys more or fewer vehicles than prices, rules and season explain."""

    sales: Shock
    """Log of the sales of vehicles."""
    nev_share: Shock
    """Logit of the NEV share of new vehicles."""
    used_prices: Shock
    """Log of the national prices of used vehicles."""


class MeasurementErrors(Frozen):
    """Standard deviation of the log of what is published over what was, by kind of series."""

    sales: NotNegative
    nev_share: NotNegative
    """Of the logit."""
    used_sales: NotNegative
    recovered: NotNegative
    claims: NotNegative
    stocks: NotNegative
    others: NotNegative


class Uncertainty(Frozen):
    """The shocks act in draws of the uncertain inputs, never in a run of the central values."""

    shocks: NationalShocks
    measurement: MeasurementErrors


_NONE = Quantity(value=0.0, unit="log points", source="left out", grade="A")
_NO_SHOCK = Shock(sd=_NONE, persistence=_NONE)
NO_SHOCKS = NationalShocks(sales=_NO_SHOCK, nev_share=_NO_SHOCK, used_prices=_NO_SHOCK)
EXACT = MeasurementErrors(**dict.fromkeys(MeasurementErrors.model_fields, _NONE))
