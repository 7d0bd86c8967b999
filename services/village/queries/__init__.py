"""What village can be asked. Nothing here changes anything."""

from services.village.queries.desk import desk, reminded
from services.village.queries.findings import (
    Fate,
    fate_of,
    finding,
    finding_about,
    findings,
    findings_of_list,
    history_of,
    notices,
    notices_about,
    open_recheck,
    orders_of,
    rechecks,
    to_review,
    unsent,
    urgent_unsigned,
)
from services.village.queries.households import (
    by_hash,
    by_number,
    household,
    households_found,
    households_of,
    known_household,
    open_task_of,
    open_tasks_of,
    register_task,
    register_tasks,
)
from services.village.queries.months import (
    latest_month,
    lists,
    month_named,
    months,
    reminders,
    reporter,
    reporters,
    signatures,
    silent,
    unsigned_lists,
    villages_without_list,
)
from services.village.queries.places import (
    Names,
    division,
    group,
    groups,
    names,
    source_names,
    township,
    village,
    villages,
    villages_called,
)
from services.village.queries.scope import Scope, look, scope_of

__all__ = [
    "Fate", "Names", "Scope", "by_hash", "by_number", "desk", "division", "fate_of", "finding", "finding_about", "findings",
    "findings_of_list", "group", "groups", "history_of", "household", "households_found", "households_of", "known_household",
    "latest_month", "lists", "look", "month_named", "months", "names", "notices", "notices_about", "open_recheck",
    "open_task_of", "open_tasks_of", "orders_of", "rechecks", "register_task", "register_tasks", "reminded", "reminders", "reporter", "reporters",
    "scope_of", "signatures", "silent", "source_names", "to_review", "township", "unsent", "unsigned_lists",
    "urgent_unsigned", "village", "villages", "villages_called", "villages_without_list",
]  # fmt: skip
