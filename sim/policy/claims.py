"""What a subsidy asks of the old good, and how often a household may claim."""

from __future__ import annotations

ANY_ROUTE, SCRAP_ROUTE, TRANSFER_ROUTE = 0, 1, 2
"""What an entitlement asks of the old good: nothing, formal scrapping, a transfer."""

CLAIMS_PER_HOUSEHOLD = 2
"""Adults of a household: measures with one claim a person pay a household that often."""
