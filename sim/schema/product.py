"""A category of durable goods: variants, owners, lives, used market, end of life, reference-year constants."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import Field

from sim.schema.bricks import NONE, ONE, EmissionStandard, Fraction, Frozen, NotNegative, Number, Positive, Share, Title

Fuel = Literal["petrol", "diesel", "nev"]
Use = Literal["operating", "non_operating"]
Owner = Literal["household", "firm", "institution"]

POWERTRAINS = ("ice", "phev", "bev")
FUELS: tuple[Fuel, ...] = ("petrol", "diesel", "nev")
"""Fuel groups, in the order of every array over them."""
USES: tuple[Use, ...] = ("operating", "non_operating")
"""Uses, in the order of every array over them."""
OWNERS: tuple[Owner, ...] = ("household", "firm", "institution")
"""Kinds of owner, in the order of every array over them."""


class Variant(Frozen):
    """One kind of the good that can be bought, as it was offered in January 2023."""

    title: Title
    powertrain: Literal["ice", "phev", "bev"] | None = None
    """None: not a vehicle."""
    fuel: Fuel | None = None
    size: str = ""
    """Class of the good, e.g. economy, family, premium; light, medium, heavy."""
    label: str = ""
    """Energy label, energy tier, environmental grade or level: what measures and indicators tell variants apart by."""
    green: bool = False
    """What a procurement mandate counts; new-energy vehicles always are."""
    level: float = 0.0
    """Level on the scale that an indicator averages, such as that of electronic medical records."""
    price: Positive
    """Retail price before local discount, yuan, VAT included."""
    displacement_l: float = 0.0
    litres_per_100km: NotNegative = NONE
    kwh_per_100km: NotNegative = NONE
    kwh_per_year: NotNegative = NONE
    """Power of a good that is not driven."""
    upkeep_per_year: NotNegative
    insurance_per_year: NotNegative = NONE
    service_per_year: NotNegative
    """Worth of a year's use of a new one to an average owner, yuan."""
    scrap_mass_t: NotNegative
    taste: Number = NONE
    """Utility of buying it that price and costs do not explain; anchored in the reference year."""
    improvement_per_year: Number = NONE
    """Yearly change of that utility: what newer models do better. A named trend with its own uncertainty."""
    first_year: int = 1990
    """First registration year in the stock."""
    share_new: Fraction = NONE
    """Share of the category's sales of 2023, where the region's baseline has none."""
    share_stock: Fraction = NONE
    """Share of the goods in use at the start, where the region's baseline has none."""


class OwnerType(Frozen):
    """A class of owners that shares one value function."""

    title: Title
    owner: Owner
    income_quintile: Annotated[int, Field(ge=0, le=5)] = 0
    """1 poorest ... 5 richest; 0 for firms and institutions."""
    urban: bool | None = None
    """None: both (second cars, firms)."""
    home_charging: bool | None = None
    slot: Literal["first", "second", "any"] = "any"
    use: Use = "non_operating"
    sizes: tuple[str, ...] = ()
    """Sizes that it may buy; empty: every size."""
    organisation: str = ""
    """Class of the region's organisations that holds it; empty: firms and institutions in general."""
    km_per_year: NotNegative = NONE
    service_factor: NotNegative
    """Worth of use relative to the average owner."""
    income_factor: Positive
    """Income relative to the regional mean, for firms: turnover class; enters the marginal utility of money."""
    effort_keep: Number
    """Mean effort of buying for one who has a good and is in the market, utility units; anchored in 2023."""
    effort_first: Number
    """The same for one who has none."""


class Survival(Frozen):
    """S(age) = exp(-(age / scale)^shape - accident x age): physical life if nobody chose to end it earlier."""

    scale_years: Positive
    shape: Positive
    accident_per_year: Fraction


class Wear(Frozen):
    """A good is sound, worn or failing: thresholds as shares of its own physical life, and what each costs."""

    worn_at: Fraction
    failing_at: Fraction
    upkeep_factor_worn: NotNegative
    upkeep_factor_failing: NotNegative
    service_factor_worn: NotNegative
    service_factor_failing: NotNegative
    service_decline_per_year: Fraction
    upkeep_growth_per_year: NotNegative
    wear_entry: Fraction
    """Chance that a good that begins to fail brings its owner into the market."""


class EmissionStep(Frozen):
    """From this registration day on, new goods of the fuel meet this standard; ``early_share`` met it before the date."""

    standard: Annotated[int, Field(ge=0, le=7)]
    start: dt.date
    early_from: dt.date | None = None
    early_share: Share = 0.0


class UsedMarket(Frozen):
    """Prices and friction of the used goods; ``None`` in a product file means that there is no used market."""

    age_bands: tuple[int, ...]
    """Upper age of each band in years, exclusive, rising."""
    residual: dict[Literal["ice", "phev", "bev"], tuple[float, ...]]
    """National used price over new price at each whole age in years."""
    bid_share: Fraction
    """Dealer's buying price over selling price."""
    transaction_cost: NotNegative
    """Yuan of fees and trouble of a transfer, borne by the buyer."""
    sale_effort: Number
    """Utility cost of selling (time, papers)."""
    border_cost: NotNegative
    """Yuan it costs to move a car to or from another region."""
    border_share: Fraction
    """Share of transfers that cross the district border when local and national prices agree."""
    border_elasticity: NotNegative
    """Elasticity of inflow over outflow to the ratio of local to national price."""
    admitted_standard: EmissionStandard
    """Lowest emission standard with which a used car may be registered that comes from another region."""
    price_reaction: NotNegative
    """Monthly log-price response to relative excess demand."""
    taste: Number
    """Utility of buying used rather than new that price does not explain; anchored in 2023."""
    taste_age: Number
    """Its change per year of age of the car bought."""
    stock_months: NotNegative
    """Months of sales that used-car dealers hold."""


