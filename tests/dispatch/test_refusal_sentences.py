"""A refused reply says in Chinese what to do, whatever was wrong with it (BH-02)."""

import json
from collections.abc import Callable

import pytest
from aiokafka import ConsumerRecord
from sqlmodel import Session

from schemas.codes import ReplyRefusal as R
from schemas.department import TRIAL, OrderAcceptedByDepartment, OrderReportedByDepartment
from schemas.dispatch import DepartmentReplyAccepted
from services.dispatch.systems import commands, handlers

AGAIN = "请改正后换一个编号重发。"
RESULTS = (
    "solved（已解决）、partly（部分解决）、planned（已定方案正在实施）、facts_differ（经核实情况不符）、"
    "not_eligible（不符合政策）、other_channel（转其他渠道）"
)
STRUCTURED = ("content-type", b"application/cloudevents+json")


@pytest.fixture
def refused(
    session: Session, record: Callable[..., ConsumerRecord]
) -> Callable[..., tuple[R, str]]:
    """`refused(body)`: with which code and sentence; `more`: a header that takes another's place."""

    def of(body: bytes, *more: tuple[str, bytes]) -> tuple[R, str]:
        report = OrderReportedByDepartment(
            department="housing",
            order=f"{TRIAL}000000000001",
            result="solved",
            explanation="已修好",
        )
        sent = record(report)
        sent.value, sent.headers = body, [*sent.headers, *more]
        wrong = handlers.read(session, sent, "").wrong
        assert wrong is not None
        return wrong.code, wrong.sentence

    return of


def test_h_02_a_code_of_ones_own_is_answered_with_the_list_and_what_each_means(
    refused: Callable[..., tuple[R, str]],
) -> None:
    body = {"department": "housing", "order": "o", "result": "完成", "explanation": "已修好"}
    sentence = f"result只能是{RESULTS}。{AGAIN}"
    assert refused(json.dumps(body).encode()) == (R.INVALID, sentence)


@pytest.mark.parametrize("body", [b"[]", b'"solved"', b"null", b"1"])
def test_h_02_a_body_that_is_no_object_is_told_so(
    refused: Callable[..., tuple[R, str]], body: bytes
) -> None:
    sentence = f"内容要是一个JSON对象，不能是列表、文本或null。{AGAIN}"
    assert refused(body) == (R.INVALID, sentence)


def test_h_02_a_structured_event_without_data_is_told_so(
    refused: Callable[..., tuple[R, str]],
) -> None:
    sentence = f"结构化模式里没有data，回复的内容要写在data里。{AGAIN}"
    assert refused(b'{"specversion": "1.0", "id": "1"}', STRUCTURED) == (R.EMPTY, sentence)


def test_h_02_the_day_of_receipt_is_said_as_people_write_it(
    session: Session,
    record: Callable[..., ConsumerRecord],
    said: Callable[..., list[DepartmentReplyAccepted]],
) -> None:
    accepted = OrderAcceptedByDepartment(department="housing", order=f"{TRIAL}000000000001")
    commands.take_letters(session, [handlers.read(session, record(accepted), "")])
    [answer] = said(DepartmentReplyAccepted)
    assert answer.sentence == "已受理，收到日期2026年9月2日。"
