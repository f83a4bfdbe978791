"""Text of figures broken where its line is full, measured in the font that it is set in."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import Any

from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties

from sim.report.fonts import use_fonts
from sim.report.wrapping import unbreakable

DPI = 150
"""Of the pictures: letters stand on whole dots there and take a little more room than in outlines."""


def fitted(text: str, inches: float, size: float, *, bold: bool = False) -> list[str]:
    """Lines of a text, none wider than this unless a single word is."""
    use_fonts()
    lines, line, room = [], "", inches
    for word in unbreakable(text):
        if line and width(word.rstrip(), size, bold) > room:
            lines.append(line.rstrip())
            line, room = "", inches
        line += word
        room -= width(word, size, bold)
    return [*lines, line.rstrip()]


@lru_cache(maxsize=20_000)
def width(text: str, size: float, bold: bool) -> float:
    """Inches that a word takes, with the blank that follows it."""
    font = FontProperties(size=size, weight="bold" if bold else "normal")
    measured = [text] if text == text.rstrip() else [f"{text}.", "."]  # a blank at the end takes no ink
    dots = [float(_renderer().get_text_width_height_descent(each, font, ismath=False)[0]) for each in measured]
    return (dots[0] - sum(dots[1:])) / DPI


@cache
def _renderer() -> Any:
    return RendererAgg(1, 1, DPI)  # type: ignore[no-untyped-call]
