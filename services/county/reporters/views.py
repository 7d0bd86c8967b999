"""How far a month has come, as programs read it."""

from datetime import date

from pydantic import BaseModel

from schemas.codes import Content, Timeliness
from services.county.figures import Reported
from services.county.months.views import MonthOut
from services.county.reporters.models import ReporterKind
from services.county.reporters.queries import TierStatus

SHOWN = {"timeliness", "content", "findings", "supplements"}  # as of the day


class ReporterOut(BaseModel, from_attributes=True):
    """One reporter's month. `origin`: source and id of the event behind it."""

    month: str
    kind: ReporterKind
    code: str
    parent: str | None
    expected: bool
    due: date | None
    timeliness: Timeliness
    content: Content | None
    reported_on: date | None
    written_on: date | None
    entered_on: date | None
    entered_reason: str | None
    supplements: int
    findings: int
    late_villages: int
    named_missing: str | None
    exempt_reason: str | None
    exempt_on: date | None
    reminded_on: date | None
    origin: str | None
    name: str = ""


class TierOut(Reported):
    """One tier: its figures, and each reporter's month."""

    kind: ReporterKind
    title: str
    reporters: list[ReporterOut]


class MonthStatusOut(BaseModel):
    month: MonthOut
    tiers: list[TierOut]


def tier_out(tier: TierStatus) -> TierOut:
    return TierOut(
        kind=tier.kind,
        title=tier.title,
        **tier.figures.model_dump(include=set(Reported.model_fields)),
        reporters=[
            ReporterOut.model_validate(line.row).model_copy(
                update={"name": line.name, **line.shown.model_dump(include=SHOWN)}
            )
            for line in tier.lines
        ],
    )
