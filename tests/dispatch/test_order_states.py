"""What a department's own system is told of an order: the state that its clerk's page shows, after
every change by whatever door (BH-07); replies to orders of others (BH-09).
"""

from datetime import date

import pytest
from joserfc import jwe
from joserfc.jwk import OctKey
from sqlmodel import Session

from backstop.services import service_named
from kit.closing import ClosingForm
from kit.messaging import dead_letters
from kit.messaging.outbox import emitted
from kit.seal import seal_for
from schemas.codes import GapItem, OrderState, ReplyRefusal, ReplyResult
from schemas.county import MeetingDecided
from schemas.department import (
    OrderAcceptedByDepartment,
    OrderProgressedByDepartment,
    OrderReportedByDepartment,
)
from schemas.dispatch import DepartmentOrderState, DepartmentReplyAccepted, DepartmentReplyRefused
from schemas.values import ReasonWords
from services.dispatch.closings import commands as closings_commands
from services.dispatch.decisions import commands as decisions_commands
from services.dispatch.departments import commands as departments_commands
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order
from services.dispatch.orders.rules import Action
from services.dispatch.replies import commands as replies_commands
from services.dispatch.replies.forms import ReplyDraft
from tests.conftest import at

ON = date(2026, 9, 1)
KEYS = {code: bytes([n]) * 32 for n, code in enumerate(("housing", "natural-resources", "water"))}


@pytest.fixture
def order(session: Session, opened) -> Order:
    """Housing's, natural resources beside it; both have a system, water too."""
    for code, key in KEYS.items():
        departments_commands.admit_department(
            session, code, f"{code}-1", key, user=f"department-{code}", at=at(2026, 9, 1)
        )
    made = opened(ON, GapItem.HOUSING_UNSAFE)
    session.commit()
    return made


@pytest.fixture
def told(dispatch_sessions):
    """`told("housing")`: what its system was told of states, oldest first."""

    def states(department: str) -> list[DepartmentOrderState]:
        with dispatch_sessions() as fresh:
            return [
                event
                for event in emitted(fresh)
                if isinstance(event, DepartmentOrderState) and event.department == department
            ]

    return states


def words(state: DepartmentOrderState) -> str:
    opened = jwe.decrypt_compact(state.sealed or "", OctKey.import_key(KEYS[state.department]))
    return ReasonWords.model_validate_json(opened.plaintext or b"").reason


def answers(sessions) -> list[tuple[str, str]]:
    with sessions() as fresh:
        return [
            (event.department, str(event.code))
            for event in emitted(fresh)
            if isinstance(event, DepartmentReplyAccepted | DepartmentReplyRefused)
        ]


def test_h_07_its_system_sees_every_change_by_whatever_door(
    session: Session, order: Order, deliver, told, office, village_clerk, officer, ring
) -> None:
    clerk = officer("housing")
    replies_commands.accept_order(session, order.id, actor=clerk, on=ON)  # the page
    session.commit()
    deliver(  # Kafka
        OrderProgressedByDepartment(department="housing", order=order.id, explanation="已鉴定")
    )
    decisions_commands.move_solve_due(  # the office
        session, order.id, due=date(2026, 9, 10), reason="陈红等材料", actor=office, on=ON
    )
    ring(date(2026, 9, 11))  # a deadline
    draft = ReplyDraft(result=ReplyResult.SOLVED, explanation="已修好")
    late = date(2026, 9, 11)
    replies_commands.report_order(session, order.id, draft, actor=clerk, on=late)
    decisions_commands.confirm_help(  # the village
        session, order.id, received=False, note="还漏雨", actor=village_clerk, on=late
    )
    session.commit()
    meeting = {"meeting": "m-1", "decision": "d-1", "on": late, "text": "限期解决"}
    deliver(MeetingDecided(**meeting, order=order.id, due=date(2026, 10, 30)))  # the meeting
    states = told("housing")
    assert [(state.change.value, state.state.value, state.turn.value) for state in states] == [
        ("issue", "issued", "department"),
        ("accept", "accepted", "department"),
        ("progress", "accepted", "department"),
        ("move_due", "accepted", "department"),
        ("fall_overdue", "accepted", "department"),
        ("solve", "solved", "village"),
        ("doubt", "under_way", "department"),
        ("move_due", "under_way", "department"),
    ]
    versions = [state.version for state in states]
    assert versions == sorted(set(versions))
    assert [clock.clock.value for clock in states[0].clocks] == ["accept", "report", "solve"]
    overdue = {clock.clock.value: clock.overdue for clock in states[4].clocks}
    assert overdue == {"report": False, "solve": True}
    assert [states[n].sealed is None for n in (0, 1)] == [True, True]
    assert "陈红等材料" in words(states[3])
    assert words(states[6]) == "还漏雨"  # why the village doubts it
    assert states[7].clocks[0].due == date(2026, 10, 30)
    assert all("陈红" not in state.model_dump_json() for state in states)
    co_handler = told("natural-resources")
    assert [state.part.value for state in co_handler] == ["co_handler"] * len(states)


