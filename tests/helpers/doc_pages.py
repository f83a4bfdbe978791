"""Read the pages for tests: their commands, their code, and the worked examples that can be put into a copy."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGES = [*(ROOT / name for name in ("README.md", "README.zh.md", "CONTRIBUTING.md")), *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^`([^`\n]+)`(?: \(([^)]*)\))?:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
"""A worked example: the file's path, perhaps where in it, and its content."""


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def inline(page: Path) -> list[str]:
    """Inline code outside of blocks."""
    return re.findall(r"`([^`\n]+)`", re.sub(r"```.*?```", "", text(page), flags=re.DOTALL))


def blocks(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text(page), re.DOTALL)


def commands(page: Path) -> Iterator[list[str]]:
    """Commands of make and of the program, in blocks and in running text, without their comments."""
    lines = [line for block in blocks(page, "sh") for line in block.splitlines()]
    for line in [*lines, *inline(page)]:
        if re.match(r"(python -m sim|make)\b", line):
            words = shlex.split(line, comments=True)
            if len(words) > (1 if words[0] == "make" else 3):
                yield words


def put(path: Path, where: str, content: str) -> None:
    """Write a worked example as the page says."""
    path.parent.mkdir(parents=True, exist_ok=True)
    old = path.read_text(encoding="utf-8") if where else ""
    if where.startswith("append"):
        for variant, share in re.findall(r"(\w+) to (0\.\d+)", where):
            old = re.sub(rf"^(new_mix_{variant},\w,2023,)[\d.]+", rf"\g<1>{share}", old, flags=re.MULTILINE)
        content = old.rstrip("\n") + ("\n\n\n" if path.suffix == ".py" else "\n") + content
    elif where == "under variants":
        content = old.replace("\nvariants:\n", f"\nvariants:\n{content}")
    else:
        assert not where, f"{path.name}: how to place it is not known: {where}"
        assert not path.exists(), f"{path.name} is there already"
    path.write_text(content, encoding="utf-8")
