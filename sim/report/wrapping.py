"""Lines of mixed Chinese and English, broken where either may be broken."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

WHOLE = ("以旧换新",)
"""Terms that no line breaks within."""


def wrapped(text: str, cells: int) -> list[str]:
    """Break a text into lines of so many half-width characters, at blanks or between Chinese characters."""
    lines, line, room = [], "", cells
    for word in unbreakable(text):
        if _cells(word.rstrip()) > room and line:
            lines.append(line.rstrip())
            line, room = "", cells
        line += word
        room -= _cells(word)
    return [*lines, line.rstrip()]


def _cells(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def unbreakable(text: str) -> Iterable[str]:
    """Words with the blank or the punctuation that follows; Chinese characters one by one, but for terms that stay whole."""
    word, inside = "", _inside(text)
    for place, (letter, following) in enumerate(zip(text, f"{text[1:]} "[: len(text)], strict=True)):
        word += letter
        wide = unicodedata.east_asian_width(letter) in "WF"
        bound = unicodedata.category(following) in ("Po", "Pe", "Pf") or unicodedata.category(letter) in ("Ps", "Pi")
        if (letter == " " or wide) and not bound and place not in inside:
            yield word
            word = ""
    yield word


def _inside(text: str) -> set[int]:
    """Places of the letters of whole terms after which the term goes on."""
    starts = [(found.start(), len(term)) for term in WHOLE for found in re.finditer(term, text)]
    return {place for start, length in starts for place in range(start, start + length - 1)}
