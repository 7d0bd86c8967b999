"""Decisions. Standard library and rulebook only."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class CaseFacts:
    """What the county and the departments have said of a case so far, as far as it was heard."""

    number: str | None = None
    opened_on: date | None = None
    verified_on: date | None = None
    sent_back_on: date | None = None
    not_qualified_on: date | None = None
    not_qualified_reason: str | None = None
    helped_on: date | None = None
    orders: int = 0
    orders_closed: int = 0


def fate(facts: CaseFacts | None) -> str:
    """What became of a finding, for whoever found it."""
    if facts is None:
        return "县里尚未立案"
    if facts.helped_on:
        return "帮扶已全部办结"
    if facts.not_qualified_on and facts.not_qualified_on >= (
        facts.verified_on or facts.not_qualified_on
    ):
        return f"经核实不符合条件：{facts.not_qualified_reason}"
    if facts.orders:
        return f"已交办{facts.orders}件，办结{facts.orders_closed}件"
    if facts.verified_on:
        return "县里已核实，等待交办"
    if facts.sent_back_on:
        return "退回乡镇复核"
    return "县里已立案，待核实"
