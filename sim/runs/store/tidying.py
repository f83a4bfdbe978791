"""What may be thrown away: leftovers of killed processes, damaged runs, results of other versions of the model."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, NamedTuple

from sim.errors import Both, ResultsDamaged, by_system
from sim.runs.store.catalogue import complete
from sim.runs.store.disk import leftovers, stale
from sim.runs.store.folder import Store
from sim.runs.store.version import model_version

Reason = Literal["leftover", "damaged", "outdated", "unused"]


class Waste(NamedTuple):
    """Something that can be deleted, and why."""

    path: Path
    reason: Reason
    size: int
    """Bytes."""


def waste(store: Store) -> list[Waste]:
    """Everything below the folder that no command of this version would ever read."""
    found = [Waste(path, "leftover", _size(path)) for path in leftovers(store.folder)]
    used: set[str] = set()
    for place, manifest in store.manifests():
        if manifest is None or not complete(place, manifest["files"]):
            found.append(Waste(place, "damaged", _size(place)))
        elif manifest["model"] != model_version():
            found.append(Waste(place, "outdated", _size(place)))
        else:
            used.add(manifest["settings"])
    found += [Waste(path, "outdated", _size(path)) for path in _other_anchors(store.folder / "anchors")]
    settings = sorted((store.folder / "settings").glob("[!.]*.json"))
    return found + [Waste(path, "unused", _size(path)) for path in settings if path.stem not in used and stale(path)]


def throw_away(found: list[Waste]) -> None:
    """Delete it all; raises ResultsDamaged if something cannot be deleted."""
    for path, _, _ in found:
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink(missing_ok=True)
        except OSError as error:
            told = by_system(error)
            raise ResultsDamaged(Both(f"{path} 无法删除：{told.zh}", f"{path} cannot be deleted: {told.en}")) from error


def _other_anchors(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.glob("[!.]*.json")):
        try:
            model = json.loads(path.read_bytes())["content"]["model"]
        except (ValueError, KeyError, TypeError):
            model = None
        if model != model_version():
            yield path


def _size(path: Path) -> int:
    files = [path] if path.is_file() else path.rglob("*")
    return sum(file.stat().st_size for file in files if file.is_file())
