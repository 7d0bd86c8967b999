"""What unit can be told to do. Nobody here commits."""

from services.unit.commands.copies import keep_divisions, keep_households, note_case, note_order
from services.unit.commands.findings import complete_finding, note_risks, strike_out_finding
from services.unit.commands.lists import ListAnswer, report_missing_lists, sign_list, submit_list
from services.unit.commands.months import (
    exempt_household,
    exempt_unit,
    note_visits_due,
    open_month,
    remind_helpers,
    remind_units,
)
from services.unit.commands.organisation import (
    AssignmentRow,
    HelperRow,
    Taken,
    UnitRow,
    assign_households,
    name_helpers,
    name_units,
    transfer_helper,
)
from services.unit.commands.visits import record_visits, visit_objections

__all__ = [
    "AssignmentRow",
    "HelperRow",
    "ListAnswer",
    "Taken",
    "UnitRow",
    "assign_households",
    "complete_finding",
    "exempt_household",
    "exempt_unit",
    "keep_divisions",
    "keep_households",
    "name_helpers",
    "name_units",
    "note_case",
    "note_order",
    "note_risks",
    "note_visits_due",
    "open_month",
    "record_visits",
    "remind_helpers",
    "remind_units",
    "report_missing_lists",
    "sign_list",
    "strike_out_finding",
    "submit_list",
    "transfer_helper",
    "visit_objections",
]
