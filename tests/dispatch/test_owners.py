"""Each open order is on exactly one owner's list, whatever its age; and who issued it is said."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlmodel import Session

from kit import directory
from kit.actor import SYSTEM, Actor
from kit.database.rows import named
from kit.directory import Entry
from kit.errors import Conflict, Refused
from kit.tasks import Task
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from schemas.codes import DirectoryKind, GapItem, OrderState, ReplyResult, Role
from schemas.county import AgendaLine, MeetingDecided, MeetingNoticed
from schemas.dispatch import OrderIssued
from services.dispatch.closings import commands as closings_commands
from services.dispatch.closings.tasks import tasks as tasks_to_reroute
from services.dispatch.decisions import commands as decisions_commands
from services.dispatch.departments.models import Department
from services.dispatch.escalations.tasks import tasks as tasks_of_what_went_up
from services.dispatch.issuing import commands as issuing_commands
from services.dispatch.meetings import commands as meetings_commands
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order
from services.dispatch.orders.tasks import tasks as tasks_of_orders
from services.dispatch.replies import commands as replies_commands
from services.dispatch.replies.forms import ReplyDraft
from tests.dispatch.conftest import COUNTY, VILLAGE
from tests.own_pack import written

ISSUED = date(2026, 2, 10)
LATE = date(2026, 12, 1)
SOLVED = ReplyDraft(result=ReplyResult.SOLVED, explanation="已报销到账")
OTHER_VILLAGE = "990121100202"


def tasks(session: Session, actor: Actor, on: date) -> list[Task]:
    """All that stands on somebody's list."""
    rooms = (tasks_of_orders, tasks_of_what_went_up, tasks_to_reroute)
    return [task for tasks_of in rooms for task in tasks_of(session, actor, on)]


@pytest.fixture
def leader() -> Actor:
    return Actor("leader", "赵素娜", Role.COUNTY_LEADER, COUNTY)


@pytest.fixture
def owners(
    session: Session, office: Actor, officer: Callable[..., Actor], leader: Actor
) -> Callable[[Order, date], set[str]]:
    """`owners(order, on)`: on whose lists its open state stands: "role place"."""
    villages = [Actor(code, "吕静", Role.VILLAGE_CLERK, code) for code in (VILLAGE, OTHER_VILLAGE)]
    departments = [officer(code) for code in ("health-insurance", "civil-affairs", "health")]
    everybody = [office, leader, *villages, *departments]

    def of(order: Order, on: date) -> set[str]:
        return {
            f"{actor.role.value} {actor.place}"
            for actor in everybody
            for task in tasks(session, actor, on)
            if named(order) in task.objects
        }

    return of


OFFICE = {f"{Role.COUNTY_CLERK.value} {COUNTY}"}


def of_department(code: str) -> set[str]:
    return {f"{Role.DEPARTMENT_CLERK.value} {code}"}


def end(session: Session, kind: DirectoryKind, code: str, successor: str) -> None:
    """The directory tells that a place has ended, and who answers for it."""
    entry = directory.entry(session, kind, code) or Entry(kind, code, code)
    ended = {"active": False, "last_month": "2026-02", "successor": successor}
    directory.put(session, Entry(**(vars(entry) | ended)))
    if kind is DirectoryKind.DEPARTMENT:
        session.get_one(Department, code).active = False
        session.flush()


def test_f_09_an_order_of_every_age_and_state_is_on_one_list(
    session: Session, opened, office, officer, village_clerk, owners
) -> None:
    """Also long after its day: silence passes it on once, and never to two."""
    waiting, order = opened(ISSUED, GapItem.OTHER), opened(ISSUED)
    for on in (ISSUED, LATE):
        assert owners(waiting, on) == OFFICE
        assert owners(order, on) == of_department("health-insurance")
    clinic = officer("health-insurance")
    replies_commands.return_order(session, order.id, reason="不属本部门", actor=clinic, on=ISSUED)
    assert owners(order, LATE) == OFFICE
    decisions_commands.decide_return(
        session, order.id, agree=False, reason="属本部门", actor=office, on=ISSUED
    )
    replies_commands.accept_order(session, order.id, actor=clinic, on=ISSUED)
    assert owners(order, LATE) == of_department("health-insurance")
    replies_commands.report_order(session, order.id, SOLVED, actor=clinic, on=ISSUED)
    due = order.confirm_due
    assert due
    assert owners(order, due) == {f"{Role.VILLAGE_CLERK.value} {VILLAGE}"}
    assert owners(order, due + timedelta(1)) == OFFICE  # silence: the office looks
    decisions_commands.confirm_help(
        session, order.id, received=True, actor=village_clerk, on=due + timedelta(1)
    )  # and the village may still answer
    assert order.state is OrderState.CONFIRMED
    assert owners(order, LATE) == OFFICE
    decisions_commands.close_order(session, order.id, actor=office, on=LATE)
    assert owners(order, LATE) == set()


