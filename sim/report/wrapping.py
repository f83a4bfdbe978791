"""Lines of mixed Chinese and English, broken where either may be broken."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable


def wrapped(text: str, cells: int) -> list[str]:
    """Break a text into lines of so many half-width characters, at blanks or between Chinese characters."""
    lines, line, room = [], "", cells
    for word in unbreakable(text):
        width = sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in word)
        if width > room and line:
            lines.append(line.rstrip())
            line, room = "", cells
        line += word
        room -= width
    return [*lines, line.rstrip()]


def unbreakable(text: str) -> Iterable[str]:
    """Words with the blank or the punctuation that follows; Chinese characters one by one."""
    word = ""
    for letter, following in zip(text, f"{text[1:]} "[: len(text)], strict=True):
        word += letter
        wide = unicodedata.east_asian_width(letter) in "WF"
        bound = unicodedata.category(following) in ("Po", "Pe", "Pf") or unicodedata.category(letter) in ("Ps", "Pi")
        if (letter == " " or wide) and not bound:
            yield word
            word = ""
    yield word
