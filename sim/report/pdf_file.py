"""The same document as a PDF, in the shipped type, so that it looks alike everywhere."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from reportlab.lib import colors
from reportlab.lib.enums import TA_CENTER, TA_LEFT, TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    CondPageBreak,
    Flowable,
    Image,
    KeepTogether,
    Paragraph,
    SimpleDocTemplate,
    Spacer,
    Table,
    TableStyle,
)

from sim.report import blocks
from sim.report.blocks import Block, Command, Document, Grid, Heading, Picture, Sizes
from sim.report.fonts import FILES, FOLDER
from sim.report.plain_text import printable
from sim.report.wrapping import unbreakable

TYPE, BOLD = "NotoSansSC", "NotoSansSC-Bold"
MARGIN = 25 * mm
WIDTH = A4[0] - 2 * MARGIN
"""Of text and pictures, where a document is not set closely."""
PADDING = 6
"""Points that reportlab leaves free on both sides of a page's text."""
SIDE, GAP = 3, 10
"""Points beside the text of a cell, and on the left of a table that stands beside another."""
GREY = colors.HexColor("#444444")
STAMP = colors.HexColor("#D55E00")


@dataclass(frozen=True)
class _Look:
    """How paragraphs are set, and how wide the text is."""

    styles: dict[str, ParagraphStyle]
    width: float

    def set(self, text: str, style: str, width: float | None = None) -> Paragraph:
        """A paragraph of a style, as wide as the text unless told otherwise."""
        return _set(text, self.styles[style], self.width - 2 * PADDING if width is None else width)


def pdf_bytes(given: Document) -> bytes:
    """The whole file."""
    return pdf_pages(given)[0]


def pdf_pages(given: Document) -> tuple[bytes, int]:
    """The whole file, and how many pages it has."""
    document = printable(given)
    for name, file in zip((TYPE, BOLD), FILES, strict=True):
        if name not in pdfmetrics.getRegisteredFontNames():
            pdfmetrics.registerFont(TTFont(name, str(FOLDER / file)))
    dense = document.dense
    margin = MARGIN if dense is None else dense.margin_mm * mm
    look = _Look(_styles(chinese=document.chinese) if dense is None else _dense_styles(dense), A4[0] - 2 * margin)
    sink = io.BytesIO()
    template = SimpleDocTemplate(
        sink, pagesize=A4, leftMargin=margin, rightMargin=margin, topMargin=margin, bottomMargin=margin,
        title=document.title, author=document.footer, lang="zh-CN" if document.chinese else "en",
    )  # fmt: skip

    def foot(canvas: Canvas, _: object) -> None:
        if document.stamp:
            canvas.setFont(BOLD, 11)
            canvas.setFillColor(STAMP)
            canvas.drawRightString(A4[0] - margin, A4[1] - min(16 * mm, 0.7 * margin), document.stamp)
        canvas.setFont(TYPE, 8)
        canvas.setFillColor(GREY)
        canvas.drawCentredString(A4[0] / 2, min(14 * mm, 0.5 * margin), f"{document.footer}    — {canvas.getPageNumber()} —")

    template.build(_story(document, look), onFirstPage=foot, onLaterPages=foot)
    return sink.getvalue(), int(template.page)


def _story(document: Document, look: _Look) -> list[Flowable]:
    story: list[Flowable] = [
        look.set(document.title, "title"),
        look.set(document.subtitle, "subtitle"),
        *([look.set(document.stamp_told, "stamp")] if document.stamp_told else []),
    ]
    for place, block in enumerate(document.blocks):
        if isinstance(block, (Heading, Grid)) and document.dense is None:
            story.append(CondPageBreak(_room(document.blocks[place:])))
        story += _flowables(block, look)
    return [*story, Spacer(1, 8 * mm if document.dense is None else 1 * mm), look.set(document.signed, "signed")]


