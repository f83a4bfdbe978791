"""Where a workbook that people fill in is to be written."""

from __future__ import annotations

from pathlib import Path

from sim.errors import Both, refused
from sim.runs.store.disk import require_place

BOOK = ".xlsx"


def workbook_path(typed: str, example: Both) -> Path:
    """The file that was typed; raises BadInput where no workbook can be written."""
    path = Path(typed).expanduser()
    if path.suffix.lower() != BOOK or path.is_dir():
        allowed = Both(f"以 {BOOK} 结尾的文件名", f"the name of a file that ends in {BOOK}")
        raise refused("output", str(path), allowed, example)
    require_place("output", str(path.parent))
    return path
