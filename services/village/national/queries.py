"""The register as the national system has it, and exports that wait."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pydantic import ValidationError
from sqlmodel import Session, col, or_, select

from kit.database.columns import among
from kit.database.rows import existing
from kit.seal import id_hash
from rulebook import national
from rulebook.national.codes import HouseholdKind
from rulebook.national.difference import Conflict
from schemas.codes import Stratum
from services.village import directory
from services.village.national.models import Identified, NationalEntry, NationalImport, NationalRow
from services.village.national.rules import (
    FACTS,
    MONITORED,
    as_changed,
    household_of,
    kept,
    known,
    member_of,
    named_as,
    person_of,
    with_identified,
)
from services.village.persons import queries as persons_queries
from services.village.register import queries as register_queries
from services.village.register.forms import Facts, HouseholdDraft, MemberDraft
from services.village.register.models import Household
from services.village.service import county


def entries(session: Session, households: Iterable[str] | None = None) -> dict[str, NationalEntry]:
    """What the last export said of them, or of all, by household."""
    statement = select(NationalEntry)
    if households is not None:
        statement = statement.where(among(NationalEntry.household, households))
    return {entry.household: entry for entry in session.exec(statement)}


def identified(session: Session, households: Iterable[str]) -> dict[str, Identified]:
    statement = select(Identified).where(among(Identified.household, households))
    return {row.household: row for row in session.exec(statement)}


def gone_ids(session: Session, compared: "Compared") -> list[str]:
    """Of the households that the export before had and this one does not."""
    numbers = [household.number for household in compared.difference.gone]
    return [row.id for row in register_queries.by_number(session, numbers).values()]


def checkable(
    session: Session, households: Sequence[Household], *, decided: bool = True
) -> list[national.Household]:
    """The register's entries, in their order, as `rulebook.checks` and `rulebook.national` read them;
    what is monitored stands in them as the last export said it, and as the county has `decided` since.
    """
    names = directory.names(session)
    ids = [household.id for household in households]
    said, ours = entries(session, ids), identified(session, ids if decided else ())
    return [
        national.Household(
            county=names[county(session)],
            township=names[household.village[:9] + "000"],
            village=names[household.village],
            number=household.number or "",
            phone=household.phone,
            members=tuple(map(person_of, household.members)),
            **known(household.facts, FACTS, person=False),
            **known(
                with_identified(_monitored(said.get(household.id)), ours.get(household.id)),
                MONITORED,
                person=False,
            ),
        )
        for household in households
    ]


def _monitored(entry: NationalEntry | None) -> dict:
    return entry.entry if entry else {}


@dataclass(frozen=True)
class Compared:
    """An export against the register, and what the register would be told."""

    difference: national.Difference
    drafts: list[HouseholdDraft]
    there: list[national.Household]
    """All of the export that nobody has to decide first."""


def imports(session: Session) -> Sequence[NationalImport]:
    """Newest first."""
    newest = col(NationalImport.came_on).desc(), col(NationalImport.id).desc()
    return session.exec(select(NationalImport).order_by(*newest)).all()


def national_import(session: Session, id: str) -> NationalImport:
    return existing(session, NationalImport, id, "没有这次导入。请从导入记录里选择。")


def compared(session: Session, one: NationalImport) -> Compared:
    """What the register says now against the export."""
    rows = select(NationalRow).where(NationalRow.of == one.id).order_by(col(NationalRow.id))
    there = [household_of(row.entry) for row in session.exec(rows)]
    before = entries(session)
    ours = _concerned(session, there, before)
    here = checkable(session, ours, decided=False)
    names = {
        person.id_number: person.name
        for household in here
        for person in household.members
        if person.id_number and person.name
    }
    there = [named_as(household, names) for household in there]
    difference = national.difference(
        here,
        there,
        before=[household_of(entry.entry) for entry in before.values()],
        unread=one.unread,
    )
    stood = {id(household): row for household, row in zip(here, ours, strict=True)}
    gone = tuple(one for one in difference.gone if stood[id(one)].id in before)
    return _drafted(session, replace(difference, gone=gone), there, stood)


def _concerned(
    session: Session, there: Sequence[national.Household], before: Iterable[str]
) -> Sequence[Household]:
    """Of the register whom the export names, and whom the last one named."""
    hashes = [
        id_hash(session, person.id_number)
        for household in there
        for person in household.members
        if person.id_number
    ]
    homes = {holder.id for holder in persons_queries.holders(session, hashes).values()}
    statement = select(Household).where(
        or_(
            among(Household.number, [household.number for household in there]),
            among(Household.id, homes | set(before)),
        ),
        col(Household.merged_on).is_(None),
    )
    return session.exec(statement.order_by(Household.id)).all()


def _drafted(
    session: Session,
    difference: national.Difference,
    there: list[national.Household],
    stood: Mapping[int, Household],
) -> Compared:
    places, drafts, conflicts = _places(session), [], list(difference.conflicts)
    changes = [(one, one, None) for one in difference.new]
    changes += [
        (one.there, as_changed(one), stood[id(one.here)])  # type: ignore[misc]
        for one in difference.changed
    ]
    for said, household, row in changes:
        village = row.village if row else places.get((said.township, said.village))
        if village is None:
            reason = f"登记册里没有{said.township}{said.village}，请核对村名，或先导入区划表"
            conflicts.append(Conflict(said, reason))
        elif not all(person.name for person in household.members):
            conflicts.append(Conflict(said, "有人没有姓名，请导出带姓名的表"))
        else:
            try:
                drafts.append(_draft(household, village, row))
            except ValidationError:
                conflicts.append(Conflict(said, "有一格太长，或者成员超过99人，请核对"))
    open_ = {one.there.number for one in conflicts}
    clear = replace(
        difference,
        new=tuple(one for one in difference.new if one.number not in open_),
        changed=tuple(one for one in difference.changed if one.there.number not in open_),
        conflicts=tuple(conflicts),
    )
    return Compared(clear, drafts, [one for one in there if one.number not in open_])


def _places(session: Session) -> dict[tuple[str, str], str]:
    names = directory.names(session)
    return {
        (names[village.parent], village.name): village.code
        for village in register_queries.villages(session)
    }


def _draft(household: national.Household, village: str, row: Household | None) -> HouseholdDraft:
    ex_poor = isinstance(household.kind, HouseholdKind) and household.kind.ex_poor
    stratum = Stratum.EX_POOR if ex_poor else Stratum.ORDINARY
    if row and row.stratum not in (Stratum.EX_POOR, Stratum.ORDINARY):
        stratum = row.stratum  # who is monitored is not the register's to say
    return HouseholdDraft(
        number=household.number,
        village=village,
        group=row.group if row else None,
        stratum=stratum,
        members=[MemberDraft(**member_of(person)) for person in household.members],
        phone=household.phone,
        facts=Facts(**dict.fromkeys(FACTS) | kept(household, FACTS)),
    )
