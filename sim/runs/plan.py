"""Which runs an ensemble consists of, and the key of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from sim.runs.reference_year.anchor_keys import anchor_key, solved_for
from sim.runs.reference_year.shipped_draws import shipped
from sim.runs.store.run_keys import canonical, data_digests, digest, plain, run_key
from sim.schema.product import Anchor
from sim.settings import Settings


@dataclass(frozen=True)
class Plan:
    """Every draw with every seed; seeds are the same in every draw and scenario, so that runs can be compared in pairs."""

    settings: Settings
    draw_numbers: tuple[int, ...]
    draws: int
    """Size of the design that the draws are taken from; 0: the central values alone."""
    seeds: tuple[int, ...]

    @classmethod
    def of(cls, settings: Settings, seeds: int | Sequence[int] | None = None, draws: int | None = None) -> Plan:
        """The plan in ``settings.ensemble``, or another number of seeds, other seeds, another number of draws."""
        told = settings.ensemble
        count = told.seeds if seeds is None else seeds
        chosen = tuple(range(told.first_seed, told.first_seed + count)) if isinstance(count, int) else tuple(count)
        total = told.draws if draws is None else draws
        numbers: tuple[int, ...] = tuple(range(1, total + 1)) if total else (0,)
        if draws is None and told.draw is not None:
            numbers = (told.draw,)
        return cls(settings, numbers, total, chosen)

    @cached_property
    def plain(self) -> dict[str, object]:
        """The settings before anything is drawn, as plain data."""
        return plain(self.settings)

    @cached_property
    def settings_key(self) -> str:
        """Digest of those settings."""
        return digest(canonical(self.plain))

    @cached_property
    def data(self) -> dict[str, str]:
        """A short digest of each group of settings."""
        return data_digests(self.plain)

    @cached_property
    def _reference(self) -> str:
        return solved_for(self.settings)

    @property
    def runs(self) -> list[tuple[int, int]]:
        """Draw and seed of every run, in order."""
        return [(draw, seed) for draw in self.draw_numbers for seed in self.seeds]

    def anchor_key(self, draw: int) -> str | None:
        """Digest of what the constants of a draw depend on; None: they are those of the files."""
        return anchor_key(self.settings, self._reference, draw, self.draws)

    @cached_property
    def shipped(self) -> Mapping[int, dict[str, Anchor]]:
        """Constants of draws that come with the program, if these are the settings that they are for."""
        return shipped(self.settings, self._reference, self.draws)

    def key(self, draw: int, seed: int) -> str:
        """Digest of one run."""
        return run_key(self.settings_key, draw, self.draws, seed)
