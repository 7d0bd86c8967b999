"""The register: one row a person, one household a 户编号."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter

from sqlmodel import Session

from kit.errors import NotFound
from kit.forms.rows import BLANK, Reading, RowReader, aliases
from kit.sheets.sheet import Handing, Row, Sheet, SheetKind, SheetReport, exported
from rulebook import divisions, ids
from services.village import directory
from services.village.duplicates import queries as duplicates_queries
from services.village.register import commands, documents, queries
from services.village.register.forms import (
    HEAD,
    Changed,
    DivisionDraft,
    DivisionRow,
    GroupDraft,
    GroupRow,
    HouseholdDraft,
    MemberDraft,
    MemberRow,
)
from services.village.register.policy import policy

SET = 2_000  # households registered at a time
GENDERS = {"男": "1", "女": "2"}  # as an ID number's 17th digit says it

PlaceNames = tuple[str | None, str | None, str | None]  # township's name, village's name, group


@dataclass
class Register:
    """What the rows are checked against."""

    villages: dict[tuple[str, str], str]  # names of township ("": any) and village -> code
    groups: set[tuple[str, str]]
    places: dict[PlaceNames, str] = field(default_factory=dict)  # that are right -> village's code
    seen: dict[int, int] = field(default_factory=dict)  # ID number but its last character -> row
    ended: dict[str, str] = field(default_factory=dict)  # code of a village or group -> a sentence


@dataclass
class Together:
    """The rows of one household: those understood, and the first that was not."""

    number: str
    entries: list[Reading[MemberRow]] = field(default_factory=list)
    spoilt: int | None = None


Drafted = tuple[HouseholdDraft, list[Row]]  # with the rows of its persons, the head's first


class Scattered(Exception):
    """The rows of a household do not stand one below the other."""


def take_households(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """A household is taken whole or not at all; the report counts households.

    Nearly always its rows stand together, and however long the sheet is, one set of households is
    in memory. Where they do not, the sheet is read again, and all of it gathered before the first
    household is taken.
    """
    try:
        with session.begin_nested():
            return _take(session, sheet, how, _in_turn)
    except Scattered:
        return _take(session, sheet, how, _gathered)


Read = Iterator[tuple[str, Reading[MemberRow]]]  # 户编号, what the row says


def _take(
    session: Session, sheet: Sheet, how: Handing, put_together: Callable[[Read], Iterable[Together]]
) -> SheetReport:
    report, register = sheet.report(), _register(session)
    reader = RowReader(MemberRow, sheet, how.month)
    reader.note_unread(report)
    households = members = 0
    phones: list[int] = []
    together = put_together(_read(reader, report, register, phones))
    drafts = filter(None, (_draft(sheet, report, register, household) for household in together))
    for batch, waiting in _sets(drafts):
        changed = _register_households(session, sheet, report, batch, how, waiting)
        report.taken += changed.taken
        report.unchanged += changed.unchanged
        households += len(batch)
        members += sum(len(draft.members) for draft, _ in batch)
    reader.note_phones(report, phones)
    if households or not report.refused:
        report.notes.append(f"共{households}户{members}人。" if households else BLANK)
    return report


def _sets(drafts: Iterator[Drafted]) -> Iterator[tuple[list[Drafted], list[Drafted] | None]]:
    """Households, a set at a time, and where those are put that have to wait: somebody of theirs
    is still in a household which the sheet may name later without him. They come last; None.
    """
    waiting: list[Drafted] = []
    while batch := list(islice(drafts, SET)):
        yield batch, waiting
    rest = iter(waiting)
    while batch := list(islice(rest, SET)):
        yield batch, None


def _register_households(
    session: Session,
    sheet: Sheet,
    report: SheetReport,
    batch: list[Drafted],
    how: Handing,
    waiting: list[Drafted] | None,
) -> Changed:
    """One ID number, one household (G-09): a household of which somebody belongs to another one
    leaves the batch and waits; or, when it has waited, he is refused by his row.
    """
    drafts = [draft for draft, _ in batch]
    try:
        return commands.register_households(session, drafts, actor=how.actor, on=how.on)
    except duplicates_queries.Doubled as doubled:
        doubles = {at for at, _ in doubled.clashes}
        if waiting is not None:
            waiting += [batch[at] for at in sorted(doubles)]
        else:
            for (at, person), clash in doubled.clashes.items():
                report.refuse(sheet.refuse(batch[at][1][person], (clash.column, clash.sentence)))
        batch[:] = [drafted for at, drafted in enumerate(batch) if at not in doubles]
    again = session, sheet, report, batch, how, waiting
    return _register_households(*again) if batch else Changed()


def _read(
    reader: RowReader[MemberRow], report: SheetReport, register: Register, phones: list[int]
) -> Read:
    """`phones`: gathers rows in which a telephone's cell says more than is kept."""
    for row in reader.sheet.stream():
        reading = reader.read(row)
        _check(reading, register)
        if reading.reasons:
            report.refuse(reader.sheet.refuse(row, *reading.reasons))
        elif reader.beside_phone(row):
            phones.append(row.number)
        yield reading["number"] or "", reading


