"""Everything a run is told, typed and frozen; what each number means stands beside it. Built by ``sim.config`` alone."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from sim.clock import month_number
from sim.policy.measure import Measure, Pot
from sim.policy.terms import Share
from sim.schema import Fraction, Frozen, Grade, NotNegative, Number, Positive, PositiveFraction, Quantity, Title

Month = Annotated[str, Field(pattern=r"^(19|20)\d\d-(0[1-9]|1[0-2])$")]
Boundary = Literal["A", "B"]
NONE = Quantity(value=0.0, unit="none", source="does not apply to this kind of good", grade="A")
ONE = Quantity(value=1.0, unit="ratio", source="the yardstick", grade="A")


class ClockSettings(Frozen):
    """First and last month simulated, both included; the first twelve are the reference year."""

    start: Month = "2023-01"
    end: Month = "2027-12"

    @model_validator(mode="after")
    def _forwards(self) -> Self:
        if self.end < self.start:
            raise ValueError("clock.end lies before clock.start")
        if not "2000-01" <= self.start <= self.end <= "2060-12":
            raise ValueError("the clock runs from 2000-01 to 2060-12 at most")
        return self

    @property
    def first(self) -> int:
        """Month number of the first step."""
        return month_number(dt.date.fromisoformat(self.start + "-01"))

    @property
    def months(self) -> int:
        """Number of steps."""
        return month_number(dt.date.fromisoformat(self.end + "-01")) - self.first + 1


class PopulationSettings(Frozen):
    """``scale``: simulated households per real household; counts are reported re-weighted by 1 / scale."""

    scale: Annotated[float, Field(gt=0.0, le=2.0)] = 1.0
    spare: Annotated[int, Field(ge=0, le=1000)] = 0
    """Rows for households that never form; they change nothing, which a test holds."""
    goods: Literal["all", "vehicles"] = "all"
    """``vehicles``: automobiles alone, for questions about them; promises that need other goods are left out, and what
    households spend on those is not missing when they buy a car."""


class OrganisationClass(Frozen):
    """Firms or public institutions of one kind: how many there are and what each can spend."""

    title: Title
    kind: Literal["firm", "institution"]
    count: str
    """Key in the region's baseline: organisations at the end of 2023."""
    turnover: Positive
    """Median monthly turnover, or budget that is not tied to wages, yuan."""
    spread: NotNegative
    """Standard deviation of the log of turnover."""


class Region(Frozen):
    """The district at the start of the clock, for the chosen boundary."""

    title: Title
    boundary: Boundary
    baseline: dict[str, Number]
    """Indicators of ``configs/region/<id>/baseline.csv`` for this boundary: stocks, flows, incomes, shares."""
    vintages: dict[str, dict[int, float]]
    """Product category -> registration year -> share of the stock at the start of 2024, summing to 1."""
    income_fifths: dict[Literal["urban", "rural"], tuple[float, ...]]
    """Mean income of each fifth, relative to the group's mean."""
    ownership_by_fifth: tuple[float, ...]
    """Cars per household of each fifth relative to the mean."""
    season: tuple[float, ...]
    """New-car sales of each calendar month relative to the annual mean; the twelve average 1."""
    organisations: dict[str, OrganisationClass] = {}
    """Owners of equipment, by class."""


class Variant(Frozen):
    """One kind of the good that can be bought, as it was offered in January 2023."""

    title: Title
    powertrain: Literal["ice", "phev", "bev"] | None = None
    """None: not a vehicle."""
    fuel: Literal["petrol", "diesel", "nev"] | None = None
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
    owner: Literal["household", "firm", "institution"]
    income_fifth: Annotated[int, Field(ge=0, le=5)] = 0
    """1 poorest ... 5 richest; 0 for firms and institutions."""
    urban: bool | None = None
    """None: both (second cars, firms)."""
    home_charging: bool | None = None
    slot: Literal["first", "second", "any"] = "any"
    use: Literal["operating", "non_operating"] = "non_operating"
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
    """Mean effort of looking at the market for one who has a sound good, utility units; anchored in 2023."""
    effort_first: Number
    """The same for one who has none."""


