"""What a household is in the register, and what follows from its file."""

from schemas.codes import Coded, Stratum
from services.casework.identification.rules import FileState


class Standing(Coded):
    NONE = "none", "未纳入监测"
    IDENTIFYING = "identifying", "正在识别"
    MONITORED = "monitored", "监测中"
    ELIMINATED = "eliminated", "风险已消除"
    LAPSED = "lapsed", "自然减少"


CATEGORIES = (Stratum.UNSTABLE_EX_POOR, Stratum.MARGINAL, Stratum.SUDDEN_HARDSHIP)
ADMITTED = (FileState.ANNOUNCE, FileState.REGISTER, FileState.ADMITTED)
REFUSED = (FileState.NOT_ADMITTED, FileState.GIVEN_UP)


def standing_of(state: FileState, before: Standing) -> Standing:
    """What the household is once its file has come to this state. Whoever is monitored stays so, and
    whose risk is eliminated stays eliminated until the county decides anew.
    """
    if state in ADMITTED:
        return Standing.MONITORED
    if state is FileState.LAPSED:
        return Standing.LAPSED
    if before in (Standing.MONITORED, Standing.ELIMINATED):
        return before
    return Standing.NONE if state in REFUSED else Standing.IDENTIFYING
