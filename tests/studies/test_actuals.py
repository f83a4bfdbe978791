"""What offices hand to nowcast: each sample is read as it was meant and told, or refused by row; the future is no data."""

from __future__ import annotations

import datetime as dt
import shutil
from functools import cache
from pathlib import Path

import pytest

from sim.cli import main
from sim.config import load_settings
from sim.config.options import split_file, split_files
from sim.errors import BadInput
from sim.report.words import INDICATORS
from sim.settings import Settings
from sim.studies.nowcast.actuals import Actuals, last_full_month, read_actuals, read_all
from sim.studies.nowcast.asking import known_groups

SAMPLES = Path(__file__).parents[1] / "data" / "actuals"
THREE = [("2024-01", 480.0), ("2024-02", 300.0), ("2024-03", 510.0)]
ONE = [("2024-01", 2480.0)]
READ: dict[str, tuple[list[tuple[str, float]], list[str]]] = {
    "actuals_gb18030": ([("2024-01", 480.0)], []),
    "actuals_gb18030_cn_head": (
        [("2024-01", 480.0)],
        [
            "按 GB18030 编码、逗号分隔读取",
            "列名：月份 = month, 指标 = indicator, 数值 = value",
            "“月份”列：2024年1月 读作 2024-01",
            "“指标”列：新车上牌量 读作 new_registrations",
        ],
    ),
    "actuals_utf8_cn_head": ([("2024-01", 480.0)], ["列名：月份 = month, 指标 = indicator, 数值 = value"]),
    "blank_rows": (THREE, []),
    "date_cn": (ONE, ["“month”列：2024年1月 读作 2024-01"]),
    "date_serial": (ONE, ["“month”列：45292 读作 2024-01"]),
    "date_slash": (ONE, ["“month”列：2024/1 读作 2024-01"]),
    "date_slash1": (ONE, ["“month”列：2024/1/1 读作 2024-01"]),
    "fullwidth": (ONE, ["“month”列：２０２４-０１ 读作 2024-01", "“value”列：２４８０ 读作 2480"]),
    "fullwidth_value": (ONE, ["“value”列：２４８０ 读作 2480"]),
    "merged_header": (THREE, ["第 1 行在表头之上，不作为数据：2024年上牌情况"]),
    "thousands_quoted": (ONE, ["“value”列：2,480 读作 2480"]),
    "total_row": (THREE, ["第 5 行是合计，与各行之和相符，不作为数据"]),
    "trailing_cols": (ONE, []),
}
REFUSED = {
    "dup": ("第 5 行“month”列", "2024-01 new_registrations", "只有一行"),
    "dupcol": ("第 1 行“value”列", "value, value", "各出现一次"),
    "open_quote": ("第 3 行", '2024-02,"new_registrations,300', "成对的引号"),
    "thousands_unquoted": (
        "第 2 行；第 3 行",
        "2024-01,new_registrations,2,480; 2024-02,new_registrations,1,300",
        "与表头相同的 3 个单元格（本行有 4 个）",
    ),
    "underscore": ("第 2 行“value”列；第 3 行“value”列", "1_300; 1e3", "不带单位的数字"),
}


@cache
def settings(language: str = "zh") -> Settings:
    return load_settings(["population.goods=vehicles", f"language={language}"])


def read(path: Path, data_to: str = "2026-06", language: str = "zh") -> Actuals:
    chosen = settings(language)
    return read_actuals(path, chosen, known_groups(chosen), data_to)


def written(folder: Path, *rows: str) -> Path:
    path = folder / "实际 数据.csv"
    path.write_text("\n".join(["month,indicator,group,value", *rows]), encoding="utf-8")
    return path


def test_every_sample_has_its_right_answer() -> None:
    assert {path.stem for path in SAMPLES.iterdir()} == {*READ, *REFUSED}


@pytest.mark.parametrize("name", READ)
def test_a_sample_is_read_as_it_was_meant_and_told(name: str) -> None:
    rows, told = READ[name]
    found = read(SAMPLES / f"{name}.csv")
    assert found.table.to_dict("split")["data"] == [[month, "new_registrations", "", value] for month, value in rows]
    assert found.told == told


@pytest.mark.parametrize("name", REFUSED)
def test_a_sample_that_could_mean_two_things_is_refused_by_row(name: str) -> None:
    with pytest.raises(BadInput) as caught:
        read(SAMPLES / f"{name}.csv")
    key, value, allowed = REFUSED[name]
    assert (caught.value.key.zh, caught.value.value) == (key, value)
    assert allowed in caught.value.allowed.zh


def test_every_indicator_goes_by_its_chinese_and_its_english_title(tmp_path: Path) -> None:
    known = known_groups(settings())
    rows = [f"2024-01,{title},,1" for name in INDICATORS if name in known for title in INDICATORS[name][:1]]
    chinese = read(written(tmp_path, *rows)).table["indicator"]
    rows = [f'2024-01,"{title}",,1' for name in INDICATORS if name in known for title in INDICATORS[name][1:2]]
    english = read(written(tmp_path, *rows)).table["indicator"]
    assert list(chinese) == list(english) == [name for name in INDICATORS if name in known]


