"""Which runs are made, of which draws, where, and where results are kept."""

from __future__ import annotations

from typing import Annotated, Literal, Self, get_args

from pydantic import Field, model_validator

from sim.errors import Both, Unfit
from sim.schema.bricks import Frozen, Month, Title


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
            first, last = min(self.draws, 1), self.draws
            raise Unfit(
                Both(
                    f"ensemble.draw 应为 {first} 到 {last} 之间的抽样序号",
                    f"ensemble.draw must be one of the draws, {first} to {last}",
                )
            )
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
            raise Unfit(
                Both(
                    "executor 为 dask 时需写明 executor.address，例如 tcp://10.0.0.1:8786",
                    "executor dask needs executor.address, for instance tcp://10.0.0.1:8786",
                )
            )
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
            raise Unfit(Both("levels 与 low、high 只能给出其一", "give either levels, or low and high"))
        if self.low is not None and self.high is not None and not self.low < self.high:
            raise Unfit(Both("low 应小于 high", "low must lie below high"))
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
            raise Unfit(Both("两个因素的 key 相同", "two factors have the same key"))
        if self.design == "grid" and (self.size is not None or not all(factor.levels for factor in self.factors)):
            raise Unfit(Both("grid 的每个因素都要有 levels，且不写 size", "a grid needs levels for every factor, and no size"))
        if self.design != "grid" and self.size is None:
            raise Unfit(Both("缺少 size（点数）", "size is missing: the number of points"))
        if self.design == "sobol" and (self.size or 1) & ((self.size or 1) - 1):
            raise Unfit(
                Both("Sobol 序列的 size 应为 2、4、8、16……", "a Sobol sequence is balanced only for sizes of 2, 4, 8, 16, ...")
            )
        return self


Carried = Literal["sales", "nev_share", "elv_recovered"]
"""What a discrepancy of the model may be carried to: the nation's sales and NEV share, or an indicator as it is counted."""
CARRIED: tuple[Carried, ...] = get_args(Carried)


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

    discrepancy: dict[Carried, Annotated[float, Field(gt=0.0, le=3.0)]] = {}
    """Standard deviation by which the model is off, log or logit, as the calibration found: what no values within the ranges
    reach. It acts in draws, after the reference year."""

    @model_validator(mode="after")
    def _rows(self) -> Self:
        if len({len(column) for column in self.places.values()}) > 1:
            raise Unfit(Both("每个输入在每一行都要有取值", "every input needs a place in every row"))
        return self

    @property
    def rows(self) -> int:
        """Number of rows; 0: no posterior."""
        return len(next(iter(self.places.values()), ()))


class ResultsSettings(Frozen):
    """Where results are kept."""

    folder: str = "results"
