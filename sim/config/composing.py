"""Compose the files with Hydra, which sees plain data only and keeps nothing of it."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from hydra import compose, initialize, version
from hydra.core.config_store import ConfigStore
from hydra.core.global_hydra import GlobalHydra
from hydra.errors import HydraException
from omegaconf import OmegaConf
from omegaconf.errors import OmegaConfBaseException

from sim.config.scaling import KEY, scale_taken
from sim.config.sharing import content_of, copied, overlaid
from sim.config.sources import CHOSEN, GLOBAL, TAKEN, Sources, reference
from sim.errors import BadInput, Both

_PRIMARY = "tradein_settings"
_LOCK = threading.Lock()


def compose_files(sources: Sources, choices: Mapping[str, str]) -> dict[str, Any]:
    """The content of all files with the chosen ones on top, as plain data."""
    picked = chosen(sources, choices)
    departures = _departures(sources, picked)
    with _LOCK, _clean_hydra():
        store = ConfigStore.instance()
        try:
            for (group, name), content in departures.items():
                store.store(name=name, group=group, node=content, package="_global_", provider="sim")
            for group, name in picked.items():
                if group in CHOSEN:
                    store.store(name=name, group=group, node={}, provider="sim")
            store.store(
                name=_PRIMARY, node={**sources.primary(), "defaults": ["_self_", *_default_entries(sources)]}, provider="sim"
            )
            with initialize(config_path=None, version_base="1.3", job_name="sim"):
                config = compose(_PRIMARY, overrides=[f"{group}={name}" for group, name in choices.items()])
            composed = cast(dict[str, Any], OmegaConf.to_container(config))
            return _over_files(sources, composed, picked)
        except (HydraException, OmegaConfBaseException, RecursionError, TypeError) as error:
            raise _not_composed(sources, choices, error) from None


def _over_files(sources: Sources, composed: dict[str, Any], picked: Mapping[str, str]) -> dict[str, Any]:
    """The files that are chosen or always taken, under what departs from them.

    Hydra has settled which files are chosen and what scenarios and experiments change; it would take a second to carry all
    content through its nodes.
    """
    files = {group: copied(sources.read(group, name)) for group, name in picked.items() if group in CHOSEN}
    taken = {group: {name: copied(content_of(sources, group, name)) for name in sources.names(group)} for group in TAKEN}
    whole = overlaid(files, composed)
    region = whole["region"]
    if isinstance(region, dict) and KEY in region:
        scale_taken(taken, region.pop(KEY), sources.shown("region", picked["region"]))
    return cast(dict[str, Any], overlaid(taken, whole))


def chosen(sources: Sources, choices: Mapping[str, str]) -> dict[str, str]:
    """Every group's file: what the user chose, else what experiment and scenario choose, else the default."""
    result = {
        group: name
        for entry in _default_entries(sources)
        for group, name in entry.items()
        if isinstance(name, str) and group in (*CHOSEN, *GLOBAL)
    }
    for group in ("experiment", "scenario"):
        start = choices.get(group, result.get(group))
        for name in sources.ancestry(group, start) if start else ():
            result |= _overridden(sources, group, name)
    return {**result, **choices}


def _overridden(sources: Sources, group: str, name: str) -> dict[str, str]:
    entries = sources.read(group, name).get("defaults", [])
    targets = (reference(entry, group) for entry in entries if isinstance(entry, dict))
    return {target: picked for target, picked in targets if target}


def _departures(sources: Sources, picked: Mapping[str, str]) -> dict[tuple[str, str], dict[str, Any]]:
    """Scenarios and experiments that take part."""
    return {
        (group, part): sources.read(group, part)
        for group, name in picked.items() if group in GLOBAL
        for part in sources.ancestry(group, name)
    }  # fmt: skip


def _default_entries(sources: Sources) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = sources.primary()["defaults"]
    return entries


@contextmanager
def _clean_hydra() -> Iterator[None]:
    """Lend Hydra's global objects, and give them back as they were."""
    owner, before = GlobalHydra.instance().hydra, version.VersionBase.instance().version_base
    GlobalHydra.instance().clear()
    repo = ConfigStore.instance().repo
    mine = [*CHOSEN, *GLOBAL, f"{_PRIMARY}.yaml"]
    others = {key: repo.pop(key) for key in mine if key in repo}
    try:
        yield
    finally:
        for key in mine:
            repo.pop(key, None)
        repo.update(others)
        GlobalHydra.instance().hydra = owner
        version.VersionBase.instance().version_base = before


def _not_composed(sources: Sources, choices: Mapping[str, str], error: Exception) -> BadInput:
    picked = chosen(sources, choices)
    group = "experiment" if "experiment" in picked else "scenario"
    return BadInput(
        file=sources.shown(group, picked[group]),
        key="defaults",
        value=str(error).split("\n", 1)[0],
        allowed=Both("能与其他文件合并的内容", "files that compose"),
        remedy=Both(
            "检查各项的格式是否与 configs/ 中的文件一致",
            "check that its entries have the same form as in the files under configs/",
        ),
    )
