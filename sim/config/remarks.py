"""What is odd about the folder of settings and stops nobody: files that are not read, measures that no scenario enacts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sim.config.measures_in_force import unused
from sim.config.sources import LISTED, Sources, find_root

STRAY = (
    "注意：未读取文件 {file}：文件名只能用小写字母、数字和下划线，以字母开头。如需使用请改名，否则请删除。",
    "note: {file} is not read: names are lower-case ASCII letters, digits and _, beginning with a letter. Rename or remove it.",
)
UNUSED = (
    "注意：措施文件 {file} 未被任何情景采用，不起作用。如需采用，请写入情景的 in_force。",
    "note: {file} is in force in no scenario and changes nothing. To enact it, name it under in_force in a scenario.",
)


def remarks(language: str, root: Path | None = None) -> Iterator[str]:
    """One line for each, in Chinese or English."""
    sources, which = Sources((root or find_root()).resolve()), 1 if language == "en" else 0
    yield from (STRAY[which].format(file=file) for group in LISTED for file in sources.strays(group))
    yield from (UNUSED[which].format(file=file) for file in unused(sources))
