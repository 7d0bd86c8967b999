"""What a household is in the register, and what follows from its file."""

from schemas.codes import Stratum
from schemas.monitored import Standing
from services.casework.identification.rules import FileState

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
