"""The verb results: what has been run? List, show, ask in SQL, export, tidy up."""

from __future__ import annotations

from sim.studies.common.declaring import Verb, overrides, refused

ACTIONS = {"list": (0, 0), "show": (1, 1), "query": (1, 1), "export": (1, 2), "gc": (0, 1)}
"""What it can do -> fewest and most words after it."""


def main(words: list[str]) -> int:
    """An action, what belongs to it, settings."""
    from sim.config import load_settings

    action = words[0] if words else ""
    if action not in ACTIONS:
        raise refused("results", action, "one of " + ", ".join(ACTIONS), "see results --help")
    least, most = ACTIONS[action]
    given = words[1 : 1 + least]
    if len(given) < least:
        raise refused(f"results {action}", " ".join(words), "something after it", "see results --help")
    rest = words[1 + least :]
    if most > least and rest and (rest[0] == "--yes" or rest[0].lstrip()[:6].upper() in ("SELECT", "WITH")):
        given.append(rest.pop(0))
    settings = load_settings(overrides(rest))
    from sim.studies.results.verb import results

    return results([action, *given], settings)


VERB = Verb(
    place=80,
    summary={
        "zh": "已运行过什么：列表、查看、SQL 查询、导出、清理",
        "en": "what has been run? list, show, query in SQL, export, tidy up",
    },
    page={
        "zh": """\
results：已运行过什么？

  results list              各情景已有多少次运行
  results show 编号         一次运行的设置摘要、版本、用时和各目标的结果；编号可只写开头几位
  results query "SQL"       用 SQL 查询；表以 run 列相连：runs、monthly、flows、stocks、ledger、pots、uptake、targets；
                            另有 settings；列名 by、from、to、group 要加双引号
  results export 文件.csv ["SQL"]   导出；不写 SQL 时导出每次运行的各项目标
  results gc [--yes]        列出可删除的内容（中断残留、损坏、旧版模型的结果），确认后删除

例
  python -m sim results list
  python -m sim results query "SELECT scenario, avg(value) FROM runs JOIN targets USING (run) WHERE id='nev_stock' GROUP BY 1"
  python -m sim results export targets.csv results.folder=results
  python -m sim results gc
""",
        "en": """\
results: what has been run?

  results list              how many runs there are of each scenario
  results show RUN          versions, time and targets of one run; the beginning of its key is enough
  results query "SQL"       tables runs, monthly, flows, stocks, ledger, pots, uptake, targets, joined by the column run;
                            and settings; put the column names by, from, to and group in double quotes
  results export FILE.csv ["SQL"]   without SQL the targets of every run
  results gc [--yes]        lists what may go (leftovers, damaged, made by another version) and deletes it once confirmed

Examples
  python -m sim results list language=en
  python -m sim results query "SELECT scenario, avg(value) FROM runs JOIN targets USING (run) WHERE id='nev_stock' GROUP BY 1"
  python -m sim results export targets.csv results.folder=results
  python -m sim results gc
""",
    },
    main=main,
)
