"""Text stays text in every file format: what a format cannot hold is shown as missing, and nothing is read as a language.

The terminal (``terminal``), figures (``use_fonts``: no mathtext) and the PDF (escaped) have their own switch; Word, PDF,
workbooks and tables pass here.
"""

from __future__ import annotations

import dataclasses
import re
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
REPLACEMENT = "\ufffd"
_UNFIT = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x84\\x86-\\x9f\\ud800-\\udfff\\ufdd0-\\ufdef\\ufffe\\uffff]")
"""What XML, and so Word and Excel, has no place for."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What Excel takes for the beginning of a formula when it opens a CSV file ..."""
_NUMBER = re.compile(r"[-+]?[0-9]*\.?[0-9]+([eE][-+]?[0-9]+)?")
"""... unless it is a number."""


def fit(text: str) -> str:
    """The text with every character that a document cannot hold shown as one that is missing."""
    return _UNFIT.sub(REPLACEMENT, text)


def unformulated(text: str) -> str:
    """Text for a cell of a CSV file: an apostrophe stands before what a spreadsheet would calculate."""
    return f"'{text}" if text.startswith(_FORMULA) and not _NUMBER.fullmatch(text) else text


def printable(node: T) -> T:
    """A document, and all that it is made of, with fit text."""
    return _printable(node)  # type: ignore[no-any-return]


def _printable(node: Any) -> Any:
    if isinstance(node, str):
        return fit(node)
    if dataclasses.is_dataclass(node) and not isinstance(node, type):
        fields = {field.name: _printable(getattr(node, field.name)) for field in dataclasses.fields(node)}
        return dataclasses.replace(node, **fields)
    if isinstance(node, (list, tuple)):
        return [_printable(part) for part in node]
    if isinstance(node, dict):
        return {_printable(key): _printable(part) for key, part in node.items()}
    if node is None or isinstance(node, (Path, bool, int, float)):
        return node
    raise TypeError(f"a document holds no {type(node).__name__}")
