"""The verb local: give the district's own numbers, or make another district."""

from __future__ import annotations

from sim.errors import Both, one_of, refused
from sim.studies.common.declaring import Verb

ACTIONS = ("template", "read", "new", "examples")
TEXTS = ("name", "title", "province", "source", "grade")
"""Words whose value is text as it is typed."""
OPTIONS = (*TEXTS, "replace", "confirm")


def main(words: list[str]) -> int:
    """The first word says what is to be done."""
    action = words[0] if words else ""
    if action not in ACTIONS:
        remedy = Both("例如 python -m sim local template", "for instance python -m sim local template")
        raise refused("local", action, one_of(ACTIONS), remedy)
    if action == "template":
        from sim.studies.local.book_place import book_place

        book_place(words[1:])
    from sim.studies.local.verb import local

    return local(action, words[1:])


VERB = Verb(
    place=55,
    summary={
        "zh": "填报本区真实数字（Excel 表），或由十几个公开数字建立另一个区县",
        "en": "give the district's own numbers (a workbook), or make another district from a dozen public figures",
    },
    page={
        "zh": """\
local：本地数字

local template：写出一张 Excel 填报表（中英文）：模型所用的本区全部数字，按主题分工作表，写明口径、单位、时点、现用估计和区间、
等级、依据和掌握单位（公安交管、商务、工信、农业农村、统计、生态环境……），真实值及其来源由各部门填写。运行过 count 的，另有一张
表列出先查哪些数字。
  output=文件.xlsx           默认 local_numbers_地区.xlsx        region=名称 region.boundary=A|B

local read 文件.xlsx name=名称：检查单位、区间、合计（部分与整体）和存流量，有矛盾时指明工作表和行（退出码 2，不写任何文件）；
没有矛盾则写入 configs/region/名称.yaml 及其两张表：给出的为 A 级，由其推算的按 configs/local/rules.yaml 重新推算并给出区间，
其余不变；列出哪些数字变了、哪些承诺受影响。此后该地区与其他地区一样使用：forecast region=名称。
  title=名称  replace=true 替换同名地区  confirm=[编码,...] 与现用估计相差 20 倍以上而确实无误的数字

local new 名称 键=数值 ...：由十几个公开数字建立一个区县，其余按 configs/local/elsewhere.yaml 的规则由省、全国和现有地区推算，
区间相应放宽；各项资金和承诺按比例缩放。必须给出 population urban_share income_urban income_rural；另可给出 households gdp
civil_vehicles trucks nev_stock new_registrations used_car_transactions elv_recovered dismantlers
organisations_industrial_firm organisations_farm organisations_hospital，以及填报表中的任何编码。
  province=shandong|nation（其他省份没有随程序提供的数据）  source=出处  grade=A|B|C  title=名称  replace=true

local examples：按 configs/local/examples.yaml 重新生成两个虚构的示例区县 example_county（农业县）和 example_city
（大城区）。多个地区一张表：forecast -m region=dongchangfu,example_county,example_city

例
  python -m sim local template output=本地数据.xlsx
  python -m sim local read 本地数据.xlsx name=dongchangfu_local
  python -m sim local new mycounty population=420000 urban_share=0.42 income_urban=30500 income_rural=19200

{common}""",
        "en": """\
local: the district's own numbers

local template: writes a workbook in Chinese and English with every number of the district that the model uses, one sheet for
each subject, with definition, unit, date, the estimate in use with its range, grade and basis, and the department that holds it
(vehicle administration, commerce, industry, agriculture, statistics, ecology ...), and empty cells for the true value; after
count, a sheet with the numbers to count first.
  output=FILE.xlsx           default local_numbers_REGION.xlsx        region=NAME region.boundary=A|B

local read FILE.xlsx name=NAME: checks units, ranges, sums (parts and wholes), stocks and flows; contradictions are told by
sheet and row (exit code 2, nothing is written). Else it writes configs/region/NAME.yaml with its two tables: what was given has
grade A, what was scaled from it is re-scaled with its range by configs/local/rules.yaml, the rest stands. It lists what moved
and which promises rest on it. From then on it is a region like any other: forecast region=NAME.
  title=TEXT  replace=true to put it in the place of one of that name
  confirm=[CODE,...] numbers that are right although 20 times off

local new NAME KEY=NUMBER ...: a district from about a dozen public figures; the rest is scaled from province, nation and the
district at hand by configs/local/elsewhere.yaml, with wider ranges; sums of money and promises are scaled as well. Needed:
population, urban_share, income_urban, income_rural; and if known households, gdp, civil_vehicles, trucks, nev_stock,
new_registrations, used_car_transactions, elv_recovered, dismantlers, organisations_industrial_firm, organisations_farm,
organisations_hospital, and any code of the workbook.
  province=shandong|nation (no figures of other provinces are shipped)  source=TEXT  grade=A|B|C  title=TEXT  replace=true

local examples: makes the two example districts anew, which do not exist: example_county (rural) and example_city (urban), from
configs/local/examples.yaml. Several regions in one table: forecast -m region=dongchangfu,example_county,example_city

Examples
  python -m sim local template output=local.xlsx
  python -m sim local read local.xlsx name=dongchangfu_local
  python -m sim local new mycounty population=420000 urban_share=0.42 income_urban=30500 income_rural=19200

{common}""",
    },
    main=main,
    options=OPTIONS,
)
