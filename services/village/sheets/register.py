"""The register: one row a person, one household a 户编号."""

from dataclasses import dataclass, field

from sqlmodel import Session

from kit.sheets import Handing, Refusals, Row, Sheet, SheetReport
from rulebook import cells, ids
from rulebook.cells import Unclear
from schemas.codes import Stratum
from schemas.values import Member
from services.village import commands, queries
from services.village.commands import HouseholdDraft
from services.village.sheets.reading import BLANK, Reading, person_name


@dataclass
class Register:
    """What the rows are checked against."""

    villages: dict[tuple[str, str], str]  # (township's name, village's name) -> code; the township may be ""
    groups: set[tuple[str, str]]
    seen: dict[str, int] = field(default_factory=dict)  # ID number -> row


@dataclass
class Entry:
    """One row understood."""

    number: str
    village: str
    group: str | None
    stratum: Stratum
    member: Member


def take_households(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """A household is taken whole or not at all; the report counts households."""
    report, register = sheet.report(), _register(session)
    entries: dict[str, list[tuple[Row, Entry]]] = {}
    spoilt: dict[str, int] = {}
    rows = sheet.rows()
    for row in rows:
        try:
            entry = _entry(row, register)
            entries.setdefault(entry.number, []).append((row, entry))
        except Refusals as refused:
            report.refused += sheet.refuse(row, *refused.reasons)
            spoilt.setdefault(cells.text(row["户编号"]).upper(), row.number)
    for number, at in spoilt.items():
        if entries.pop(number, None):
            report.notes.append(f"户编号{number}:第{at}行有误,整户没有导入。")
    drafts = [draft for household in entries.values() if (draft := _household(sheet, report, household))]
    if not rows:
        report.notes.append(BLANK)
    if drafts:
        changed = commands.register_households(session, drafts, actor=how.actor, on=how.on)
        report.taken, report.unchanged = changed.taken, changed.unchanged
        report.notes.append(f"共{len(drafts)}户{sum(len(one.members) for one in drafts)}人。")
    return report


def _register(session: Session) -> Register:
    call = queries.names(session)
    villages = {(call[one.parent], one.name): one.code for one in queries.villages(session)}
    by_name: dict[str, list[str]] = {}
    for (_, name), code in villages.items():
        by_name.setdefault(name, []).append(code)
    villages |= {("", name): codes[0] for name, codes in by_name.items() if len(codes) == 1}
    return Register(villages, {(one.village, one.code) for one in queries.groups(session)})


def _entry(row: Row, register: Register) -> Entry:
    reading = Reading(row)
    number = reading.text("户编号", needed=True)
    village = reading.cell("村名", lambda value: _village(register, cells.text(row["乡镇"]), cells.text(value)))
    group = reading.cell("组别", lambda value: cells.group(value) if cells.text(value) else None)
    if village and group and (village, group) not in register.groups:
        reading.against("组别", f"这个村没有{group}组,请核对,或先导入村民小组长名册")
    stratum = reading.cell("农户类型", stratum_of)
    member = _member(reading, register)
    reading.close()
    assert number and village and stratum and member  # noqa: PT018
    return Entry(number.upper(), village, group, stratum, member)


def _member(reading: Reading, register: Register) -> Member | None:
    name = reading.cell("姓名", person_name)
    relationship = reading.text("与户主关系", needed=True)
    blank = not cells.text(reading.row["身份证号码"])
    id_number = None
    if not blank or relationship == "户主":
        id_number = reading.cell("身份证号码", cells.id_number)
    if id_number and id_number in register.seen:
        reading.against("身份证号码", f"与第{register.seen[id_number]}行的身份证号码相同,请核对")
    elif id_number:
        register.seen[id_number] = reading.row.number
    gender = reading.text("性别")
    if id_number and gender in ("男", "女") and (gender == "男") != (ids.gender(id_number) == "1"):
        reading.against("性别", "与身份证号码第17位不一致,请核对")
    phone = reading.cell("联系电话", cells.phone)
    if not name or not relationship:
        return None
    return Member(
        name=name, id_number=id_number, gender=gender, relationship=relationship, health=reading.text("健康状况"),
        disability=reading.text("残疾类别等级"), labour=reading.text("劳动能力"), phone=phone,
    )  # fmt: skip


def _household(sheet: Sheet, report: SheetReport, entries: list[tuple[Row, Entry]]) -> HouseholdDraft | None:
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
        number=first.number, village=first.village, group=first.group, stratum=first.stratum,
        members=[entry.member for _, entry in entries],
    )  # fmt: skip


def stratum_of(value: object) -> Stratum:
    written = cells.text(value)  # type: ignore[arg-type]
    try:
        return Stratum(Stratum.labelled(written))
    except KeyError:
        names = "、".join(stratum.label for stratum in Stratum)
        raise Unclear(f"农户类型“{written}”不对;可填:{names}") from None


def _village(register: Register, township: str, name: str) -> str:
    found = register.villages.get((township, name))
    if found is None:
        raise Unclear(f"没有“{township}{name}”,请核对村名,或先导入区划表" if name else "没有填写村名")
    return found
