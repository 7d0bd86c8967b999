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
    rechecked_on: date | None = None
    not_qualified_on: date | None = None
    not_qualified_reason: str | None = None
    reopened_on: date | None = None
    helped_on: date | None = None
    orders: tuple[OrderFacts, ...] = ()
    joined: bool = False  # the finding came to a case that was there already
    answered: bool = False  # the decision deals with the finding
    answer: str | None = None  # in which words; None: the decision's own reason says it

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

    @property
    def is_verified(self) -> bool:
        return self.verified_on is not None and not self.is_not_qualified

    @property
    def is_rechecked(self) -> bool:
        """The township has answered since the county last sent it back."""
        asked, answered = self.sent_back_on, self.rechecked_on
        return asked is not None and answered is not None and asked <= answered

    @property
    def is_unanswered(self) -> bool:
        """It came after the decision, and the county has still to say what it does about it."""
        return self.joined and self.verified_on is not None and not self.answered


def end_of(facts: CaseFacts | None) -> date | None:
    """The day on which what was found came to its end; None: it is under way."""
    if facts is None or facts.is_unanswered:
        return None
    if facts.is_helped:
        return facts.helped_on
    return facts.not_qualified_on if facts.is_not_qualified else None


def fate(facts: CaseFacts | None) -> str:
    """What became of a finding, for whoever found it."""
    if facts is None:
        return "已报县，县里还没有登记线索"
    joined = f"已并入线索{facts.number or ''}，" if facts.joined else ""
    if facts.is_unanswered:
        return f"{joined}县里还没有答复这一条；{_standing(facts)}"
    return joined + _standing(facts)


def _standing(facts: CaseFacts) -> str:
    """Where the case stands."""
    if facts.is_helped:
        return "帮扶已全部办结"
    if facts.is_not_qualified:
        return f"经核实不符合条件：{facts.not_qualified_reason}"
    if facts.orders:
        return f"已交办{len(facts.orders)}件，办结{facts.orders_closed}件"
    if facts.verified_on:
        return "县里已核实，等待交办"
    if facts.reopened_on and (facts.sent_back_on is None or facts.sent_back_on < facts.reopened_on):
        return "县里撤回了原来的决定，正在重新核实"
    if facts.sent_back_on:
        return "乡镇已复核，等县里决定" if facts.is_rechecked else "退回乡镇复核"
    return "待县里核实" if facts.joined else "县里已登记线索，待核实"


def answer_words(gap_item: str | None, why_not: str | None) -> str | None:
    """What a decision says of one finding; None where its own reason says it."""
    if why_not:
        return f"不办：{why_not}"
    return f"由“{gap_item}”解决" if gap_item else None
