"""What a group reported and still owes, and which groups of a village are silent."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import Session

from kit.actor import Actor
from services.village.findings import queries as findings_queries
from services.village.findings.models import Finding
from services.village.months import queries as months_queries
from services.village.months.models import ReporterMonth
from services.village.months.rules import Reporter
from services.village.places import led_by


def screenings_owed(session: Session, group: str, on: date) -> list[ReporterMonth]:
    """`group`: village and group. What its village has sent a list for it owes no more: the village
    declared it after a look at who is silent.
    """
    return [
        row
        for row in months_queries.owed(session, Reporter.GROUP, group, on)
        if not village_has_sent(session, row)
    ]


def findings_of_group(session: Session, row: ReporterMonth) -> list[Finding]:
    """What the group's leader reported in the month and did not take back."""
    return [
        finding
        for finding in findings_queries.findings(session, row.month, row.division)
        if finding.group == row.group and finding.from_group
    ]


def why_fixed(finding: Finding, actor: Actor) -> str | None:
    """Why the actor may neither mend nor take back the finding; None: he may. Whoever wrote it may,
    until the next step has taken it (F-10).
    """
    if led_by(actor) is not None and not finding.from_group:
        return "这一户是村里登记的，要改请联系村文书。"
    if finding.already_reported:
        return "这一户的紧急情况已由乡镇签发报县，不能再改。要更正请联系乡镇。"
    if finding.supplement is not None:
        return "这一户已随村级名单上报，不能再改。有新情况请联系乡镇。"
    if finding.township_agreed is not None:
        return "乡镇已经复核这一户，不能再改。请联系乡镇。"
    if finding.from_village:
        return None if led_by(actor) is None else "这一户村里也登记了，不能再改。请联系村文书。"
    if finding.village_agreed is not None:
        return "村里已经审核这一户，不能再改。有新情况请再报，或者联系村文书。"
    if led_by(actor) is None and finding.on_behalf_of is None:
        return "这一户是组长报的，请在审核时补改。"
    return None


def why_stays(finding: Finding) -> str | None:
    """Where a finding of a group's report is by now, and who can correct it; None: it is taken back
    with the report.
    """
    if finding.already_reported:
        return "紧急情况已由乡镇签发报县，要更正请联系乡镇。"
    if finding.supplement is not None:
        return "已随村级名单报到乡镇，要更正请联系乡镇。"
    if finding.village_agreed is not None and not finding.from_village:
        return "村里已经审核，要更正请联系村文书。"
    return None


def why_report_stays(
    session: Session, row: ReporterMonth, findings: Sequence[Finding]
) -> str | None:
    """Why a group's report cannot be taken back as a whole, by household; None: it can."""
    gone = [f"{finding.head_name}户：{why}" for finding in findings if (why := why_stays(finding))]
    if gone:
        rest = "其余的可以一户一户收回。" if len(gone) < len(findings) else ""
        return f"不能一起收回。{''.join(gone)}{rest}"
    if village_has_sent(session, row):
        return "村里已经上报本月名单，不能收回。请联系村文书。"
    return None


def silent_groups(session: Session, month: str, village: str) -> list[ReporterMonth]:
    """Expected, not exempted, and nothing came."""
    groups = months_queries.reporters(session, month, Reporter.GROUP, village)
    return [row for row in groups if row.expected]


def village_has_sent(session: Session, row: ReporterMonth) -> bool:
    """The list of the group's month."""
    village = months_queries.known_reporter(session, row.month, Reporter.VILLAGE, row.division)
    return village is not None and village.reported
