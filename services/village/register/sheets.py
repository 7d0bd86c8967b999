"""The register: one row a person, one household a 户编号."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from operator import itemgetter
from typing import Any

from sqlmodel import Session

from kit.errors import NotFound
from kit.sheets import Handing, Refusals, Row, Sheet, SheetKind, SheetReport
from rulebook import cells, divisions, ids
from rulebook.cells import Unclear
from schemas.codes import Stratum
from schemas.values import Member
from services.village.reading import BLANK, Reading, person_name, stratum_of
from services.village.register import commands, queries
from services.village.register.forms import DivisionDraft, GroupDraft, HouseholdDraft

SET = 2_000  # households registered at a time
COMBINATIONS = 20_000  # remembered at most
PLACE = ("乡镇", "村名", "组别", "农户类型")
WORDS = ("与户主关系", "性别", "健康状况", "残疾类别等级", "劳动能力")


@dataclass
class Register:
    """What the rows are checked against."""

    villages: dict[
        tuple[str, str], str
    ]  # (township's name, village's name) -> code; the township may be ""
    groups: set[tuple[str, str]]
    places: "Combinations"
    words: "Combinations"
    seen: dict[int, int] = field(
        default_factory=dict
    )  # ID number without its check character -> row


class Combinations:
    """Few combinations of these columns' words stand in many rows: each is understood once, unless
    there is something against it.
    """

    def __init__(
        self, sheet: Sheet, names: tuple[str, ...], understand: Callable[[Reading, Register], Any]
    ) -> None:
        self._pick = itemgetter(*(name for name in names if name in sheet.columns))
        self._understand, self._known = understand, dict[Any, Any]()

    def of(self, reading: Reading, register: Register) -> Any:
        key = self._pick(reading.row.cells)
        found = self._known.get(key)
        if found is None:
            before = len(reading.reasons)
            found = self._understand(reading, register)
            if len(reading.reasons) == before and len(self._known) < COMBINATIONS:
                self._known[key] = found
        return found


@dataclass
class Entry:
    """One row understood."""

    number: str
    village: str
    group: str | None
    stratum: Stratum
    member: Member


@dataclass
class Together:
    """The rows of one household: those understood, and the first that was not."""

    number: str
    entries: list[tuple[Row, Entry]] = field(default_factory=list)
    spoilt: int | None = None


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


Read = Iterator[tuple[str, Row, Entry | None]]  # 户编号, the row, what it says (None: refused)


def _take(
    session: Session, sheet: Sheet, how: Handing, put_together: Callable[[Read], Iterable[Together]]
) -> SheetReport:
    report, register = sheet.report(), _register(session, sheet)
    households = members = 0
    drafts = (_draft(sheet, report, one) for one in put_together(_read(sheet, report, register)))
    wanted = (draft for draft in drafts if draft)
    while some := list(islice(wanted, SET)):
        changed = commands.register_households(session, some, actor=how.actor, on=how.on)
        report.taken += changed.taken
        report.unchanged += changed.unchanged
        households, members = (
            households + len(some),
            members + sum(len(one.members) for one in some),
        )
    if households:
        report.notes.append(f"共{households}户{members}人。")
    elif not report.refused:
        report.notes.append(BLANK)
    return report


def _read(sheet: Sheet, report: SheetReport, register: Register) -> Read:
    for row in sheet.stream():
        number = cells.text(row["户编号"]).upper()
        try:
            yield number, row, _entry(number, row, register)
        except Refusals as refused:
            report.refused += sheet.refuse(row, *refused.reasons)
            yield number, row, None


def _in_turn(rows: Read) -> Iterator[Together]:
    """One household after the other; `Scattered` when a number comes back."""
    done: set[str] = set()
    for number, some in groupby(rows, key=itemgetter(0)):
        if number and number in done:
            raise Scattered
        done.add(number)
        household = Together(number)
        for _, row, entry in some:
            _put(household, row, entry)
        yield household


def _gathered(rows: Read) -> Iterable[Together]:
    households: dict[str, Together] = {}
    for number, row, entry in rows:
        _put(households.setdefault(number, Together(number)), row, entry)
    return households.values()


def _put(household: Together, row: Row, entry: Entry | None) -> None:
    if entry:
        household.entries.append((row, entry))
    elif household.spoilt is None:
        household.spoilt = row.number


def _register(session: Session, sheet: Sheet) -> Register:
    call = queries.names(session)
    villages = {(call[one.parent], one.name): one.code for one in queries.villages(session)}
    by_name: dict[str, list[str]] = {}
    for (_, name), code in villages.items():
        by_name.setdefault(name, []).append(code)
    villages |= {("", name): codes[0] for name, codes in by_name.items() if len(codes) == 1}
    groups = {(one.village, one.code) for one in queries.groups(session)}
    return Register(
        villages, groups, Combinations(sheet, PLACE, _place), Combinations(sheet, WORDS, _words)
    )


def _entry(number: str, row: Row, register: Register) -> Entry:
    reading = Reading(row)
    if not number:
        reading.against("户编号", "没有填写户编号")
    village, group, stratum = register.places.of(reading, register)
    member = _member(reading, register)
    reading.close()
    assert village and stratum and member  # noqa: PT018
    return Entry(number, village, group, stratum, member)


def _place(reading: Reading, register: Register) -> tuple[str | None, str | None, Stratum | None]:
    township = cells.text(reading.row["乡镇"])
    village = reading.cell("村名", lambda value: _village(register, township, cells.text(value)))
    group = reading.cell("组别", lambda value: cells.group(value) if cells.text(value) else None)
    if village and group and (village, group) not in register.groups:
        reading.against("组别", f"这个村没有{group}组,请核对,或先导入村民小组长名册")
    return village, group, reading.cell("农户类型", stratum_of)


def _words(reading: Reading, register: Register) -> tuple[str | None, ...]:
    relationship, *others = WORDS
    return reading.text(relationship, needed=True), *map(reading.text, others)


def _member(reading: Reading, register: Register) -> Member | None:
    name = reading.cell("姓名", person_name)
    relationship, gender, health, disability, labour = register.words.of(reading, register)
    id_number = None
    if relationship == "户主" or cells.text(reading.row["身份证号码"]):
        id_number = reading.cell("身份证号码", cells.id_number)
    if id_number:
        first = register.seen.setdefault(int(id_number[:17]), reading.row.number)
        if first != reading.row.number:
            reading.against("身份证号码", f"与第{first}行的身份证号码相同,请核对")
        if gender in ("男", "女") and (gender == "男") != (ids.gender(id_number) == "1"):
            reading.against("性别", "与身份证号码第17位不一致,请核对")
    phone = reading.cell("联系电话", cells.phone)
    if not name or not relationship:
        return None
    return Member(
        name=name,
        id_number=id_number,
        gender=gender,
        relationship=relationship,
        health=health,
        disability=disability,
        labour=labour,
        phone=phone,
    )


def _draft(sheet: Sheet, report: SheetReport, household: Together) -> HouseholdDraft | None:
    entries = household.entries
    if not entries:
        return None
    if household.spoilt is not None:
        report.notes.append(f"户编号{household.number}:第{household.spoilt}行有误,整户没有导入。")
        return None
    row, first = entries[0]
    heads = sum(entry.member.relationship == "户主" for _, entry in entries)
    if heads != 1:
        reason = "这一户没有户主" if not heads else f"这一户有{heads}个户主"
        report.refused += sheet.refuse(row, ("与户主关系", f"{reason},应为1人,整户没有导入"))
        return None
    if any((entry.village, entry.group) != (first.village, first.group) for _, entry in entries):
        report.refused += sheet.refuse(row, ("组别", "同一户的村、组写得不一样,整户没有导入"))
        return None
    return HouseholdDraft(
        number=first.number,
        village=first.village,
        group=first.group,
        stratum=first.stratum,
        members=[entry.member for _, entry in entries],
    )


def _village(register: Register, township: str, name: str) -> str:
    found = register.villages.get((township, name))
    if found is None:
        raise Unclear(
            f"没有“{township}{name}”,请核对村名,或先导入区划表" if name else "没有填写村名"
        )
    return found


def take_divisions(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    drafts = []
    for row in sheet.rows():
        try:
            drafts.append(_division(row))
        except Refusals as refused:
            report.refused += sheet.refuse(row, *refused.reasons)
    if not drafts and not report.refused:
        report.notes.append(BLANK)
        return report
    changed = commands.name_divisions(session, drafts, actor=how.actor)
    report.taken, report.unchanged = changed.taken, changed.unchanged
    return report


def take_groups(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    report = sheet.report()
    drafts = []
    for row in sheet.rows():
        try:
            drafts.append(_group(session, row))
        except Refusals as refused:
            report.refused += sheet.refuse(row, *refused.reasons)
    if not drafts and not report.refused:
        report.notes.append(BLANK)
        return report
    changed = commands.name_groups(session, drafts, actor=how.actor)
    report.taken, report.unchanged = changed.taken, changed.unchanged
    return report


def _division(row: Row) -> DivisionDraft:
    reading = Reading(row)
    code = reading.cell("区划代码", lambda value: divisions.pad(cells.text(value)))
    level = reading.cell("区划代码", lambda _: divisions.level(code)) if code else None
    name = reading.text("名称", needed=True)
    written, parent = reading.text("级别"), reading.text("上级代码")
    if level and written and written != level.label:
        reading.against("级别", f"代码{code}是{level.label}级,表上写的是“{written}”,请核对")
    if code and parent and divisions.parent(code) not in (None, parent.ljust(12, "0")):
        reading.against("上级代码", f"代码{code}的上级应为{divisions.parent(code)},请核对")
    reading.close()
    return DivisionDraft(division=code or "", name=name or "")


def _group(session: Session, row: Row) -> GroupDraft:
    reading = Reading(row)
    village = reading.cell("村代码", lambda value: divisions.pad(cells.text(value)))
    group, leader = reading.cell("组别", cells.group), reading.cell("组长姓名", person_name)
    phone = reading.cell("联系电话", cells.phone)
    if village:
        try:
            known, written = queries.village(session, village), reading.text("村名")
            if written and written != known.name:
                reading.against("村名", f"代码{village}是{known.name},表上写的是“{written}”,请核对")
        except NotFound as error:
            reading.against("村代码", str(error))
    reading.close()
    return GroupDraft(village=village or "", group=group or "", leader=leader or "", phone=phone)


KINDS = (
    SheetKind(
        "divisions",
        "区划表",
        "village",
        0,
        ("区划代码", "级别", "名称", "上级代码"),
        take_divisions,
    ),
    SheetKind(
        "groups",
        "村民小组长名册",
        "village",
        1,
        ("村代码", "村名", "组别", "组长姓名", "联系电话"),
        take_groups,
        optional=("乡镇",),
    ),
    SheetKind(
        "households",
        "农户信息表",
        "village",
        2,
        ("户编号", "村名", "组别", "农户类型", "姓名", "身份证号码", "与户主关系"),
        take_households,
        optional=("乡镇", "性别", "健康状况", "残疾类别等级", "劳动能力", "联系电话"),
    ),
)