def test_f_09_the_leader_is_told_of_what_went_up_and_its_owner_keeps_it(
    session: Session, opened, officer, leader, owners, ring
) -> None:
    order, twice, unheard = opened(ISSUED), opened(ISSUED), opened(ISSUED)
    replies_commands.report_order(
        session, unheard.id, SOLVED, actor=officer("health-insurance"), on=ISSUED
    )
    for _ in range(2):
        if twice.state is OrderState.RETURNED:
            decisions_commands.decide_return(
                session, twice.id, agree=False, reason="属本部门", actor=SYSTEM, on=ISSUED
            )
        replies_commands.return_order(
            session, twice.id, reason="不属本部门", actor=officer("health-insurance"), on=ISSUED
        )
    assert twice.for_meeting
    ring(date(2026, 3, 20))
    on = date(2026, 3, 20)
    told: dict[str, Task] = {task.title.split()[0]: task for task in tasks(session, leader, on)}
    assert set(told) == {order.number, twice.number, unheard.number}
    assert told[unheard.number].note == (
        "村里没有答复，请核实，已升级；由县级牵头部门办理，您可请牵头部门列入联席会议"
    )
    assert told[order.number].note == (
        "县医疗保障局逾期未签收，已升级；由县医疗保障局办理，您可打印督办单督办，或请牵头部门列入联席会议"
    )
    assert told[order.number].due == order.accept_due
    assert told[twice.number].note == "第二次退回，待联席会议决定；会前由县医疗保障局办理"
    assert all(task.objects == () for task in told.values())
    for row in (order, twice):
        assert owners(row, on) == of_department("health-insurance")


def test_f_09_the_leader_reads_what_is_on_the_agenda_of_the_meeting_to_come(
    session: Session, opened, leader, ring
) -> None:
    first, second, other = (opened(ISSUED) for _ in range(3))
    on, meets_on = date(2026, 3, 20), date(2026, 3, 23)
    ring(on)
    line = AgendaLine(item="i", order=first.id, title="两张交办单", orders=(first.id, second.id))
    noticed = MeetingNoticed(
        meeting="m", on=meets_on, place="县政府", department="health-insurance", lines=(line,)
    )
    meetings_commands.notice_meeting(session, noticed)
    session.flush()
    told = {task.title.split()[0]: task.note for task in tasks(session, leader, on)}
    for order in (first, second):
        assert "已列入2026年3月23日联席会议议程，您可打印督办单督办" in told[order.number]
        assert "请牵头部门列入" not in told[order.number]
    assert "请牵头部门列入联席会议" in told[other.number]


def test_f_09_what_went_up_leaves_the_leaders_list_with_the_meetings_word_or_when_it_moves_on(
    session: Session, opened, officer, leader, ring
) -> None:
    """Until another step of the same silence goes up again after the meeting."""
    on, clinic = date(2026, 3, 20), officer("health-insurance")
    kept, moved, accepted, silent = (opened(ISSUED) for _ in range(4))
    ring(on)

    def told() -> set[str]:
        return {task.title.split()[0] for task in tasks(session, leader, on)}

    assert told() == {kept.number, moved.number, accepted.number, silent.number}
    for order, due in ((kept, None), (moved, date(2026, 4, 30))):
        decided = MeetingDecided(
            meeting="m", decision="d", on=on, text="按原要求办理", order=order.id, due=due
        )
        meetings_commands.carry_out_decision(session, decided)
    assert told() == {accepted.number, silent.number}
    replies_commands.report_order(session, accepted.id, SOLVED, actor=clinic, on=on)
    assert told() == {silent.number}


