"""Put a district below ``configs/region/``: tried out first, then written, its own file last."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sim.config.region_saving import baseline_rows, region_content, region_files, try_out
from sim.config.saving import NAME
from sim.config.scaling import KEY
from sim.config.sources import Sources
from sim.errors import Both, refused
from sim.runs.store.disk import require_place, write_file, write_folder
from sim.schema.bricks import Title
from sim.studies.local.district_numbers import Numbers
from sim.studies.local.reshaping import Reshaped, baseline_after, changed_content, vintages_after

PLACE = "configs/region"
DIGITS = 5
"""Significant digits of a factor."""


def require_name(root: Path, name: object, source: str, replace: bool) -> str:
    """A name that a new district may have; raises BadInput. ``source``: the district that it starts from."""
    taken = Sources(root).names("region")
    if not isinstance(name, str) or not NAME.fullmatch(name):
        allowed = Both("小写字母、数字和下划线，以字母开头", "lower-case ASCII letters, digits and _, beginning with a letter")
        raise refused("name", name, allowed, Both("例如 name=dongchangfu_local", "for instance name=dongchangfu_local"))
    if name == source or (name in taken and not replace):
        allowed = Both(
            "尚未使用的名称（已有：" + "、".join(taken) + "）", "a name that no region has yet; there are " + ", ".join(taken)
        )
        again = Both("换一个名称", "choose another")
        over = Both(
            "换一个名称；要替换原有地区，加 replace=true",
            "choose another, or type replace=true to put it in the place of the old one",
        )
        raise refused("name", name, allowed, again if name == source else over)
    require_place("output", str(root / PLACE))
    return name


def put_district(root: Path, name: str, files: Mapping[str, bytes]) -> Path:
    """Try the files out and write them; returns the region's file."""
    try_out(root, name, files)
    tables = {Path(path).name: content for path, content in files.items() if path.startswith(f"{name}/")}
    write_folder(root / PLACE / name, tables)
    return write_file(root / PLACE / f"{name}.yaml", files[f"{name}.yaml"])


@dataclass(frozen=True)
class DistrictFrame:
    """What the files of a district say beside its numbers."""

    name: str
    base: str
    """The district that it starts from."""
    title: Title
    head: str
    """Where the files come from."""
    boundary: str = ""
    """Boundary that the rows hold for; none: what they held for before."""
    apart: bool = False
    """Whether it is another district than the one it starts from, with luck of its own."""


def files_of(
    root: Path, frame: DistrictFrame, numbers: Numbers, after: Reshaped, scaled: Mapping[str, float]
) -> dict[str, bytes]:
    """The three files; ``scaled``: by how much sums and promises are larger than where they are written for."""
    content = changed_content(region_content(root, frame.base), after)
    factors = {path: float(factor) for path, factor in content.get(KEY, {}).items()}
    for path, factor in scaled.items():
        factors[path] = float(f"{factors.get(path, 1.0) * factor:.{DIGITS}g}")
    boundary = numbers.settings.region.boundary
    content |= {"title": frame.title.model_dump(), "boundary": boundary, **({KEY: factors} if factors else {})}
    if frame.apart:
        content["luck"] = 1 + zlib.crc32(frame.name.encode()) % (2**31 - 1)
    rows = baseline_after(baseline_rows(root, frame.base, boundary), after, frame.boundary)
    return region_files(frame.name, content, rows, vintages_after(after, numbers), frame.head)
