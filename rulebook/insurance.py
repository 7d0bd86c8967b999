"""Insurance against poverty (防贫保险, F-05): what the pack's trigger line and bands come to. All amounts
are fen; what was paid counts as claims in the income statement (F-06).
"""

from decimal import ROUND_HALF_UP, Decimal

from rulebook.packs import Pack
from schemas.codes import RiskCause


def payout(pack: Pack, cause: RiskCause, cost: int) -> int | None:
    """For a household's cost of this cause, step by step from the trigger line on, up to the cap; None
    where the pack has no tier for it.
    """
    tier = next((one for one in pack.insurance.tiers if one.cause == cause), None)
    if tier is None:
        return None
    paid = sum(
        (Decimal(_within(cost, band.begin, band.end)) * band.ratio for band in tier.bands),
        Decimal(0),
    )
    fen = int(paid.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return fen if tier.cap is None else min(fen, tier.cap)


def _within(cost: int, begin: int, end: int | None) -> int:
    """What of the cost lies between the two."""
    return max(min(cost, cost if end is None else end) - begin, 0)
