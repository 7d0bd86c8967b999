"""What dispatch hears and says over Kafka: each event twice, business refusals, sealed blocks."""

import secrets
from collections.abc import Callable
from datetime import date

import pytest
from joserfc import jwe
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, select

from backstop.services import service_named
from kit import directory
from kit.actor import Actor
from kit.errors import NotFound, Refused
from kit.messaging.outbox import emitted
from kit.seal import unseal
from schemas.codes import DirectoryKind, GapItem, Level, OrderState, ReplyRefusal, ReplyResult, Role
from schemas.county import AgendaLine, CaseVerified, MeetingDecided, MeetingNoticed
from schemas.department import (
    OrderAcceptedByDepartment,
    OrderReportedByDepartment,
    OrderReturnedByDepartment,
)
from schemas.dispatch import (
    DepartmentMeetingNoticed,
    DepartmentOrderChanged,
    DepartmentOrderIssued,
    DepartmentOrderReminded,
    DepartmentReplyRefused,
    OrderDueMoved,
    OrderIssued,
    OrderReturnRefused,
)
from schemas.values import NeedWords
from schemas.village import DivisionNamed
from services.dispatch.decisions import commands as decisions_commands
from services.dispatch.departments import commands as departments_commands
from services.dispatch.departments.models import DepartmentKey
from services.dispatch.issuing import commands as issuing_commands
from services.dispatch.meetings.models import MeetingNotice
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order
from services.dispatch.orders.rules import Action
from services.dispatch.replies import commands as replies_commands
from services.dispatch.replies.forms import ReplyDraft
from tests.conftest import at

ON = date(2026, 9, 1)
KEYS = {code: secrets.token_bytes(32) for code in ("housing", "natural-resources", "education")}


@pytest.fixture
def keyed(session: Session) -> Session:
    """Three departments have a system."""
    for code, key in KEYS.items():
        departments_commands.admit_department(
            session, code, f"{code}-1", key, user=f"department-{code}", at=at(2026, 9, 1)
        )
    session.commit()
    return session


@pytest.fixture
def heard(
    deliver, keyed: Session, dispatch_sessions: sessionmaker[Session]
) -> Callable[[CaseVerified], Order]:
    """A case arrives (twice); its first order."""

    def arrive(case: CaseVerified) -> Order:
        deliver(case)
        with dispatch_sessions() as fresh:
            return fresh.exec(
                select(Order).where(Order.case == case.case).order_by(Order.number)
            ).first()

    return arrive


def state_of(sessions: sessionmaker[Session], order: Order) -> OrderState:
    with sessions() as session:
        return session.get(Order, order.id).state


def outbox(sessions: sessionmaker[Session], *types: type) -> list:
    with sessions() as session:
        return [event for event in emitted(session) if isinstance(event, types)]


def opened_block(event: DepartmentOrderIssued) -> NeedWords:
    opened = jwe.decrypt_compact(event.sealed, OctKey.import_key(KEYS[event.department]))
    assert opened.headers()["kid"] == f"{event.department}-1"
    return NeedWords.model_validate_json(opened.plaintext)


def test_a_case_heard_twice_makes_its_orders_once(heard, verified, dispatch_sessions) -> None:
    heard(verified(ON, GapItem.HOUSING_UNSAFE, GapItem.SCHOOL_COST))
    assert [event.department for event in outbox(dispatch_sessions, OrderIssued)] == [
        "housing",
        "education",
    ]
    with dispatch_sessions() as session:
        assert all("/county#" in order.origin for order in session.exec(select(Order)))


