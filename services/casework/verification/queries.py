"""A household's visit as it stands: versions, persons, statement, what is still missing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, func, select

from kit.actor import Actor
from kit.errors import NotFound
from kit.packs import pack_of
from kit.seal import id_hash
from rulebook.ids import birth_date
from rulebook.income import (
    IncomeLine,
    Period,
    Reckoning,
    Statement,
    Suggestion,
    measuring_period,
    reckon,
    suggest,
    unsettled,
)
from schemas.codes import LeadChannel, Role, Stratum
from schemas.values import Member, VisitWords
from services.casework.households.models import Household
from services.casework.households.rules import Person
from services.casework.identification import queries as files
from services.casework.identification.models import Identification, NetworkCase
from services.casework.identification.rules import FileState as S
from services.casework.verification import rules
from services.casework.verification.forms import VerificationForm
from services.casework.verification.models import (
    AddedMember,
    CategoryChoice,
    DepartmentValue,
    Verification,
)
from services.casework.verification.policy import policy

EX_POOR = (Stratum.EX_POOR, Stratum.UNSTABLE_EX_POOR)
BEFORE_DECISION = (
    S.ASSESS,
    S.REVISIT,
    S.POST,
    S.NOTICE,
    S.POST_TOWNSHIP,
    S.NOTICE_TOWNSHIP,
    S.REVIEW,
    S.DECIDE,
)
COLLEAGUES = text("""SELECT account.account, account.name, post.role, post.place
    FROM known_post post JOIN known_account account ON account.account = post.account
    WHERE account.active AND post.active AND post.since <= :on
      AND (post.until IS NULL OR post.until >= :on) AND post.place IN (:village, :township)
    ORDER BY post.place, account.name""")


def colleagues(session: Session, file: Identification, on: date) -> dict[str, rules.Visitor]:
    """Account → who serves at the household's township and village on that day."""
    rows = session.execute(
        COLLEAGUES, {"on": on, "village": file.village, "township": file.township}
    )
    found: dict[str, rules.Visitor] = {}
    for account, name, role, place in rows:
        post = Role(role)
        of_township = place == file.township or post in rules.OF_TOWNSHIP
        found.setdefault(account, rules.Visitor(name, post.label, of_township, account))
    return found


def people(session: Session, file: Identification) -> list[Person]:
    """The register's members and those whom the visit found; of who is in no register himself."""
    household = session.get(Household, file.household) if file.household else None
    if household:
        members = [Member.model_validate(member) for member in household.members]
        found = [
            _person(session, one.name, one.relationship, one.id_number) for one in members
        ] or [_person(session, household.head_name, "户主", household.id_number)]
    else:
        found = [_person(session, file.head_name, "户主", file.id_number)]
    added = [
        _person(session, one.name, one.relationship, one.id_number, one.born)
        for one in added_members(session, file.id)
    ]
    return list({person.key: person for person in (*found, *added)}.values())


def _person(
    session: Session, name: str, relationship: str, id_number: str | None, born: date | None = None
) -> Person:
    key = id_hash(session, id_number or f"{name}/{relationship}")
    return Person(
        key[:12], name, relationship, id_number, birth_date(id_number) if id_number else born
    )


def added_members(session: Session, file_id: str) -> Sequence[AddedMember]:
    """Whom the register does not know, without those taken off again."""
    statement = select(AddedMember).where(
        AddedMember.file == file_id, col(AddedMember.removed_on).is_(None)
    )
    return session.exec(statement.order_by(col(AddedMember.id))).all()


def versions(session: Session, file_id: str) -> Sequence[Verification]:
    """The latest first."""
    statement = select(Verification).where(Verification.file == file_id)
    return session.exec(statement.order_by(col(Verification.version).desc())).all()


def latest(session: Session, file_id: str) -> Verification | None:
    """The version that counts; None: nobody has been there yet."""
    return next(iter(versions(session, file_id)), None)


def of(session: Session, actor: Actor, file_id: str) -> Verification:
    """The visit of a file, if the actor may see it; `NotFound` before there is one."""
    see(session, actor, file_id)
    found = latest(session, file_id)
    if found is None:
        raise NotFound("这一户还没有入户核实。")
    return found


def see(session: Session, actor: Actor, file_id: str) -> Identification:
    """The file, if the actor may see what was found at home."""
    file = session.get(Identification, file_id)
    if file is None:
        raise NotFound(files.NO_FILE)
    policy.require(actor, "verification", file)
    return file


def sheet_of(row: Verification) -> VerificationForm:
    """The form as it was filled in."""
    return VerificationForm.model_validate(row.sheet)


def department_values(session: Session, file_id: str) -> Sequence[DepartmentValue]:
    """As they came."""
    statement = select(DepartmentValue).where(DepartmentValue.file == file_id)
    return session.exec(statement.order_by(col(DepartmentValue.number))).all()


