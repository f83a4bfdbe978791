"""Files of a district from its numbers: the way back from a region's content to ``configs/region/``."""

from __future__ import annotations

import copy
import csv
import io
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from sim.config import load_settings
from sim.config.composing import chosen
from sim.config.overrides import read_overrides
from sim.config.sources import Sources
from sim.config.tables.records import records
from sim.config.tables.region_tables import BASELINE, VINTAGES

WIDTH = 140


def region_content(root: Path, name: str) -> dict[str, Any]:
    """What the file of a region says, to be changed as wanted."""
    return copy.deepcopy(Sources(root).read("region", name))


def baseline_rows(root: Path, name: str, boundary: str) -> list[dict[str, str]]:
    """The rows of a region's baseline that hold for a boundary, as they are written."""
    shown = f"configs/region/{region_content(root, name)['files']['baseline']}"
    rows = [dict(row.cells) for row in records(root / shown, shown, BASELINE)[1]]
    return [row for row in rows if row["boundary"] in (boundary, "both")]


def region_files(
    name: str,
    content: Mapping[str, Any],
    baseline: Iterable[Mapping[str, str]],
    vintages: Mapping[str, Mapping[int, float]],
    head: str,
) -> dict[str, bytes]:
    """Path below ``configs/region/`` -> content: the file of a region with its two tables; ``head``: a remark."""
    files = {key: f"{name}/{key}.csv" for key in ("baseline", "vintages")}
    told = yaml.safe_dump(
        {**content, "files": files}, allow_unicode=True, sort_keys=False, width=WIDTH, default_flow_style=None
    )
    years = [
        {"product": product, "registration_year": str(year), "share": f"{share:.6f}"}
        for product, shares in vintages.items()
        for year, share in shares.items()
    ]
    return {
        files["baseline"]: _table(BASELINE, baseline),
        files["vintages"]: _table(VINTAGES, years),
        f"{name}.yaml": ("".join(f"# {line}\n" for line in head.splitlines()) + told).encode(),
    }


def _table(heads: tuple[str, ...], rows: Iterable[Mapping[str, str]]) -> bytes:
    sink = io.StringIO(newline="")
    writer = csv.DictWriter(sink, heads, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return sink.getvalue().encode()


def region_chosen(root: Path, words: Sequence[str]) -> str:
    """Name of the region that these settings choose."""
    return chosen(Sources(root), read_overrides(words).choices)["region"]


def try_out(root: Path, name: str, files: Mapping[str, bytes]) -> None:
    """Raise BadInput unless settings can be built with these files below ``configs/region/``; writes nothing there."""
    with tempfile.TemporaryDirectory() as place:
        copied = Path(place).resolve()
        (copied / "configs").mkdir()
        for path in (root / "configs").iterdir():
            if path.name != "region":
                (copied / "configs" / path.name).symlink_to(path)
        (copied / "scenarios").symlink_to(root / "scenarios")
        for below, content in files.items():
            target = copied / "configs" / "region" / below
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        for other in Sources(root).names("region"):
            if other != name:
                shutil.copy(root / "configs" / "region" / f"{other}.yaml", copied / "configs" / "region")
        load_settings([f"region={name}"], copied)