def test_each_department_gets_a_block_of_its_own(heard, verified, dispatch_sessions) -> None:
    heard(verified(ON, GapItem.HOUSING_UNSAFE, GapItem.SCHOOL_COST, GapItem.WATER_UNSAFE))
    issued = {event.department: event for event in outbox(dispatch_sessions, DepartmentOrderIssued)}
    assert set(issued) == {"housing", "natural-resources", "education"}  # water has no system
    assert [issued[code].lead for code in ("housing", "natural-resources", "education")] == [
        True,
        False,
        True,
    ]
    house, school = opened_block(issued["housing"]), opened_block(issued["education"])
    assert (house.id_number is None, house.person_name) == (False, None)
    assert (school.id_number, school.person_name, school.head_name[:2]) == (None, "陈小宝", "陈红")
    with pytest.raises(JoseError):
        jwe.decrypt_compact(issued["housing"].sealed, OctKey.import_key(KEYS["education"]))
    with dispatch_sessions() as session:
        for order in session.exec(select(Order)):  # nothing personal in clear on a topic
            name = unseal(session, order.words, NeedWords).head_name
            assert not any(name in event.model_dump_json() for event in emitted(session))


def test_a_department_admitted_later_gets_what_lies_with_it(session: Session, opened, said) -> None:
    order = opened(ON, GapItem.HOUSING_UNSAFE)
    assert not said(DepartmentOrderIssued)
    way = {"user": "department-housing", "at": at(2026, 9, 1)}
    departments_commands.admit_department(session, "housing", "housing-1", KEYS["housing"], **way)
    with pytest.raises(
        Refused, match="rotate"
    ):  # a live password and key are never replaced by the way
        departments_commands.admit_department(
            session, "housing", "housing-2", KEYS["housing"], **way
        )
    assert [event.order for event in said(DepartmentOrderIssued)] == [order.id]
    with pytest.raises(NotFound):
        departments_commands.admit_department(
            session, "tourism", "tourism-1", secrets.token_bytes(32), **way
        )


def test_a_key_has_32_bytes(session: Session) -> None:
    with pytest.raises(Refused, match="密钥必须是32个字节"):
        departments_commands.admit_department(
            session,
            "housing",
            "housing-1",
            secrets.token_bytes(16),
            user="department-housing",
            at=at(2026, 9, 1),
        )
    assert session.exec(select(DepartmentKey)).all() == []


def test_a_department_accepts_and_reports_over_kafka(
    heard, deliver, verified, dispatch_sessions
) -> None:
    order = heard(verified(ON, GapItem.HOUSING_UNSAFE))
    deliver(OrderAcceptedByDepartment(department="housing", order=order.id, handler="H-07"))
    assert state_of(dispatch_sessions, order) is OrderState.ACCEPTED
    deliver(
        OrderReportedByDepartment(
            department="housing",
            order=order.id,
            result=ReplyResult.PLANNED,
            explanation="列入改造计划",
            expected_on=date(2026, 11, 20),
            head_signed=True,
            own_system_updated=True,
            amount=1_200_000,
        )
    )
    assert state_of(dispatch_sessions, order) is OrderState.UNDER_WAY
    with dispatch_sessions() as session:
        [reply] = queries.replies(session, order.id)
        assert (reply.amount, reply.head_signed, reply.on) == (1_200_000, True, date(2026, 9, 2))
        last = queries.history(session, order.id)[-1]
        assert (last.actor, "department/housing#" in last.origin) == (
            "县住房和城乡建设局业务系统（行业部门经办人）",
            True,
        )
    assert not outbox(dispatch_sessions, DepartmentReplyRefused)


def test_a_reply_to_a_closed_order_is_refused_and_answered(
    heard, deliver, verified, office, dispatch_sessions
) -> None:
    order = heard(verified(ON, GapItem.HOUSING_UNSAFE))
    answer = OrderReportedByDepartment(
        department="housing",
        order=order.id,
        result=ReplyResult.FACTS_DIFFER,
        explanation="房屋安全",
    )
    deliver(answer)
    with dispatch_sessions.begin() as session:
        decisions_commands.close_order(session, order.id, actor=office, on=ON)
    deliver(answer)
    [refused] = outbox(dispatch_sessions, DepartmentReplyRefused)
    assert (refused.department, refused.reply, "已办结" in refused.reason) == (
        "housing",
        answer.type,
        True,
    )
    with dispatch_sessions() as session:
        assert queries.history(session, order.id)[-1].action is Action.REFUSE_REPLY
        assert len(queries.replies(session, order.id)) == 1


