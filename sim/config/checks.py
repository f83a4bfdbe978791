"""Rules that hold between entries, which no single entry of the schema can see."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from pathlib import Path

from sim.config.blame import Origins
from sim.config.sources import nearest
from sim.errors import Both, Words, both
from sim.policy.measure import MeasureBase
from sim.policy.pot import POT_LEVERS
from sim.schema.bricks import Frozen
from sim.schema.product import Product
from sim.schema.region import Region
from sim.settings import Settings

ROUNDING = 1e-3
"""Tables print shares with a few digits; further than this from one they are not rounded but wrong."""
LEAST_HOUSEHOLDS = 200
"""Fewer leave classes of owners without a single member."""
VINTAGES = Both("本区的车龄表（vintages）", "the vintages of the region")


def check_whole(settings: Settings, origins: Origins) -> None:
    """Raises BadInput for names that point nowhere and shares that do not make a whole."""
    _check_scenario(settings, origins)
    _check_population(settings, origins)
    _check_region(settings.region, origins)
    _check_start(settings, origins)
    for name, product in settings.products.items():
        _check_product(name, product, settings, origins)
    _check_luck(settings, origins)
    _check_measures(settings, origins)
    _check_targets(settings, origins)
    _check_paths(settings, origins)
    _check_order(settings, origins)
    _check_levers(settings, origins)


def indicator_names() -> list[str]:
    """Indicators that exist: the modules of sim/indicators, which are listed and not imported."""
    folder = Path(__file__).resolve().parents[1] / "indicators"
    return sorted(path.stem for path in folder.glob("*.py") if not path.stem.startswith("_"))


def _check_scenario(settings: Settings, origins: Origins) -> None:
    expected = origins.chosen["scenario"]
    if settings.scenario.id != expected:
        allowed = Both(f"与文件名一致的 {expected}", f"{expected}, the name of its file")
        raise origins.bad(
            ["scenario", "id"], settings.scenario.id, allowed, Both(f"写 id: {expected}", f"write id: {expected}")
        )


def _check_population(settings: Settings, origins: Origins) -> None:
    """Refuse so small a share of the owners that whole classes of them would be empty."""
    real = settings.region.baseline.get("households")
    if real is not None and real.value * settings.population.scale < LEAST_HOUSEHOLDS:
        scale, left = f"{settings.population.scale:g}", f"{real.value * settings.population.scale:.3g}"
        told = Both(f"{scale}（{left} 户）", f"{scale} ({left} households)")
        allowed = Both(f"模拟户数不少于 {LEAST_HOUSEHOLDS} 户", f"at least {LEAST_HOUSEHOLDS} simulated households")
        typed = f"population.scale={math.ceil(1e4 * LEAST_HOUSEHOLDS / max(real.value, 1.0)) / 1e4:g}"
        remedy = Both(f"输入 {typed} 或更大的数", f"{typed} or more")
        raise origins.bad(["population", "scale"], told, allowed, remedy)


def _check_region(region: Region, origins: Origins) -> None:
    for product, shares in region.vintages.items():
        _require_sum(["region", "vintages", product], sum(shares.values()), 1.0, origins)
        for year, share in shares.items():
            if share < 0.0:
                allowed = Both("0 到 1 之间的份额", "a share from 0 to 1")
                path = ["region", "vintages", product, str(year)]
                raise origins.bad(path, share, allowed, Both("更正份额", "correct the share"))
    lists = [("season", region.season, 12), ("ownership_by_quintile", region.ownership_by_quintile, 5)]
    lists += [(f"income_quintiles.{group}", quintiles, 5) for group, quintiles in region.income_quintiles.items()]
    for key, values, length in lists:
        path = ["region", *key.split(".")]
        if len(values) != length or min(values, default=0.0) < 0.0:
            allowed = Both(f"{length} 个不小于 0 的数", f"{length} numbers, none negative")
            raise origins.bad(path, list(values), allowed, Both(f"写 {length} 个数", f"give {length} numbers"))
        _require_sum(path, sum(values), float(length), origins)


def _check_start(settings: Settings, origins: Origins) -> None:
    """The first twelve months are the reference year, and there is a baseline for one year alone."""
    year = settings.region.year
    if settings.clock.start != f"{year}-01":
        raise origins.bad(
            ["clock", "start"],
            settings.clock.start,
            Both(
                f"{year}-01：期初的保有量和销量只有 {year} 年的数据",
                f"{year}-01: stock and sales at the start are known for {year} alone",
            ),
            Both(
                f"clock.start 保持 {year}-01；clock.end 和 clock.now 可以另选",
                f"leave clock.start at {year}-01; clock.end and clock.now can be chosen",
            ),
        )


def _require_sum(path: Sequence[str], total: float, whole: float, origins: Origins) -> None:
    if abs(total - whole) > ROUNDING * whole:
        raise origins.bad(
            path,
            _sum(total),
            Both(f"合计为 {whole:g} 的数", f"numbers that sum to {whole:g}"),
            Both(f"各数乘以 {whole / total:g}", f"scale them by {whole / total:g}")
            if total
            else Both("填写各数", "give the numbers"),
        )


def _sum(total: float) -> Both:
    return Both(f"合计 {total:g}", f"sum {total:g}")


def _check_product(name: str, product: Product, settings: Settings, origins: Origins) -> None:
    path = ["products", name]
    for key in ("baseline_stock", "baseline_sales"):
        _require_known([*path, key], getattr(product, key), settings.region.baseline, "region.baseline", origins)
    if product.stock is None:
        _require_known([*path], name, settings.region.vintages, VINTAGES, origins)
    else:
        for key in ("retired", "recovered"):
            value = getattr(product.stock, key)
            _require_known([*path, "stock", key], value, settings.region.baseline, "region.baseline", origins)
    for owner, kind in product.owners.items():
        if kind.organisation:
            known = settings.region.organisations
            _require_known([*path, "owners", owner, "organisation"], kind.organisation, known, "region.organisations", origins)
    if product.price_path:
        _require_known([*path, "price_path"], product.price_path, settings.market.paths, "market.paths", origins)
    shares = product.owner_shares
    for owner in shares:
        _require_known([*path, "owner_shares", owner], owner, product.owners, f"products.{name}.owners", origins)
    total = sum(shares.values())
    if set(shares) == set(product.owners):
        _require_sum([*path, "owner_shares"], total, 1.0, origins)
    elif total > 1.0 + ROUNDING:
        allowed = Both("合计不超过 1 的份额", "shares that sum to at most 1")
        raise origins.bad([*path, "owner_shares"], _sum(total), allowed, Both("调低其中一项", "lower one of them"))


def _check_luck(settings: Settings, origins: Origins) -> None:
    taken: dict[int, str] = {}
    for name, product in settings.products.items():
        other = taken.setdefault(product.luck, name)
        if other != name:
            free = max(p.luck for p in settings.products.values()) + 1
            allowed = Both(
                f"其他品类没有用过的编号（{other} 已使用该编号）", f"a number that no other category has; {other} has it"
            )
            remedy = Both(f"写 luck: {free}", f"write luck: {free}")
            raise origins.bad(["products", name, "luck"], product.luck, allowed, remedy)


def _check_measures(settings: Settings, origins: Origins) -> None:
    for name, measure in settings.policy.items():
        path = ["policy", name]
        for good in measure.goods:
            _require_known([*path, "goods"], good, settings.products, "configs/products/", origins)
        if measure.pot is not None:
            _require_known([*path, "pot"], measure.pot, settings.pots, "configs/pots/", origins)


def _check_levers(settings: Settings, origins: Origins) -> None:
    """Refuse levers that were typed and could move nothing: the months are over before they act, or the measure has ended."""
    for change in origins.changes:
        group, name, field = (*change.path, "", "", "")[:3]
        lever = settings.policy.get(name) if group == "policy" else settings.pots.get(name) if group == "pots" else None
        if lever is None or field not in (lever.levers if isinstance(lever, MeasureBase) else POT_LEVERS):
            continue
        if getattr(lever, field) == type(lever).model_fields[field].default:
            continue
        acts, last = lever.levers_from, lever.last_day
        if last < acts:
            told = Both(f"{last} 为止有效，晚于此日的 {acts} 才起作用", f"in force to {last}; the lever acts from {acts} on")
        elif acts.isoformat()[:7] > settings.clock.end:
            told = Both(
                f"{acts} 起作用，模拟至 {settings.clock.end} 为止",
                f"acts from {acts} on; the months end with {settings.clock.end}",
            )
        else:
            continue
        allowed = Both(f"在模拟时段和有效期内起作用：{told.zh}", f"to act within the months and while in force: {told.en}")
        key = f"{group}.{name}.levers_from"
        remedy = Both(
            f"输入 {key}=日期 或 clock.now=月份，使其提前起作用", f"type {key}=DATE or clock.now=MONTH for it to act sooner"
        )
        raise origins.bad(change.path, change.value, allowed, remedy)


def _check_targets(settings: Settings, origins: Origins) -> None:
    known = indicator_names()
    for name, target in settings.targets.items():
        _require_known(["targets", name, "indicator"], target.indicator, known, "sim/indicators/", origins)


def _check_paths(settings: Settings, origins: Origins) -> None:
    market = settings.market
    for name in market.path_factor:
        _require_known(["market", "path_factor", name], name, market.paths, "market.paths", origins)
    for name, points in market.paths.items():
        months = [month for month, _ in points]
        if not months or months != sorted(set(months)):
            allowed = Both("至少一个点，各点按时间先后排列", "at least one point, each later than the one before")
            raise origins.bad(["market", "paths", name], months, allowed, Both("按月份排序", "sort them"))


def _check_order(settings: Settings, origins: Origins) -> None:
    """Numbers that only make sense in one order, smallest first."""
    behaviour, market = settings.behaviour, settings.market
    rows: list[tuple[str, Frozen, tuple[str, ...]]] = [
        ("behaviour", behaviour, ("way_dissimilarity", "nest_dissimilarity")),
        ("market", market, ("discount_min", "discount_start", "discount_max")),
    ]
    for name, product in settings.products.items():
        rows.append((f"products.{name}.condition", product.condition, ("worn_at", "failing_at")))
    for place, node, keys in rows:
        values = [getattr(node, key).value for key in keys]
        if values != sorted(values):
            paths = [[*place.split("."), key] for key in keys]
            departing = [path for path in paths if not origins.of(path).en.startswith("configs/")]
            path = (departing or paths)[0]
            rule = " <= ".join(keys)
            value = values[paths.index(path)]
            allowed = Both(f"{rule}；现为 {values}", f"{rule}; here {values}")
            raise origins.bad(path, value, allowed, Both(f"更改 {place} 中的一项", f"change one of them in {place}"))


def _require_known(path: Sequence[str], name: str, known: Iterable[str], place: Words, origins: Origins) -> None:
    names = list(known)
    if name not in names:
        where = both(place)
        raise origins.bad(path, name, Both(f"{where.zh} 中的名称", f"a name in {where.en}"), nearest(name, names))