def test_groups_go_by_their_titles_and_measures_and_payers_by_their_bare_names(tmp_path: Path) -> None:
    title = settings().policy["car_scrappage"].title.zh
    rows = [
        f"2024-05,申领量,{title},310",
        "2024-05,财政支出,区级,45",
        "2024-05,outlay,car_scrappage,9",
        "2024-05,new_registrations,纯电动,7",
    ]
    assert list(read(written(tmp_path, *rows)).table["group"]) == [
        "car_scrappage",
        "payer:district",
        "measure:car_scrappage",
        "bev",
    ]


def test_a_promise_relative_to_2023_is_no_name_of_an_indicator(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read(written(tmp_path, "2024-05,报废汽车回收量与2023年之比,,2"))
    assert caught.value.key.zh == "第 2 行“indicator”列"
    assert caught.value.remedy.zh.startswith("是否为：")


@pytest.mark.parametrize(
    ("month", "data_to", "allowed"), [("2024-06", "2024-05", "2024-05"), ("2028-01", "2030-01", "2027-12")]
)
def test_months_after_the_last_month_of_data_or_of_the_clock_are_refused(
    tmp_path: Path, month: str, data_to: str, allowed: str
) -> None:
    path = written(tmp_path, f"{month},nev_stock,,5")
    with pytest.raises(BadInput) as caught:
        read(path, data_to, "en")
    assert (caught.value.key.en, caught.value.value) == ("row 2, column month", month)
    assert f"a month from 2023-01 to {allowed}" in caught.value.allowed.en
    assert "data_to=YYYY-MM" in caught.value.remedy.en


def test_the_last_month_of_data_is_the_one_before_this_if_nothing_else_is_said() -> None:
    assert last_full_month(dt.date(2026, 3, 1)) == "2026-02"
    assert last_full_month(dt.date(2026, 1, 31)) == "2025-12"


def test_data_that_end_before_the_clock_starts_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput) as caught:
        read(written(tmp_path, "2024-01,nev_stock,,5"), "2022-12")
    assert caught.value.key.en == "data_to"


def test_data_to_is_a_word_of_nowcast(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["population.goods=vehicles", f"results.folder={tmp_path / 'results'}"]
    path = str(written(tmp_path, "2024-06,nev_stock,,5"))
    assert main(["nowcast", path, "data_to=2024-05", *words]) == 2
    assert "2024-05" in capsys.readouterr().err
    assert main(["nowcast", path, "data_to=soon", *words]) == 2
    assert "YYYY-MM" in capsys.readouterr().err
    assert not (tmp_path / "results").exists()


PLACES = ["实际 数据.csv", "a=b/实际.csv", "a=b.csv", "output=1.csv", "甲/乙 (1)/2024=数据.xlsx", "it's.csv", "$x,[1].csv"]


@pytest.mark.parametrize("place", PLACES)
def test_a_path_is_taken_as_the_shell_passes_it(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    path = tmp_path / place
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(SAMPLES / "blank_rows.csv", path)
    for word in (str(path), place, f"./{place}", f"~/{place}"):
        found, rest = split_file(["error=0.2", word, "ensemble.draws=4"], "nowcast actuals.csv")
        assert (found.samefile(path), rest) == (True, ["error=0.2", "ensemble.draws=4"])
        assert len(read(found).rows) == 3


@pytest.mark.parametrize("word", ["C:\\数据\\a=b\\实际.csv", "D:\\甲 乙\\a.xlsx", "\\\\server\\share=1\\a.csv"])
def test_a_windows_path_is_one_word(word: str) -> None:
    assert split_file(["error=0.2", word], "nowcast actuals.csv") == (Path(word), ["error=0.2"])


@pytest.mark.parametrize("words", [[], ["error=0.2"], ["a.csv", "b.csv"], ["~nobody_of_that_name/a.csv"]], ids=str)
def test_none_or_two_or_nobodys_files_are_refused(words: list[str]) -> None:
    with pytest.raises(BadInput):
        split_file(words, "nowcast actuals.csv")


def test_several_files_are_named_in_their_order_and_each_once(tmp_path: Path) -> None:
    assert split_files(["b.csv", "error=0.2", "a.xlsx"], "nowcast actuals.csv") == (
        [Path("b.csv"), Path("a.xlsx")],
        ["error=0.2"],
    )
    for words in (["error=0.2"], ["a.csv", "a.csv"]):
        with pytest.raises(BadInput) as caught:
            split_files(words, "nowcast actuals.csv")
        assert caught.value.key.en == "file"


def test_of_a_number_in_two_files_the_later_file_holds_and_that_is_told(tmp_path: Path) -> None:
    chosen = settings()
    first, second = tmp_path / "车管.csv", tmp_path / "更正.csv"
    for path, rows in ((first, ["2024-01,新车上牌量,480", "2024-02,新车上牌量,300"]), (second, ["2024年2月,新车上牌量,310"])):
        path.write_text("\n".join(["月份,指标,数值", *rows]), encoding="gb18030")
    found = read_all([first, second], chosen, known_groups(chosen), "2026-06")
    assert found.table[["month", "value"]].to_numpy().tolist() == [["2024-01", 480.0], ["2024-02", 310.0]]
    assert found.last == "2024-02"
    assert "2024-02 new_registrations：车管.csv 为 300，以后给出的 更正.csv 为 310，取后者" in found.told
    assert any(line.startswith("更正.csv: ") and "2024年2月 读作 2024-02" in line for line in found.told)
    same = read_all([first, first], chosen, known_groups(chosen), "2026-06")
    assert not any("取后者" in line for line in same.told)