@pytest.mark.parametrize(
    "reply",
    [
        lambda order: OrderAcceptedByDepartment(department="education", order=order),
        lambda order: OrderReportedByDepartment(
            department="housing", order=order, result=ReplyResult.PLANNED, explanation="没有写日期"
        ),
        lambda order: OrderReturnedByDepartment(
            department="housing", order=order, reason="异议", proposed="tourism"
        ),
    ],
)
def test_what_cannot_be_taken_is_answered_and_changes_nothing(
    heard, deliver, verified, dispatch_sessions, reply
) -> None:
    order = heard(verified(ON, GapItem.HOUSING_UNSAFE))
    event = reply(order.id)
    deliver(event)
    assert state_of(dispatch_sessions, order) is OrderState.ISSUED
    assert [one.department for one in outbox(dispatch_sessions, DepartmentReplyRefused)] == [
        event.department
    ]


def test_a_second_return_over_kafka_goes_to_the_meeting(
    heard, deliver, verified, office, dispatch_sessions
) -> None:
    order = heard(verified(ON, GapItem.HOUSING_UNSAFE))
    again = OrderReturnedByDepartment(
        department="housing", order=order.id, reason="宅基地问题", proposed="natural-resources"
    )
    deliver(again)
    with dispatch_sessions.begin() as session:
        decisions_commands.decide_return(
            session, order.id, agree=False, reason="属贵局", actor=office, on=date(2026, 9, 3)
        )
    deliver(again)
    assert [event.for_meeting for event in outbox(dispatch_sessions, OrderReturnRefused)] == [
        False,
        True,
    ]
    assert len(outbox(dispatch_sessions, DepartmentOrderChanged)) == 2


def test_a_reply_about_an_unknown_order_or_from_a_wrong_mouth_is_answered(
    keyed, heard, verified, deliver, record, dispatch_sessions
) -> None:
    deliver(OrderAcceptedByDepartment(department="housing", order="nothing"))
    order = heard(verified(ON, GapItem.HOUSING_UNSAFE))
    forged = record(
        OrderAcceptedByDepartment(department="housing", order=order.id),
        source="/backstop/990121000000/department/water",
    )
    with dispatch_sessions.begin() as session:
        service_named("dispatch").handlers.handle(session, [forged])
    assert state_of(dispatch_sessions, order) is OrderState.ISSUED
    assert [one.code for one in outbox(dispatch_sessions, DepartmentReplyRefused)] == [
        ReplyRefusal.UNKNOWN_ORDER,
        ReplyRefusal.WRONG_SOURCE,
    ]


def test_return_agreed_tells_the_old_and_the_new(
    heard, verified, office, dispatch_sessions
) -> None:
    order = heard(verified(ON, GapItem.HOUSING_UNSAFE))
    housing = Actor("h", "宋杰", Role.DEPARTMENT_CLERK, "housing")
    with dispatch_sessions.begin() as session:
        replies_commands.return_order(session, order.id, reason="异议", actor=housing, on=ON)
        decisions_commands.decide_return(
            session, order.id, agree=True, department="education", actor=office, on=ON
        )
    changed = outbox(dispatch_sessions, DepartmentOrderChanged)
    assert [event.department for event in changed] == ["housing", "natural-resources"]
    assert [event.department for event in outbox(dispatch_sessions, DepartmentOrderIssued)][
        -1
    ] == "education"


def test_a_department_is_reminded_on_its_topic(keyed, verified, ring, session) -> None:
    issuing_commands.open_orders(session, verified(ON, GapItem.HOUSING_UNSAFE))
    ring(date(2026, 9, 3))
    assert [
        (event.clock, event.overdue)
        for event in emitted(session)
        if isinstance(event, DepartmentOrderReminded)
    ] == [("accept", True)]


