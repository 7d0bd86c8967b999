"""Decisions. Standard library and rulebook only."""

from schemas.codes import Coded


class FindingState(Coded):
    DRAFT = "draft", "待补充"
    COMPLETE = "complete", "可报送"
    SUBMITTED = "submitted", "已报送待签发"
    SIGNED = "signed", "已签发报县"


OPEN = (FindingState.DRAFT, FindingState.COMPLETE)


def is_complete(risk_point: str | None, matter: str | None) -> bool:
    """Risk point and matter are required before the unit's signature goes up (N-07, D5)."""
    return bool(risk_point and matter)
