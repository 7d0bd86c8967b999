"""Meetings and what they said, as somebody sees them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.database.columns import among
from kit.errors import NotFound
from kit.packs import pack_of
from rulebook.assessment import Body, bodies
from services.casework.assessments.forms import AssessmentFilter
from services.casework.assessments.models import AssessedHousehold, Assessment
from services.casework.assessments.policy import policy
from services.casework.identification import queries as files_queries
from services.casework.identification.models import Identification
from services.casework.identification.queries import Line
from services.casework.identification.rules import FileState

NONE = "没有这次民主评议，请核对编号。"


def assessments(actor: Actor, asked: AssessmentFilter) -> SelectOfScalar[Assessment]:
    """The meetings that the actor sees."""
    statement = select(Assessment).where(policy.visible(actor, "assessments", Assessment))
    return statement.where(Assessment.village == asked.village) if asked.village else statement


def see(session: Session, actor: Actor, id: str) -> Assessment:
    """The meeting, if the actor may see it."""
    stored = session.get(Assessment, id)
    if stored is None:
        raise NotFound(NONE)
    policy.require(actor, "assessment", stored)
    return stored


def lines_of(session: Session, meeting: Assessment) -> Sequence[AssessedHousehold]:
    """In the order of the sheet."""
    statement = select(AssessedHousehold).where(AssessedHousehold.assessment == meeting.id)
    return session.exec(statement.order_by(col(AssessedHousehold.id))).all()


@dataclass(frozen=True)
class Shown:
    """A household's votes beside its file."""

    votes: AssessedHousehold
    file: Line


def shown(session: Session, meeting: Assessment, on: date) -> list[Shown]:
    lines = lines_of(session, meeting)
    named = named_files(session, [line.file for line in lines], on)
    return [Shown(line, named[line.file]) for line in lines]


def named_files(session: Session, ids: Sequence[str], on: date) -> dict[str, Line]:
    """Files with their households' names."""
    rows = session.exec(select(Identification).where(among(Identification.id, ids))).all()
    return {line.file.id: line for line in files_queries.lines(session, rows, on)}


def waiting(session: Session, actor: Actor, on: date, village: str | None = None) -> list[Line]:
    """Households that the actor's villages have to assess, the oldest first."""
    statement = select(Identification).where(
        policy.visible(actor, "assessments", Identification),
        Identification.state == FileState.ASSESS,
    )
    if village:
        statement = statement.where(Identification.village == village)
    order = col(Identification.village), col(Identification.number)
    return files_queries.lines(session, session.exec(statement.order_by(*order)).all(), on)


def bodies_of(session: Session, files: Sequence[Identification]) -> list[Body]:
    """Which meetings the packs of all these files allow."""
    allowed = [bodies(pack_of(session, ref)) for ref in dict.fromkeys(file.pack for file in files)]
    return [body for body in Body if allowed and all(body in each for each in allowed)]


def assessed(session: Session, file: str) -> AssessedHousehold | None:
    """What the last meeting said of the household."""
    statement = select(AssessedHousehold).where(AssessedHousehold.file == file)
    return session.exec(statement.order_by(col(AssessedHousehold.id).desc())).first()


def came_on(session: Session, file: Identification) -> date:
    """When the household last came to its assessment; from its lead on where that is the first step."""
    moved = files_queries.history(session, file.id)
    came = [one.on for one in moved if one.moves and one.to_state is FileState.ASSESS]
    return came[-1] if came else file.lead_at


def of_file(session: Session, file: str) -> Sequence[Assessment]:
    """The meetings at which the household was assessed, in their order."""
    here = select(AssessedHousehold.assessment).where(AssessedHousehold.file == file)
    statement = select(Assessment).where(col(Assessment.id).in_(here))
    return session.exec(statement.order_by(col(Assessment.held_on), Assessment.id)).all()
