"""Figures and tables show the numbers they are given, in both languages, on every machine and terminal."""

from __future__ import annotations

import io
import string
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from matplotlib import font_manager
from matplotlib.figure import Figure
from matplotlib.ft2font import FT2Font
from report_frames import MONTHS, RUNS, TARGETS, TITLES, ledger, monthly, rows, steady, target, target_table, uptake
from rich.console import Console

from sim.clock import parse_month
from sim.errors import BadInput, SimError
from sim.report import words as vocabulary
from sim.report.drawing import save_all
from sim.report.figures import difference, fan_chart, forecast_figures
from sim.report.fonts import FAMILY, FILES, FOLDER, use_fonts
from sim.report.numerals import number, percent, places, scale_for
from sim.report.series import as_promised, by_run, quantiles
from sim.report.stacks import new_sales_by_powertrain, outlay_by_payer, uptake_by_measure
from sim.report.tables import print_targets
from sim.report.words import Language, Words
from sim.report.wrapping import wrapped
from sim.schema import Title

LANGUAGES: tuple[Language, ...] = ("zh", "en")
SCENARIO = Title(zh="现行政策", en="as enacted")


def words(language: Language = "zh") -> Words:
    return Words(language, TITLES, SCENARIO)


def texts(figure: Figure) -> str:
    """Everything that is written in a figure."""
    return "\n".join(text.get_text() for text in figure.findobj(lambda part: hasattr(part, "get_text")))  # type: ignore[attr-defined]


def heights(figure: Figure, panel: int = 0) -> list[float]:
    """The heights of the bars of one panel, in the order in which they were drawn."""
    return [bar.get_height() for bar in figure.axes[panel].patches if bar.get_width() > 0.5]  # type: ignore[attr-defined]


def every_figure(language: Language) -> list[tuple[str, Figure]]:
    said = words(language)
    forecast = forecast_figures(monthly(), ledger(), uptake(), target_table(), TARGETS, said)
    compared = difference(
        monthly(), monthly(), "new_registrations", "bev", said, ("无政策", "现行政策"), flow=True
    )
    return [*forecast, ("difference", compared)]


# ---- series
