"""What a reminder may be about. Standard library and rulebook only."""

from schemas.codes import Coded


class ReminderAbout(Coded):
    VISITS = "visits", "走访"
    LIST = "list", "名单"