class EndOfLife(Frozen):
    """Formal dismantlers against the informal trade and hoarding."""

    formal_offer_per_t: NotNegative
    informal_premium: Number
    """Yuan more (or less) that the informal trade pays for a good at the end of its life."""
    formal_effort: Number
    """Utility cost of the formal channel (papers, towing) over the informal one; anchored in 2023."""
    hoard_effort: Number
    """Utility cost of keeping an idle old good."""
    release_per_year: Fraction
    """Chance that a hoarded good is given up within a year."""
    capacity_per_year: NotNegative
    """What all dismantlers can take in a year at the start, vehicles."""
    capacity_growth_per_year: NotNegative
    """Fastest yearly growth of capacity when full."""
    parts_share: Fraction
    """Worth of parts: share of the used price that the informal trade pays for a car that still runs."""


class Stock(Frozen):
    """What is in use at the start, for categories without a table of registration years.

    The age of a good in use is drawn from exp(-growth x age) exp(-(age / use_years)^use_shape): past sales, less what was
    replaced since. What wear has not ended by then is drawn from the survival curve.
    """

    per_household: dict[Literal["urban", "rural"], NotNegative] = {}
    """Goods of a household at the end of 2023, relative to one another; the region's count sets the level."""
    by_quintile: tuple[float, ...] = ()
    """Goods per household of each income quintile relative to the mean; empty: alike."""
    most: Annotated[int, Field(ge=1, le=6)] = 1
    """Most goods of one household."""
    room: Annotated[float, Field(ge=1.0, le=20.0)] = 1.25
    """Slots over goods held: who may come to hold one."""
    use_years: Positive
    use_shape: Positive
    growth_per_year: Number
    """Past growth of sales."""
    first_share: Fraction
    """Part of the sales of 2023 that went to owners who had none in that place."""
    retired: str
    """Key in the region's baseline: goods that left their owners in 2023."""
    recovered: str
    """Key in the region's baseline: of these, taken in by the formal channel."""
    idle_share: Fraction
    """Of these, put away unused."""


class Watch(Frozen):
    """Counts of goods in use that indicators need, beyond the variants."""

    registered_before: tuple[dt.date, ...] = ()
    older_than_years: tuple[float, ...] = ()


Kind = Literal["automobile", "appliance", "digital", "two_wheeler", "home", "equipment", "system"]
"""Families of categories; ``system``: works and software that an owner has or has not."""
Field7 = Literal["industry", "farming", "construction", "transport", "education", "culture_tourism", "health", "municipal"]
"""Fields of equipment investment; the plan's seven and, outside its sum, municipal equipment."""


class Product(Frozen):
    """A category of durable goods: everything the decision engine must know of it."""

    title: Title
    unit: Title
    luck: Annotated[int, Field(ge=0, le=4095)]
    """Number that keys the category's luck, its own in every file: a further category moves no other's luck."""
    kind: Kind = "automobile"
    field: Field7 | None = None
    """Field that its purchases are investment of; None: consumer goods."""
    baseline_stock: str
    """Key in the region's baseline: goods in use at the end of 2023."""
    baseline_sales: str
    """Key in the region's baseline: new registrations in 2023."""
    variants: dict[str, Variant]
    owners: dict[str, OwnerType]
    owner_shares: dict[str, Share] = {}
    """Owner type -> share of the stock that it holds, for types that the household synthesis does not place."""
    survival: Survival
    condition: Wear
    emission: dict[Literal["petrol", "diesel"], tuple[EmissionStep, ...]] = {}
    used_market: UsedMarket | None = None
    end_of_life: EndOfLife
    counts_towards_nev: bool = True
    waste_appliance: bool = False
    """Whether its formal recovery counts as waste appliances (废旧家电)."""
    sensitivity: Positive = ONE
    """Marginal utility of a yuan relative to cars: tastes vary less, in yuan, where less is at stake."""
    lends: bool = True
    """Whether banks lend for it."""
    price_path: str = ""
    """Path of the list prices; empty: that of each powertrain."""
    lead_months: Annotated[int, Field(ge=0, le=36)] = 0
    """Months from the order to the day when the new good is in use."""
    review_months: Annotated[int, Field(ge=1, le=12)] = 1
    """Months between two looks of the owners at prices and values, if nothing new is announced."""
    stock: Stock | None = None
    """None: the region has a table of registration years."""
    watch: Watch = Watch()


class Anchor(Frozen):
    """Constants that make the reference year come out, added to the product file's own; solved by ``python -m sim anchor``.

    They carry no forecast of their own: the same constants hold in every scenario and every later year.
    """

    entry_keep: float = 0.0
    """Log odds against entering the market, owners; in units of ``entry_scale``."""
    entry_first: float = 0.0
    """The same of those who have none."""
    effort_first: float = 0.0
    taste: dict[str, float] = {}
    """By variant."""
    taste_used: float = 0.0
    taste_age: float = 0.0
    effort_sell: float = 0.0
    effort_formal: float = 0.0
    effort_informal: float = 0.0
    effort_idle: float = 0.0
    credit_aversion: float = 0.0
    """Utility; only where the share bought on credit is observed."""
    solved_for: str = ""
    """Digest of the values that it was solved for; others need constants of their own."""
