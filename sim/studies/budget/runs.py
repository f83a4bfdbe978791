"""Which runs the budget needs beside the ensemble: pairs with and without each measure, and pots that hold more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sim.runs.plan import Plan
from sim.settings import Settings
from sim.studies.contribution.verb import left_out, reference_end


def pair_plan(settings: Settings, pairs: int, events: bool = True) -> Plan:
    """The first runs of the ensemble, one seed for each draw; with the central values alone, so many seeds."""
    told = settings.model_copy(update={"events": events})
    plan = Plan.of(told)
    if not plan.draws:
        return Plan.of(told, seeds=pairs)
    return replace(plan, draw_numbers=plan.draw_numbers[:pairs], seeds=plan.seeds[:1])


def without(settings: Settings, measure: str) -> Settings:
    """The same without a measure from the end of the reference year on: nothing new is enacted, what was there ends."""
    end = reference_end(settings)
    changed = left_out(settings, [measure])
    told = changed.policy[measure]
    ended = told.model_copy(update={"until": min(told.until or end, end)})
    return changed.model_copy(update={"policy": {**changed.policy, measure: ended}})


def topped_up(settings: Settings, pot: str, share: float) -> Settings:
    """The same with more money in a pot."""
    told = settings.pots[pot]
    more = told.model_copy(update={"amount_factor": told.amount_factor * (1.0 + share)})
    pots: Mapping[str, object] = {**settings.pots, pot: more}
    return settings.model_copy(update={"pots": pots})