def departments(session: Session, file_id: str) -> dict[IncomeLine, int]:
    """What departments have of each line: the last that was told."""
    return {value.line: value.amount for value in department_values(session, file_id)}


def choice(session: Session, file_id: str) -> CategoryChoice | None:
    """What a person last said the household is."""
    statement = select(CategoryChoice).where(CategoryChoice.file == file_id)
    return session.exec(statement.order_by(col(CategoryChoice.number).desc())).first()


def following(session: Session, model: type[CategoryChoice | DepartmentValue], file_id: str) -> int:
    """The next number of such rows of a file."""
    counted = select(func.count()).select_from(model).where(col(model.file) == file_id)
    return session.exec(counted).one() + 1


@dataclass(frozen=True)
class Income:
    """A version's statement with both results; `why_not`: why nothing can be reckoned."""

    statement: Statement | None
    period: Period
    reckoning: Reckoning | None = None
    suggestion: Suggestion | None = None
    open: tuple[IncomeLine, ...] = ()  # whose source has to be said
    why_not: str = ""


def income(session: Session, file: Identification, row: Verification) -> Income:
    """By the rules of the visit's day, with the departments' values beside."""
    pack = pack_of(session, file.pack)
    period = measuring_period(pack, row.visited_on)
    statement = rules.statement_of(sheet_of(row), departments(session, file.id))
    if statement is None:
        return Income(None, period, why_not="还没有逐项填写收入。")
    try:
        found = reckon(pack, statement, row.visited_on)
    except LookupError as error:
        return Income(statement, period, why_not=f"{error}，请县里先在政策包里补上。")
    household = session.get(Household, file.household) if file.household else None
    ex_poor = household is not None and household.stratum in EX_POOR
    return Income(
        statement,
        period,
        found,
        suggest(pack, found, ex_poor=ex_poor),
        unsettled(pack, statement, row.visited_on),
    )


def reckoned(session: Session, file: Identification) -> Reckoning | None:
    """What the latest version of the visit came to; None where nothing could be reckoned."""
    row = latest(session, file.id)
    return income(session, file, row).reckoning if row else None


def lacking(session: Session, file: Identification, row: Verification | None) -> list[str]:
    """What has to be there before the village assesses; empty: the form is whole."""
    if row is None:
        return ["入户核实"]
    found = rules.missing(sheet_of(row), people(session, file), row.visited_on)
    reckoned = income(session, file, row)
    found += [f"{line.label}以谁的金额为准" for line in reckoned.open]
    if choice(session, file.id) is None:
        found.append("对象类别")
    return found


def network_case(session: Session, file: Identification) -> NetworkCase | None:
    """What the county told of the network's case."""
    return session.get(NetworkCase, file.case) if file.case else None


def seen(case: NetworkCase | None) -> VisitWords | None:
    """What the county's office saw when it verified the case, so that nobody goes twice."""
    return VisitWords.model_validate(case.visit) if case and case.visit else None


def earliest(file: Identification) -> date:
    """The first day on which a visit can be this file's: the network's own came before the county's
    decision.
    """
    return file.found_on if file.channel is LeadChannel.NETWORK else file.lead_at


def earliest_visit(file: Identification) -> tuple[date, str]:
    """The first day of the visit that is due now, and what was on it."""
    if file.state is S.REVISIT:
        return file.stage_since, "民主评议"
    named = "首次发现" if file.channel is LeadChannel.NETWORK else "收到线索"
    return earliest(file), named


def incomplete(session: Session, actor: Actor) -> list[tuple[Identification, Verification]]:
    """Files of the actor's that wait for the assessment with a form that is not whole."""
    statement = (
        select(Identification, Verification)
        .join(Verification, col(Verification.file) == Identification.id)
        .where(
            policy.visible(actor, "verifications", Identification), Identification.state == S.ASSESS
        )
        .order_by(col(Identification.number), col(Verification.version))
    )
    last = {file.id: (file, row) for file, row in session.exec(statement)}
    return [(file, row) for file, row in last.values() if not row.complete]


@dataclass(frozen=True)
class AboutPeople:
    """What a version says of its persons, by name, as pages and papers print it."""

    shares: str
    schooling: str
    uninsured: str


def about_people(row: Verification) -> AboutPeople:
    """Of the persons as they were then."""
    sheet, names = sheet_of(row), {one["key"]: one["name"] for one in row.people}
    schooling = rules.schooling_of(sheet.schooling).items()
    return AboutPeople(
        "、".join(names[key] for key in sheet.shares),
        "、".join(f"{names[key]}{state.label}" for key, state in schooling),
        "、".join(names[key] for key in sheet.uninsured),
    )
