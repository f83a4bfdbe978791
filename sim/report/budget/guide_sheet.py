"""Sheets of the budget's workbook that help to read it and to tick it off: a guide with what was found, and month by month."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from sim.errors import Both, Language
from sim.report.budget.book import Book
from sim.report.budget.money import FEN, TOP, WAN, heading
from sim.report.numerals import number, percent
from sim.report.sheets import Sheet

HOW = (
    Both(
        "金额为各次模拟运行的均值；P5 至 P95 之间包含十分之九的运行。均值可以逐项相加；P5、P50、P95 不能相加。",
        "Money is the mean over the runs; nine of ten runs lie between P5 and P95. Means add up; P5, P50, P95 do not.",
    ),
    Both(
        "核定：申领经审核、已留出资金；支付：资金已拨出，一般比核定晚几个月；排队：资金不足，等待下一批。",
        "Granted: approved, with money set aside. Paid: some months later. In line: waiting for the next money.",
    ),
    Both(
        "净增：没有该措施就不会发生的购买或报废；提前：晚些时候本来会发生；本会发生：同期或更早也会发生。",
        "Additional: would not have happened without the measure. Pulled forward: later. Anyway: as soon, or sooner.",
    ),
    Both(
        "用尽概率：出现资金用尽的运行所占的比例。减免税不是支出，未列入。",
        "P(exhausted): share of the runs in which money runs out. Tax relief is no outlay and left out.",
    ),
)
WAN_WORDS, YUAN_WORDS = Both("万元", "10,000 yuan"), Both("元", "yuan")
ITEMS = Both("件", "items")
ANSWERS: Mapping[str, tuple[Both, Both]] = {
    "summary": (Both("各年各级支出多少，哪项资金会用尽", "what each payer pays a year, which pots run dry"), WAN_WORDS),
    "compared": (Both("调整方案改变了什么", "what the plan changes"), WAN_WORDS),
    "cash": (Both("每月由谁支付多少", "who pays how much each month"), YUAN_WORDS),
    "measures": (Both("每项措施支付、未付、核定多少", "what each measure pays, owes, grants"), YUAN_WORDS),
    "ledger": (Both("每月申领、申请、核定、支付、未付、排队多少", "claims, applications, paid, owed, in line"), YUAN_WORDS),
    "releases": (Both("每项资金何时下达、何时用尽", "when money comes and runs out"), YUAN_WORDS),
    "gain": (Both("申领中多少是净增，多少提前，多少本会发生", "how many claims are additional, pulled forward, anyway"), ITEMS),
    "unit_costs": (Both("每新增一件花多少钱", "what one more costs"), YUAN_WORDS),
    "who": (Both("谁得到补贴", "who gets it"), Both("件、元", "items, yuan")),
    "dips": (Both("购买量逐月多少，之后是否回落", "purchases by month, and what falls off later"), ITEMS),
    "sensitivity": (Both("支出可能相差多少", "how far outlay may be off"), YUAN_WORDS),
    "topups": (Both("追加资金有何效果", "what a top-up does"), YUAN_WORDS),
    "assumptions": (Both("依据哪些假设，来源和等级", "what it rests on, with source and grade"), Both("见各项", "as told")),
    "audit": (Both("重复出现的数字是否一致，出自哪些运行", "whether it adds up, which runs it is from"), YUAN_WORDS),
    "detail": (Both("逐项措施、月份、承担主体", "every measure, month and payer"), YUAN_WORDS),
}
"""Sheet -> what it answers, and its unit."""
FOUND: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "all": "模拟期内合计支出 {mean} 万元（P5 {low}，P95 {high}）。",
        "owed": "{year}年末已核定未付 {lag} 万元，排队 {line} 万元，须由以后年度支付。",
        "gain": "{measure}：每100笔申领中，{additional}笔为净增（各次配对 P5 至 P95：{low} 至 {high}），{forward}笔为提前，"
        "{anyway}笔本会发生；每净增一件支出 {cost} 元（{pairs}次配对）。",
        "else": "对照：对美国同类项目的研究，约一半的申领本来就会发生；"
        "已知本模型对补贴的反应偏弱，见 docs/trust/scorecard.md。",
    },
    "en": {
        "all": "Outlay over the simulated months: {mean} x 10,000 yuan (P5 {low}, P95 {high}).",
        "owed": "At the end of {year}, {lag} x 10,000 yuan are granted and not paid, {line} wait in line.",
        "gain": "{measure}: of 100 claims {additional} are additional (P5 to P95 of the pairs: {low} to {high}), "
        "{forward} pulled forward, {anyway} anyway; {cost} yuan for each additional one ({pairs} pairs).",
        "else": "Beside it: studies of programmes in the United States found that half of the claims would have come anyway; "
        "this model is known to react too little, see docs/trust/scorecard.md.",
    },
}


def guide(book: Book, sheet: Sheet) -> None:
    """How to read the workbook, what each sheet answers, and what was found, in sentences."""
    said, language = book.said, book.settings.language
    heading(book, sheet, "guide", "")
    row = TOP
    for line in HOW:
        sheet.line(row, line.of(language))
        row += 1
    sheet.text(row + 1, 0, said["found"], "title")
    row += 2
    for told in found(book):
        sheet.line(row, told)
        row += 1
    sheet.heads(row + 1, [said["sheet_name"], said["answers"], said["unit_of"]])
    names = [name for name in ANSWERS if name in sheet.names]
    for n, name in enumerate(names, start=row + 2):
        answer, unit = ANSWERS[name]
        for column, words in enumerate((sheet.names[name], answer.of(language), unit.of(language))):
            sheet.text(n, column, words, "wrapped")
    sheet.widths(24, 70, 18)


def found(book: Book) -> Iterator[str]:
    """What was found, a sentence each."""
    said = FOUND[book.settings.language]
    whole = book.totals[book.totals["measure"] == ""]
    if len(whole):
        row = whole.iloc[0]
        levels = {"mean": row["mean_fen"] / FEN / WAN, "low": row["p05"] / WAN, "high": row["p95"] / WAN}
        yield said["all"].format(**{name: number(float(value)) for name, value in levels.items()})
    if len(book.owed):
        year = str(book.owed["year"].max())
        mine, line = book.owed["year"] == year, book.owed["measure"] == "waiting"
        lag, waits = (number(int(book.owed.loc[mine & each, "mean_fen"].sum()) / FEN / WAN) for each in (~line, line))
        yield said["owed"].format(year=year, lag=lag, line=waits)
    for _, each in book.gained.iterrows():
        if each["claims"] > 0.0 and math.isfinite(float(each["anyway"])):
            yield _gained(book, {str(name): value for name, value in each.items()}, said["gain"])
    if len(book.gained):
        yield said["else"]


def _gained(book: Book, row: Mapping[str, float], words: str) -> str:
    shares = {name: row[name] / row["claims"] for name in ("additional", "pulled_forward", "anyway")}
    whole = {name: _of_hundred(share) for name, share in shares.items()}
    low, high = (_of_hundred(row[f"share_additional_{level}"]) for level in ("p05", "p95"))
    return words.format(
        measure=book.words.measure(str(row["measure"])), additional=whole["additional"], forward=whole["pulled_forward"],
        anyway=whole["anyway"], low=low, high=high, cost=number(row["cost_per_additional"]), pairs=int(row["pairs"]),
    )  # fmt: skip


def _of_hundred(share: float) -> str:
    return percent(share).removesuffix("%")


def ledger(book: Book, sheet: Sheet) -> None:
    """Month by month: claims, applications, money granted, paid, owed, in line; what is owed is a formula over rows above."""
    said = book.said
    heading(book, sheet, "ledger", said["ledger_note"])
    heads = ("month", "claims_month", "applications_month", "granted_month", "paid_month", "owed_month", "waiting_month")
    sheet.heads(TOP, [said[name] for name in heads], repeat=True)
    owed = 0
    for n, row in enumerate(book.ledger.itertuples(), start=TOP + 1):
        sheet.text(n, 0, str(row.month))
        sheet.number(n, 1, float(row.claims), "whole")
        sheet.number(n, 2, float(row.applications), "whole")
        sheet.number(n, 3, int(row.granted_fen) / FEN, "yuan")
        sheet.number(n, 4, int(row.paid_fen) / FEN, "yuan")
        owed += int(row.granted_fen) - int(row.paid_fen)
        before = f"{sheet.cell(n - 1, 5)}+" if n > TOP + 1 else ""
        sheet.formula(n, 5, f"=ROUND({before}{sheet.cell(n, 3)}-{sheet.cell(n, 4)},2)", owed / FEN, "yuan")
        sheet.number(n, 6, int(row.waiting_fen) / FEN, "yuan")
    last = TOP + len(book.ledger)
    sheet.text(last + 1, 0, said["total"], "text_total")
    for column, name in ((3, "granted_fen"), (4, "paid_fen")):
        formula = f"=ROUND(SUM({sheet.cell(TOP + 1, column)}:{sheet.cell(max(last, TOP + 1), column)}),2)"
        sheet.formula(last + 1, column, formula, int(book.ledger[name].sum()) / FEN, "yuan_total")
    sheet.widths(12, 16, 16, *[22] * 4)
