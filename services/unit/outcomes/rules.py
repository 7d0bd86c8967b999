"""Decisions. Standard library and rulebook only."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class OrderFacts:
    """An order of a case: its number, what it is about, and when it was closed."""

    number: str
    about: str
    closed_on: date | None = None


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
    orders: tuple[OrderFacts, ...] = ()

    @property
    def orders_closed(self) -> int:
        return sum(1 for order in self.orders if order.closed_on)

    @property
    def is_helped(self) -> bool:
        """All help is done, and no order of it was opened again."""
        return self.helped_on is not None and self.orders_closed == len(self.orders)

    @property
    def is_not_qualified(self) -> bool:
        """The county's latest word."""
        heard = (self.opened_on, self.verified_on, self.sent_back_on)
        return self.not_qualified_on is not None and all(
            day is None or day <= self.not_qualified_on for day in heard
        )


def end_of(facts: CaseFacts | None) -> date | None:
    """The day on which what was found came to its end; None: it is under way."""
    if facts is None:
        return None
    if facts.is_helped:
        return facts.helped_on
    return facts.not_qualified_on if facts.is_not_qualified else None


def fate(facts: CaseFacts | None) -> str:
    """What became of a finding, for whoever found it."""
    if facts is None:
        return "已报县，县里还没有登记线索"
    if facts.is_helped:
        return "帮扶已全部办结"
    if facts.is_not_qualified:
        return f"经核实不符合条件：{facts.not_qualified_reason}"
    if facts.orders:
        return f"已交办{len(facts.orders)}件，办结{facts.orders_closed}件"
    if facts.verified_on:
        return "县里已核实，等待交办"
    if facts.sent_back_on:
        return "退回乡镇复核"
    return "县里已登记线索，待核实"
