"""The command line: ``python -m sim VERB [overrides]``, also installed as ``tradein``."""

from __future__ import annotations

import io
import os
import shlex
import sys
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from sim.errors import BadInput, SimError
from sim.pages import LISTING, PAGES

if TYPE_CHECKING:
    from sim.settings import Settings

HELP = ("-h", "--help")
SWEEP = ("-m", "--multirun")
PLACE = "command line"
INTERRUPTED = 130
LAST_PORT = 65535
RESULTS = {"list": (0, 0), "show": (1, 1), "query": (1, 1), "export": (1, 2), "gc": (0, 1)}
"""What ``results`` can do -> fewest and most words after it."""
BUDGET = ("measures", "pairs", "topup")
SOLVE = ("targets", "p", "budget", "search_scale", "search_draws", "evaluations", "search_seed")
NOWCAST = ("error", "least")
CALIBRATE = ("cutoff", "check")
BACKTEST = ("cutoff", "runs")
SENSITIVITY = ("trajectories", "points", "foremost")
OWN_WORDS = {
    "budget": (*BUDGET, *SOLVE), "nowcast": NOWCAST, "sensitivity": SENSITIVITY, "validate": ("case",), "dashboard": ("port",),
    "calibrate": CALIBRATE, "backtest": BACKTEST,
}  # fmt: skip
"""Words of their own that some verbs take beside the settings."""


