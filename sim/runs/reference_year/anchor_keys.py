"""What solved constants are known by: digests of all that the reference year of a draw depends on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sim.runs.reference_year.constants import ANCHOR_SCALE, ROUNDS, reference
from sim.runs.store.run_keys import LUCK_ALONE, canonical, digest, without_prose
from sim.runs.store.version import model_version
from sim.settings import Settings

PARTS = ("region", "products", "behaviour", "money", "market", "policy", "pots")
"""Settings that decide what the reference year looks like."""

LEFT_OUT: Mapping[str, Any] = {"pots": {"__all__": {"levers_from"}}, **LUCK_ALONE}
"""Of them, what does not: constants are those of what is to be expected."""


def solved_for(settings: Settings) -> str:
    """Digest of the central values that decide what the reference year looks like; constants carry it as a mark."""
    told = reference(settings).model_dump(mode="json", include=set(PARTS), exclude=LEFT_OUT)
    return digest(canonical({name: without_prose(part) for name, part in told.items()}))


def anchor_key(settings: Settings, mark: str, draw: int, draws: int) -> str | None:
    """Digest of everything that the constants of a draw depend on; None: they are those of the files.

    ``mark``: ``solved_for(settings)``. A number is drawn by its path alone, so the central values and the number of the
    draw determine its values.
    """
    if draw == 0 and settings.anchor and all(anchor.solved_for == mark for anchor in settings.anchor.values()):
        return None
    started_from = settings.model_dump(mode="json", include={"anchor", "parameters"} if draw else {"anchor"})
    told = [model_version(), *_solving(settings), mark, draw, draws if draw else 0]
    return digest(canonical({"told": told, **started_from}))


def draws_mark(settings: Settings, mark: str, draws: int) -> str:
    """Digest of all values that the constants of so many draws depend on; ``mark``: ``solved_for(settings)``."""
    started_from = settings.model_dump(mode="json", include={"anchor", "parameters"})
    return digest(canonical({"told": [*_solving(settings), mark, draws], **started_from}))


def _solving(settings: Settings) -> tuple[int, str, float]:
    """How constants are solved: rounds, first month, share of the population."""
    return ROUNDS, settings.clock.start, min(settings.population.scale, ANCHOR_SCALE)