def test_f_09_an_order_at_a_department_that_is_no_more_is_the_offices_to_route(
    session: Session, opened, office, officer, owners, actions, said
) -> None:
    order, returned = opened(ISSUED), opened(ISSUED)
    replies_commands.accept_order(session, order.id, actor=officer("health-insurance"), on=ISSUED)
    replies_commands.return_order(
        session, returned.id, reason="不属", actor=officer("health-insurance"), on=ISSUED
    )
    with pytest.raises(Conflict):
        closings_commands.reroute_order(
            session, order.id, department="civil-affairs", actor=office, on=ISSUED
        )
    end(session, DirectoryKind.DEPARTMENT, "health-insurance", COUNTY)
    assert owners(order, ISSUED) == OFFICE
    (task,) = [task for task in tasks(session, office, ISSUED) if named(order) in task.objects]
    assert task.title == f"{order.number}：承办部门已撤并，请改派"
    with pytest.raises(Refused, match="已撤销"):
        decisions_commands.decide_return(
            session, returned.id, agree=False, reason="属", actor=office, on=ISSUED
        )
    closings_commands.reroute_order(
        session, order.id, department="civil-affairs", actor=office, on=date(2026, 2, 24)
    )
    assert (order.state, order.department) == (OrderState.ISSUED, "civil-affairs")
    assert (order.first_issued_on, order.attempt) == (ISSUED, 2)
    assert actions(order)[-1] == "reroute"
    assert said(OrderIssued)[-1].department == "civil-affairs"
    assert owners(order, LATE) == of_department("civil-affairs")


def test_f_09_a_merged_departments_orders_are_its_successors(
    session: Session, opened, owners
) -> None:
    order = opened(ISSUED)
    end(session, DirectoryKind.DEPARTMENT, "health-insurance", "health")
    assert owners(order, LATE) == of_department("health")


@pytest.mark.parametrize(("successor", "owner"), [(OTHER_VILLAGE, "village"), (COUNTY, "office")])
def test_f_09_what_a_village_that_is_no_more_owes(
    session: Session, opened, office, officer, owners, successor, owner
) -> None:
    directory.put(
        session, *(Entry(DirectoryKind.VILLAGE, code, code) for code in (VILLAGE, OTHER_VILLAGE))
    )
    order = opened(ISSUED)
    replies_commands.report_order(
        session, order.id, SOLVED, actor=officer("health-insurance"), on=ISSUED
    )
    end(session, DirectoryKind.VILLAGE, VILLAGE, successor)
    if owner == "village":
        assert owners(order, ISSUED) == {f"{Role.VILLAGE_CLERK.value} {OTHER_VILLAGE}"}
        return
    assert owners(order, ISSUED) == OFFICE
    decisions_commands.confirm_by_office(
        session, order.id, note="入户看过", actor=office, on=ISSUED
    )
    assert order.state is OrderState.CONFIRMED


MANDATE = "领导小组（授权农业农村局签发）"


def test_f_14_the_office_issues_by_its_mandate_until_the_leading_group_signs(
    session: Session, opened, office, said
) -> None:
    """s001/4 D-08: the leading group issues; never the system."""
    order, routed = opened(ISSUED), opened(ISSUED, GapItem.OTHER)
    issuing_commands.route_order(
        session, routed.id, department="civil-affairs", question="请研究", actor=office, on=ISSUED
    )
    assert (order.issued_by, routed.issued_by) == (MANDATE, MANDATE)
    assert [event.issued_by for event in said(OrderIssued)] == [MANDATE, MANDATE]
    by = {event.action.value: event.actor for event in queries.history(session, order.id)}
    assert by["issue"] == MANDATE
    assert queries.history(session, routed.id)[-1].actor == office.label


def test_f_14_a_person_of_the_leading_group(session: Session, opened, tmp_path) -> None:
    said_by = 'issued_by = { value = "领导小组副组长赵素娜", source = "本县文件" }'
    pack = written(tmp_path, said_by)
    session.info["book"] = Book(state_council(), (pack, load_pack("default")))
    order = opened(ISSUED)
    assert order.issued_by == "领导小组副组长赵素娜"
    assert queries.history(session, order.id)[-1].actor == "领导小组副组长赵素娜"


def test_f_14_what_a_meeting_decided_is_the_meetings(session: Session, opened) -> None:
    order = opened(ISSUED)
    decided = MeetingDecided(
        meeting="m", decision="d", on=ISSUED, text="限期解决", order=order.id, due=LATE
    )
    meetings_commands.carry_out_decision(session, decided)
    assert queries.history(session, order.id)[-1].actor == "联席会议"
