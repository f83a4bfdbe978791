"""The folder of tables and figures that a verb leaves behind for people and other programs."""

from __future__ import annotations

import io
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from sim.report.csv_file import csv_bytes
from sim.runs.ensemble import FRAMES, Ensemble
from sim.runs.store.disk import unwritable, write_file
from sim.runs.store.provenance import provenance
from sim.runs.store.run_keys import canonical, digest, plain
from sim.runs.store.version import model_version
from sim.settings import Settings

if TYPE_CHECKING:
    from sim.report.figure_files import Drawn

KEY_DIGITS = 12
LIST = ".files-{}.json"
PLACES = ("*", "figures/*", "cells/*/*", "cells/*/figures/*")


def _folder_of(verb: str, choices: Iterable[Settings]) -> Path:
    """``output`` if it is given, else a folder of its own below ``results``, named by scenarios and a digest of it all."""
    settings = list(choices)
    first = settings[0]
    if first.output:
        return Path(first.output)
    names = list(dict.fromkeys(each.scenario.id for each in settings))
    named = "-".join(names[:3]) + ("-and-more" if len(names) > 3 else "")
    return Path(first.results.folder) / f"{verb}-{named}-{choices_key(settings)[:KEY_DIGITS]}"


def choices_key(choices: Iterable[Settings]) -> str:
    """Digest of settings with the draws and seeds that are asked for."""
    return digest("".join(canonical({**plain(each), "ensemble": each.ensemble.model_dump()}) for each in choices))


@contextmanager
def output_folder(verb: str, choices: Iterable[Settings]) -> Iterator[Path]:
    """The folder of a verb, to be written to: of what the verb left there before, only what is written now stays.

    A list of the verb's files, with the key of the settings, is kept beside them; files that no verb has listed are
    somebody else's and are not touched. After an error nothing is taken away.
    """
    settings = list(choices)
    folder, name = _folder_of(verb, settings), verb.partition("-")[0]
    before, mine = _stamps(folder), set(_listed(folder, name).get("files", []))
    whole = False
    try:
        yield folder
        whole = True
    finally:
        after = _stamps(folder)
        written = {file for file, stamp in after.items() if before.get(file) != stamp}
        if whole:
            _remove(folder, mine - written - _of_others(folder, name))
        files = sorted(written if whole else written | mine)
        if files:
            told = {"verb": name, "settings": choices_key(settings), "files": files}
            write_file(folder / LIST.format(name), json.dumps(told, ensure_ascii=False, indent=1).encode())


def left_by(verb: str, settings: Settings) -> list[Path]:
    """Folders with files of a verb, the latest first: those below ``results``, and ``output`` if it is given."""
    places = [*Path(settings.results.folder).glob(f"{verb}-*"), *([Path(settings.output)] if settings.output else [])]
    lists = [path for path in (place / LIST.format(verb) for place in places) if path.is_file()]
    return [path.parent for path in sorted(lists, key=lambda path: path.stat().st_mtime_ns, reverse=True)]


def made_by(folder: Path, verb: str, choices: Iterable[Settings]) -> bool:
    """Whether what a verb left in a folder was made with these settings."""
    return _listed(folder, verb).get("settings") == choices_key(choices)


def _listed(folder: Path, verb: str) -> dict[str, Any]:
    """What a verb has left in a folder, as it was listed; nothing if it was not."""
    try:
        told = json.loads((folder / LIST.format(verb)).read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _of_others(folder: Path, verb: str) -> set[str]:
    """Files that other verbs have listed there."""
    verbs = [path.name.removeprefix(".files-").removesuffix(".json") for path in folder.glob(LIST.format("*"))]
    return {file for other in verbs if other != verb for file in _listed(folder, other).get("files", [])}


def _stamps(folder: Path) -> dict[str, tuple[int, int]]:
    """What tells a file that was rewritten: name -> inode and time, of the places that verbs write to."""
    found = [path for pattern in PLACES for path in folder.glob(pattern) if path.is_file()]
    told = [(path.relative_to(folder).as_posix(), path.stat()) for path in found if not path.match(LIST.format("*"))]
    return {name: (stat.st_ino, stat.st_mtime_ns) for name, stat in told}


def _remove(folder: Path, names: Iterable[str]) -> None:
    """Delete files that lie where verbs write, and the folders that are empty without them."""
    for name in sorted(set(names) & _stamps(folder).keys()):
        (folder / name).unlink(missing_ok=True)
        for place in list((folder / name).parents)[: name.count("/")]:
            with suppress(OSError):
                place.rmdir()


def write_csv(path: Path, frame: pd.DataFrame) -> Path:
    """A frame as CSV."""
    return write_file(path, csv_bytes(frame))


def write_figures(figures: Iterable[tuple[str, Drawn]], folder: Path) -> list[Path]:
    """Figures by name, and their files; raises ResultsDamaged if one cannot be written."""
    from sim.report.figure_files import save_all  # the drawing library is slow to load

    try:
        return save_all(figures, folder)
    except OSError as error:
        raise unwritable(folder, error) from error


def write_ensemble(folder: Path, result: Ensemble, table: pd.DataFrame) -> None:
    """Target table, all frames and a manifest that says how to get them again."""
    write_csv(folder / "targets.csv", table)
    for name in FRAMES:
        sink = io.BytesIO()
        result.frames[name].to_parquet(sink, index=False)
        write_file(folder / f"{name}.parquet", sink.getvalue())
    text = json.dumps(manifest(result), ensure_ascii=False, indent=1, sort_keys=True)
    write_file(folder / "manifest.json", text.encode())


def manifest(result: Ensemble) -> dict[str, object]:
    """Settings, runs with their keys in the store, versions and commit of an ensemble."""
    return {
        "settings": result.settings.model_dump(mode="json"),
        "runs": [{"draw": draw, "seed": seed, "key": key} for (draw, seed), key in result.keys.items()],
        "ended": result.runs,
        "trial": result.trial,
        "failures": [{"draw": f.draw, "seed": f.seed, "traceback": f.traceback} for f in result.failures],
        "model": model_version(),
        **provenance(),
    }
