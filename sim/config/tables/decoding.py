"""From bytes to text by strict decoders, tried in a stated order.

A byte-order mark decides alone. Without one: UTF-8, then GB18030 (what Excel in China calls CSV); where zero bytes tell of
sixteen-bit characters, UTF-16. The first text in which the header of the table is found is taken, so the order matters
only for texts that are valid in two encodings.
"""

from __future__ import annotations

import codecs
from typing import NamedTuple

MARKED = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
UNMARKED = ("utf-8", "gb18030")
SIXTEEN_BITS = ("utf-16-le", "utf-16-be")


class Decoded(NamedTuple):
    """A text and what it was encoded in."""

    encoding: str
    text: str


def decoded(raw: bytes) -> list[Decoded]:
    """Every text that the bytes may be, likeliest first; none if no decoder takes them."""
    texts = []
    for encoding in _tried(raw):
        try:
            texts.append(Decoded(encoding, raw.decode(encoding)))
        except UnicodeDecodeError:
            continue
    return texts


def _tried(raw: bytes) -> tuple[str, ...]:
    for mark, encoding in MARKED:
        if raw.startswith(mark):
            return (encoding,)
    return (*UNMARKED, *SIXTEEN_BITS) if b"\0" in raw else UNMARKED