def _in_turn(rows: Read) -> Iterator[Together]:
    """One household after the other; `Scattered` when a number comes back."""
    done: set[str] = set()
    for number, entries in groupby(rows, key=itemgetter(0)):
        if number and number in done:
            raise Scattered
        done.add(number)
        household = Together(number)
        for _, reading in entries:
            _put(household, reading)
        yield household


def _gathered(rows: Read) -> Iterable[Together]:
    households: dict[str, Together] = {}
    for number, reading in rows:
        _put(households.setdefault(number, Together(number)), reading)
    return households.values()


def _put(household: Together, reading: Reading[MemberRow]) -> None:
    if not reading.reasons:
        household.entries.append(reading)
    elif household.spoilt is None:
        household.spoilt = reading.row.number


def _register(session: Session) -> Register:
    names = directory.names(session)
    villages = {
        (names[village.parent], village.name): village.code for village in queries.villages(session)
    }
    by_name: dict[str, list[str]] = {}
    for (_, name), code in villages.items():
        by_name.setdefault(name, []).append(code)
    villages |= {("", name): codes[0] for name, codes in by_name.items() if len(codes) == 1}
    groups = {(group.village, group.code) for group in queries.groups(session)}
    return Register(villages, groups, ended=queries.ended(session))


def _check(reading: Reading[MemberRow], register: Register) -> None:
    """What a row cannot know by itself: the county's places, and the persons before."""
    values = reading.values
    place = values.get("township"), values.get("village"), values.get("group")
    if place not in register.places:
        _check_place(reading, place, register)
    identity = values.get("identity")
    if identity and (id_number := identity.number):
        first = register.seen.setdefault(int(id_number[:17]), reading.row.number)
        if first != reading.row.number:
            reading.against("identity", f"与第{first}行的身份证号码相同，请核对")
        gender = GENDERS.get(values.get("gender") or "")
        if gender and gender != ids.gender(id_number):
            reading.against("gender", "与身份证号码第17位不一致，请核对")
    elif values.get("relationship") == HEAD and not reading.reasons:
        reading.against("identity", "户主没有填写身份证号码")


def _check_place(reading: Reading[MemberRow], place: PlaceNames, register: Register) -> None:
    township, name, group = place
    if not name:
        return  # refused already
    village = register.villages.get((township or "", name))
    if village is None:
        reason = f"没有“{township or ''}{name}”，请核对村名，或先导入区划表"
        reading.against("village", reason)
    elif group and (village, group) not in register.groups:
        reading.against("group", f"这个村没有{group}组，请核对，或先导入村民小组长名册")
    elif gone := register.ended.get(village) or register.ended.get(f"{village}/{group}"):
        reading.against("village", f"{gone}，请改填现在的村组")
    elif not reading.reasons:
        register.places[place] = village


def _draft(
    sheet: Sheet, report: SheetReport, register: Register, household: Together
) -> Drafted | None:
    entries = household.entries
    if not entries:
        return None
    if household.spoilt is not None:
        report.notes.append(f"户编号{household.number}：第{household.spoilt}行有误，整户没有导入。")
        return None
    first = entries[0]
    heads = [entry.values["relationship"] for entry in entries].count(HEAD)
    if heads != 1:
        reason = "这一户没有户主" if not heads else f"这一户有{heads}个户主"
        refusal = ("与户主关系", f"{reason}，应为1人，整户没有导入")
        report.refuse(sheet.refuse(first.row, refusal))
        return None
    place = _place(first)
    if any(_place(entry) != place for entry in entries[1:]):
        refusal = ("组别", "同一户的村、组写得不一样，整户没有导入")
        report.refuse(sheet.refuse(first.row, refusal))
        return None
    draft = HouseholdDraft(
        number=first["number"],
        village=register.places[place],
        group=first["group"],
        stratum=first["stratum"],
        members=[_member(entry) for entry in entries],
    )
    ordered = sorted(entries, key=lambda entry: entry.values["relationship"] != HEAD)
    return draft, [entry.row for entry in ordered]


