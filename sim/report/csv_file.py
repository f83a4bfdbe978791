"""Tables as CSV, the one way in which the program writes them: Excel in China opens them as they are."""

from __future__ import annotations

import pandas as pd

from sim.report.plain_text import unformulated


def csv_bytes(frame: pd.DataFrame) -> bytes:
    """A frame as UTF-8 with a byte-order mark; text that a spreadsheet would calculate is made text."""
    texts = frame.select_dtypes(include=["object", "string"]).columns
    plain = frame.assign(**{str(name): frame[name].map(_cell) for name in texts})
    return str(plain.to_csv(index=False, lineterminator="\n")).encode("utf-8-sig")


def _cell(value: object) -> object:
    return unformulated(value) if isinstance(value, str) else value
