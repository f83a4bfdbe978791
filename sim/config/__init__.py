"""The only reader of YAML and of what users type: files and overrides in, frozen settings out, or a named refusal."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path

from sim.config.building import Builder
from sim.config.overrides import expand, read_overrides
from sim.config.sources import Sources, find_root
from sim.settings import Settings

__all__ = ["load_cells", "load_settings"]


def load_settings(overrides: Sequence[str] = (), root: Path | None = None) -> Settings:
    """Compose the files under ``root`` (default: found) with overrides in Hydra's grammar.

    Raises BadInput for anything that the settings may not hold.
    """
    return _builder(root).build(read_overrides(overrides))


def load_cells(overrides: Sequence[str], root: Path | None = None) -> list[tuple[list[str], Settings]]:
    """Expand a sweep: the overrides of each cell and its settings, every one of them validated."""
    builder = _builder(root)
    return [(cell, builder.build(read_overrides(cell))) for cell in expand(overrides, builder.sources)]


def _builder(root: Path | None) -> Builder:
    place = (root or find_root()).resolve()
    files = sorted([*place.glob("configs/**/*"), *place.glob("scenarios/*")])
    stats = [(path, path.stat()) for path in files if path.is_file()]
    return _builder_of(place, tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats))


@lru_cache(maxsize=2)
def _builder_of(root: Path, state: tuple[tuple[str, int, int], ...]) -> Builder:
    """A builder for the files as they are; ``state`` makes it a new one when a file has changed."""
    return Builder(Sources(root))
