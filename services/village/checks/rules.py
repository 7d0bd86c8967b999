"""Decisions. Standard library and rulebook only."""

from rulebook.checks.declared import OF_COUNTY
from rulebook.packs.checks import CODES
from schemas.codes import Coded


class FindingState(Coded):
    OPEN = "open", "待处理"
    MENDED = "mended", "已改正"
    RIGHT = "right", "情况属实"


class Answer(Coded):
    """What somebody says of a finding. What was put right in the register goes by itself."""

    MENDED = "mended", "已改"
    RIGHT = "right", "情况属实"


BETWEEN = frozenset(OF_COUNTY)
WITHIN = CODES - BETWEEN
# What can be asked of a household of which the register has its own sheet alone: that a column is
# empty which nobody ever brought in is nobody's mistake.
OF_OWN_SHEET = frozenset(
    [
        "ID_MISSING",
        "ID_PLACEHOLDER",
        "GENDER_DIFFERS",
        "RELATIONSHIP_MISSING",
        "HEALTH_MISSING",
        "HEALTH_CONTRADICTS",
        "DISABLED_BUT_NOT_SAID",
        "LABOUR_TOO_OLD",
        "CHILD_WORKS",
        "MEMBER_PHONE_WRONG",
        "PHONE_WRONG",
        "PHONE_MISSING",
        "HEAD_NOT_ONE",
        "HEAD_UNDER_AGE",
        "INCLUDED_LATE",
    ]
)
# What an office calls such a lead; no village reads these words.
LEADS = {
    "NOT_INCLUDED_BY_INCOME": "应纳未纳线索",
    "NOT_INCLUDED_BY_LIVING": "应纳未纳线索",
    "HELPED_OUTSIDE": "体外循环线索",
    "INCLUDED_LATE": "纳入不及时线索",
}


def kind_label(code: str, kind: str, lead: bool) -> str:
    """What a list calls it."""
    return LEADS.get(code, f"{kind}线索") if lead else kind