class Survival(Frozen):
    """S(age) = exp(-(age / scale)^shape - accident x age): physical life if nobody chose to end it earlier."""

    scale_years: Positive
    shape: Positive
    accident_per_year: Fraction


class Condition(Frozen):
    """A good is sound, worn or failing: thresholds as shares of its own physical life, and what each costs."""

    worn_at: Fraction
    failing_at: Fraction
    upkeep_factor_worn: NotNegative
    upkeep_factor_failing: NotNegative
    service_factor_worn: NotNegative
    service_factor_failing: NotNegative
    service_decline_per_year: Fraction
    upkeep_growth_per_year: NotNegative


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
    by_fifth: tuple[float, ...] = ()
    """Goods per household of each income fifth relative to the mean; empty: alike."""
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
    condition: Condition
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


class Behaviour(Frozen):
    """How owners decide; one set per country context."""

    foresight: Fraction
    """Weight of the look ahead: 0 the static logit, 1 full backward induction."""
    discount_factor_year: PositiveFraction
    price_sensitivity: Positive
    """Marginal utility of 10,000 yuan to an owner of mean income."""
    price_sensitivity_income: NotNegative
    """Elasticity of that marginal utility to income, as a positive number."""
    way_dissimilarity: PositiveFraction
    """Scale of the taste shocks among ways out of one old good, relative to across nests (0 < x <= nest_dissimilarity)."""
    nest_dissimilarity: PositiveFraction
    """Scale of the taste shocks within a nest relative to across nests (0 < x <= 1)."""
    attention_scale: Positive
    """Scale of the logistic effort of looking, in units of the taste shock across nests."""
    event_rate_per_year: NotNegative
    """Life events (child, job, move) of a household."""
    event_effort_cut: NotNegative
    """How much cheaper a look is in the month of an event."""
    season_strength: NotNegative
    """Share of the log seasonal index that shifts the effort of looking."""
    forced_patience: Number
    """Utility of going without a replacement for a month after the good is lost."""
    awareness_start: Fraction
    awareness_spread: Fraction
    social_weight: Number
    """Utility of an NEV when all the neighbours drive one, relative to none."""
    liquidity_buffer_months: NotNegative
    liquidity_shadow: NotNegative
    """Marginal cost of the last yuan of liquid assets, relative to income, beyond the yuan itself."""
    instalment_to_income: Fraction
    """Largest share of income that instalments may take."""
    credit_aversion: Number
    """Utility cost of signing a loan."""
    charging_hassle_home: NotNegative
    charging_hassle_public: NotNegative
    charging_hassle_decline: Fraction
    gamed_share: Fraction
    """Share of new NEV registrations that are zero-mileage cars resold as used (零公里二手车)."""


class Money(Frozen):
    """What households hold and can borrow."""

    liquid_months: NotNegative
    """Mean liquid assets in months of household income."""
    liquid_spread: NotNegative
    """Standard deviation of the log of liquid assets."""
    rebuild_per_month: Fraction
    """Speed at which liquid assets return to their target."""
    household_size: Positive
    formation_per_year: Fraction
    dissolution_per_year: Fraction
    income_spread: NotNegative
    """Standard deviation of the log of income within a fifth."""


class PriceCut(Frozen):
    """A national path lies lower from a month on, for everybody: what if?"""

    start: Month
    rate: Annotated[float, Field(ge=0.0, lt=1.0)]
    """Of the value."""


