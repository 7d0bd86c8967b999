"""Divisions, groups and households are named, entered and changed; each stored row is asked first."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, select

from kit import directory as kit_directory
from kit.actor import Actor
from kit.database.locks import hold
from kit.database.upsert import upsert
from kit.directory import Entry
from kit.errors import Conflict, Forbidden, Refused
from kit.ids import new_id
from kit.messaging.outbox import emit
from kit.seal import id_hash, seal
from rulebook import divisions
from rulebook.ids import check_id_number
from schemas.codes import DirectoryKind, Level
from schemas.event import Event
from schemas.values import Member, Name
from schemas.village import DivisionNamed, GroupNamed
from services.village import directory
from services.village.duplicates import commands as duplicates_commands
from services.village.duplicates import queries as duplicates_queries
from services.village.persons import commands as persons_commands
from services.village.persons import queries as persons_queries
from services.village.places import Place
from services.village.register import queries, views
from services.village.register.forms import (
    Changed,
    DivisionDraft,
    GroupDraft,
    HouseholdDraft,
    Newcomer,
)
from services.village.register.models import Division, Household, RegisterTask, VillageGroup
from services.village.register.policy import policy
from services.village.register.rules import TaskState, besides
from services.village.service import county, said

People = dict[str, tuple[Sequence[Member], list[str]]]  # by household, with their hashes
ENDING = (DirectoryKind.TOWNSHIP, DirectoryKind.VILLAGE, DirectoryKind.GROUP)  # what may end


def name_divisions(session: Session, drafts: Sequence[DivisionDraft], *, actor: Actor) -> Changed:
    """Name the county's divisions; level and parent follow from the code."""
    known = {division.code: division for division in session.exec(select(Division))}
    rows: dict[str, dict[str, Any]] = {}
    for draft in drafts:
        code = _code_within(session, draft.division)
        named = Division(code=code, level=divisions.level(code), name=draft.name)
        policy.require(actor, "name_divisions", known.get(code) or named)
        rows[code] = {
            "code": code,
            "level": divisions.level(code),
            "name": draft.name,
            "parent": divisions.parent(code),
        }
    _require_parents(rows, known)
    changed = [
        row for code, row in rows.items() if code not in known or known[code].name != row["name"]
    ]
    upsert(session, Division, changed, "code")
    ends = _ends(session, [row["code"] for row in changed])
    _name(
        session,
        *(
            DivisionNamed(
                division=row["code"],
                level=row["level"],
                name=row["name"],
                parent=row["parent"],
                **ends.get(row["code"], {}),
            )
            for row in changed
        ),
    )
    return Changed(taken=len(changed), unchanged=len(rows) - len(changed))


def name_groups(session: Session, drafts: Sequence[GroupDraft], *, actor: Actor) -> Changed:
    """Name villagers' groups and their leaders (N-02)."""
    for village in _villages(session, {draft.village for draft in drafts}):
        policy.require(actor, "name_groups", village)
    known = {(group.village, group.code): group for group in queries.groups(session)}
    rows: dict[tuple[str, str], dict[str, Any]] = {
        (draft.village, draft.group): {
            "village": draft.village,
            "code": draft.group,
            "leader": draft.leader,
            "phone": draft.phone,
        }
        for draft in drafts
    }
    changed = [row for key, row in rows.items() if key not in known or not _same(known[key], row)]
    upsert(session, VillageGroup, changed, "village", "code")
    ends = _ends(session, [f"{row['village']}/{row['code']}" for row in changed])
    groups = [VillageGroup(**row) for row in changed]
    _name(session, *(_group_named(session, group, ends.get(group.place)) for group in groups))
    return Changed(taken=len(changed), unchanged=len(rows) - len(changed))


def name_again(session: Session, entries: Sequence[Entry]) -> None:
    """Tell of divisions and groups that ended, or did not after all (F-15)."""
    events: list[Event] = []
    for entry in entries:
        ends = _end_of(entry)
        if entry.kind == DirectoryKind.GROUP:
            village, _, code = entry.code.partition("/")
            events.append(_group_named(session, queries.group(session, village, code), ends))
        else:
            row = queries.division(session, entry.code, Level(entry.kind))
            named = row.model_dump(include={"level", "name", "parent"})
            events.append(DivisionNamed(division=row.code, **named, **ends))
    _name(session, *events)


