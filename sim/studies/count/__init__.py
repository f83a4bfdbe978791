"""The verb count: which numbers to count first, from the runs of a forecast that are stored."""

from __future__ import annotations

import shlex

from sim.studies.common.declaring import Verb, ready

OPTIONS = ("short", "show")


def main(words: list[str]) -> int:
    """Settings as forecast was given them, and options."""
    from sim.config import load_settings
    from sim.config.options import count_option, number_option, split_options
    from sim.studies.common.declaring import overrides

    options, _, rest = split_options(words, OPTIONS)
    settings = ready(load_settings(overrides(rest)))
    short, show = number_option(options, "short", 3.0, 1.0, 100.0), count_option(options, "show", 10, 1, 100)
    from sim.studies.count.verb import count

    return count(settings, rest, short, show, shlex.join(rest))


VERB = Verb(
    place=52,
    summary={
        "zh": "先查清哪些数字最有用：哪些未知数最影响达标判断和预算",
        "en": "what to count first: which unknown numbers drive the doubt in the promises and in the outlay",
    },
    page={
        "zh": """\
count：先查清哪些数字？

取 forecast 已存的运行（不另作模拟；键和值须与 forecast 相同），对每个有区间的数字估计：若查清它，判断错误会减少多少
（部分完全信息的期望价值，Strong、Oakley、Brennan 2014）。
  承诺    须判断“能”或“不能”实现，判断错一次计 1；以百分点计
  支出    须定预算，多列一元计 1，少列一元计 short；以元计
按抽样（不按随机种子）回归；打乱抽样得到噪声下限，低于它的不排名；90% 区间由抽样自助法得出；已按多重比较（误选率 10%）处理。
抽样少于 20 次即拒绝（退出码 2）；抽样不够分辨时说明约需多少次。
输出：先查这十个数字（名称、现用估计和区间、等级、掌握单位、查清后的好处）；行为参数等无法清点、只能调查或观察的另列。
写出 count_first.csv（每个数字对每项承诺和支出）、count_first.json、figures/。此后 local template 的填报表多一张“先查这些”，
report 多一节。

  short=3   少列一元相当于多列几元      show=10   列出几个数字

例
  python -m sim forecast population.scale=0.05 ensemble.draws=100
  python -m sim count population.scale=0.05 ensemble.draws=100
  python -m sim local template

{common}""",
        "en": """\
count: what should be counted first?

Takes the stored runs of a forecast (nothing is simulated; give the same keys and values as forecast was given) and says of
every number with a range how many wrong decisions would be avoided if it were known: the expected value of partial perfect
information (Strong, Oakley and Brennan 2014).
  promises   say whether each will be met; a wrong call costs 1; told in percentage points
  outlay     set a budget; a yuan too many costs 1, one too few costs SHORT; told in yuan
The regression is over draws, not seeds; shuffled draws give a noise floor below which nothing is ranked; intervals of 90% are
from resampled draws; many numbers are tried, so of those that are found 10% may be chance. Fewer than 20 draws are refused
(exit code 2); if the draws cannot tell anything apart, it is said how many might.
Prints the ten numbers to count first (name, estimate and range of today, grade, department that holds it, what it brings);
numbers that cannot be counted, only surveyed or observed, are listed apart. Writes count_first.csv (every number for every
promise and the outlay), count_first.json and figures/. From then on the workbook of local template has a sheet with the order,
and the report a section.

  short=3   what a yuan too few costs, in yuan too many      show=10   how many numbers are listed

Examples
  python -m sim forecast population.scale=0.05 ensemble.draws=100 language=en
  python -m sim count population.scale=0.05 ensemble.draws=100 language=en
  python -m sim local template language=en

{common}""",
    },
    main=main,
    options=OPTIONS,
)
