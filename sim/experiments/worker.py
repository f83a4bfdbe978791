"""One piece of work of an ensemble, as it is handed to a worker process."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import traceback
from dataclasses import dataclass
from pathlib import Path

from sim.compile import model_version
from sim.draws import draw_settings
from sim.errors import ResultsDamaged
from sim.experiments.anchor import solve_anchor
from sim.record import Result
from sim.run import run
from sim.settings import Anchor, Settings

ROUNDS = 8
"""Fixed-point rounds from the central constants to those of a draw."""


@dataclass(frozen=True)
class Job:
    """All seeds of one draw: they share the drawn settings and the anchor."""

    settings: Settings
    draw: int
    draws: int
    seeds: tuple[int, ...]


@dataclass(frozen=True)
class Outcome:
    """Result of one run, or what went wrong."""

    draw: int
    seed: int
    result: Result | None
    failure: str = ""


def carry_out(job: Job) -> list[Outcome]:
    """Draw, anchor and run; one failing run does not touch the others."""
    try:
        settings = anchored(draw_settings(job.settings, job.draw, job.draws))
    except Exception:
        return [Outcome(job.draw, seed, None, traceback.format_exc()) for seed in job.seeds]
    return [_one(settings, job.draw, seed) for seed in job.seeds]


def _one(settings: Settings, draw: int, seed: int) -> Outcome:
    try:
        return Outcome(draw, seed, run(settings, seed))
    except Exception:
        return Outcome(draw, seed, None, traceback.format_exc())


def anchored(settings: Settings) -> Settings:
    """Settings whose constants make 2023 come out; the central ones are shipped, others are solved once and kept.

    The reference year knows only what was announced before 2024, which is the same in every scenario, so all scenarios of a
    draw share their constants.
    """
    if settings.draw == 0 and settings.region.boundary == "A":
        return settings
    path = Path(settings.results.folder) / "anchors" / f"{anchor_key(settings)}.json"
    if path.exists():
        try:
            stored = json.loads(path.read_text(encoding="utf-8"))
            return settings.model_copy(update={"anchor": {name: Anchor(**a) for name, a in stored.items()}})
        except (OSError, ValueError):
            pass  # damaged: solve it again and write it anew
    solved = solve_anchor(settings, ROUNDS)
    _write(path, json.dumps({name: a.model_dump() for name, a in solved.anchor.items()}))
    return solved


def anchor_key(settings: Settings) -> str:
    """Digest of everything the anchor depends on."""
    parts = settings.model_dump(
        mode="json", include={"region", "products", "behaviour", "money", "market", "anchor", "population"}
    )
    text = json.dumps([model_version(), settings.clock.start, parts], sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=12).hexdigest()


def _write(path: Path, text: str) -> None:
    """Write under a temporary name, then rename: a reader sees all of it or nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        os.replace(name, path)
    except OSError as error:
        raise ResultsDamaged(f"{path} cannot be written: {error}") from error
