"""The verb fingerprint: does a change of code leave every number as it was?"""

from __future__ import annotations

from sim.studies.common.declaring import Verb, taken

SMALL = ("population.scale=0.01", "events=true")
"""What holds where nothing else is typed: a small run, down to what every owner did."""


def main(words: list[str]) -> int:
    """Perhaps ``full``, then settings."""
    full = words[:1] == ["full"]
    settings, _, _ = taken(words[full:], defaults=() if full else SMALL)
    from sim.studies.fingerprint.verb import fingerprint

    return fingerprint(settings)


VERB = Verb(
    place=170,
    summary={
        "zh": "结果的数字指纹：改动代码前后是否逐位相同",
        "en": "digests of the results: does a change of code leave every number as it was?",
    },
    page={
        "zh": """\
fingerprint：改动代码前后，结果是否逐位相同？

用随机种子 1 运行一次，对每张结果表（整数和浮点数按固定次序）各印一个摘要，再印一个总摘要。设置相同而摘要不同，
即至少有一个数字变了。默认 population.scale=0.01、events=true（记下每位所有者的每次买卖），约十秒；加 full 则按全规模
运行一次，不记逐笔买卖；有些差别只在全规模时显现。不写文件。

例
  python -m sim fingerprint
  python -m sim fingerprint full
  python -m sim fingerprint policy.car_scrappage.nev_amount=15000

{common}""",
        "en": """\
fingerprint: does a change of code leave every number as it was?

One run with seed 1; prints a digest for each table of results (integers and exact floats in a fixed order) and one of all.
Where the settings are equal and a digest differs, a number has changed. By default population.scale=0.01 and events=true
(what every owner did), about ten seconds; with full one run at full scale without the events: some differences show only
there. Writes no file.

Examples
  python -m sim fingerprint language=en
  python -m sim fingerprint full
  python -m sim fingerprint policy.car_scrappage.nev_amount=15000

{common}""",
    },
    main=main,
)
