"""A document as a Word file, laid out like an official Chinese document (GB/T 9704-2012: margins, type, numbering)."""

from __future__ import annotations

import io
from collections.abc import Mapping
from typing import Any

import docx
from docx.document import Document as WordFile
from docx.enum.table import WD_ALIGN_VERTICAL, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from sim.report.blocks import Block, Command, Document, Grid, Heading, Paragraph, Picture, Sizes
from sim.report.plain_text import printable

MARGINS = {"top_margin": Mm(37), "bottom_margin": Mm(35), "left_margin": Mm(28), "right_margin": Mm(26)}
PAGE = (Mm(210), Mm(297))
TEXT_WIDTH_MM = 156.0
BODY, LATIN = "仿宋", "Times New Roman"
FACES = {1: "黑体", 2: "楷体", 3: "仿宋"}
"""Type of the headings of each level."""
FALLBACKS = {
    "仿宋": "仿宋_GB2312;FangSong;STFangsong;Noto Serif CJK SC;Noto Sans CJK SC;Noto Sans SC",
    "黑体": "SimHei;STHeiti;Microsoft YaHei;Noto Sans CJK SC;Noto Sans SC",
    "楷体": "楷体_GB2312;KaiTi;STKaiti;Noto Serif CJK SC;Noto Sans CJK SC;Noto Sans SC",
    "宋体": "SimSun;STSong;Noto Serif CJK SC;Noto Sans CJK SC;Noto Sans SC",
}
"""What a reader without the type is told to take in its place."""
TALLEST = Mm(200)
STAMP = RGBColor(0xD5, 0x5E, 0x00)
SIZE, LINE, SMALL = Pt(16), Pt(28), Pt(9)
LEFT = WD_ALIGN_PARAGRAPH.LEFT
ALIGNED = {"left": LEFT, "centre": WD_ALIGN_PARAGRAPH.CENTER, "right": WD_ALIGN_PARAGRAPH.RIGHT}
ROOM = 0.15
"""Above and below the lines of a cell where a document is set closely, as a share of the type."""
GAP = "200"
"""Twentieths of a point between two tables side by side."""


