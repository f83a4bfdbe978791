"""Read what every owner did in a run, and tell apart the kinds of event that money is spent to bring about."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from numpy.typing import NDArray

from sim.codes import FORMAL
from sim.schema.result_tables import EVENTS
from sim.settings import Settings

KINDS = ("new", "nev", "vehicle_recovered", "appliance_recovered")
"""What is counted: a new good bought, a new-energy vehicle bought, a vehicle or a waste appliance given to the formal
channel."""
WORDS = ["month", "good", "measure"]


def read_events(content: bytes, goods: Collection[str] | None = None) -> pd.DataFrame:
    """The events of one run, of some goods or all, with words as categories and a row number as index."""
    wanted = [("good", "in", list(goods))] if goods is not None else None
    table = pq.read_table(pa.BufferReader(content), columns=list(EVENTS), filters=wanted)
    frame = table.to_pandas(categories=WORDS)
    small = {"slot": "int32", "owner": "int32", "type": "int16", "quintile": "int8", "variant": "int8", "route": "int8"}
    return frame.astype(small)


def marks(events: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Which kinds of ``KINDS`` each event is one of [events, kinds], and ``scrapped``: any good given to the formal channel."""
    formal, new = events["route"] == FORMAL, events["new"].to_numpy(dtype=bool)
    good = events["good"].astype(str)
    cars = [name for name, product in settings.products.items() if product.kind == "automobile"]
    appliances = [name for name, product in settings.products.items() if product.waste_appliance]
    nev = new & is_nev(events, settings)
    return pd.DataFrame(
        {
            "new": new,
            "nev": nev,
            "vehicle_recovered": formal & good.isin(cars),
            "appliance_recovered": formal & good.isin(appliances),
            "scrapped": formal,
        },
        index=events.index,
    )


def is_nev(events: pd.DataFrame, settings: Settings) -> NDArray[np.bool_]:
    """Whether what was bought is a new-energy vehicle."""
    out = np.zeros(len(events), dtype=bool)
    for name in events["good"].unique():
        product = settings.products[str(name)]
        if not product.counts_towards_nev:
            continue
        electric = np.array([v.powertrain in ("phev", "bev") for v in product.variants.values()] + [False])
        mine = (events["good"] == name).to_numpy()
        out[mine] = electric[events["variant"].to_numpy()[mine]]
    return out
