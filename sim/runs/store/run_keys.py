"""What a result is known by: digests of settings, seed, draw, data and the model's sources."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from sim.runs.store.version import model_version
from sim.settings import Settings

WITHOUT_EFFECT = frozenset({"executor", "results", "output", "language", "ensemble", "experiment"})
"""Settings that say where, how often and for whom, and change no number of a run."""
DATA = ("region", "products", "behaviour", "money", "market", "uncertainty", "parameters", "policy", "pots", "targets")

PROSE = frozenset({"title", "source", "note", "quote", "reference", "article"})
"""Entries that are written for people."""

LUCK_ALONE: Mapping[str, Any] = {"region": {"luck"}}
"""Settings that move chance and nothing that is to be expected."""


def digest(text: str) -> str:
    """Forty hexadecimal digits that stand for a text."""
    return hashlib.blake2b(text.encode(), digest_size=20).hexdigest()


def plain(settings: Settings) -> dict[str, object]:
    """All settings that a run depends on, as plain data; the files' tables are part of them."""
    return settings.model_dump(mode="json", exclude=set(WITHOUT_EFFECT))


def canonical(data: Mapping[str, object]) -> str:
    """One text for equal data. Entries keep their order, because the order of variants is the order of columns."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def without_prose(data: object) -> object:
    """The same without what is only read by people: a better title or a corrected source makes no number another one."""
    if isinstance(data, Mapping):
        return {name: without_prose(value) for name, value in data.items() if name not in PROSE}
    return [without_prose(value) for value in data] if isinstance(data, list) else data


def settings_key(settings: Settings) -> str:
    """Digest of the settings before anything is drawn."""
    return digest(canonical(plain(settings)))


def run_key(settings: str, draw: int, draws: int, seed: int) -> str:
    """Digest of everything that one run depends on; ``settings``: their key. Central values belong to no number of draws."""
    return digest(f"{model_version()}|{settings}|{draw}|{draws if draw else 0}|{seed}")


def data_digests(data: Mapping[str, object]) -> dict[str, str]:
    """A short digest of each group of settings, to see at a glance in what two runs differ."""
    return {group: digest(canonical({group: data[group]}))[:16] for group in DATA}
