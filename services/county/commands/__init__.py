"""What the county can be told to do. Nobody here commits."""

from services.county.commands.candidates import record_visits
from services.county.commands.hearings import close_hearing, confirm_candidate, dismiss_candidate, hear_candidate
from services.county.commands.intake import (
    record_group_report,
    record_list,
    record_unit_list,
    record_urgent,
    sign_township,
    sign_unit_list,
    withdraw_group_report,
)
from services.county.commands.ledger import MonitoredEntry, enter_monitored_households
from services.county.commands.masterdata import (
    assign_households,
    name_department,
    name_division,
    name_group,
    name_helper,
    name_unit,
    register_households,
)
from services.county.commands.matching import attach_source
from services.county.commands.months import close_supervision, exempt_team, open_month, remind_teams
from services.county.commands.orders import complete_help, record_order
from services.county.commands.organisation import ResponsibleEntry, TeamEntry, enter_responsibles, enter_teams
from services.county.commands.reporters import (
    exempt_reporter,
    exempt_unit,
    note_group_missed,
    note_list_missed,
    note_office,
    note_township_missed,
    note_unit_missed,
    open_unit_month,
    open_village_month,
)
from services.county.commands.supervision import (
    FindingDraft,
    add_supervision_finding,
    drop_supervision_finding,
    late_entry,
    report_supervision,
)
from services.county.commands.verification import (
    Findings,
    answer_recheck,
    decide,
    note_recheck_overdue,
    note_verify_overdue,
    record_visit,
    reopen_decision,
    send_back,
    turn_down,
    verify,
)

__all__ = [
    "FindingDraft", "Findings", "MonitoredEntry", "ResponsibleEntry", "TeamEntry", "add_supervision_finding",
    "answer_recheck", "assign_households", "attach_source", "close_hearing", "close_supervision", "complete_help",
    "confirm_candidate", "decide", "dismiss_candidate", "drop_supervision_finding", "enter_monitored_households",
    "enter_responsibles", "enter_teams", "exempt_reporter", "exempt_team", "exempt_unit", "hear_candidate",
    "late_entry", "name_department", "name_division", "name_group", "name_helper", "name_unit", "note_group_missed",
    "note_list_missed", "note_office", "note_recheck_overdue", "note_township_missed", "note_unit_missed",
    "note_verify_overdue", "open_month", "open_unit_month", "open_village_month", "record_group_report", "record_list",
    "record_order", "record_unit_list", "record_urgent", "record_visit", "record_visits", "register_households",
    "remind_teams", "reopen_decision", "report_supervision", "send_back", "sign_township", "sign_unit_list",
    "turn_down", "verify", "withdraw_group_report",
]  # fmt: skip