def test_h_07_whose_order_it_is_no_more_is_told_so_last(
    session: Session, order: Order, told, office, officer
) -> None:
    replies_commands.return_order(
        session, order.id, reason="不属本局", actor=officer("housing"), on=ON
    )
    decisions_commands.decide_return(
        session, order.id, agree=True, department="water", actor=office, on=ON
    )
    replies_commands.accept_order(session, order.id, actor=officer("water"), on=ON)
    session.commit()
    for department in ("housing", "natural-resources"):
        last = told(department)[-1]
        assert (last.part.value, last.clocks, last.change.value) == ("none", (), "issue")
    assert [state.part.value for state in told("water")] == ["lead", "lead"]
    assert told("water")[0].version == told("housing")[-1].version


def test_h_07_a_closed_order_is_nobodys_turn(
    session: Session, order: Order, told, office, officer
) -> None:
    draft = ReplyDraft(result=ReplyResult.NOT_ELIGIBLE, explanation="不符合")
    replies_commands.report_order(session, order.id, draft, actor=officer("housing"), on=ON)
    decisions_commands.close_order(session, order.id, actor=office, on=ON)
    session.commit()
    answered, closed = told("housing")[-2:]
    assert (answered.change.value, answered.turn.value, answered.result) == (
        "answer",
        "office",
        ReplyResult.NOT_ELIGIBLE,
    )
    assert (closed.change.value, closed.turn, closed.clocks) == ("close", None, ())


def test_h_07_progress_is_taken_by_the_pages_rules(
    order: Order, deliver, told, dispatch_sessions
) -> None:
    going = OrderProgressedByDepartment(
        department="housing", order=order.id, explanation="已派人勘察", handler="H-07"
    )
    deliver(going)  # not accepted yet
    deliver(OrderAcceptedByDepartment(department="housing", order=order.id))
    deliver(going)
    assert answers(dispatch_sessions) == [
        ("housing", "wrong_state"),
        ("housing", "taken"),
        ("housing", "taken"),
    ]
    with dispatch_sessions() as fresh:
        last = queries.history(fresh, order.id)[-1]
        assert (last.action, last.text) == (Action.PROGRESS, "已派人勘察；经办：H-07")
        assert last.origin.startswith("/backstop/990121000000/department/housing#")


def test_h_08_a_reply_may_be_sealed_with_the_departments_own_key(
    order: Order, deliver, dispatch_sessions
) -> None:
    sealed = seal_for("housing-1", KEYS["housing"], ReasonWords(reason="陈红家已加固"))
    deliver(
        OrderReportedByDepartment(
            department="housing",
            order=order.id,
            result=ReplyResult.SOLVED,
            explanation="见密封内容",
            sealed=sealed,
        )
    )
    with dispatch_sessions() as fresh:
        [reply] = queries.replies(fresh, order.id)
        assert reply.explanation == "陈红家已加固"
        assert all("陈红" not in event.model_dump_json() for event in emitted(fresh))


def test_h_09_a_reply_to_anothers_order_is_refused_and_leaves_nothing_in_its_history(
    session: Session, order: Order, deliver, office, officer, dispatch_sessions
) -> None:
    before = len(queries.history(session, order.id))
    deliver(OrderAcceptedByDepartment(department="water", order=order.id))
    deliver(OrderAcceptedByDepartment(department="natural-resources", order=order.id))
    assert answers(dispatch_sessions) == [
        ("water", ReplyRefusal.UNKNOWN_ORDER),  # it is not even said that there is one
        ("natural-resources", ReplyRefusal.NOT_YOURS),
    ]
    with dispatch_sessions() as fresh:
        assert len(queries.history(fresh, order.id)) == before
        assert fresh.get(Order, order.id).state is OrderState.ISSUED


