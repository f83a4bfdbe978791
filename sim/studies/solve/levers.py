"""Levers with bounds: which keys of the settings a solver may turn, and how far."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Annotated, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationError, model_validator

from sim.config.sources import Sources, find_root
from sim.config.wording import refused_by
from sim.errors import Both, Unfit, refused
from sim.schema.bricks import Frozen, Grade, Title
from sim.settings import Settings

Floats = NDArray[np.float64]
Load = Callable[[Sequence[str]], Settings]
DIGITS = 3
FINEST = 10.0**-DIGITS
"""Step of a lever whose bounds are typed."""
WHOLE = 1e-9
"""Part of a step by which a number of steps may miss a whole one."""
FOLDER = "levers"
"""Group of files with the usual levers."""


class Bounds(Frozen):
    """How far one lever can be turned by whoever decides it, and why."""

    low: float
    high: float
    step: Annotated[float, Field(gt=0.0)]
    """Whoever decides it would not choose a finer value."""
    decided_by: Title
    reason: str
    source: str
    grade: Grade

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if not self.low < self.high:
            raise Unfit(Both("low 应小于 high", "low must lie below high"))
        steps = (self.high - self.low) / self.step
        if abs(steps - round(steps)) > WHOLE:
            raise Unfit(Both("high 与 low 之差应为 step 的整数倍", "high must lie a whole number of steps above low"))
        return self


class LeverFile(Frozen):
    """The levers that are turned for targets about these indicators, by their key in the settings."""

    title: Title
    indicators: Annotated[tuple[str, ...], Field(min_length=1)]
    levers: Annotated[dict[str, Bounds], Field(min_length=1)]


def usual_levers(root: Path | None = None) -> list[LeverFile]:
    """Every file of ``configs/levers/``; raises BadInput naming file and key."""
    sources = Sources((root or find_root()).resolve())
    return [_read(sources, name) for name in sources.names(FOLDER)]


def _read(sources: Sources, name: str) -> LeverFile:
    try:
        return LeverFile.model_validate(sources.read(FOLDER, name))
    except ValidationError as error:
        raise refused_by(error, sources.shown(FOLDER, name)) from None


class Lever(NamedTuple):
    """One key of the settings and its bounds."""

    key: str
    low: float
    high: float
    step: float = FINEST

    @property
    def width(self) -> float:
        """Length of a step, of a range from 0 to 1."""
        return self.step / (self.high - self.low)

    def at(self, place: float) -> float:
        """The value at a place from 0 to 1, to a thousandth."""
        return round(self.low + place * (self.high - self.low), DIGITS)

    def place(self, value: float) -> float:
        """The other way round; values outside lie at the nearer end."""
        return float(np.clip((value - self.low) / (self.high - self.low), 0.0, 1.0))


def levers_for(targets: Sequence[str], settings: Settings, given: Mapping[str, tuple[float, float]]) -> list[Lever]:
    """Those given, else those of the targets' indicators; raises BadInput if no lever is known for any of them."""
    levers, files = [Lever(key, *ends) for key, ends in given.items()], usual_levers()
    if not levers:
        wanted = {settings.targets[name].indicator for name in targets}
        told = {key: ends for file in files if wanted & set(file.indicators) for key, ends in file.levers.items()}
        levers = [Lever(key, ends.low, ends.high, ends.step) for key, ends in told.items()]
    if not levers:
        known = [indicator for file in files for indicator in file.indicators]
        allowed = Both(
            "指标为 " + "、".join(known) + " 的目标，或自行指定杠杆",
            "targets of " + ", ".join(known) + ", or levers of your own",
        )
        example = "'policy.industrial_grant.amount_factor=interval(0,3)'"
        remedy = Both(f"指定杠杆，例如 {example}", f"name levers, for instance {example}")
        raise refused("levers", ", ".join(targets), allowed, remedy)
    return levers


def typed(levers: Sequence[Lever], point: Floats) -> list[str]:
    """What to type for a point of the unit cube."""
    return [f"{lever.key}={lever.at(float(place)):g}" for lever, place in zip(levers, point, strict=True)]


def check(levers: Sequence[Lever], load: Load) -> None:
    """Refuse bounds that the settings do not allow, before anything is run."""
    for end in (0.0, 1.0):
        for lever in levers:
            load([f"{lever.key}={lever.at(end):g}"])


def widths(levers: Sequence[Lever]) -> Floats:
    """Lengths of the levers' steps in the unit cube."""
    return np.array([lever.width for lever in levers])


def as_enacted(levers: Sequence[Lever], settings: Settings) -> Floats:
    """Where the scenario itself lies; a lever that is not pulled: at 1 for factors, else at its lower end."""
    return np.array([lever.place(_value(settings, lever.key)) for lever in levers])


def _value(settings: Settings, key: str) -> float:
    node: object = settings
    for part in key.split("."):
        node = node[part] if isinstance(node, dict) else getattr(node, part)
    value = getattr(node, "value", node)
    return float(value) if isinstance(value, (int, float)) else -np.inf


def unpriced(levers: Sequence[Lever], settings: Settings) -> list[str]:
    """Levers of measures that the model charges to nobody: their cost is not in the outlay."""
    names = [lever.key for lever in levers if lever.key.startswith("policy.")]
    return [key for key in names if not settings.policy[key.split(".")[1]].payers]