def _styles(*, chinese: bool) -> dict[str, ParagraphStyle]:
    def style(name: str, size: float, **others: object) -> ParagraphStyle:
        given = {"fontName": TYPE, "fontSize": size, "leading": size * 1.55, **others}
        return ParagraphStyle(name, **given)

    indent = 22 if chinese else 0
    return {
        "title": style("title", 19, fontName=BOLD, alignment=TA_CENTER, spaceAfter=6, leading=27),
        "subtitle": style("subtitle", 12, alignment=TA_CENTER, spaceAfter=12, textColor=GREY),
        "stamp": style("stamp", 10, fontName=BOLD, textColor=STAMP, spaceAfter=8),
        "heading1": style("heading1", 14, fontName=BOLD, spaceBefore=12, spaceAfter=5),
        "heading2": style("heading2", 12, fontName=BOLD, spaceBefore=7, spaceAfter=3),
        "heading3": style("heading3", 11, fontName=BOLD, spaceBefore=4, spaceAfter=2),
        "body": style("body", 11, firstLineIndent=indent, spaceAfter=4),
        "command": style("command", 9, backColor=colors.HexColor("#F3F3F3"), borderPadding=3, spaceBefore=4, spaceAfter=6),
        "caption": style("caption", 10, fontName=BOLD, alignment=TA_CENTER, spaceBefore=8, spaceAfter=2),
        "unit": style("unit", 8, alignment=TA_RIGHT, spaceAfter=2),
        "source": style("source", 8, textColor=GREY, spaceBefore=2, spaceAfter=9),
        "left": style("left", 8, leading=11, alignment=TA_LEFT),
        "centre": style("centre", 8, leading=11, alignment=TA_CENTER),
        "right": style("right", 8, leading=11, alignment=TA_RIGHT),
        "head": style("head", 8, leading=11, fontName=BOLD, alignment=TA_CENTER),
        "title_row": style("title_row", 8, leading=11, fontName=BOLD, alignment=TA_LEFT),
        "signed": style("signed", 11, alignment=TA_RIGHT),
    }


def _dense_styles(sizes: Sizes) -> dict[str, ParagraphStyle]:
    """The same for a document that is set closely; headings of all levels alike."""

    def style(name: str, size: float, **others: object) -> ParagraphStyle:
        given = {"fontName": TYPE, "fontSize": size, "leading": size * sizes.leading, **others}
        return ParagraphStyle(name, **given)

    headings = {
        f"heading{level}": style(f"heading{level}", sizes.heading, fontName=BOLD, spaceBefore=4, spaceAfter=1)
        for level in (1, 2, 3)
    }
    return headings | {
        "title": style("title", sizes.title, fontName=BOLD, alignment=TA_CENTER, spaceAfter=1),
        "subtitle": style("subtitle", sizes.subtitle, alignment=TA_CENTER, textColor=GREY, spaceAfter=2),
        "stamp": style("stamp", sizes.small, fontName=BOLD, textColor=STAMP),
        "body": style("body", sizes.body, spaceAfter=1),
        "command": style("command", sizes.small),
        "caption": style("caption", sizes.caption, fontName=BOLD, alignment=TA_CENTER, spaceBefore=2),
        "unit": style("unit", sizes.small, alignment=TA_RIGHT),
        "source": style("source", sizes.small, textColor=GREY, spaceBefore=1, spaceAfter=2),
        "left": style("left", sizes.cell, alignment=TA_LEFT),
        "centre": style("centre", sizes.cell, alignment=TA_CENTER),
        "right": style("right", sizes.cell, alignment=TA_RIGHT),
        "head": style("head", sizes.cell, fontName=BOLD, alignment=TA_CENTER),
        "title_row": style("title_row", sizes.cell, fontName=BOLD, alignment=TA_LEFT),
        "signed": style("signed", sizes.small, alignment=TA_RIGHT),
    }