def test_h_09_the_same_refusal_again_is_written_into_the_history_once(
    order: Order, deliver, dispatch_sessions
) -> None:
    plan = OrderReportedByDepartment(
        department="housing", order=order.id, result=ReplyResult.PLANNED, explanation="在办"
    )
    for _ in range(3):
        deliver(plan)
    assert answers(dispatch_sessions) == [("housing", "incomplete")] * 3
    with dispatch_sessions() as fresh:
        history = queries.history(fresh, order.id)
        assert [entry.action for entry in history].count(Action.REFUSE_REPLY) == 1


def test_h_09_the_handler_stands_on_the_order(order: Order, deliver, dispatch_sessions) -> None:
    deliver(
        OrderReportedByDepartment(
            department="housing",
            order=order.id,
            result=ReplyResult.SOLVED,
            explanation="已修好",
            handler="H-07",
        )
    )
    with dispatch_sessions() as fresh:
        assert queries.replies(fresh, order.id)[0].handler == "H-07"
        accepted = [
            entry for entry in queries.history(fresh, order.id) if entry.action is Action.ACCEPT
        ]
        assert [entry.text for entry in accepted] == ["经办：H-07"]


def test_h_02_an_id_used_for_something_else_is_refused_and_a_mended_letter_may_keep_its_own(
    order: Order, record, dispatch_sessions
) -> None:
    def send(event, id_: str) -> None:
        with dispatch_sessions.begin() as session:
            service_named("dispatch").handlers.handle(session, [record(event, id=id_)] * 2)

    report = OrderReportedByDepartment(
        department="housing", order=order.id, result=ReplyResult.PLANNED, explanation="在办"
    )
    same = "019a0000-0000-7000-8000-00000000000A"
    send(report, same)
    send(report.model_copy(update={"expected_on": date(2026, 9, 30)}), same)
    send(report.model_copy(update={"result": ReplyResult.SOLVED}), same.lower())
    assert [code for _, code in answers(dispatch_sessions)] == ["incomplete", "taken", "id_used"]


def test_h_02_what_cannot_be_said_back_is_named_by_its_place(
    order: Order, record, dispatch_sessions
) -> None:
    accepted = OrderAcceptedByDepartment(department="housing", order=order.id)
    with dispatch_sessions.begin() as session:
        for id_ in (
            "990121197001010015",
            "16000000001",
            "x" * 101,
            "编号",
        ):  # nobody's number in clear
            service_named("dispatch").handlers.handle(session, [record(accepted, id=id_)])
    with dispatch_sessions() as fresh:
        told = [event for event in emitted(fresh) if isinstance(event, DepartmentReplyRefused)]
    assert [event.code for event in told] == [ReplyRefusal.BAD_ID] * 4
    assert all(
        event.reply_id.startswith("backstop.department.housing.replies/0/") for event in told
    )


def test_h_03_a_reply_laid_aside_keeps_its_receipt_and_is_answered_when_it_is_replayed(
    order: Order, record, deliver, told, dispatch_sessions
) -> None:
    letter = record(OrderAcceptedByDepartment(department="housing", order=order.id))
    handlers = service_named("dispatch").handlers
    with dispatch_sessions.begin() as session:
        dead_letters.bury(session, letter, "our own mistake", holds=False)
        border = handlers.border_of(letter.topic)
        border.postpone(session, letter, "", True)
        border.postpone(session, letter, "", False)  # it came again
    with dispatch_sessions() as fresh:
        [row] = dead_letters.waiting(fresh)
        assert row.holds is False
    assert dead_letters.replay(dispatch_sessions, handlers, letter.topic, letter.key) == 1
    assert answers(dispatch_sessions) == [("housing", "postponed"), ("housing", "taken")]
    with dispatch_sessions() as fresh:
        assert fresh.get(Order, order.id).accepted_on == date(2026, 9, 2)  # not the replay's day


def test_f_15_the_successors_system_is_told_the_state_too(
    session: Session, order: Order, told, office
) -> None:
    form = ClosingForm(
        kind="DEPARTMENT",
        code="housing",
        last_month="2026-08",
        successor="water",
        reason="机构改革",
    )
    closings_commands.close_department(session, form, actor=office, on=ON)
    session.commit()
    [state] = told("water")
    assert (state.order, state.part.value, state.change.value) == (order.id, "lead", "restate")
