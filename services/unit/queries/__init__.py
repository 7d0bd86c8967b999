"""What can be read."""

from services.unit.queries.contact import (
    Contact,
    contacts,
    households_not_contacted,
    progress_of,
    progress_of_units,
    visits_of,
)
from services.unit.queries.desk import desk, home
from services.unit.queries.findings import (
    FindingView,
    case_of,
    finding,
    finding_view,
    finding_views,
    findings,
    notices,
    past_of_household,
)
from services.unit.queries.letters import form_letter, month_workbook, roster_letter, roster_workbook
from services.unit.queries.months import (
    UnitStatus,
    latest_month,
    lists_of,
    month,
    months,
    open_month_of,
    reminders_of,
    unit_month,
    unit_statuses,
)
from services.unit.queries.organisation import (
    assignment_of,
    division_name,
    find_helper,
    helper,
    helper_named,
    helpers_of,
    household,
    household_by_hash,
    household_numbered,
    households_like,
    households_of_helpers,
    place_name,
    unit,
    unit_named_in,
    units,
    village_named,
)
from services.unit.queries.scope import may_see_household, may_see_unit, scope_of
from services.unit.queries.search import Hit, search

__all__ = [
    "Contact", "FindingView", "Hit", "UnitStatus", "assignment_of", "case_of", "contacts", "desk",
    "division_name", "find_helper", "finding", "finding_view", "finding_views", "findings", "form_letter", "helper",
    "helper_named", "helpers_of", "home", "household", "household_by_hash", "household_numbered", "households_like",
    "households_not_contacted", "households_of_helpers", "latest_month", "lists_of", "may_see_household",
    "may_see_unit", "month", "month_workbook", "months", "notices", "open_month_of", "past_of_household",
    "place_name", "progress_of", "progress_of_units", "reminders_of", "roster_letter", "roster_workbook", "scope_of",
    "search", "unit", "unit_month", "unit_named_in", "unit_statuses", "units", "village_named", "visits_of",
]  # fmt: skip