def _place(entry: Reading[MemberRow]) -> PlaceNames:
    values = entry.values
    return values["township"], values["village"], values["group"]


def _member(entry: Reading[MemberRow]) -> MemberDraft:
    values, identity = entry.values, entry.values["identity"]
    return MemberDraft(
        name=values["name"],
        id_number=identity.number if identity else None,
        id_pending=identity.pending if identity else None,
        gender=values["gender"],
        relationship=values["relationship"],
        health=values["health"],
        disability=values["disability"],
        labour=values["labour"],
        phone=values["phone"],
    )


def take_divisions(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report, reader = sheet.report(), RowReader(DivisionRow, sheet, how.month)
    drafts = [
        DivisionDraft(division=row.division, name=row.name)
        for _, row in reader.good(report, _check_division)
    ]
    if drafts:
        _count(report, commands.name_divisions(session, drafts, actor=how.actor))
        given = {divisions.pad(draft.division) for draft in drafts}
        report.notes += queries.left_out(session, given)
    return report


def take_groups(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report, reader = sheet.report(), RowReader(GroupRow, sheet, how.month)

    def check(reading: Reading[GroupRow]) -> None:
        _check_group(session, reading)

    drafts = [
        GroupDraft(
            village=divisions.pad(row.village), group=row.group, leader=row.leader, phone=row.phone
        )
        for _, row in reader.good(report, check)
    ]
    if drafts:
        _count(report, commands.name_groups(session, drafts, actor=how.actor))
        report.notes += queries.left_out(session, {draft.place for draft in drafts})
    return report


def _count(report: SheetReport, changed: Changed) -> None:
    report.taken, report.unchanged = changed.taken, changed.unchanged


def _check_division(reading: Reading[DivisionRow]) -> None:
    """Level and parent, where the sheet says them, are what the code says."""
    if not reading["division"]:
        return
    try:
        code = divisions.pad(reading["division"])
        level = divisions.level(code)
    except ValueError as error:
        reading.against("division", str(error))
        return
    written, parent = reading["level"], reading["parent"]
    if written and written != level.label:
        reading.against("level", f"代码{code}是{level.label}级，表上写的是“{written}”，请核对")
    if parent and divisions.parent(code) not in (None, parent.ljust(12, "0")):
        reading.against("parent", f"代码{code}的上级应为{divisions.parent(code)}，请核对")


def _check_group(session: Session, reading: Reading[GroupRow]) -> None:
    """The village is there, and is called what the sheet calls it."""
    if not reading["village"]:
        return
    try:
        village = queries.village(session, divisions.pad(reading["village"]))
    except (ValueError, NotFound) as error:
        reading.against("village", str(error))
        return
    written = reading["village_name"]
    if written and written != village.name:
        reason = f"代码{village.code}是{village.name}，表上写的是“{written}”，请核对"
        reading.against("village_name", reason)


REGISTER = (
    "户编号",
    "乡镇",
    "村名",
    "组别",
    "农户类型",
    "姓名",
    "身份证号码",
    "性别",
    "与户主关系",
    "健康状况",
    "残疾类别等级",
    "劳动能力",
    "联系电话",
)
KINDS = (
    SheetKind(
        "divisions",
        "区划表",
        "village",
        0,
        ("区划代码", "级别", "名称", "上级代码"),
        take_divisions,
        roles=policy["name_divisions"].roles,
        filled=documents.divisions_form,
    ),
    SheetKind(
        "groups",
        "村民小组长名册",
        "village",
        1,
        ("村代码", "村名", "组别", "组长姓名", "联系电话"),
        take_groups,
        optional=("乡镇",),
        roles=policy["name_groups"].roles,
        layout=("村代码", "村名", "乡镇", "组别", "组长姓名", "联系电话"),
        filled=documents.groups_form,
    ),
    SheetKind(
        "households",
        "农户信息表",
        "village",
        2,
        ("户编号", "村名", "农户类型", "姓名", "身份证号码", "与户主关系"),
        take_households,
        optional=("组别", "乡镇", "性别", "健康状况", "残疾类别等级", "劳动能力", "联系电话"),
        also=aliases(MemberRow),
        roles=policy["register_households"].roles,
        layout=REGISTER,
        filled=documents.households_form,
    ),
    exported("households-list", "农户登记册", "village", queries.HOUSEHOLDS.heads),
)