def main(words: Sequence[str] | None = None) -> int:
    """Carry out one verb; 0 done, 1 something failed, 2 the input cannot be used, 130 interrupted."""
    _print_anywhere()
    try:
        return _carry_out(list(sys.argv[1:] if words is None else words))
    except BadInput as refusal:
        print(_told(refusal), file=sys.stderr)
        return refusal.exit_code
    except SimError as failure:
        print(f"失败 / failed: {failure}", file=sys.stderr)
        return failure.exit_code
    except KeyboardInterrupt:
        print("已中断 / interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`| head`); a second complaint at exit would follow without this.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return SimError.exit_code


def _carry_out(words: list[str]) -> int:
    language = "en" if "language=en" in words else "zh"
    plain = [word for word in words if word not in HELP]
    if not plain or (plain[0].startswith("language=") and len(plain) == 1):
        print(LISTING[language])
        return 0
    verb, *rest = plain
    if verb not in VERBS:
        from sim.config.sources import nearest

        raise _refused("verb", verb, "one of " + ", ".join(VERBS), nearest(verb, VERBS))
    if len(plain) < len(words):
        print(PAGES[verb][language])
        return 0
    return VERBS[verb](rest)


def _forecast(words: list[str]) -> int:
    from sim.config import load_cells, load_settings

    many = any(word in SWEEP for word in words)
    overrides = _overrides([word for word in words if word not in SWEEP])
    if many:
        cells = [(shlex.join(cell), settings) for cell, settings in load_cells(overrides)]
        if any(settings.experiment for _, settings in cells):
            raise _refused("experiment", "-m", "an experiment without -m: it is a sweep already", "remove -m")
    else:
        settings = load_settings(overrides)
        if settings.experiment is None or settings.experiment.cell is not None:
            from sim.studies.forecast import forecast

            return forecast(settings, shlex.join(overrides))
        from sim.studies.design import cells_of

        cells = cells_of(overrides, settings.experiment, load_settings)
    from sim.studies.sweep import sweep

    return sweep(cells)


def _compare(words: list[str]) -> int:
    from sim.config import load_settings

    names = [word for word in words if "=" not in word and not word.startswith("-")]
    overrides = _overrides([word for word in words if word not in names])
    if len(names) < 2 or len(set(names)) < len(names):
        raise _refused("scenarios", " ".join(names), "two or more different scenarios", "type compare enacted no_policy")
    if any(word.lstrip("+").startswith("scenario=") for word in overrides):
        raise _refused("scenario", "scenario=", "scenarios as plain words", "type compare enacted no_policy")
    typed = [[f"scenario='{name}'", *overrides] for name in names]
    settings = [load_settings(words) for words in typed]
    from sim.studies.compare import compare

    return compare(settings, [shlex.join(words) for words in typed])


def _report(words: list[str]) -> int:
    from sim.config import load_settings

    overrides = _overrides(words)
    settings = load_settings(overrides)
    from sim.studies.report import report

    return report(settings, shlex.join(overrides))


def _contribution(words: list[str]) -> int:
    from sim.config import load_settings

    settings = load_settings(_overrides(words))
    from sim.studies.contribution import contribution

    return contribution(settings, shlex.join(words))


def _dashboard(words: list[str]) -> int:
    from sim.config import load_settings

    ports = [word for word in words if word.startswith("port=")]
    overrides = _overrides([word for word in words if word not in ports])
    port = ports[-1].removeprefix("port=") if ports else "8765"
    if not port.isdecimal() or int(port) > LAST_PORT:
        raise _refused("port", port, f"a whole number from 0 to {LAST_PORT}; 0: any that is free", "type port=8765")
    settings = load_settings(overrides)
    from sim.dashboard.server import dashboard

    return dashboard(settings, overrides, int(port))


def _budget(words: list[str]) -> int:
    from sim.config import load_settings
    from sim.config.options import split_options

    if words[:1] == ["solve"]:
        return _solve(words[1:])
    options, intervals, rest = split_options(words, BUDGET)
    if intervals:
        raise _refused(next(iter(intervals)), "interval(...)", "one value", "intervals belong to budget solve")
    settings = load_settings(_overrides(rest))
    from sim.studies.budget import budget

    return budget(settings, options, shlex.join(rest))


def _solve(words: list[str]) -> int:
    from sim.config import load_settings
    from sim.config.options import split_options

    options, intervals, rest = split_options(words, SOLVE)
    load_settings(_overrides(rest))
    from sim.studies.solve import solve

    return solve(lambda more: load_settings([*rest, *more]), options, intervals, shlex.join(rest))


def _nowcast(words: list[str]) -> int:
    from sim.config import load_settings
    from sim.config.options import split_options

    files = [word for word in words if "=" not in word and not word.startswith("-")]
    if len(files) != 1:
        raise _refused("nowcast", " ".join(files), "one CSV file", "type nowcast actuals.csv")
    options, _, rest = split_options([word for word in words if word not in files], NOWCAST)
    settings = load_settings(_overrides(rest))
    from sim.studies.nowcast import nowcast

    return nowcast(settings, files[0], options, shlex.join(rest))


def _results(words: list[str]) -> int:
    from sim.config import load_settings

    action = words[0] if words else ""
    if action not in RESULTS:
        raise _refused("results", action, "one of " + ", ".join(RESULTS), "see results --help")
    least, most = RESULTS[action]
    given = words[1 : 1 + least]
    if len(given) < least:
        raise _refused(f"results {action}", " ".join(words), "something after it", "see results --help")
    rest = words[1 + least :]
    if most > least and rest and (rest[0] == "--yes" or rest[0].lstrip()[:6].upper() in ("SELECT", "WITH")):
        given.append(rest.pop(0))
    settings = load_settings(_overrides(rest))
    from sim.studies.results import results

    return results([action, *given], settings)


def _bench(words: list[str]) -> int:
    from sim.config import load_settings

    settings = load_settings(_overrides(words))
    from sim.studies.bench.verb import bench

    return bench(settings)


def _anchor(words: list[str]) -> int:
    from sim.config import load_settings

    write = "--write" in words
    settings = load_settings(_overrides([word for word in words if word != "--write"]))
    from sim.studies.anchor import anchor

    return anchor(settings, write)


def _validate(words: list[str]) -> int:
    named = [word.removeprefix("case=") for word in words if word.startswith("case=")]
    rest = [word for word in words if not word.startswith("case=")]
    settings, _, write = _learning(rest, (), VALIDATION)
    from sim.studies.validate.verb import validate

    return validate(settings, named[-1] if named else None, write)


def _calibrate(words: list[str]) -> int:
    settings, options, write = _learning(words, CALIBRATE, CALIBRATION)
    from sim.studies.calibrate.verb import calibrate

    return calibrate(settings, options, write)


def _backtest(words: list[str]) -> int:
    settings, options, write = _learning(words, BACKTEST, BACKTESTING)
    from sim.studies.backtest.verb import backtest

    return backtest(settings, options, write)


def _learning(words: list[str], names: Sequence[str], defaults: Mapping[str, str]) -> tuple[Settings, dict[str, Any], bool]:
    """Settings, own options and whether to write, of a verb that runs on other settings where nothing else is said."""
    from sim.config import load_settings
    from sim.config.options import split_options

    options, _, rest = split_options([word for word in words if word != "--write"], names)
    chosen = [word.split("=")[0] for word in rest]
    settings = load_settings(_overrides([*(w for k, w in defaults.items() if k not in chosen), *rest]))
    return settings, options, "--write" in words


def _sensitivity(words: list[str]) -> int:
    settings, options, _ = _learning(words, SENSITIVITY, SCREENING)
    from sim.studies.sensitivity.verb import sensitivity

    return sensitivity(settings, options)


SCREENING = {
    "population.scale": "population.scale=0.05", "population.goods": "population.goods=vehicles",
    "ensemble.draws": "ensemble.draws=10",
}  # fmt: skip
"""What sensitivity takes where nothing else is said."""
CALIBRATION = {
    "population.scale": "population.scale=0.2", "population.goods": "population.goods=vehicles",
    "ensemble.draws": "ensemble.draws=240",
}  # fmt: skip
"""What calibrate takes where nothing else is said."""
BACKTESTING = CALIBRATION | {"population.scale": "population.scale=0.1", "ensemble.draws": "ensemble.draws=100"}
"""What backtest takes where nothing else is said."""
VALIDATION = {"population.scale": "population.scale=0.1", "ensemble.draws": "ensemble.draws=6"}
"""What validate takes where nothing else is said."""
FINGERPRINTING = {"population.scale": "population.scale=0.01", "events": "events=true"}
"""What fingerprint takes where nothing else is said: a small run, down to what every owner did."""


def _pedigree(words: list[str]) -> int:
    settings, _, write = _learning(words, (), {})
    from sim.studies.pedigree import pedigree

    return pedigree(settings, write)


def _fingerprint(words: list[str]) -> int:
    full = words[:1] == ["full"]
    settings, _, _ = _learning(words[full:], (), {} if full else FINGERPRINTING)
    from sim.studies.fingerprint import fingerprint

    return fingerprint(settings)


def _coverage(words: list[str]) -> int:
    from sim.config import load_settings

    settings = load_settings(_overrides(words))
    from sim.studies.coverage import coverage

    return coverage(settings)


VERBS: dict[str, Callable[[list[str]], int]] = {
    "forecast": _forecast,
    "compare": _compare,
    "contribution": _contribution,
    "report": _report,
    "dashboard": _dashboard,
    "budget": _budget,
    "nowcast": _nowcast,
    "results": _results,
    "calibrate": _calibrate,
    "validate": _validate,
    "backtest": _backtest,
    "sensitivity": _sensitivity,
    "anchor": _anchor,
    "bench": _bench,
    "fingerprint": _fingerprint,
    "coverage": _coverage,
    "pedigree": _pedigree,
}


def _overrides(words: list[str]) -> list[str]:
    for word in words:
        if word.startswith("-"):
            raise _refused(word, word, "KEY=VALUE, -h, and with forecast -m", "see --help of the verb")
    return words


def _refused(key: str, value: str, allowed: str, remedy: str) -> BadInput:
    return BadInput(file=PLACE, key=key, value=value, allowed=allowed, remedy=remedy)


def _told(refusal: BadInput) -> str:
    lines = [
        "输入有误 / this cannot be used:",
        f"  文件 file    : {refusal.file}",
        f"  键   key     : {refusal.key}",
        f"  值   value   : {refusal.value!r}",
        f"  允许 allowed : {refusal.allowed}",
        f"  办法 remedy  : {refusal.remedy}",
    ]
    return "\n".join(lines)


def _print_anywhere() -> None:
    """A terminal that knows ASCII only shows marks for what it cannot print, rather than a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="replace")