def register_households(
    session: Session, drafts: Sequence[HouseholdDraft], *, actor: Actor, on: date
) -> Changed:
    """Enter households in the register or change their entries. The 户编号 tells which is which;
    one that a report named before (不在册) is recognised by its head's ID number, and its register
    task is resolved.
    """
    members = [draft.head_first for draft in drafts]
    hashes = duplicates_queries.hashes(session, members)
    _require_enterable(session, drafts, hashes, actor)
    rows = [draft.row(own[0]) for draft, own in zip(drafts, hashes, strict=True)]
    numbered = queries.by_number(session, [row["number"] for row in rows if row["number"]])
    hashed = queries.by_hash(session, [row["id_hash"] for row in rows if row["id_hash"]])
    fresh: list[dict[str, Any]] = []
    altered: list[dict[str, Any]] = []
    people: People = {}
    for draft, row, persons, own in zip(drafts, rows, members, hashes, strict=True):
        same_head = hashed.get(row["id_hash"])
        entered = same_head if same_head and _is_to_enter(same_head, row) else None
        current = numbered.get(row["number"]) or entered
        if current and entered and entered is not current:
            _require_ours(actor, entered, None)
            duplicates_commands.join(session, entered, current, on=on, actor=actor)
            _resolve(session, [entered.id], on, actor)
        _require_ours(actor, current, row["number"])
        row["id"] = current.id if current else new_id()
        row["duplicate_of"] = duplicates_queries.still_double(current, row["id_hash"])
        there = _with_what_is_known(current, row, draft, persons)
        people[row["id"]] = there, [hashed for hashed in own if hashed]
        if current is None:
            fresh.append(row)
        elif not _same(current, row):
            altered.append(row)
    duplicates_commands.free_heads(session, altered)
    _write(session, fresh, altered, people, on=on)
    _resolve(session, [row["id"] for row in altered], on, actor)
    taken = len(fresh) + len(altered)
    return Changed(taken=taken, unchanged=len(rows) - taken)


def _write(
    session: Session,
    fresh: Sequence[dict[str, Any]],
    altered: Sequence[dict[str, Any]],
    people: People,
    *,
    on: date,
) -> None:
    """Households with their persons; the others are told."""
    upsert(session, Household, fresh, "id")
    upsert(session, Household, altered, "id")
    session.expire_all()
    rows, new = [*fresh, *altered], {row["id"] for row in fresh}
    belonging = {row["id"]: people[row["id"]][1] for row in rows}
    persons_commands.settle(session, belonging, on=on, fresh=new)
    emit(session, *(views.registered(session, row, *people[row["id"]]) for row in rows))


def _require_enterable(
    session: Session,
    drafts: Sequence[HouseholdDraft],
    hashes: duplicates_queries.Hashes,
    actor: Actor,
) -> None:
    """Places that are there and the actor's; nobody who belongs to another household (G-09)."""
    for village in _villages(session, {draft.village for draft in drafts}):
        policy.require(actor, "register_households", Place(village.code, session=session))
    _require_groups(session, drafts)
    _require_there(session, {(draft.village, draft.group) for draft in drafts})
    hold(session, persons_commands.PERSONS)
    if clashes := duplicates_queries.elsewhere(session, drafts, hashes, actor):
        raise duplicates_queries.Doubled(clashes)


def enter_unregistered(
    session: Session, village: str, newcomer: Newcomer, *, on: date
) -> Household:
    """Take somebody the register does not know (不在册,待核对) and open a register task."""
    try:
        number = check_id_number(newcomer.id_number, on=on)
    except ValueError as error:
        raise Refused(f"不在册农户要有正确的身份证号码：{error}") from error
    hold(session, persons_commands.PERSONS)
    hashed = id_hash(session, number)
    if registered := queries.by_hash(session, [hashed]).get(hashed):
        if registered.village != village:
            there = directory.names(session)[registered.village]
            raise Refused(f"这一户登记在{there}，请由该村上报。")
        return registered
    if holder := persons_queries.holders(session, [hashed]).get(hashed):
        where = duplicates_queries.called(session, holder, named=holder.village == village)
        raise Refused(f"{newcomer.name}的身份证号码已登记为{where}的成员，请报那一户。")
    if newcomer.group:
        queries.group(session, village, newcomer.group)
    _require_there(session, {(village, newcomer.group)})
    household = Household(
        village=village,
        group=newcomer.group,
        stratum=newcomer.stratum,
        size=newcomer.size,
        head_name=newcomer.name,
        id_number=number,
        id_hash=hashed,
        phone=newcomer.phone,
        on_register=False,
        members=[{"name": newcomer.name, "id_number": number, "relationship": "户主"}],
    )
    session.add(household)
    session.add(RegisterTask(household=household.id, village=village, opened_on=on))
    persons_commands.settle(session, {household.id: [hashed]}, on=on, fresh=[household.id])
    tell_registered(session, household)
    return household


def resolve_register_task(
    session: Session,
    task_id: str,
    *,
    on_register: bool,
    outcome: str,
    number: str | None = None,
    actor: Actor,
    on: date,
) -> RegisterTask:
    """Say who a household outside the register is: it joins the register, or stays outside for a
    reason.
    """
    task = queries.register_task(session, task_id)
    household = queries.household(session, task.household)
    policy.require(actor, "resolve_register_task", task)
    policy.require(actor, "resolve_register_task", household)  # it may have moved since
    if task.state is not TaskState.OPEN:
        raise Conflict("这一户已经核对过了。")
    if on_register and household.merged_on:
        raise Conflict(f"{duplicates_queries.why_void(session, household)}，不能再登记入册。")
    other = queries.by_number(session, [number]).get(number) if number else None
    if other and other.id != household.id:
        raise Refused(f"户编号{number}已经登记给另一户，请核对。")
    task.state, task.resolved_on = TaskState.RESOLVED, on
    task.outcome, task.by = said(outcome, "核对结果"), actor.label
    if on_register:
        if persons_queries.disputed(session, household.id):
            raise Conflict("这一户有人也登记在另一户，请先核对重复登记。")
        household.on_register, household.number = True, number or household.number
        tell_registered(session, household)
    return task


