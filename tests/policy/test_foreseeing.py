"""What owners can expect of money that runs short: tranches by hand, what is known of it, and who never needs to fear."""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.clock import parse_month
from sim.policy.foreseeing import funded_shares
from sim.policy.pot import Pot
from sim.policy.pots import Pots

JULY = parse_month("2024-07")
AMOUNT = {"unit": "yuan", "source": "test", "grade": "C"}


def tranche(start: str, end: str, yuan: float, **more: Any) -> dict[str, Any]:
    return {"window": {"start": start, "end": end}, "amount": AMOUNT | {"value": yuan}, **more}


ALONE = {"a": tranche("2024-07-01", "2024-12-31", 1_000.0)}


def after_july(claimed: float, **file: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """What is expected on 1 August by those who saw so many yuan claimed in July; 1,000 were there."""
    tranches = ALONE | file.pop("tranches", {})
    pots = Pots({"p": Pot.model_validate({"title": {"zh": "资金", "en": "money"}, "tranches": tranches} | file)}, 1.0)
    pots.open_month(JULY)
    pots.spend("p", JULY, int(claimed * 100))
    pots.open_month(JULY + 1)
    return pots.funded(8, {})[0]


def test_tranches_are_spent_by_their_ends_and_lapse() -> None:
    asked, held = np.full(6, 40.0), np.array([100.0, 50.0])
    coming = np.zeros((2, 6))
    coming[1, 4] = 30.0
    # 100 are spent first and end with month 1, 20 of them lapse; 50 last for month 2 and a quarter of month 3; then 30 come
    assert funded_shares(asked, held, coming, np.array([1, 4])).tolist() == [1.0, 1.0, 1.0, 0.25, 0.75, 1.0]


def test_nothing_asked_is_nothing_short() -> None:
    assert funded_shares(np.zeros(3), np.zeros(1), np.zeros((1, 3)), np.array([2])).tolist() == [1.0, 1.0, 1.0]


def test_money_is_expected_to_go_as_it_went() -> None:
    # 400 in 31 days; 600 are left for August and half of September, which has a day less
    shares = after_july(400.0)
    assert shares[0] == 1.0
    assert np.isclose(shares[1], 200.0 / (400.0 * 30 / 31))
    assert shares[2:5].tolist() == [0.0, 0.0, 0.0]
    assert shares[5:].tolist() == [1.0, 1.0, 1.0], "of the next year nothing is known"


def test_before_the_first_claim_nobody_fears() -> None:
    assert (after_july(0.0) == 1.0).all()


def test_before_the_first_claim_money_is_expected_to_go_as_goods_are_sold() -> None:
    pots = Pots({"p": Pot.model_validate({"title": {"zh": "资金", "en": "money"}, "tranches": ALONE})}, 1.0)
    pots.open_month(JULY)
    assert pots.unclaimed() == {"p"}
    assert np.allclose(pots.funded(3, {"p": 2_000.0})[0], [1.0, 38.0 / 62.0, 0.0])
    pots.spend("p", JULY, 62)
    pots.open_month(JULY + 1)
    assert pots.unclaimed() == set()
    assert (pots.funded(3, {"p": 2_000.0})[0] == 1.0).all(), "what was claimed tells more"


def test_who_waits_is_paid_in_the_end() -> None:
    assert (after_july(400.0, when_dry="queue") == 1.0).all()


def test_an_uncapped_pot_never_ends() -> None:
    assert (after_july(400.0, uncapped=True, levers_from="2024-01-01") == 1.0).all()


def test_money_that_is_not_announced_is_not_expected() -> None:
    later = tranche("2024-09-01", "2024-12-31", 5_000.0)
    assert after_july(400.0, tranches={"b": later})[2] == 0.0
    assert after_july(400.0, tranches={"b": later | {"announced": "2024-08-10"}})[2] == 1.0
    assert after_july(400.0, tranches={"b": later | {"announced": "2024-08-20"}})[2] == 0.0, "late news is of the next month"


def test_a_dry_pot_is_expected_to_stay_dry_until_its_money_would_lapse() -> None:
    assert after_july(1_000.0).tolist() == [0.0] * 5 + [1.0] * 3