class Market(Frozen):
    """New-car dealers, used-car dealers, dismantlers and banks."""

    dealers: Annotated[int, Field(ge=1, le=100)]
    used_dealers: Annotated[int, Field(ge=1, le=100)]
    dismantlers: Annotated[int, Field(ge=1, le=100)]
    banks: Annotated[int, Field(ge=1, le=100)]
    discount_start: Number
    discount_min: Number
    discount_max: Number
    discount_reaction: NotNegative
    pass_through: Fraction
    """Share of a subsidy that reaches the buyer."""
    loan_rate: Fraction
    loan_rate_spread: Number
    loan_term_months: Positive
    own_down_payment: Fraction
    """What banks ask for where the rules leave it to them."""
    approval: Fraction
    """Share of applicants with sufficient income who are approved."""
    paths: dict[str, tuple[tuple[Month, float], ...]]
    """Exogenous national paths: name -> (month, value), straight lines between the points, flat outside."""
    path_factor: dict[str, NotNegative]
    """Uncertainty of each path: factor on its departure from the value of its first point."""
    cuts: dict[str, PriceCut] = {}
    """Path -> cut of its value, whatever the factor."""

    @model_validator(mode="after")
    def _cuts_of_paths(self) -> Self:
        for name in self.cuts:
            if name not in self.paths:
                raise ValueError(f"cuts.{name}: not a path; one of {', '.join(self.paths)}")
        return self


class Anchor(Frozen):
    """Constants that make the reference year come out, added to the product file's own; solved by ``python -m sim anchor``.

    They carry no forecast of their own: the same constants hold in every scenario and every later year.
    """

    effort_first: float = 0.0
    taste: dict[str, float] = {}
    """By variant."""
    taste_used: float = 0.0
    taste_age: float = 0.0
    effort_sell: float = 0.0
    effort_formal: float = 0.0
    effort_informal: float = 0.0
    effort_idle: float = 0.0
    solved_for: str = ""
    """Digest of the values that it was solved for; others need constants of their own."""


class Target(Frozen):
    """A promise of the plan, made countable."""

    title: Title
    quote: str
    article: str
    indicator: str
    group: str = ""
    by: Month
    period: Literal["at", "year", "each_year"]
    """``at``: stock at the end of ``by``; ``year``: flow of the twelve months that end with ``by``; ``each_year``: smallest
    flow of the calendar years from 2024 to ``by``."""
    comparator: Literal[">=", "<="]
    promise: float
    relative_to: Month | None = None
    """If given, the indicator is divided by its own value in the period that ends there."""
    relative_as: Literal["ratio", "difference"] = "ratio"
    """``difference``: that value is subtracted instead."""
    unit: Title
    grade: Grade
    units: Annotated[float, Field(ge=1.0)]
    """Goods in use, or deals of a year, that stand behind the number in the whole district, roughly: see ``sim.verdict``."""
    goods: Literal["all", "vehicles"] = "all"
    """What must be simulated for it."""
    assumption: Title | None = None
    """How the wording was made countable, where it had to be."""

    @property
    def yearly(self) -> bool:
        """Whether the promise is about flows of twelve months."""
        return self.period != "at"


class EnsembleSettings(Frozen):
    """``draws`` of the uncertain inputs, each with ``seeds`` seeds; draw 0 alone (``draws: 0``) means the central values."""

    draws: Annotated[int, Field(ge=0, le=100_000)] = 12
    seeds: Annotated[int, Field(ge=1, le=100_000)] = 2
    first_seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    draw: Annotated[int, Field(ge=0)] | None = None
    """Only this one of the draws, to repeat a run."""

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if self.draw is not None and not min(self.draws, 1) <= self.draw <= self.draws:
            raise ValueError(f"ensemble.draw must be one of the draws, {min(self.draws, 1)} to {self.draws}")
        return self


class ExecutorSettings(Frozen):
    """Where the runs of an ensemble are carried out: in this process, on this machine's cores, or by a Dask scheduler."""

    name: Literal["serial", "local", "dask"] = "local"
    workers: Annotated[int, Field(ge=0, le=1024)] = 0
    """Processes of ``local``; 0: one per core of this machine."""
    address: str | None = None
    """Of the scheduler, e.g. tcp://10.0.0.1:8786."""

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        if self.name == "dask" and not self.address:
            raise ValueError("executor dask needs executor.address, for instance tcp://10.0.0.1:8786")
        return self


