"""Which department gets an order (发点球): by gap item, with the cause where the pack tells causes
apart (A5, D1).
"""

from dataclasses import dataclass

from rulebook.packs import Pack
from schemas.codes import GapItem, RiskCause


@dataclass(frozen=True)
class Route:
    """Department codes: exactly one leads (B-28)."""

    primary: str
    co: tuple[str, ...] = ()


def route(pack: Pack, gap_item: GapItem, cause: RiskCause) -> Route | None:
    """None means that the office chooses by hand (D-07)."""
    rows = {(row.gap_item, row.cause): row for row in pack.dispatch.routing}
    row = rows.get((gap_item, cause)) or rows.get((gap_item, None))
    return Route(row.primary, row.co) if row else None


def default_gap_items(pack: Pack, cause: RiskCause) -> tuple[GapItem, ...]:
    """What is usually missing for this cause: none or several mean that a person chooses."""
    rows = {row.cause: row.gap_items for row in pack.dispatch.default_gap_items}
    return tuple(map(GapItem, rows.get(cause, ())))
