"""Which constants belong to which settings: those of the files, or new ones that are solved once and shared.

Every scenario of a draw must have the same constants, or their difference would be taken for an effect of policy. They
are therefore solved for the reference year as it was: with what was announced before its end, as enacted, whatever the
scenario makes of it later.
"""

from __future__ import annotations

from sim.clock import MONTHS_A_YEAR, month_text, parse_month
from sim.markets.prices import upto
from sim.numerics.compile import model_version
from sim.policy.measure import Measure
from sim.runs.as_known import announced_by
from sim.runs.draws import draw_settings
from sim.runs.reference_year.solving import ANCHOR_SCALE, solve_anchor
from sim.runs.store.keys import canonical, digest
from sim.schema.market import Market
from sim.schema.product import Anchor
from sim.settings import Settings

ROUNDS = 6
"""Fixed-point rounds from the constants of the files to those of other values."""
COMMON_LEVERS = ("enabled", "until", "enacted_until", "levers_from")
PARTS = ("region", "products", "behaviour", "money", "market", "policy", "pots")
"""Settings that decide what the reference year looks like."""


def solved_for(settings: Settings) -> str:
    """Digest of the central values that decide what the reference year looks like; constants carry it as a mark."""
    told = reference(settings).model_dump(mode="json", include=set(PARTS), exclude={"pots": {"__all__": {"levers_from"}}})
    return digest(canonical(told))


def anchor_key(settings: Settings, mark: str, draw: int, draws: int) -> str | None:
    """Digest of everything that the constants of a draw depend on; None: they are those of the files.

    ``mark``: ``solved_for(settings)``. A number is drawn by its path alone, so the central values and the number of the
    draw determine its values.
    """
    if draw == 0 and settings.anchor and all(anchor.solved_for == mark for anchor in settings.anchor.values()):
        return None
    shipped = settings.model_dump(mode="json", include={"anchor", "parameters"} if draw else {"anchor"})
    size = min(settings.population.scale, ANCHOR_SCALE)
    told = [model_version(), ROUNDS, settings.clock.start, size, mark, draw, draws if draw else 0]
    return digest(canonical({"told": told, **shipped}))


def solve(settings: Settings, draw: int, draws: int) -> dict[str, Anchor]:
    """The constants of a draw, product by product."""
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