def docx_bytes(given: Document) -> bytes:
    """The whole file."""
    document, file = printable(given), docx.Document()
    if document.dense is not None:
        return _saved(_dense(file, document, document.dense))
    _page(file, document, MARGINS)
    _type(file)
    _line(file, document.title, "黑体", Pt(22), WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    _line(file, document.subtitle, "楷体", SIZE, WD_ALIGN_PARAGRAPH.CENTER)
    if document.stamp_told:
        run = _line(file, document.stamp_told, "黑体", Pt(12), WD_ALIGN_PARAGRAPH.LEFT, tight=True).runs[0]
        run.font.color.rgb = STAMP
    for block in document.blocks:
        _block(file, block, chinese=document.chinese)
    _line(file, document.signed, BODY, SIZE, WD_ALIGN_PARAGRAPH.RIGHT)
    return _saved(file)


def _saved(file: WordFile) -> bytes:
    sink = io.BytesIO()
    file.save(sink)
    return sink.getvalue()


def _dense(file: WordFile, document: Document, sizes: Sizes) -> WordFile:
    """A document that is set closely: every line exactly as high as its type asks for."""
    _page(file, document, dict.fromkeys(MARGINS, Mm(sizes.margin_mm)))
    for name in ("header_distance", "footer_distance"):
        setattr(file.sections[0], name, Mm(sizes.margin_mm / 3))
    _type(file)

    def line(text: str, face: str, size: float, align: WD_ALIGN_PARAGRAPH = LEFT, *, bold: bool = False) -> WordParagraph:
        paragraph = _line(file, text, face, Pt(size), align, bold=bold)
        paragraph.paragraph_format.line_spacing = Pt(size * sizes.leading)
        return paragraph

    line(document.title, "黑体", sizes.title, WD_ALIGN_PARAGRAPH.CENTER, bold=True)
    line(document.subtitle, "楷体", sizes.subtitle, WD_ALIGN_PARAGRAPH.CENTER)
    if document.stamp_told:
        line(document.stamp_told, "黑体", sizes.small).runs[0].font.color.rgb = STAMP
    for block in document.blocks:
        if isinstance(block, Heading):
            line(block.line, "黑体", sizes.heading, bold=True).paragraph_format.space_before = Pt(3)
        elif isinstance(block, Grid):
            line(block.caption, "黑体", sizes.caption, WD_ALIGN_PARAGRAPH.CENTER)
            if block.unit:
                line(block.unit, BODY, sizes.small, WD_ALIGN_PARAGRAPH.RIGHT)
            _table(file, block, sizes.cell, sizes.leading, PAGE[0].mm - 2 * sizes.margin_mm, room=ROOM * sizes.cell)
            line(block.source, BODY, sizes.small)
        elif isinstance(block, Paragraph):
            line(block.text, BODY, sizes.body)
        else:
            raise TypeError(f"a document that is set closely holds no {type(block).__name__}")
    line(document.signed, BODY, sizes.small, WD_ALIGN_PARAGRAPH.RIGHT)
    return file


def _page(file: WordFile, document: Document, margins: Mapping[str, Length]) -> None:
    section = file.sections[0]
    section.page_width, section.page_height = PAGE
    for name, size in margins.items():
        setattr(section, name, size)
    file.core_properties.title, file.core_properties.author = document.title, document.footer
    if document.stamp:
        head = section.header.paragraphs[0]
        head.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = head.add_run(document.stamp)
        _face(run, "黑体", Pt(12))
        run.font.color.rgb = STAMP
    foot = section.footer.paragraphs[0]
    foot.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for text in (f"{document.footer}    — ", "", "", "", " —"):
        _face(foot.add_run(text), "宋体", SMALL)
    begin, asked, end = (foot.runs[place]._r for place in (1, 2, 3))
    begin.append(_element("w:fldChar", fldCharType="begin"))
    asked.append(OxmlElement("w:instrText"))
    asked[-1].text = "PAGE"
    end.append(_element("w:fldChar", fldCharType="end"))


def _type(file: WordFile) -> None:
    """The default type, real heading styles for the navigation pane, and what stands in for a missing type."""
    normal = file.styles["Normal"]
    _face(normal, BODY, SIZE)
    form = normal.paragraph_format
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, LINE
    form.space_before = form.space_after = Pt(0)
    for level, face in FACES.items():
        style: Any = file.styles[f"Heading {level}"]
        _face(style, face, SIZE)
        style.font.bold, style.font.italic, style.font.color.rgb = level == 3, False, RGBColor(0, 0, 0)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(6 if level == 1 else 0)
    part = next(rel.target_part for rel in file.part.rels.values() if rel.reltype.endswith("/fontTable"))
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/></w:font>'
        for name, others in FALLBACKS.items()
    )
    part._blob = part.blob.replace(b"</w:fonts>", fonts.encode() + b"</w:fonts>")


def _face(styled: Any, face: str, size: Length) -> None:
    """East Asian and Latin type of a run or style."""
    styled.font.name, styled.font.size = LATIN, size
    fonts = styled.element.get_or_add_rPr().get_or_add_rFonts()
    for attribute in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{attribute}"), None)
    fonts.set(qn("w:eastAsia"), face)


def _element(tag: str, **attributes: str) -> Any:
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    return element


def _line(
    file: WordFile, text: str, face: str, size: Length, align: WD_ALIGN_PARAGRAPH, *, bold: bool = False, tight: bool = False
) -> WordParagraph:
    paragraph = file.add_paragraph()
    paragraph.alignment = align
    if tight:
        paragraph.paragraph_format.line_spacing = Pt(14)
    else:
        paragraph.paragraph_format.line_spacing = Pt(size.pt * 1.6)
    run = paragraph.add_run(text)
    _face(run, face, size)
    run.font.bold = bold
    return paragraph


def _block(file: WordFile, block: Block, *, chinese: bool) -> None:
    if isinstance(block, Heading):
        file.add_heading(block.line, level=block.level).paragraph_format.first_line_indent = Pt(32) if chinese else Pt(0)
    elif isinstance(block, Paragraph):
        paragraph = file.add_paragraph(block.text)
        paragraph.paragraph_format.first_line_indent = Pt(32) if chinese else Pt(0)
        paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if chinese else WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.space_after = Pt(0 if chinese else 6)
    elif isinstance(block, Command):
        paragraph = file.add_paragraph()
        paragraph.paragraph_format.line_spacing = Pt(15)
        run = paragraph.add_run(block.text)
        _face(run, "宋体", Pt(10))
        run.font.name = "Consolas"
    elif isinstance(block, Grid):
        _grid(file, block)
    else:
        _picture(file, block)


