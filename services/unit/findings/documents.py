"""Papers and workbooks an office goes on with."""

from sqlmodel import Session

from kit.actor import Actor
from kit.dates import show_day
from kit.documents import Paper, letter
from kit.policy.purpose import Veil, veil_of
from kit.sentences import ended
from services.unit.documents import TEMPLATES, roster_row
from services.unit.findings.models import UnitFinding
from services.unit.findings.policy import policy
from services.unit.findings.queries import finding_view
from services.unit.visits.queries import visits_of


def veil(actor: Actor, finding: UnitFinding) -> Veil:
    """Of the numbers on this application form."""
    return veil_of(policy, actor, finding, telephone="form_numbers", id_number="form_numbers")


def form_letter(session: Session, actor: Actor, finding_id: str) -> Paper:
    """申报表 as .docx: the finding with its visits; its name holds no name of a household."""
    view = finding_view(session, actor, finding_id)
    finding, household, shown = view.finding, view.household, veil(actor, view.finding)
    visits = [
        visit
        for visit in visits_of(session, finding.household, finding.month)
        if visit.unit == finding.unit
    ]
    lines = [
        f"{show_day(visit.on)}{visit.mode.label}："
        + ended(visit.situation if visit.reached else "未联系上")
        for visit in visits
    ]
    return letter(
        TEMPLATES / "form.docx",
        f"申报表-{finding_id[-6:]}",
        roster_row(1, view)
        | {
            "unit": view.unit_name,
            "month": finding.month,
            "struck": finding.struck_reason,
            "withdrawn": finding.withdrawn_reason,
            "id_number": shown.id_number(household.id_number),
            "number": household.number,
            "phone": shown.phone(household.phone),
            "visits": "\n".join(lines),
        },
    )