def _set(text: str, style: ParagraphStyle, width: float) -> Paragraph:
    """A paragraph whose lines are broken where Chinese and English may be: reportlab itself breaks at blanks, or anywhere."""
    lines, line, room = [], "", width - 2 - style.firstLineIndent
    for piece in unbreakable(text):
        taken = pdfmetrics.stringWidth(piece.rstrip(), style.fontName, style.fontSize)
        if line and taken > room:
            lines.append(line)
            line, room = "", width - 2
        line += piece
        room -= pdfmetrics.stringWidth(piece, style.fontName, style.fontSize)
    return Paragraph("<br/>".join(escape(part) for part in [*lines, line]) or "&nbsp;", style)


def _room(following: Sequence[Block]) -> float:
    """Height that must be left on the page for what begins here: headings stay with what they head."""
    first, *rest = following
    if isinstance(first, Heading) and rest:
        return float(12 * mm) + _room(rest)
    if isinstance(first, Picture):
        return float(_image(first).drawHeight + 15 * mm)
    return float(45 * mm)


def _flowables(block: Block, look: _Look) -> list[Flowable]:
    if isinstance(block, Heading):
        return [look.set(block.line, f"heading{block.level}")]
    if isinstance(block, blocks.Paragraph):
        return [look.set(block.text, "body")]
    if isinstance(block, Command):
        return [look.set(block.text, "command")]
    if isinstance(block, Picture):
        return [KeepTogether([_image(block), look.set(block.caption, "caption")])]
    return _grid(block, look)


def _image(block: Picture) -> Image:
    width, height = ImageReader(str(block.path)).getSize()
    ratio = height / width
    tallest = A4[1] - 2 * MARGIN - 20 * mm
    shown = min(WIDTH - 2 * PADDING, tallest / ratio)
    return Image(str(block.path), width=shown, height=shown * ratio)


def _grid(block: Grid, look: _Look) -> list[Flowable]:
    unit = look.width / sum(block.widths)
    before = [GAP if place in block.seconds else SIDE for place in range(len(block.widths))]
    columns = [width * unit - left - SIDE for width, left in zip(block.widths, before, strict=True)]
    head = [look.set(text, "head", width) for text, width in zip(block.headings, columns, strict=True)]
    body = [_row(block, row, columns, look) for row in block.rows]
    table = Table([head, *body], colWidths=[width * unit for width in block.widths], repeatRows=1)
    lines: list[tuple[object, ...]] = [
        ("LINEABOVE", (0, 0), (-1, 0), 1.2, GREY),
        ("LINEBELOW", (0, -1), (-1, -1), 1.2, GREY),
        ("LINEBELOW", (0, 0), (-1, -2), 0.3, GREY),
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        *(("LEFTPADDING", (place, 0), (place, -1), left) for place, left in enumerate(before)),
        ("RIGHTPADDING", (0, 0), (-1, -1), SIDE),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    for place in (title + 1 for title in block.titles):  # the row of the table's own headings comes first
        lines += [("SPAN", (0, place), (-1, place)), ("NOSPLIT", (0, place), (0, place + 1))]
    table.setStyle(TableStyle([*lines, *_tinted(block)]))
    said = [look.set(block.unit, "unit")] if block.unit else []
    return [look.set(block.caption, "caption"), *said, table, look.set(block.source, "source")]


def _row(block: Grid, row: Sequence[str], columns: Sequence[float], look: _Look) -> list[Flowable | str]:
    """One row of a table; a heading over others takes its whole width."""
    if len(row) == 1:
        return [look.set(row[0], "title_row", sum(columns)), *[""] * (len(columns) - 1)]
    return [
        look.set(text, block.alignment(place, text), width)
        for place, (text, width) in enumerate(zip(row, columns, strict=True))
    ]


def _tinted(block: Grid) -> list[tuple[object, ...]]:
    """Commands of a table that set a ground under the cells with a colour of their own."""
    return [
        ("BACKGROUND", (column, row), (column, row), colors.HexColor(f"#{block.colours[text]}"))
        for row, cells in enumerate(block.rows, start=1)
        for column, text in enumerate(cells)
        if text in block.colours
    ]
