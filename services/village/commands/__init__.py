"""What village can be told to do. Nobody here commits."""

from services.village.commands.access import CLERKS, require
from services.village.commands.drafts import (
    Changed,
    DivisionDraft,
    FindingDraft,
    GroupDraft,
    HouseholdDraft,
    Newcomer,
)
from services.village.commands.findings import (
    add_finding,
    begin_draft,
    keep_finding,
    lock_village,
    recheck_finding,
    review_finding,
    sign_urgent,
)
from services.village.commands.groups import report_group, report_urgent, withdraw_group_report
from services.village.commands.lists import submit_list
from services.village.commands.master import (
    name_divisions,
    name_groups,
    register_households,
    resolve_register_task,
)
from services.village.commands.month import (
    exempt_reporter,
    open_month,
    remind_reporters,
    report_missing,
)
from services.village.commands.tidings import (
    open_recheck,
    record_case,
    record_decision,
    record_help,
    record_order,
    record_source,
    record_supervision,
    record_unit_list,
    record_unit_signature,
)
from services.village.commands.township import answer_recheck, sign_township

__all__ = [
    "CLERKS",
    "Changed",
    "DivisionDraft",
    "FindingDraft",
    "GroupDraft",
    "HouseholdDraft",
    "Newcomer",
    "add_finding",
    "answer_recheck",
    "begin_draft",
    "exempt_reporter",
    "keep_finding",
    "lock_village",
    "name_divisions",
    "name_groups",
    "open_month",
    "open_recheck",
    "recheck_finding",
    "record_case",
    "record_decision",
    "record_help",
    "record_order",
    "record_source",
    "record_supervision",
    "record_unit_list",
    "record_unit_signature",
    "register_households",
    "remind_reporters",
    "report_group",
    "report_missing",
    "report_urgent",
    "require",
    "resolve_register_task",
    "review_finding",
    "sign_township",
    "sign_urgent",
    "submit_list",
    "withdraw_group_report",
]
