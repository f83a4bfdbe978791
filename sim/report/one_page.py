"""A document that must fit on one page of A4: its type shrinks until it does."""

from __future__ import annotations

from dataclasses import replace

from sim.errors import Both, SimError
from sim.report.blocks import DENSE, Document
from sim.report.docx_file import docx_bytes
from sim.report.pdf_file import pdf_pages

STEPS = tuple(1.0 - 0.04 * step for step in range(11))
"""Of the usual type, from the largest to the smallest that can be read."""
WORD = 0.96
"""Of the type in the Word file: its tables stand a little higher."""


def on_one_page(document: Document) -> tuple[bytes, bytes]:
    """Word file and PDF; raises SimError if the page does not hold it in the smallest type."""
    for step in STEPS:
        pdf, pages = pdf_pages(replace(document, dense=DENSE.shrunk(step)))
        if pages == 1:
            return docx_bytes(replace(document, dense=DENSE.shrunk(step * WORD))), pdf
    raise SimError(
        Both("内容太多，一页 A4 放不下；请减少目标或指标", "too much for one page of A4: leave out promises or series")
    )
