"""Where the workbook of a region's numbers is to be written; looked at before anything heavy is loaded."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from sim.config.options import split_texts
from sim.config.region_saving import region_chosen
from sim.config.sources import find_root
from sim.errors import Both
from sim.studies.common.declaring import overrides
from sim.studies.common.workbook_place import BOOK, workbook_path

LOCAL = Both("例如 output=本地数据.xlsx", "for instance output=local.xlsx")


class BookPlace(NamedTuple):
    """A region, the file that takes its workbook, and what else was typed."""

    region: str
    path: Path
    words: list[str]


def book_place(words: Sequence[str]) -> BookPlace:
    """Read the words behind ``local template``; raises BadInput where no workbook can be written."""
    options, rest = split_texts(words, ("output",))
    typed = overrides(rest)
    region = region_chosen(find_root(), typed)
    return BookPlace(region, workbook_path(options.get("output", f"local_numbers_{region}{BOOK}"), LOCAL), typed)
