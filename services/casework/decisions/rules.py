"""What the county can decide of a household."""

from schemas.codes import Coded
from services.casework.identification.rules import FileAction

MOST_CAUSES = 5


class Verdict(Coded):
    ADMIT = "admit", "纳入"
    NOT_ADMIT = "not_admit", "不予纳入"
    SEND_BACK = "send_back", "退回乡镇复核"
    REASSESS = "reassess", "退回重新评议"


ACTIONS = {
    Verdict.ADMIT: FileAction.ADMIT,
    Verdict.NOT_ADMIT: FileAction.NOT_ADMIT,
    Verdict.SEND_BACK: FileAction.SEND_BACK,
    Verdict.REASSESS: FileAction.REASSESS,
}
FINAL = (Verdict.ADMIT, Verdict.NOT_ADMIT)  # what decides; the others ask once more
