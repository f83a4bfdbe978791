"""The folder of results: runs, the settings they were made with, and solved anchors, each under its own digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sim.errors import Both, ResultsDamaged, by_system
from sim.runs.store.disk import require_place, write_file, write_folder
from sim.runs.store.parquet_tables import SCHEMAS, Tables
from sim.runs.store.run_keys import canonical, digest

FORMAT = 1
MANIFEST = "manifest.json"
FILES = tuple(f"{name}.parquet" for name in SCHEMAS)


@dataclass
class Store:
    """Content-addressed results below one folder.

    ``runs/<k>/<key>/`` holds a Parquet file for each table and the manifest that vouches for them; ``settings/<key>.json``
    and ``anchors/<key>.json`` are shared by many runs.
    """

    folder: Path
    damaged: list[Path] = field(default_factory=list)
    """What was asked for, was there, and cannot be trusted."""

    @property
    def runs(self) -> Path:
        """Where runs are kept."""
        return self.folder / "runs"

    def place(self, key: str) -> Path:
        """Folder of one run."""
        return self.runs / key[:2] / key

    def load(self, key: str) -> Tables | None:
        """Tables of a run; None if there is none, or if a file is missing, cut short, changed or another run's."""
        place = self.place(key)
        manifest = read_manifest(place)
        if manifest is None or manifest["key"] != key:
            if place.exists():
                self.damaged.append(place)
            return None
        tables = {}
        for name, file in zip(SCHEMAS, FILES, strict=True):
            content = _read(place / file)
            if content is None or _vouched(content) != manifest["files"].get(file):
                self.damaged.append(place)
                return None
            tables[name] = content
        return tables

    def save(self, key: str, tables: Tables, about: Mapping[str, object]) -> None:
        """Keep a run; ``about`` goes into its manifest. Raises ResultsDamaged if it cannot be written."""
        files = {f"{name}.parquet": tables[name] for name in SCHEMAS}
        manifest = {"format": FORMAT, "key": key, **about, "files": {name: _vouched(files[name]) for name in FILES}}
        write_folder(self.place(key), {**files, MANIFEST: _sealed(manifest)})

    def keep_settings(self, data: Mapping[str, object]) -> str:
        """Keep settings as plain data, and return their key."""
        text = canonical(data)
        key = digest(text)
        path = self.folder / "settings" / f"{key}.json"
        if _read(path) != text.encode():
            write_file(path, text.encode())
        return key

    def settings(self, key: str) -> dict[str, Any] | None:
        """Settings that were kept; None if they are not there or are damaged."""
        text = (_read(self.folder / "settings" / f"{key}.json") or b"").decode(errors="replace")
        return json.loads(text) if digest(text) == key else None

    def anchor(self, key: str) -> dict[str, Any] | None:
        """A solved anchor, product by product; None if it is not there or is damaged."""
        content = _unsealed(_read(self.folder / "anchors" / f"{key}.json"))
        return content["anchor"] if content is not None and content.get("key") == key else None

    def keep_anchor(self, key: str, anchor: Mapping[str, object], about: Mapping[str, object]) -> None:
        """Keep a solved anchor."""
        write_file(self.folder / "anchors" / f"{key}.json", _sealed({"key": key, "anchor": anchor, **about}))

    def manifests(self) -> Iterator[tuple[Path, dict[str, Any] | None]]:
        """Folder and manifest of every run, in order; None for a manifest that cannot be trusted."""
        for place in sorted(path for path in self.runs.glob("??/*") if path.is_dir()):
            manifest = read_manifest(place)
            yield place, manifest if manifest is not None and manifest["key"] == place.name else None

    def require_writable(self) -> None:
        """Find out before hours of work whether results can be kept; raises BadInput if not."""
        require_place("results.folder", str(self.folder), self.runs)


def read_manifest(place: Path) -> dict[str, Any] | None:
    """The manifest in a run's folder; None if there is none that is whole."""
    content = _unsealed(_read(place / MANIFEST))
    return content if content is not None and content.get("format") == FORMAT and "key" in content else None


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        told = by_system(error)
        raise ResultsDamaged(Both(f"{path} 无法读取：{told.zh}", f"{path} cannot be read: {told.en}")) from error


def _vouched(content: bytes) -> dict[str, object]:
    return {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def _sealed(content: Mapping[str, object]) -> bytes:
    """JSON with a digest of itself, so that a change of any byte shows."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True)
    return json.dumps({"seal": digest(text), "content": content}, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _unsealed(raw: bytes | None) -> dict[str, Any] | None:
    if raw is None:
        return None
    try:
        sealed = json.loads(raw)
        content, seal = sealed["content"], sealed["seal"]
    except (ValueError, TypeError, KeyError):
        return None
    whole = seal == digest(json.dumps(content, ensure_ascii=False, sort_keys=True))
    return content if whole and isinstance(content, dict) else None
