"""Tables, numbers, words and fonts: what people read is what was computed, on every terminal."""

from __future__ import annotations

import io
import re
import string
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from matplotlib import font_manager
from matplotlib.ft2font import FT2Font
from report_frames import TARGETS, TITLES, target, target_table
from rich.cells import cell_len

from sim.errors import BadInput, Language, SimError
from sim.report import words as vocabulary
from sim.report.chances import chance_error
from sim.report.fonts import FAMILY, FILES, FOLDER, use_fonts
from sim.report.numerals import Scale, number, percent, places, scale_for
from sim.report.terminal import terminal
from sim.report.terminal_tables import print_targets
from sim.report.words import Words
from sim.report.wrapping import wrapped
from sim.schema.bricks import Title

BOTH = pytest.mark.parametrize("language", ["zh", "en"])


def printed(language: Language, width: int, encoding: str = "utf-8") -> str:
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    print_targets(target_table(), TARGETS, Words(language, TITLES), terminal(file=file, width=width), runs=24, draws=12)
    file.seek(0)
    return file.read()


def cells(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)


# tables


@BOTH
@pytest.mark.parametrize("width", [80, 120])
def test_the_table_shows_the_numbers_it_is_given(language: Language, width: int) -> None:
    page = printed(language, width)
    for shown in ("≥ 50,000", "48,210", "56,110", "61,333", "83%", "≥ 2.00", "1.42", "1.81", "2.23", "2027-12"):
        assert shown in page
    assert {"zh": "24次模拟运行", "en": "24 simulated runs"}[language] in page
    assert {"zh": "并非区内统计数据", "en": "not district statistics"}[language] in page.replace("\n", " ")


@BOTH
@pytest.mark.parametrize("width", [80, 120])
def test_targets_stand_below_their_subjects(language: Language, width: int) -> None:
    """In the order of the report, whatever the order of the frame; a long one is broken."""
    lines = [line.strip() for line in printed(language, width).splitlines()]
    subjects = {"zh": ("汽车", "报废汽车回收", "二手车"), "en": ("Vehicles", "Recycling of vehicles", "Used cars")}[language]
    heads = [next(n for n, line in enumerate(lines) if line and subject.startswith(line)) for subject in subjects]
    assert heads == sorted(heads)
    title = {"zh": "新能源汽车保有量", "en": "New-energy vehicles in use"}[language]
    place = next(n for n, line in enumerate(lines) if line.startswith(title[:8]))
    assert heads[0] < place < heads[1]


@BOTH
@pytest.mark.parametrize("width", [80, 120])
def test_what_is_undefined_or_rests_on_few_units_has_a_mark_and_a_sentence(language: Language, width: int) -> None:
    frame = target_table()
    frame.loc[0, ["holds", "least_scale", "probability"]] = False, 0.31, float("nan")
    frame.loc[1, ["defined", "probability"]] = 7, 0.5
    frame.loc[2, ["defined", "probability"]] = 0, float("nan")
    file = io.StringIO()
    print_targets(frame, TARGETS, Words(language, TITLES), terminal(file=file, width=width), runs=24, draws=12)
    page = " ".join(file.getvalue().split())
    assert "83%" not in page
    assert "50% ~" in page
    assert {"zh": "无法判定", "en": "n. d."}[language] in page
    shown = page.replace(" ", "")
    assert {"zh": "24次运行中7次有数值", "en": "definedin7of24runs"}[language] in shown
    assert {"zh": "0.31：新能源汽车保有量", "en": "0.31:New-energyvehiclesinuse"}[language] in shown


@BOTH
def test_a_trial_is_stamped_above_the_table(language: Language) -> None:
    pages = {}
    for scale, runs in ((1.0, 24), (0.05, 24), (1.0, 19)):
        file = io.StringIO()
        words, console = Words(language, TITLES, scale=scale), terminal(file=file, width=80)
        print_targets(target_table(), TARGETS, words, console, runs=runs, draws=10)
        pages[scale, runs] = file.getvalue()
    assert [("TRIAL" in page, "试算" in page) for page in pages.values()] == [(False, False), (True, True), (True, True)]


