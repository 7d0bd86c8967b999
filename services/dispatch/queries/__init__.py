"""What dispatch can be asked."""

from services.dispatch.queries.desk import DepartmentFigures, desk, statistics
from services.dispatch.queries.orders import (
    RunningClock,
    active_departments,
    cause_of,
    clocks,
    closed_before,
    days_since_issue,
    department_name,
    departments,
    history,
    key_of,
    keys,
    latest_reply,
    meeting_notices,
    order,
    order_numbered,
    orders,
    place_names,
    previous,
    replies,
    search,
    steps_spoken,
    unsolved,
    with_a_system,
)
from services.dispatch.queries.views import Counts, Line, ageing, allowed_deeds, counts, lines, words

__all__ = [
    "Counts", "DepartmentFigures", "Line", "RunningClock", "active_departments", "ageing", "allowed_deeds",
    "cause_of", "clocks", "closed_before", "counts", "days_since_issue", "department_name", "departments", "desk",
    "history", "key_of", "keys", "latest_reply", "lines", "meeting_notices", "order", "order_numbered", "orders", "place_names", "previous",
    "replies", "search", "statistics", "steps_spoken", "unsolved", "with_a_system", "words",
]  # fmt: skip