def _require_parents(rows: Mapping[str, dict[str, Any]], known: Mapping[str, Division]) -> None:
    for row in rows.values():
        if (
            row["level"] is not Level.COUNTY
            and row["parent"] not in rows
            and row["parent"] not in known
        ):
            raise Refused(
                f"“{row['name']}”（{row['code']}）的上级{row['parent']}还没有登记，请一并填上。"
            )


def _code_within(session: Session, code: str) -> str:
    try:
        full = divisions.pad(code)
        divisions.level(full)
    except ValueError as error:
        raise Refused(str(error)) from error
    if not divisions.within(full, county(session)):
        raise Refused(f"区划代码{full}不属于本县（{county(session)[:6]}），请核对。")
    return full


def _villages(session: Session, codes: Iterable[str]) -> list[Division]:
    """`NotFound` when the county has no such village."""
    known = {village.code: village for village in queries.villages(session)}
    return [known.get(code) or queries.village(session, code) for code in sorted(codes)]


def _require_ours(actor: Actor, current: Household | None, number: str | None) -> None:
    """What is there already is asked where it stands, not where it shall go (G-03)."""
    if current is not None and not policy.may(actor, "register_households", current):
        label = f"户编号{number}" if number else "其中一户"
        raise Forbidden(
            f"{label}已登记在您管辖以外的地方，您不能改动。确实迁来的，请县级牵头部门办理。"
        )


def tell_registered(session: Session, *households: Household) -> None:
    """Their entries changed."""
    emit(session, *(views.registered(session, household.model_dump()) for household in households))


def _is_to_enter(head: Household, row: Mapping[str, Any]) -> bool:
    """Whether the row is the entry of somebody who has one without a number."""
    return not head.on_register or not head.number or not row["number"]


def move_households(
    session: Session, households: Sequence[Household], village: str, group: str | None
) -> None:
    """Their village or group has ended, or is there again: the register follows."""
    moved = [
        household
        for household in households
        if (household.village, household.group) != (village, group)
    ]
    for household in moved:
        household.village, household.group = village, group
    tell_registered(session, *moved)


def _require_there(session: Session, places: Iterable[tuple[str, str | None]]) -> None:
    """Nobody is entered where nobody is looked after any more (F-15)."""
    ended = queries.ended(session)
    for village, group in sorted(places, key=str):
        for code in (village, f"{village}/{group}"):
            if code in ended:
                raise Refused(f"{ended[code]}，请改填现在的村组。")


def _ends(session: Session, codes: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Of what has a last month: the fields of its event that say so."""
    if not codes:
        return {}
    entries = kit_directory.entries(session, ENDING, active=False)
    return {entry.code: _end_of(entry) for entry in entries if entry.code in codes}


def _end_of(entry: Entry) -> dict[str, Any]:
    return {"last_month": entry.last_month, "successor": entry.successor}


def _group_named(session: Session, group: VillageGroup, ends: dict[str, Any] | None) -> GroupNamed:
    return GroupNamed(
        village=group.village,
        group=group.code,
        sealed=seal(session, Name(name=group.leader, phone=group.phone)),
        **(ends or {}),
    )


def _name(session: Session, *events: Event) -> None:
    """Tell the others what something is called, and keep it in the own directory."""
    emit(session, *events)
    directory.own.keep(session, *events)


def _require_groups(session: Session, drafts: Iterable[HouseholdDraft]) -> None:
    known = {(row.village, row.code) for row in queries.groups(session)}
    for village, group in {(draft.village, draft.group) for draft in drafts if draft.group}:
        if (village, group) not in known:
            queries.group(session, village, group)


def _with_what_is_known(
    current: Household | None, row: dict[str, Any], draft: HouseholdDraft, persons: Sequence[Member]
) -> Sequence[Member]:
    """What a draft says nothing of stays; persons are the same by ID number, and given back whole."""
    if current is None:
        return persons
    now = draft.facts.model_fields_set if draft.facts else ()
    row["facts"] = besides(current.facts, now) | row["facts"]
    known = {one["id_number"]: one for one in current.members if one.get("id_number")}
    kept = [
        besides(known.get(person.id_number or "", {}), person.model_fields_set)
        for person in persons
    ]
    if not any(kept):
        return persons
    row["members"] = [old | new for old, new in zip(kept, row["members"], strict=True)]
    return [Member.model_validate(member) for member in row["members"]]


def _same(current: Any, row: dict[str, Any]) -> bool:
    return all(getattr(current, name) == value for name, value in row.items())


def _resolve(session: Session, households: list[str], on: date, actor: Actor) -> None:
    for task in queries.open_tasks_of(session, households):
        task.state, task.resolved_on = TaskState.RESOLVED, on
        task.outcome, task.by = "已登记入册", actor.label