@BOTH
def test_no_line_of_the_table_is_wider_than_the_terminal(language: Language) -> None:
    assert max(cells(line) for line in printed(language, 80).splitlines()) <= 80


def test_seed_variance_has_a_column_where_there_is_room_and_is_told_everywhere() -> None:
    head = {width: printed("en", width).split("P5, P50, P95:")[0] for width in (80, 120)}
    assert "Seed variance" in head[120]
    assert "Seed variance" not in head[80]
    shares = target_table()["seed_variance_share"].dropna()
    for width in head:
        assert f"at most {percent(shares.max())}" in printed("en", width).replace("\n", " ")


@pytest.mark.parametrize("width", [80, 120])
def test_without_a_second_seed_nothing_is_said_of_its_variance(width: int) -> None:
    file = io.StringIO()
    frame = target_table().assign(seed_variance_share=float("nan"))
    print_targets(frame, TARGETS, Words("en", TITLES), terminal(file=file, width=width), runs=20, draws=20)
    assert "seed" not in file.getvalue().lower()


@pytest.mark.parametrize(("draws", "points"), [(4, 25), (10, 16), (20, 12), (40, 8), (100, 5)])
def test_the_table_says_to_how_many_points_probabilities_are_known(draws: int, points: int) -> None:
    """The standard error of a share of ``draws`` is largest where half of them meet the promise."""
    worst = np.random.default_rng(1).binomial(draws, 0.5, 100_000) / draws
    assert points - 1 < 100.0 * worst.std() <= points + 0.1
    assert chance_error(draws, Words("zh", TITLES)) == [
        f"达标概率根据{draws}次抽样估计，抽样误差不超过{points}个百分点（标准误）。"
    ]
    assert f"{points} points" in " ".join(chance_error(draws, Words("en", TITLES)))


@pytest.mark.parametrize("draws", [0, 1])
def test_without_draws_nothing_is_said_of_their_error(draws: int) -> None:
    assert chance_error(draws, Words("en", TITLES)) == []


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_number_and_no_year_is_broken_on_a_terminal_of_eighty_columns(language: Language) -> None:
    page = printed(language, 80)
    lines = page.splitlines()
    assert max(cell_len(line.rstrip()) for line in lines) <= 80
    for whole in ("2023", "50,000", "61,333", "2025-12", "2027-12"):
        assert whole in page
    starts = [line.strip().split(" ")[0] for line in lines]
    assert [start for start in starts if re.match(r"\d{1,3}年", start)] == []
    assert "…" not in page


def test_an_ascii_terminal_gets_english_and_plain_signs() -> None:
    page = printed("zh", 80, encoding="ascii")
    assert page.isascii()
    assert ">= 50,000" in page
    assert "New-energy vehicles" in page
    assert "set PYTHONUTF8=1" in page


def test_a_chinese_terminal_that_is_not_unicode_gets_chinese() -> None:
    assert "新能源汽车保有量" in printed("zh", 120, encoding="gbk")


def test_brackets_in_a_title_are_not_taken_for_markup() -> None:
    odd = {"nev_stock": target(title=Title(zh="[red]甲[/red]", en="b"))}
    file = io.StringIO()
    print_targets(target_table()[:1], odd, Words("zh", TITLES), terminal(file=file, width=120), runs=1, draws=0)
    assert "[red]甲[/red]" in file.getvalue()


# numbers


@pytest.mark.parametrize(
    ("value", "decimals", "shown"),
    [(1234567.4, 0, "1,234,567"), (0.8, 2, "0.80"), (-0.4, 0, "0"), (-1500.0, 0, "-1,500"), (float("nan"), 2, "-")],
)
def test_numbers_have_thousands_separators(value: float, decimals: int, shown: str) -> None:
    assert number(value, decimals) == shown