def decided(order: Order, **more) -> MeetingDecided:
    return MeetingDecided(
        meeting="m-1",
        decision="d-1",
        on=date(2026, 10, 12),
        text="限期解决",
        order=order.id,
        **more,
    )


def test_the_meeting_moves_a_due_day_or_the_department(
    heard, deliver, verified, dispatch_sessions
) -> None:
    order = heard(verified(ON, GapItem.HOUSING_UNSAFE))
    deliver(decided(order, due=date(2026, 11, 30)))
    assert [event.solve_due for event in outbox(dispatch_sessions, OrderDueMoved)] == [
        date(2026, 11, 30)
    ]
    deliver(decided(order, department="education", due=date(2026, 12, 15)))
    with dispatch_sessions() as session:
        moved = session.get(Order, order.id)
        assert (moved.department, moved.solve_due, moved.attempt) == (
            "education",
            date(2026, 12, 15),
            2,
        )
        assert moved.first_issued_on == ON
        assert queries.history(session, order.id)[-1].action is Action.REASSIGN


def test_the_meeting_lets_an_order_stay_or_comes_too_late(
    heard, deliver, verified, office, dispatch_sessions
) -> None:
    order = heard(verified(ON, GapItem.HOUSING_UNSAFE))
    deliver(decided(order, department="housing"))
    housing = Actor("h", "宋杰", Role.DEPARTMENT_CLERK, "housing")
    with dispatch_sessions.begin() as session:
        draft = ReplyDraft(result=ReplyResult.NOT_ELIGIBLE, explanation="不符合")
        replies_commands.report_order(session, order.id, draft, actor=housing, on=ON)
        decisions_commands.close_order(session, order.id, actor=office, on=ON)
    deliver(decided(order, department="education"))
    with dispatch_sessions() as session:
        kept = [
            event.text
            for event in queries.history(session, order.id)
            if event.action is Action.KEEP
        ]
        assert kept[0] == "限期解决"
        assert "未执行" in kept[1]
        assert session.get(Order, order.id).state is OrderState.CLOSED


def test_the_meeting_makes_a_new_order(heard, deliver, verified, dispatch_sessions) -> None:
    case = verified(ON, GapItem.HOUSING_UNSAFE)
    heard(case)
    need = verified(ON, GapItem.LIVING_COST).needs[0]
    deliver(
        MeetingDecided(
            meeting="m-1",
            decision="d-2",
            on=date(2026, 10, 12),
            text="给予临时救助",
            department="education",
            case=case.case,
            household=case.household,
            village=case.village,
            need=need,
        )
    )
    assert [event.department for event in outbox(dispatch_sessions, OrderIssued)] == [
        "housing",
        "education",
    ]


def test_a_meeting_notice_reaches_the_department(keyed, deliver, dispatch_sessions) -> None:
    lines = (AgendaLine(item="i-1", order="o-1", title="DQ-1 石桥村 逾期未反馈"),)
    for department in ("housing", "water"):
        deliver(
            MeetingNoticed(
                meeting="m-1",
                on=date(2026, 10, 12),
                place="三楼会议室",
                department=department,
                lines=lines,
            )
        )
    assert [event.department for event in outbox(dispatch_sessions, DepartmentMeetingNoticed)] == [
        "housing"
    ]
    with dispatch_sessions() as session:
        assert len(session.exec(select(MeetingNotice)).all()) == 2


def test_a_division_is_kept_and_renamed(keyed, deliver, dispatch_sessions) -> None:
    for name in ("石桥村", "新石桥村"):
        deliver(
            DivisionNamed(
                division="990121100201", level=Level.VILLAGE, name=name, parent="990121100000"
            )
        )
    with dispatch_sessions() as session:
        assert directory.name(session, DirectoryKind.VILLAGE, "990121100201") == "新石桥村"
