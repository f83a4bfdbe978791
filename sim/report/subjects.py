"""Promises by subject, as a department looks for its own, and the six that stand first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from sim.schema.bricks import Title
from sim.schema.target import Target

HEADLINES = (
    "nev_stock", "elv_recovered", "used_new_ratio", "waste_appliances_recovered", "elv_recovered_growth",
    "equipment_investment",
)  # fmt: skip
"""Promises with a number of their own in the plan's general goals."""


class Subject(NamedTuple):
    """A field of the plan, and the indicators that belong to it."""

    title: Title
    indicators: tuple[str, ...]


SUBJECTS: Mapping[str, Subject] = {
    "vehicles": Subject(Title(zh="汽车", en="Vehicles"), ("nev_stock", "niii_nonoperating_diesel_trucks")),
    "recycling": Subject(Title(zh="报废汽车回收", en="Recycling of vehicles"), ("elv_recovered",)),
    "used_cars": Subject(Title(zh="二手车", en="Used cars"), ("used_car_transactions", "used_new_ratio")),
    "appliances": Subject(Title(zh="家电", en="Appliances"), ("waste_appliances_recovered",)),
    "industry": Subject(
        Title(zh="工业", en="Industry"),
        (
            "energy_benchmark_capacity_share", "below_baseline_capacity", "env_grade_a_capacity_share", "green_factories",
            "rd_digital_tool_penetration", "key_process_cnc_rate", "smes_digitalised",
        ),
    ),
    "farms": Subject(
        Title(zh="农业", en="Farms"), ("farm_machines_bought", "farm_machines_scrapped", "mechanisation_rate")
    ),
    "transport": Subject(Title(zh="交通运输", en="Transport"), ("nev_share_new_buses", "nev_share_new_taxis")),
    "building": Subject(
        Title(zh="建筑和市政", en="Building and municipal"), ("construction_machines_over_10y", "sewage_upgrade_rate")
    ),
    "education": Subject(Title(zh="教育", en="Education"), ("vocational_equipment_renewed",)),
    "culture": Subject(Title(zh="文旅", en="Culture and tourism"), ("culture_tourism_renewed",)),
    "health": Subject(Title(zh="医疗", en="Health"), ("emr_level",)),
    "equipment": Subject(
        Title(zh="设备投资和装备制造", en="Equipment"), ("equipment_investment", "high_end_equipment_revenue")
    ),
}  # fmt: skip
OTHER = Title(zh="其他", en="Other")
"""Of indicators that no subject names."""


def by_subject(names: Iterable[str], targets: Mapping[str, Target]) -> list[tuple[Title, Sequence[str]]]:
    """Targets in the order of the subjects, within one by date; subjects without any are left out."""
    subject_of = {indicator: key for key, subject in SUBJECTS.items() for indicator in subject.indicators}
    found: dict[str, list[str]] = {key: [] for key in (*SUBJECTS, "")}
    for name in names:
        found[subject_of.get(targets[name].indicator, "")].append(name)
    titles = {key: subject.title for key, subject in SUBJECTS.items()} | {"": OTHER}
    return [(titles[key], sorted(each, key=lambda name: targets[name].by)) for key, each in found.items() if each]
