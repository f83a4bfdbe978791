"""A market of 3,000 households with a generous programme in its second year, written as a case file."""

from __future__ import annotations

from typing import Any

TITLE = {"zh": "名", "en": "name"}
ANY = {"fuels": ["petrol", "diesel", "nev"]}


def toy(amount: float = 3000.0, money: float = 1e9, age_min: float = 0.0, **version: Any) -> dict[str, Any]:
    """The case; ``version``: further terms of the programme's one version."""
    grant = {"amount": amount}
    terms = {
        "announced": "2010-02-20", "window": {"start": "2010-03-01", "end": "2010-06-30"}, "owners": ["household"],
        "old": {**ANY, "age_min": age_min}, "grants": {"ice": grant, "phev": grant, "bev": grant}, **version,
    }  # fmt: skip
    car = {
        "stock": 3600, "sales": 260, "price": 15000, "retired": 220, "first_buyer_share": 0.2, "used_transactions": 400,
        "age_shares": {age: 0.0625 for age in range(16)},
    }  # fmt: skip
    fund = {"window": {"start": "2010-03-01", "end": "2010-06-30"}, "amount": money}
    claims = {"id": "toy_claims", "quantity": "claims_total", "title": TITLE, "source": "worked out"}
    return {
        "id": "toy", "title": TITLE, "until": "2010-08",
        "market": {
            "households": 3000, "income": 30000, "reference_year": 2009, "simulated_households": 3000, "goods": {"car": car},
        },
        "policy": {"programme": {"instrument": "scrappage_subsidy", "pot": "fund", "versions": {"v1": terms}}},
        "pots": {"fund": {"tranches": {"all": fund}}},
        "scores": [{**claims, "observed": 0.0, "low": -1e-9, "high": 1e-9}],
    }  # fmt: skip
