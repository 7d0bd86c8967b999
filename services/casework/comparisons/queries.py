"""What is to be compared, what has not been answered, and what that means for a decision."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from kit import directory
from kit.actor import Actor
from kit.database.columns import among
from kit.dates import show_day
from kit.errors import NotFound
from kit.packs import pack_of
from rulebook.packs import Pack
from schemas.codes import DirectoryKind
from services.casework.comparisons.models import ComparisonLine, ComparisonRequest
from services.casework.comparisons.policy import policy
from services.casework.comparisons.rules import UNANSWERED, UNCHECKED, Answer, OnlyCompares
from services.casework.consents import queries as consents_queries
from services.casework.households.rules import Person
from services.casework.identification.models import Identification
from services.casework.identification.procedure import compared_from
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from services.casework.verification import queries as verification_queries

BESIDE_NOTICE = (S.NOTICE, S.POST_TOWNSHIP, S.NOTICE_TOWNSHIP, S.REVIEW, S.DECIDE)
AFTER_REVIEW = (S.DECIDE,)


def departments(held: Pack) -> list[str]:
    """Who compares: those that the pack's feeds name, and those that only compare."""
    fed = (feed.department for feed in held.comparison.feeds)
    return list(dict.fromkeys([*fed, *(other.value for other in OnlyCompares)]))


def department_names(session: Session) -> dict[str, str]:
    """Code → name of every department that may be asked."""
    told = {
        entry.code: entry.name for entry in directory.entries(session, DirectoryKind.DEPARTMENT)
    }
    return {other.value: other.label for other in OnlyCompares} | told


def persons(session: Session, file: Identification, on: date) -> list[Person]:
    """Whose data are compared: an adult who has not signed is left out until he has."""
    left_out = {person.key for person in consents_queries.unsigned(session, file, on)}
    people = verification_queries.people(session, file)
    return [person for person in people if person.key not in left_out]


def to_ask(session: Session, actor: Actor) -> list[Identification]:
    """Files whose comparison has begun by their pack and was not asked for yet."""
    asked = select(ComparisonLine.file)
    statement = select(Identification).where(
        policy.visible(actor, "ask_comparison", Identification),
        col(Identification.state).in_(BESIDE_NOTICE),
        col(Identification.id).not_in(asked),
    )
    rows = session.exec(statement.order_by(Identification.village, Identification.number))
    return [file for file in rows if begun(session, file)]


def begun(session: Session, file: Identification) -> bool:
    """Whether its data are compared by now: beside the notice, or when the township has reported."""
    beside = compared_from(pack_of(session, file.pack)) is A.POST
    return file.state in (BESIDE_NOTICE if beside else AFTER_REVIEW)


def requests(actor: Actor) -> SelectOfScalar[ComparisonRequest]:
    return select(ComparisonRequest).where(policy.visible(actor, "comparisons", ComparisonRequest))


def request(session: Session, actor: Actor, request_id: str) -> ComparisonRequest:
    """The request, if the actor may see it."""
    stored = session.get(ComparisonRequest, request_id)
    if stored is None:
        raise NotFound("没有这次数据比对，请核对编号。")
    policy.require(actor, "comparisons", stored)
    return stored


def lines_of(session: Session, request_id: str) -> Sequence[ComparisonLine]:
    statement = select(ComparisonLine).where(ComparisonLine.request == request_id)
    return session.exec(statement.order_by(ComparisonLine.village, ComparisonLine.file)).all()


def lines_of_file(session: Session, file_id: str) -> Sequence[ComparisonLine]:
    statement = select(ComparisonLine).where(ComparisonLine.file == file_id)
    return session.exec(statement.order_by(ComparisonLine.department)).all()


def unanswered(session: Session, requests: Collection[str]) -> Mapping[str, int]:
    """Request → of how many households its department has said nothing."""
    counts: dict[str, int] = {}
    rows = select(ComparisonLine.request).where(
        among(ComparisonLine.request, requests), col(ComparisonLine.answer).is_(None)
    )
    for found in session.exec(rows):
        counts[found] = counts.get(found, 0) + 1
    return counts


def open_lines(actor: Actor) -> SelectOfScalar[ComparisonLine]:
    """Of files under way, what no department has answered yet."""
    return _under_way(actor, "answer_comparison").where(col(ComparisonLine.answer).is_(None))


def doubts(actor: Actor) -> SelectOfScalar[ComparisonLine]:
    """Doubts of files under way that nobody re-checked yet, the earliest due first."""
    statement = _under_way(actor, "doubts").where(
        ComparisonLine.answer == Answer.DOUBT, col(ComparisonLine.recheck).is_(None)
    )
    return statement.order_by(col(ComparisonLine.recheck_due), col(ComparisonLine.id))


def _under_way(actor: Actor, action: str) -> SelectOfScalar[ComparisonLine]:
    ended = col(Identification.ended_on)
    open_files = select(Identification.id).where(ended.is_(None))
    return select(ComparisonLine).where(
        policy.visible(actor, action, ComparisonLine), col(ComparisonLine.file).in_(open_files)
    )


@dataclass
class Standing:
    """How a household's comparison stands. `waits`: sentences why the county cannot decide yet."""

    asked: bool = False
    clear: int = 0
    doubts: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    waits: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """9个部门无疑点；税务局未反馈；公安局：有车，复核：疑点排除"""
        if not self.asked:
            return "还没有发出数据比对"
        clear = [f"{self.clear}个部门无疑点"] if self.clear else []
        silent = [f"{'、'.join(self.silent)}{UNANSWERED}"] if self.silent else []
        return "；".join([*clear, *silent, *self.doubts])


def standings(session: Session, files: Collection[str], on: date) -> dict[str, Standing]:
    """File → how its comparison stands on that day."""
    found = {file: Standing() for file in files}
    names = department_names(session)
    rows = select(ComparisonLine).where(among(ComparisonLine.file, files))
    for line in session.exec(rows.order_by(ComparisonLine.department)):
        _count(found[line.file], line, names.get(line.department, line.department), on)
    return found


def _count(standing: Standing, line: ComparisonLine, name: str, on: date) -> None:
    standing.asked = True
    if line.answer is None:
        standing.silent.append(name)
        if line.due_on and on <= line.due_on:
            standing.waits.append(f"{name}应在{show_day(line.due_on)}前反馈")
    elif line.answer is Answer.CLEAR:
        standing.clear += 1
    else:
        result = line.recheck.label if line.recheck else UNCHECKED
        standing.doubts.append(f"{name}：{line.text}（复核：{result}）")
        if line.recheck is None and line.recheck_due and on <= line.recheck_due:
            standing.waits.append(f"{name}的疑点应在{show_day(line.recheck_due)}前复核")


def township_names(session: Session, codes: Collection[str]) -> dict[str, str]:
    return directory.names(session, DirectoryKind.TOWNSHIP, codes)
