"""The verb levers: what can be turned, what it means, what is in force, and an example of each."""

from __future__ import annotations

from sim.studies.common.declaring import Verb, typed_settings


def main(words: list[str]) -> int:
    """Words without = are looked for; the rest is settings."""
    wanted = [word for word in words if "=" not in word and not word.startswith("-")]
    settings = typed_settings([word for word in words if word not in wanted])
    from sim.studies.levers.verb import levers

    return levers(settings, wanted)


VERB = Verb(
    place=25,
    summary={
        "zh": "有哪些政策杠杆：含义、单位、现行规定、期限、范围和例子",
        "en": "which levers are there? meaning, unit, value in force, dates, range, an example",
    },
    page={
        "zh": """\
levers：有哪些政策杠杆可调？

逐项措施、逐项资金列出可调的杠杆：键、含义、单位、现行规定（杠杆可动的第一天，即 clock.now 次月一日）、执行期、允许的
范围、可议范围（configs/levers/ 中有依据的）和一个可直接输入的例子。不运行模型。带 output=目录 时另存 levers.csv
（key, measure, meaning, unit, value, departs, from, to, low, high, decided_low, decided_high, decided_by, example）。

例
  python -m sim levers
  python -m sim levers 报废
  python -m sim levers car_scrappage amount
  python -m sim levers scenario=lapse_2027 output=out

不带 = 的词用来筛选：键、名称或含义（中英文均可）中须同时出现。其余键决定现行值，例如 scenario= 和 clock.now=。
""",
        "en": """\
levers: what can be turned?

Measure by measure and pot by pot: the key, its meaning and unit, what is in force (on the first day that levers act on, that
of the month after clock.now), its dates, the range that is accepted, how far it could be decided (where configs/levers/ has
reasons), and an example to be typed. Runs no model. With output=FOLDER levers.csv is written there
(key, measure, meaning, unit, value, departs, from, to, low, high, decided_low, decided_high, decided_by, example).

Examples
  python -m sim levers language=en
  python -m sim levers scrappage language=en
  python -m sim levers car_scrappage amount language=en
  python -m sim levers scenario=lapse_2027 output=out

Words without = choose: all of them must occur in the key, the title or the meaning, in either language. The other keys decide
what is in force, as scenario= and clock.now= do.
""",
    },
    main=main,
)
