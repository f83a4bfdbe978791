"""Figures and tables show the numbers they are given, in both languages, on every machine and terminal."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from matplotlib.container import BarContainer
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.lines import Line2D
from matplotlib.text import Text
from numpy.typing import NDArray
from report_frames import MONTHS, RUNS, TARGETS, TITLES, monthly, rows, steady, target, target_table, uptake

from sim.clock import parse_month
from sim.config import load_settings
from sim.errors import BadInput, Language
from sim.report.chances import standing
from sim.report.figure_files import FORMATS, Drawn, save_all
from sim.report.figures import difference, fan_chart, forecast_figures
from sim.report.series import as_promised, by_run, quantiles
from sim.report.stacks import new_sales_by_powertrain, outlay_by_payer
from sim.report.subjects import HEADLINES, SUBJECTS, by_subject
from sim.report.uptake import uptake_by_measure, uptake_of_organisations
from sim.report.words import Words
from sim.schema.bricks import Title

SCENARIO = Title(zh="现行政策", en="as enacted")
BOTH = pytest.mark.parametrize("language", ["zh", "en"])


def said(language: Language) -> Words:
    return Words(language, TITLES, scenario=SCENARIO)


def texts(figure: Figure) -> str:
    """Everything that is written in a figure."""
    return "\n".join(part.get_text() for part in figure.findobj(Text) if isinstance(part, Text))


def heights(line: Line2D) -> NDArray[np.float64]:
    """The values of a line."""
    return np.asarray(line.get_ydata(), dtype=np.float64)


def bars(figure: Figure, panel: int = 0) -> list[list[float]]:
    """The heights of each series of bars in one panel."""
    series = [c for c in figure.axes[panel].containers if isinstance(c, BarContainer)]
    return [[float(bar.get_height()) for bar in container] for container in series]


def every_figure(language: Language) -> list[tuple[str, Drawn]]:
    words = said(language)
    compared = difference(monthly(), monthly(), "new_registrations", "bev", words, ("甲", "乙"), flow=True)
    return [*forecast_figures(monthly(), uptake(), target_table(), TARGETS, words), ("difference", compared)]


# series


def test_quantiles_are_taken_over_runs_in_each_month() -> None:
    table = by_run(rows("nev_stock", "", steady(*range(21))), "nev_stock", "")
    assert quantiles(table).iloc[7].to_dict() == {"p05": 1.0, "p25": 5.0, "p50": 10.0, "p75": 15.0, "p95": 19.0}


def test_a_yearly_flow_is_the_sum_of_the_twelve_months_that_end_with_the_date() -> None:
    rising = rows("elv_recovered", "", {0: [float(month) for month in range(60)]})
    promise = target(indicator="elv_recovered", period="year", by="2025-06")
    shown = as_promised(by_run(rising, "elv_recovered", ""), promise)
    assert list(shown.index) == [parse_month(f"{year}-06") for year in (2024, 2025, 2026, 2027)]
    assert shown.loc[parse_month("2025-06"), 0] == sum(range(18, 30))


def test_a_relative_target_divides_each_run_by_its_own_reference() -> None:
    halved = {run: [level] * 12 + [level / 2] * 48 for run, level in enumerate((10.0, 1000.0))}
    table = by_run(rows("elv_recovered", "", halved), "elv_recovered", "")
    shown = as_promised(table, target(period="year", relative_to="2023-12"))
    assert shown.to_numpy().tolist() == [[1.0, 1.0]] + [[0.5, 0.5]] * 4


def test_a_missing_reference_period_is_refused_with_the_remedy() -> None:
    table = by_run(monthly(), "elv_recovered", "")
    with pytest.raises(BadInput, match=r"2022-12.*start the clock earlier"):
        as_promised(table, target(period="year", relative_to="2022-12"))


def test_an_unknown_group_is_refused_and_the_known_ones_are_named() -> None:
    with pytest.raises(BadInput, match=r"new_registrations, hydrogen.*'bev', 'ice', 'phev'"):
        by_run(monthly(), "new_registrations", "hydrogen")


# figures


@BOTH
def test_every_figure_can_be_drawn_without_a_missing_glyph(language: Language, tmp_path: Path) -> None:
    figures = every_figure(language)
    written = save_all(figures, tmp_path)
    assert [path.name for path in written] == [f"{name}.{each}" for name, _ in figures for each in FORMATS]
    assert len(set(written)) == (len(TARGETS) + 6) * len(FORMATS)
    starts = {".png": b"\x89PNG", ".svg": b"<?xml", ".csv": b"\xef\xbb\xbf"}
    assert all(path.read_bytes().startswith(starts[path.suffix]) for path in written)
    assert sorted(tmp_path.iterdir()) == sorted(written)


@BOTH
def test_nothing_that_is_written_in_a_figure_leaves_the_picture(language: Language) -> None:
    for name, drawn in every_figure(language):
        drawn.figure.draw_without_rendering()
        left = [
            (text.get_text(), text.get_window_extent().x1, drawn.figure.bbox.x1)
            for text in drawn.figure.findobj(Text)
            if isinstance(text, Text) and text.get_visible() and text.get_text().strip()
            and text.get_window_extent().x1 > drawn.figure.bbox.x1 + 0.5
        ]  # fmt: skip
        assert left == [], name


def test_the_numbers_beside_a_figure_are_those_that_it_shows(tmp_path: Path) -> None:
    words = said("en")
    stock = fan_chart(monthly(), "nev_stock", "", TARGETS["nev_stock"], words).data.set_index("month")
    assert stock.loc["2025-12", "p50"] == 40_000.0 + 500.0 * 35 + 2_000.0
    sales = new_sales_by_powertrain(monthly(), words).data.set_index("month")
    assert sales.loc["2025-07", ["mean_ice", "mean_phev", "mean_bev"]].tolist() == [700.0, 100.0, 300.0]
    assert sales.loc["2025-07", "nev_share_p50"] == pytest.approx(400 / 1100)
    paid = outlay_by_payer(monthly(), words).data.set_index("month")
    assert paid.loc["2024-05", "mean_central"] == pytest.approx(85_000.0)
    assert paid.loc["2027-12", "cumulated_p50"] == pytest.approx(100_000.0)
    other = monthly().assign(value=lambda rows: rows["value"] + 5.0)
    gap = difference(monthly(), other, "new_registrations", "bev", words, ("a", "b"), flow=True).data.set_index("month")
    assert gap.loc["2023-02"].tolist() == [5.0] * 5 + [10.0] * 5


@BOTH
def test_every_figure_names_scenario_runs_and_source(language: Language) -> None:
    for name, drawn in every_figure(language):
        page = texts(drawn.figure).replace("\n", "" if language == "zh" else " ")
        assert {"zh": "3 次模拟运行", "en": "3 simulated runs"}[language] in page, name
        assert name == "difference" or SCENARIO.model_dump()[language] in page, name


def test_a_stock_target_is_marked_at_its_date_and_level() -> None:
    figure = fan_chart(monthly(), "nev_stock", "", TARGETS["nev_stock"], said("zh"), "83%").figure
    (marker,) = [line for line in figure.axes[0].lines if line.get_marker() == "D"]
    assert (np.asarray(marker.get_xdata())[0], heights(marker)[0]) == (parse_month("2025-12"), 5.0)  # 5 万辆
    assert "万辆" in texts(figure)
    assert "目标值：2025-12 底 ≥ 50,000 辆；达标概率：83%" in texts(figure)
    assert "B 级" in texts(figure)


def test_a_stock_is_drawn_as_the_median_between_its_bands() -> None:
    figure = fan_chart(monthly(), "nev_stock", "", None, said("en")).figure
    (median,) = [line for line in figure.axes[0].lines if line.get_label() == "Median"]
    assert heights(median)[0] == 42_000.0  # the middle one of 40,000, 42,000 and 44,000
    outer = np.asarray(figure.axes[0].collections[0].get_paths()[0].vertices)
    assert outer[:, 1].min() == pytest.approx(40_200.0)  # P5 of the first month
    assert outer[:, 1].max() == pytest.approx(44_000.0 - 200.0 + 59 * 500.0)  # P95 of the last


def test_a_yearly_target_is_a_bar_a_year_with_its_promise() -> None:
    figure = fan_chart(monthly(), "elv_recovered", "", TARGETS["elv_recovered"], said("en"), "4%").figure
    assert bars(figure) == [[6000.0], [6000.0] * 4]  # the reference year apart, then 2024 to 2027
    assert "Promise: ≥ 10,000 vehicles in 2025; probability of being met: 4%" in texts(figure)
    promise = next(c for c in figure.axes[0].collections if c.get_label() == "Promise")
    start, end = np.asarray(promise.get_paths()[0].vertices)
    assert start[1] == end[1] == 10_000.0
    assert (start[0] + end[0]) / 2 == parse_month("2025-12")


def test_a_relative_target_starts_from_one() -> None:
    growth = TARGETS["elv_recovered_growth"]
    figure = fan_chart(monthly(), "elv_recovered", "", growth, said("en")).figure
    assert bars(figure) == [[1.0], [1.0] * 4]
    assert "about twice is read as at least twice" in texts(figure).replace("\n", " ")


def test_the_reference_year_is_that_of_the_results_not_of_the_indicator() -> None:
    """The ratio over the last twelve months first exists in December 2023."""
    figure = fan_chart(monthly(), "used_new_ratio", "", TARGETS["used_new_ratio"], said("en")).figure
    assert figure.axes[0].get_xlim()[0] == parse_month("2023-01") - 0.5


def test_new_sales_are_stacked_means_and_the_share_is_that_of_each_run() -> None:
    figure = new_sales_by_powertrain(monthly(), said("en")).figure
    assert [series[30] for series in bars(figure)] == [700.0, 100.0, 300.0]
    (median,) = figure.axes[1].lines
    assert heights(median)[30] == pytest.approx(400 / 1100)


def test_outlay_counts_runs_in_which_nothing_is_paid() -> None:
    figure = outlay_by_payer(monthly(), said("zh")).figure
    central, district = bars(figure)
    may, june = MONTHS.index("2024-05"), MONTHS.index("2024-06")
    divisor = 10_000.0  # the axis is in 万元
    assert central[may] * divisor == pytest.approx((85_000 + 170_000) / len(RUNS))
    assert district[may] * divisor == pytest.approx(15_000 / len(RUNS))
    assert district[june] * divisor == pytest.approx(30_000 / len(RUNS))
    (median,) = figure.axes[1].lines
    assert heights(median)[-1] * divisor == pytest.approx(100_000)  # of 0, 100,000 and 200,000


def test_uptake_shows_claims_of_households_a_run_by_quintile_and_place() -> None:
    figure = uptake_by_measure(uptake(), len(RUNS), said("zh")).figure
    assert "汽车报废更新补贴" in texts(figure)
    assert "无人申领的补贴" not in texts(figure)
    (urban, rural) = bars(figure)
    assert (urban[0], rural[0], urban[4]) == (30.0, 5.0, 30.0)  # of 90, 15 and 90 claims in three runs
    assert len(urban) == 5
    assert "汽车置换更新补贴" not in texts(figure)  # which firms alone have claimed


def test_what_organisations_claim_is_a_table_with_the_largest_amount_first() -> None:
    more = uptake()
    more.loc[len(more)] = [1, "car_scrappage", 0, None, 3, 60_000_000]
    drawn = uptake_of_organisations(more, len(RUNS), said("zh"))
    assert drawn.data.to_dict("records") == [
        {"measure": "car_scrappage", "claims": 1.0, "yuan": 200_000.0},
        {"measure": "car_replacement", "claims": 4.0, "yuan": pytest.approx(0.01 / 3)},
    ]
    cells = [part.get_text() for part in drawn.figure.axes[0].texts]
    assert cells[:6] == ["措施", "申领量（笔）", "金额（万元）", "汽车报废更新补贴", "1", "20.0"]
    sides = [part.get_ha() for part in drawn.figure.axes[0].texts[:6]]
    assert sides == ["left", "right", "right"] * 2, "names begin within the table, numbers end there"


def test_means_and_courses_have_a_legend_each() -> None:
    for figure in (new_sales_by_powertrain(monthly(), said("zh")).figure, outlay_by_payer(monthly(), said("zh")).figure):
        stacked, course = ([text.get_text() for text in axis.get_legend().get_texts()] for axis in figure.axes)
        assert not set(stacked) & {"P5–P95", "P25–P75", "中位数"}
        assert course == ["P5–P95", "P25–P75", "中位数"]
        assert "平均值" in figure.axes[0].get_title(loc="left")
        assert "全部运行" in figure.axes[1].get_title(loc="left")


def test_a_rise_since_the_reference_has_no_value_before_it() -> None:
    rising = rows("nev_stock", "", {0: [float(month) for month in range(60)]})
    promise = target(indicator="nev_stock", period="at", relative_to="2023-12", relative_as="difference")
    shown = as_promised(by_run(rising, "nev_stock", ""), promise)
    assert shown.index[0] == parse_month("2023-12")
    assert shown[0].tolist() == [float(month) for month in range(49)]


def test_all_promises_stand_on_one_page_in_the_order_of_their_subjects(tmp_path: Path) -> None:
    found = dict(every_figure("zh"))["promises"]
    save_all([("promises", found)], tmp_path)
    assert imread(tmp_path / "promises.png").shape[:2] == (int(11.69 * 150), int(8.27 * 150))
    assert len(found.figure.axes) == len(TARGETS)
    assert "可望实现 1 项，有风险 2 项，难以实现 1 项，不能判定 0 项" in texts(found.figure)
    assert list(dict.fromkeys(found.data["id"])) == ["nev_stock", "elv_recovered", "elv_recovered_growth", "used_new_ratio"]
    assert list(dict.fromkeys(found.data["subject"])) == ["汽车", "报废汽车回收", "二手车"]


def test_every_promise_of_the_plan_has_a_subject() -> None:
    targets = load_settings([]).targets
    found = by_subject(targets, targets)
    assert [title for title, _ in found] == [subject.title for subject in SUBJECTS.values()]
    assert sorted(name for _, names in found for name in names) == sorted(targets)
    assert set(HEADLINES) <= set(targets)


@pytest.mark.parametrize(
    ("chance", "defined", "holds", "becomes"),
    [
        (1.0, 24, True, "met"), (0.9, 24, True, "met"), (0.89, 24, True, "risk"), (0.1, 24, True, "risk"),
        (0.09, 24, True, "missed"), (1.0, 23, True, "unknown"), (1.0, 24, False, "unknown"), (float("nan"), 0, True, "unknown"),
    ],
)  # fmt: skip
def test_what_becomes_of_a_promise_follows_from_its_chance(chance: float, defined: int, holds: bool, becomes: str) -> None:
    assert standing({"probability": chance, "defined": defined, "runs": 24, "holds": holds}) == becomes


def test_a_difference_pairs_runs_by_draw_and_seed() -> None:
    base = rows("new_registrations", "bev", steady(100.0, 200.0, 300.0))
    other = rows("new_registrations", "bev", steady(307.0, 207.0, 107.0))
    other["draw"] = 2 - other["draw"]  # run 0 of the one is run 2 of the other
    figure = difference(base, other, "new_registrations", "bev", said("zh"), ("无政策", "现行政策"), flow=True).figure
    monthly_gap, cumulated = (next(li for li in a.lines if li.get_label() == "中位数") for a in figure.axes)
    assert set(heights(monthly_gap)) == {7.0}
    assert heights(cumulated)[-1] == 7.0 * len(MONTHS)
    assert "“现行政策”减“无政策”" in texts(figure)


@pytest.mark.parametrize(
    ("language", "units"), [("zh", ["万元/月", "累计，万元"]), ("en", ["yuan a month", "Cumulated, million yuan"])]
)
def test_the_unit_of_a_difference_is_scaled_within_its_words(language: Language, units: list[str]) -> None:
    base, other = rows("outlay", "", steady(0.0, 0.0)), rows("outlay", "", steady(30_000.0, 40_000.0))
    figure = difference(base, other, "outlay", "", said(language), ("a", "b"), flow=True).figure
    for unit in units:
        assert unit in texts(figure)


def test_a_difference_without_common_pairs_is_refused() -> None:
    base, other = (rows("nev_stock", "", steady(1.0)) for _ in range(2))
    other["seed"] = 2
    with pytest.raises(BadInput, match="the same draws and seeds"):
        difference(base, other, "nev_stock", "", said("en"), ("a", "b"), flow=False)


def test_a_forecast_without_subsidies_has_no_figures_of_them() -> None:
    nothing = monthly()
    nothing.loc[nothing["indicator"] == "outlay", "value"] = 0.0
    names = [name for name, _ in forecast_figures(nothing, uptake()[:0], target_table(), TARGETS, said("zh"))]
    assert names == ["promises", *(f"target_{name}" for name in TARGETS), "new_sales_by_powertrain"]


# files


def test_equal_results_give_equal_files(tmp_path: Path) -> None:
    first, second = (save_all(every_figure("zh"), tmp_path / name) for name in ("first", "second"))
    assert [path.read_bytes() for path in first] == [path.read_bytes() for path in second]


def test_a_figure_that_cannot_be_finished_leaves_the_old_file_whole(tmp_path: Path) -> None:
    class Broken(Figure):
        def savefig(self, file: io.BytesIO, **_: object) -> None:  # type: ignore[override]
            file.write(b"half a picture")
            raise OSError("disk full")

    (tmp_path / "kept.png").write_bytes(b"old")
    with pytest.raises(OSError, match="disk full"):
        save_all([("kept", Drawn(Broken(), monthly()))], tmp_path)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("kept.png", b"old")]