@pytest.mark.parametrize(("probability", "shown"), [(0.0, "0%"), (0.001, "1%"), (0.62, "62%"), (0.999, "99%"), (1.0, "100%")])
def test_near_certainty_is_not_shown_as_certainty(probability: float, shown: str) -> None:
    assert percent(probability) == shown


@pytest.mark.parametrize(
    ("values", "decimals"), [((2.0, 1.4), 2), ((2.0, 3.0), 0), ((50_000.0, 48_210.7), 0), ((0.05, float("nan")), 2)]
)
def test_ratios_get_two_decimals_and_counts_none(values: tuple[float, ...], decimals: int) -> None:
    assert places(*values) == decimals


def test_axes_count_in_the_units_of_their_language() -> None:
    assert scale_for(50_000.0, "辆", "zh") == Scale(1e4, "万辆")
    assert scale_for(3e8, "元", "zh") == Scale(1e8, "亿元")
    assert scale_for(50_000.0, "vehicles", "en") == Scale(1.0, "vehicles")
    assert scale_for(3e8, "yuan", "en") == Scale(1e6, "million yuan")


# words and fonts


def test_every_phrase_has_the_same_blanks_in_both_languages() -> None:
    def blanks(text: str) -> set[str]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    assert not {n for n, (zh, en) in vocabulary.PHRASES.items() if blanks(zh) != blanks(en)}


def test_an_unknown_label_is_refused_with_the_remedy() -> None:
    with pytest.raises(BadInput, match=r"words\.py: label = 'hydrogen'.*Chinese and an English label"):
        Words("zh", TITLES).indicator("hydrogen")


def test_a_promise_and_an_indicator_of_one_name_keep_their_own_titles() -> None:
    own = Title(zh="甲", en="my own title")
    words = Words("en", measures={"nev_stock": Title(zh="乙", en="a measure")}, promises={"nev_stock": own})
    assert words.promise("nev_stock") == "My own title"
    assert words.indicator("nev_stock") == "New-energy vehicles in use"
    assert words.group("measure:nev_stock") == words.measure("nev_stock") == "a measure"
    assert words.group("payer:city") == "City"
    for kind in (words.pot, words.product, words.group):
        with pytest.raises(BadInput, match="label = 'nev_stock'"):
            kind("nev_stock")


def test_both_font_files_hold_every_character_of_the_labels() -> None:
    tables = (vocabulary.UNITS, vocabulary.INDICATORS, vocabulary.GROUPS, vocabulary.PHRASES)
    needed = {ord(letter) for table in tables for pair in table.values() for text in pair for letter in text}
    for name in FILES:
        assert needed <= set(FT2Font(str(FOLDER / name)).get_charmap()), name


def test_matplotlib_finds_the_shipped_fonts_in_both_weights() -> None:
    use_fonts()
    for weight, name in (("regular", FILES[0]), ("bold", FILES[1])):
        found = font_manager.findfont(font_manager.FontProperties(family=FAMILY, weight=weight))
        assert Path(found) == FOLDER / name


def test_missing_font_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(SimError, match=r"NotoSansSC-Bold\.ttf"):
        use_fonts(tmp_path)


@pytest.mark.parametrize("width", range(8, 40))
def test_no_line_breaks_within_a_term_of_the_title(width: int) -> None:
    text = "东昌府区大规模设备更新和消费品以旧换新，以旧换新资金"
    lines = wrapped(text, width)
    assert "".join(lines) == text
    assert sum(line.count("以旧换新") for line in lines) == 2


def test_lines_are_filled_and_nothing_is_lost() -> None:
    text = "说明：B 级目标的总量，是由市、省数据（按比例）推算。 The probabilities hold only as far as these do."
    lines = wrapped(text, 20)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert max(cells(line) for line in lines) <= 20 + 2  # closing punctuation may hang over
    assert not any(line[0] in "，。、）：" for line in lines)