def _picture(file: WordFile, block: Picture) -> None:
    paragraph = file.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before = Pt(8)
    picture = paragraph.add_run().add_picture(str(block.path), width=Mm(TEXT_WIDTH_MM))
    if picture.height > TALLEST:
        picture.width, picture.height = Length(picture.width * TALLEST // picture.height), TALLEST
    shape: Any = paragraph._p.xpath(".//wp:docPr")[0]
    shape.set("descr", block.caption)
    _line(file, block.caption, "黑体", Pt(10.5), WD_ALIGN_PARAGRAPH.CENTER, tight=True).paragraph_format.space_after = Pt(8)


def _grid(file: WordFile, block: Grid) -> None:
    """Caption and unit above, three-line table with a repeated heading row, source below."""
    caption = _line(file, block.caption, "黑体", Pt(12), WD_ALIGN_PARAGRAPH.CENTER, tight=True)
    caption.paragraph_format.space_before = Pt(8)
    unit = _line(file, block.unit, BODY, SMALL, WD_ALIGN_PARAGRAPH.RIGHT, tight=True)
    caption.paragraph_format.keep_with_next = unit.paragraph_format.keep_with_next = True
    _table(file, block, SMALL.pt, 13.0 / SMALL.pt, TEXT_WIDTH_MM)
    source = _line(file, block.source, BODY, SMALL, WD_ALIGN_PARAGRAPH.LEFT, tight=True)
    source.paragraph_format.space_before, source.paragraph_format.space_after = Pt(2), Pt(8)


def _table(file: WordFile, block: Grid, size: float, leading: float, width_mm: float, room: float = 0.0) -> None:
    """``room``: points above and below the lines of each cell."""
    table = file.add_table(rows=1, cols=len(block.headings))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _borders(table)
    for cell, text in zip(table.rows[0].cells, block.headings, strict=True):
        _cell(cell, text, WD_ALIGN_PARAGRAPH.CENTER, size, leading, bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(_element("w:tblHeader", val="true"))
    for row in block.rows:
        cells = table.add_row()
        cells._tr.get_or_add_trPr().append(_element("w:cantSplit", val="true"))
        if len(row) == 1:
            _cell(cells.cells[0], row[0], ALIGNED["left"], size, leading, bold=True)
            cells.cells[0].paragraphs[0].paragraph_format.keep_with_next = True
            continue
        for place, (cell, text) in enumerate(zip(cells.cells, row, strict=True)):
            _cell(cell, text, ALIGNED[block.alignment(place, text)], size, leading)
            if text in block.colours:
                shade = _element("w:shd", val="clear", color="auto", fill=block.colours[text])
                cell._tc.get_or_add_tcPr().append(shade)
    for cell in (cell for row in table.rows for cell in row.cells):
        form = cell.paragraphs[0].paragraph_format
        form.space_before = form.space_after = Pt(room)
        cell.vertical_alignment = WD_ALIGN_VERTICAL.CENTER
    for place in block.seconds:
        for cell in table.columns[place].cells:
            gap = OxmlElement("w:tcMar")
            gap.append(_element("w:left", w=GAP, type="dxa"))
            cell._tc.get_or_add_tcPr().append(gap)
    unit_width = width_mm / sum(block.widths)
    for column, width in zip(table.columns, block.widths, strict=True):
        column.width = Mm(width * unit_width)
        for cell in column.cells:
            cell.width = Mm(width * unit_width)
    for title in block.titles:
        over = table.rows[title + 1].cells
        over[0].merge(over[-1])


def _cell(cell: _Cell, text: str, align: WD_ALIGN_PARAGRAPH, size: float, leading: float, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = align
    paragraph.paragraph_format.line_spacing = Pt(size * leading)
    run = paragraph.add_run(text if align == WD_ALIGN_PARAGRAPH.LEFT else text.replace(" ", "\u00a0"))
    _face(run, "黑体" if bold else BODY, Pt(size))


def _borders(table: Table) -> None:
    """Thick lines above and below, thin ones between the rows, none upright; narrow margins."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margins.append(_element(f"w:{side}", w="50", type="dxa"))
    borders = OxmlElement("w:tblBorders")
    for side, size in (("top", "12"), ("bottom", "12"), ("insideH", "4")):
        borders.append(_element(f"w:{side}", val="single", sz=size, space="0", color="444444"))
    table._tbl.tblPr.append(borders)
    table._tbl.tblPr.append(margins)