class Factor(Frozen):
    """One thing that a designed experiment varies: named ``levels``, or every number from ``low`` to ``high``."""

    key: Annotated[str, Field(pattern=r"^[a-z][\w.]*$")]
    """As on the command line, e.g. policy.car_scrappage.nev_amount or scenario."""
    levels: tuple[bool | int | float | str, ...] = ()
    low: float | None = None
    high: float | None = None
    whole: bool = False
    """Only whole numbers between low and high."""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.levels) == (self.low is not None and self.high is not None):
            raise ValueError("give either levels, or low and high")
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise ValueError("low must lie below high")
        return self


class Experiment(Frozen):
    """A designed set of scenario cells; ``grid`` takes all combinations of levels, the others ``size`` points."""

    title: Title
    design: Literal["grid", "latin_hypercube", "sobol"] = "grid"
    size: Annotated[int, Field(ge=1, le=100_000)] | None = None
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 1
    cell: Annotated[int, Field(ge=0)] | None = None
    """This is one cell of the design; the levels of its factors are typed beside it."""
    factors: Annotated[tuple[Factor, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _complete(self) -> Self:
        keys = [factor.key for factor in self.factors]
        if len(set(keys)) < len(keys):
            raise ValueError("two factors have the same key")
        if self.design == "grid" and (self.size is not None or not all(factor.levels for factor in self.factors)):
            raise ValueError("a grid needs levels for every factor, and no size")
        if self.design != "grid" and self.size is None:
            raise ValueError("size is missing: the number of points")
        if self.design == "sobol" and (self.size or 1) & ((self.size or 1) - 1):
            raise ValueError("a Sobol sequence is balanced only for sizes of 2, 4, 8, 16, ...")
        return self


class Parameters(Frozen):
    """How the uncertain numbers are drawn: each from its range, or some as the evidence has left them."""

    title: Title
    cutoff: Month | None = None
    """Last month of the evidence."""
    found_for: str = ""
    """Digest of the central values, ranges and evidence that the places were found with."""
    places: dict[str, tuple[Annotated[float, Field(gt=0.0, lt=1.0)], ...]] = {}
    """Input -> its place in each row of the posterior, as the share of its range's distribution that lies below. Rows are
    equally likely and belong together; an input that is not named is drawn from its range."""

    @model_validator(mode="after")
    def _rows(self) -> Self:
        if len({len(column) for column in self.places.values()}) > 1:
            raise ValueError("every input needs a place in every row")
        return self

    @property
    def rows(self) -> int:
        """Number of rows; 0: no posterior."""
        return len(next(iter(self.places.values()), ()))


class ResultsSettings(Frozen):
    """Where results are kept."""

    folder: str = "results"


class ScenarioInfo(Frozen):
    """What a scenario file says of itself."""

    id: str
    title: Title
    decided_by: str
    description: str = ""


class Settings(Frozen):
    """All of it. Two equal ``Settings`` and an equal seed give equal results."""

    scenario: ScenarioInfo
    clock: ClockSettings
    population: PopulationSettings
    region: Region
    products: dict[str, Product]
    behaviour: Behaviour
    money: Money
    market: Market
    parameters: Parameters
    anchor: dict[str, Anchor] = {}
    """By product."""
    policy: dict[str, Measure]
    pots: dict[str, Pot]
    targets: dict[str, Target]
    ensemble: EnsembleSettings
    executor: ExecutorSettings
    results: ResultsSettings
    experiment: Experiment | None = None
    events: bool = False
    """Whether a run keeps what every owner did, one row for each good bought or given up."""
    language: Literal["zh", "en"] = "zh"
    output: str | None = None
    draw: Annotated[int, Field(ge=0)] = 0
    """Number of the draw these settings hold; 0 is the central values."""

    def narrowed(self) -> Settings:
        """The same with the goods, constants and targets that ``population.goods`` asks for."""
        if self.population.goods == "all":
            return self
        products = {name: product for name, product in self.products.items() if product.kind == "automobile"}
        targets = {name: target for name, target in self.targets.items() if target.goods == "vehicles"}
        anchor = {name: constants for name, constants in self.anchor.items() if name in products}
        return self.model_copy(update={"products": products, "targets": targets, "anchor": anchor})
