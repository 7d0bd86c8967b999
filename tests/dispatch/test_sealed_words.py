"""What a department and the office write of an order leaves sealed only (G-07)."""

import json
import re
from datetime import date, datetime

import pytest
from joserfc import jwe
from joserfc.jwk import OctKey
from sqlalchemy import text
from sqlmodel import Session

from backstop.services import service_named
from kit.clock import ZONE
from schemas.codes import GapItem, ReplyResult
from schemas.county import MeetingDecided, MeetingNoticed
from schemas.department import OrderReportedByDepartment, OrderReturnedByDepartment
from schemas.dispatch import OrderDueMoved, OrderReopened, OrderReturned, OrderReturnRefused
from services.dispatch.decisions import commands as decisions
from services.dispatch.departments.commands import admit_department
from services.dispatch.issuing.commands import route_order
from services.dispatch.meetings.commands import carry_out_decision, notice_meeting

ON, LATER = date(2026, 9, 1), date(2026, 9, 2)
AT = datetime(2026, 9, 1, 9, tzinfo=ZONE)
KEY = bytes(range(32))
SAID = "户主田一生（990121198001010016，16000007777）已搬走"
PERSONAL = re.compile(r"田一生|1600000\d{4}|99\d{15}[\dX]")


@pytest.fixture
def admitted(session: Session) -> Session:
    for code in ("housing", "health-insurance", "health"):
        admit_department(session, code, f"{code}-1", KEY, user=code, at=AT)
    return session


@pytest.fixture
def send(admitted: Session, record):
    """A reply of a department's own system arrives."""
    return lambda event: service_named("dispatch").handlers.handle(admitted, [record(event)])


def payloads(session: Session) -> list[dict]:
    rows = session.execute(text("SELECT payload FROM outbox ORDER BY seq"))
    return [json.loads(row.payload) for row in rows]


def clear(session: Session) -> list[str]:
    rows = session.execute(text("SELECT type, payload FROM outbox"))
    return [row.type for row in rows if PERSONAL.search(row.payload)]


def read(body: dict) -> dict:
    """As the department's own system does."""
    return json.loads(jwe.decrypt_compact(body["words"], OctKey.import_key(KEY)).plaintext)


def test_h_08_a_departments_reply_in_clear_is_taken_and_not_passed_on_in_clear(
    admitted, opened, office, said, send
):
    order = opened(ON)
    returned = OrderReturnedByDepartment(department=order.department, order=order.id, reason=SAID)
    send(returned)
    decisions.decide_return(admitted, order.id, agree=False, reason=SAID, actor=office, on=ON)
    send(returned)  # a second return goes to the meeting
    report = OrderReportedByDepartment(
        department=order.department,
        order=order.id,
        result=ReplyResult.FACTS_DIFFER,
        explanation=SAID,
    )
    send(report)
    decisions.reopen_order(admitted, order.id, reason=SAID, actor=office, on=ON)
    decisions.move_solve_due(
        admitted, order.id, due=date(2026, 12, 1), reason=SAID, actor=office, on=ON
    )
    assert clear(admitted) == []
    told = said(OrderReturned, OrderReturnRefused, OrderReopened, OrderDueMoved)
    assert {event.reason for event in told} == {SAID}  # the county's services read it
    changed = [body for body in payloads(admitted) if "what" in body]
    assert {read(body)["reason"] for body in changed} == {SAID}
    assert {body["reason"] for body in changed} == {"理由已密封"}


def test_g_07_the_question_of_a_routed_or_returned_order_goes_sealed(
    admitted, verified, opened, office, officer, send
):
    order = opened(ON)
    send(OrderReturnedByDepartment(department=order.department, order=order.id, reason="不归我们"))
    decisions.decide_return(
        admitted, order.id, agree=True, department="housing", question=SAID, actor=office, on=ON
    )
    other = opened(ON, GapItem.OTHER)
    if other.department is None:
        route_order(admitted, other.id, department="housing", question=SAID, actor=office, on=ON)
    assert clear(admitted) == []
    asked = [
        body
        for body in payloads(admitted)
        if body.get("department") == "housing" and "question" in body
    ]
    assert {read(body)["question"] for body in asked} == {SAID}
    assert {body["question"] for body in asked} <= {
        "请核实并解决“医疗费用”问题，具体事项已密封",
        "请核实并解决“其他”问题，具体事项已密封",
    }


def test_g_07_a_meetings_titles_place_and_decision_go_sealed(admitted, opened, said):
    order = opened(ON)
    line = {"item": "i", "order": order.id, "title": f"{order.number} {SAID}"}
    notice_meeting(
        admitted,
        MeetingNoticed(
            meeting="m", on=LATER, place="三楼", department=order.department, lines=[line]
        ),
    )
    carry_out_decision(
        admitted,
        MeetingDecided(
            meeting="m", decision="d", on=LATER, text=SAID, order=order.id, due=date(2026, 12, 1)
        ),
    )
    assert clear(admitted) == []
    (notice,) = [body for body in payloads(admitted) if "titles" in body]
    assert notice["titles"] == ["联席会议议题"]
    assert read(notice) == {"place": "三楼", "titles.0": line["title"]}
    assert said(OrderDueMoved)[0].reason == SAID
