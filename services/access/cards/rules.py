"""Decisions about cards. Standard library and rulebook only."""

from datetime import datetime, timedelta

from schemas.codes import Coded

VALID = timedelta(days=30)  # a card that nobody has used by then is dead


class CardState(Coded):
    PROPOSED = "proposed", "待第二人确认"
    READY = "ready", "未使用"
    USED = "used", "已使用"
    WITHDRAWN = "withdrawn", "已作废"


def is_good(state: CardState, made_at: datetime, now: datetime) -> bool:
    return state is CardState.READY and now - made_at <= VALID
