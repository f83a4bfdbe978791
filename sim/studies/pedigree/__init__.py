"""The verb pedigree: where every number of the settings comes from, and how good it is."""

from __future__ import annotations

from sim.studies.common.declaring import Verb, taken


def main(words: list[str]) -> int:
    """Settings, and perhaps --write."""
    settings, _, write = taken(words)
    from sim.studies.pedigree.verb import pedigree

    return pedigree(settings, write)


VERB = Verb(
    place=110,
    summary={
        "zh": "每个数字的来源、等级和区间",
        "en": "where does every number come from, and how good is it?",
    },
    page={
        "zh": """\
pedigree：每个数字从哪里来？

按组列出设定中数字的个数、数据等级和有无区间，并把全部数字（路径、数值、单位、等级、区间、来源）写入 pedigree.csv；加 --write
更新 docs/trust/data_quality.md。

例
  python -m sim pedigree
  python -m sim pedigree population.goods=vehicles

{common}""",
        "en": """\
pedigree: where does every number come from?

Counts the numbers of the settings by group, grade and whether they have a range, and writes all of them (path, value, unit,
grade, range, source) to pedigree.csv; with --write also docs/trust/data_quality.md.

Examples
  python -m sim pedigree language=en
  python -m sim pedigree population.goods=vehicles

{common}""",
    },
    main=main,
)
