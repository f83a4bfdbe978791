"""Every document by the name of the measure that carries it out, and what an applicant is due in all."""

from __future__ import annotations

from reference.law import cars, homes, machines, treasury, works
from reference.law.people import Applicant, Document, Right

DOCUMENTS: dict[str, Document] = {
    "car_scrappage": cars.scrapping,
    "car_replacement": cars.replacement,
    "car_vouchers_2023": cars.vouchers,
    "appliance_trade_in": homes.appliances,
    "kitchen_trade_in": homes.appliances,
    "small_appliance_trade_in": homes.appliances,
    "air_conditioner_trade_in": homes.appliances,
    "digital_trade_in": homes.digital,
    "e_bike_trade_in": homes.e_bikes,
    "home_renovation_subsidy": homes.renovation,
    "truck_scrappage": machines.trucks,
    "bus_renewal": machines.buses,
    "bus_battery_renewal": machines.batteries,
    "farm_scrappage": machines.farm_scrapping,
    "farm_purchase": machines.farm_buying,
    "beidou_subsidy": machines.beidou,
    "education_bonds": works.schools,
    "health_bonds": works.hospitals,
    "township_health_bonds": works.townships,
    "sports_bonds": works.sports,
    "culture_bonds": works.culture,
    "municipal_bonds": works.municipal,
    "insulation_subsidy": works.insulation,
    "building_renewal": works.building,
    "industrial_grant": works.industry,
    "sme_digital_grant": works.small_firms,
    "gas_stove_safety": works.gas_stoves,
    "green_factory_award": works.green_factories,
    "added_lift_subsidy": works.added_lifts,
    "lift_renewal": works.lifts,
}


def rights(a: Applicant, measures: frozenset[str]) -> dict[str, Right]:
    """What each of these measures pays; those that pay nothing are left out."""
    found = {name: DOCUMENTS[name](a) for name in sorted(measures & DOCUMENTS.keys())}
    return {name: right for name, right in found.items() if right != Right()}


def taxes(a: Applicant) -> tuple[int, int]:
    """Tax on buying less what the tax on profits is cut by, and what reductions and cuts save, fen."""
    due, saved = treasury.purchase_tax(a)
    cut = treasury.profit_tax_cut(a)
    return due - cut, saved + cut


def interest(a: Applicant) -> int:
    """Interest that the treasury pays in a year, fen."""
    return treasury.equipment_interest(a) + treasury.consumer_interest(a)
