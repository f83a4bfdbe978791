"""Which constants belong to which settings: those of the files, or new ones that are solved once and shared.

Every scenario of a draw must have the same constants, or their difference would be taken for an effect of policy. They
are therefore solved for the reference year as it was: with what was announced before its end, as enacted, whatever the
scenario makes of it later.
"""

from __future__ import annotations

from sim.clock import MONTHS_A_YEAR, month_text, parse_month
from sim.markets.prices import upto
from sim.policy.instruments import Measure
from sim.runs.as_known import announced_by
from sim.runs.draws import draw_settings
from sim.schema.market import Market
from sim.schema.product import Anchor
from sim.settings import Settings

ANCHOR_SCALE = 0.2
"""Share of the population that the anchor is solved on, at most."""
ROUNDS = 6
"""Fixed-point rounds from the constants of the files to those of other values."""
COMMON_LEVERS = ("enabled", "until", "enacted_until", "levers_from")


def solve(settings: Settings, draw: int, draws: int) -> dict[str, Anchor]:
    """The constants of a draw, product by product."""
    from sim.runs.reference_year.solving import solve_anchor  # with the model, which is slow to load

    return solve_anchor(draw_settings(reference(settings), draw, draws), ROUNDS).anchor


def reference(settings: Settings) -> Settings:
    """The settings of the reference year: measures and pots that were known in it, no lever pulled."""
    last = settings.clock.first + MONTHS_A_YEAR - 1
    known = announced_by(settings, month_text(last))
    pots = {name: pot.model_copy(update={"amount_factor": 1.0, "uncapped": False}) for name, pot in known.pots.items()}
    policy = {name: _enacted(measure) for name, measure in known.policy.items()}
    return known.model_copy(update={"policy": policy, "pots": pots, "market": _market(settings.market, last)})


def _market(market: Market, last: int) -> Market:
    """Paths as far as the last month; a path that goes elsewhere afterwards changes nothing in the reference year."""
    paths = {name: upto(points, last) for name, points in market.paths.items()}
    cuts = {name: cut for name, cut in market.cuts.items() if parse_month(cut.start) <= last}
    return market.model_copy(update={"paths": paths, "cuts": cuts})


def _enacted(measure: Measure) -> Measure:
    """A measure with every lever where the law has it."""
    fields = type(measure).model_fields
    return measure.model_copy(update={name: fields[name].default for name in (*COMMON_LEVERS, *measure.levers)})
