"""The departments' border over the real Kafka: every reply is answered once, none holds another back,
and what a department knows it can rebuild.
"""

import asyncio
import json
from collections.abc import Callable
from datetime import date, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.contracts import contracts, example
from backstop.departments import Credentials
from kit.clock import SimulatedClock
from kit.messaging.outbox import emitted
from kit.runtime import Runtime
from kit.seal import seal, seal_for, unseal, unseal_with
from schemas.casework import ComparisonAsked
from schemas.codes import GapItem, OrderClock, OrderState, ReplyResult
from schemas.codes import ReplyRefusal as R
from schemas.department import (
    REPLIES,
    ComparisonAnsweredByDepartment,
    OrderAcceptedByDepartment,
    OrderReportedByDepartment,
    OrdersRequested,
)
from schemas.dispatch import ComparisonAnswered, DepartmentOrderReminded, OrderFellOverdue
from schemas.event import Event
from schemas.values import ComparedPerson, ComparedWords, ReasonWords
from services.dispatch.comparisons import commands as comparisons_commands
from services.dispatch.decisions import commands as decisions_commands
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order
from services.dispatch.orders.rules import Action
from tests.conftest import at
from tests.dispatch.border import System
from tests.helpers.waiting import PATIENCE

ON = date(2026, 9, 1)
LETTERS = text("SELECT count(*) FROM dead_letter")


@pytest.fixture
def housing(admitted: Credentials, prefix: str) -> System:
    return System(admitted, prefix)


@pytest.fixture
def order(session: Session, housing: System, opened: Callable[..., Order]) -> Order:
    made = opened(ON, GapItem.HOUSING_UNSAFE)
    session.commit()
    return made


def damaged(system: System, event: type[Event], order: str) -> dict[str, tuple[R, tuple]]:
    """What can be wrong with any reply before it says anything: name → its code, the record."""
    key, whole = (
        order.encode(),
        example(event) | ({"order": order} if "order" in example(event) else {}),
    )
    body = json.dumps(whole, ensure_ascii=False)

    def with_body(value: bytes | None) -> tuple:
        return key, value, system.headers(event.type)

    def with_header(**changed: bytes | None) -> tuple:
        return key, body.encode(), system.headers(event.type, **changed)

    ending = b"/x/backstop/990121000000/department/housing"
    return {
        "wrong source": (
            R.WRONG_SOURCE,
            with_header(ce_source=b"/backstop/990121000000/department/water"),
        ),
        "a source that only ends well": (R.WRONG_SOURCE, with_header(ce_source=ending)),
        "no UUID": (R.BAD_ID, with_header(ce_id=f"17.{event.type}".encode())),
        "no id": (R.NO_ENVELOPE, with_header(ce_id=None)),
        "no headers": (R.NO_ENVELOPE, (key, body.encode(), [])),
        "a type in GBK": (R.NO_ENVELOPE, with_header(ce_type="反馈".encode("gbk"))),
        "unknown type": (R.UNKNOWN_TYPE, with_header(ce_type=b"department.order.finished.v1")),
        "ours": (R.UNKNOWN_TYPE, with_header(ce_type=b"county.case.verified.v1")),
        "GBK": (R.NOT_JSON, with_body(f'{body[:-1]}, "说明": "已修好"}}'.encode("gbk"))),
        "BOM": (R.NOT_JSON, with_body(b"\xef\xbb\xbf" + body.encode())),
        "cut off": (R.NOT_JSON, with_body(body.encode()[:-3])),
        "deep": (R.NOT_JSON, with_body(b"[" * 50_000)),
        "no object": (R.INVALID, with_body(b"[]")),
        "nothing in it": (R.INVALID, with_body(b"{}")),
        "tombstone": (R.EMPTY, with_body(None)),
        "more than a reply can be": (
            R.TOO_LARGE,
            with_body(json.dumps(whole | {"more": "x" * 66_000}).encode()),
        ),
        "another department": (
            R.WRONG_DEPARTMENT,
            with_body(json.dumps(whole | {"department": "water"}).encode()),
        ),
        "structured and torn": (
            R.NOT_JSON,
            (key, b'{"specversion": "1.0", ', [("content-type", b"application/cloudevents+json")]),
        ),
    }


def bad(system: System, order: str) -> dict[str, tuple[R, tuple]]:
    """What was swallowed once: name → its code, the record."""
    good = OrderReportedByDepartment(
        department="housing", order=order, result=ReplyResult.SOLVED, explanation="已修好"
    )
    body = good.model_dump(mode="json")

    def with_fields(**fields: object) -> tuple:
        return order.encode(), json.dumps(body | fields).encode(), system.headers(good.type)

    of_each_type = {
        f"{event.type}: {name}": case
        for event in golden()
        for name, case in damaged(system, event, order).items()
    }
    return of_each_type | {
        "half a fen": (R.INVALID, with_fields(amount=1.5)),
        "a day with slashes": (R.INVALID, with_fields(expected_on="2026/12/20")),
        "a day as a number": (R.INVALID, with_fields(expected_on=20261220)),
        "a result of its own": (R.INVALID, with_fields(result="完成")),
        "too many words": (R.INVALID, with_fields(explanation="长" * 2001)),
        "a NUL": (R.INVALID, with_fields(explanation="已\0修好")),
        "unknown order": (R.UNKNOWN_ORDER, with_fields(order=str(uuid4()))),
        "a plan without a day": (R.INCOMPLETE, with_fields(result="planned")),
        "sealed with nobody's key": (
            R.NOT_OPENED,
            with_fields(sealed=seal_for("county-1", b"k" * 32, ReasonWords(reason="已修好"))),
        ),
    }


def test_h_02_every_bad_reply_of_each_type_is_answered_once_and_holds_nothing_back(
    housing: System, order: Order, runtime: Runtime, dispatch_sessions: sessionmaker[Session]
) -> None:
    cases = bad(housing, order.id)
    sent_id = {
        name: (dict(record[2]).get("ce_id") or b"").decode() for name, (_, record) in cases.items()
    }
    behind = str(uuid4())
    accepted = OrderAcceptedByDepartment(department="housing", order=order.id, handler="H-07")

    records = [
        record for name, (_, record) in cases.items() for _ in range(2 if sent_id[name] else 1)
    ]

    async def play() -> None:
        await housing.send(*records, *[housing.structured(accepted, behind)] * 2)
        await runtime.start()
        try:
            async with housing.reading() as consumer:
                await housing.hear(consumer, lambda: len(housing.answers()) > len(cases))
        finally:
            await runtime.stop()

    asyncio.run(play())
    answers = housing.answers()
    assert {name: answers.pop(id_) for name, id_ in sent_id.items() if id_} == {
        name: [code] for name, (code, _) in cases.items() if sent_id[name]
    }
    assert answers.pop(behind) == ["taken"]  # behind them all, in structured mode
    places = [f"{housing.topic}.replies/" in reply_id for reply_id in answers]
    assert places == [True] * sum(not id_ for id_ in sent_id.values())  # named by their place
    for body in housing.bodies("department.reply.refused.v1"):
        assert (body["order"] == order.id) is (body["code"] != R.UNKNOWN_ORDER)
        assert body["reason"].endswith("。")
    with dispatch_sessions() as fresh:
        assert fresh.execute(LETTERS).scalar_one() == 0
        assert fresh.get(Order, order.id).state is OrderState.ACCEPTED
        history = queries.history(fresh, order.id)
        assert [entry.text for entry in history if entry.action is Action.ACCEPT] == ["经办：H-07"]


def test_h_03_a_reply_that_waited_while_dispatch_was_down_is_in_time_and_nobody_dates_his_own(
    housing: System,
    order: Order,
    runtime: Runtime,
    clock: SimulatedClock,
    dispatch_sessions: sessionmaker[Session],
) -> None:
    planned = OrderReportedByDepartment(
        department="housing",
        order=order.id,
        result=ReplyResult.PLANNED,
        explanation="列入计划",
        expected_on=date(2027, 12, 20),
    )
    in_time, too_late = str(uuid4()).encode(), str(uuid4()).encode()

    async def play() -> None:
        await housing.send(housing.binary(planned, ce_id=in_time))
        clock.set(at(2027, 6, 1))  # past every due day
        years_ago = int(at(2020, 1, 1).timestamp() * 1000)
        await housing.send(housing.binary(planned, ce_id=too_late), timestamp_ms=years_ago)
        runtime.fire(clock())  # the deadlines before the letters: the worse order
        await runtime.start()
        try:
            async with housing.reading() as consumer:
                await housing.hear(consumer, lambda: len(housing.answers()) == 2)
        finally:
            await runtime.stop()

    asyncio.run(play())
    assert housing.answers() == {in_time.decode(): ["taken"], too_late.decode(): ["late"]}
    with dispatch_sessions() as fresh:
        assert [(reply.on, reply.late) for reply in queries.replies(fresh, order.id)] == [
            (ON, False),
            (date(2027, 6, 1), True),
        ]
        kept = fresh.get(Order, order.id)
        assert (kept.reported_on, kept.report_late, kept.not_reported_since) == (ON, False, None)


def test_h_03_who_answered_in_time_while_dispatch_was_down_is_never_overdue(
    housing: System,
    order: Order,
    runtime: Runtime,
    clock: SimulatedClock,
    dispatch_sessions: sessionmaker[Session],
) -> None:
    """The day has passed and the answer lies on its topic: the first sweep of a start reads first."""
    solved = OrderReportedByDepartment(
        department="housing", order=order.id, result=ReplyResult.SOLVED, explanation="已修好"
    )
    in_time = str(uuid4())

    def fallen() -> set[OrderClock]:
        with dispatch_sessions() as fresh:
            return {event.clock for event in emitted(fresh) if isinstance(event, OrderFellOverdue)}

    async def play() -> None:
        await housing.send(housing.binary(solved, ce_id=in_time.encode()))
        clock.set(at(2027, 6, 1))
        await runtime.start()
        try:
            async with asyncio.timeout(PATIENCE):
                while not fallen():
                    await runtime.sweep()
            async with housing.reading() as consumer:
                await housing.hear(consumer, lambda: bool(housing.answers()))
        finally:
            await runtime.stop()

    asyncio.run(play())
    assert housing.answers() == {in_time: ["taken"]}
    with dispatch_sessions() as fresh:
        kept = fresh.get(Order, order.id)
        assert (kept.reported_on, kept.report_late, kept.not_reported_since) == (ON, False, None)
        said = emitted(fresh)
        assert not any(isinstance(event, DepartmentOrderReminded) for event in said)
        rings = [event for event in queries.history(fresh, order.id) if event.clock]
        assert {event.clock for event in rings} == {OrderClock.CONFIRM}
    assert fallen() == {OrderClock.CONFIRM}  # what the village owes since then


def test_h_07_a_system_that_lost_everything_asks_and_is_told_all_open_orders(
    housing: System,
    order: Order,
    runtime: Runtime,
    session: Session,
    opened: Callable[..., Order],
    clock: SimulatedClock,
) -> None:
    other = opened(ON, GapItem.HOUSING_UNSAFE)
    foreign = opened(ON, GapItem.SCHOOL_COST)
    session.commit()
    first, soon, later = (str(uuid4()) for _ in range(3))

    def states() -> list[dict]:
        return housing.bodies("department.order.state.v1")

    async def ask(id_: str) -> None:
        asked = OrdersRequested(department="housing")
        await housing.send(housing.binary(asked, ce_id=id_.encode()))

    async def play() -> None:
        await runtime.start()
        try:
            async with housing.reading() as consumer:
                await ask(first)
                await ask(soon)
                await housing.hear(
                    consumer, lambda: len(housing.answers()) == 2 and len(states()) == 4
                )
                assert housing.answers() == {first: ["taken"], soon: ["too_often"]}
                housing.told.clear()  # lost
                clock.set(clock() + timedelta(minutes=2))
                await ask(later)
                await housing.hear(consumer, lambda: housing.answers() and len(states()) == 2)
        finally:
            await runtime.stop()

    asyncio.run(play())
    issued = {body["order"]: body for body in housing.bodies("department.order.issued.v1")}
    assert issued.keys() == {order.id, other.id}
    assert foreign.id not in issued
    assert all(body["lead"] and body["sealed"] for body in issued.values())
    assert {(state["order"], state["change"], state["state"]) for state in states()} == {
        (id_, "restate", "issued") for id_ in issued
    }
    [answer] = housing.bodies("department.reply.accepted.v1")
    assert (answer["reply_id"], answer["orders"]) == (later, 2)


COMPARISON = "019a0000-0000-7000-8000-0000000000c1"


def ask(sessions: sessionmaker[Session], department: str = "housing") -> None:
    """Casework asks the department of a household of two."""
    persons = tuple(ComparedPerson(name=name, id_number=None) for name in ("陈红1", "陈小宝"))
    with sessions.begin() as fresh:
        comparisons_commands.take_up(
            fresh,
            ComparisonAsked(
                comparison=COMPARISON,
                identification="file-1",
                department=department,
                township="990121100000",
                village="990121100201",
                asked_on=ON,
                due=ON,
                sealed=seal(fresh, ComparedWords(head_name="陈红1", persons=persons)),
            ),
        )


def test_a_comparison_is_asked_and_answered_on_the_departments_own_topics(
    housing: System, runtime: Runtime, dispatch_sessions: sessionmaker[Session]
) -> None:
    """Nobody else's comparison can be answered, a doubt is put into words, the last answer counts."""
    ask(dispatch_sessions)
    doubt = {"department": "housing", "comparison": COMPARISON, "doubt": True}
    says = [
        ComparisonAnsweredByDepartment(**doubt),
        ComparisonAnsweredByDepartment(**(doubt | {"comparison": "another"}), explanation="有房"),
        ComparisonAnsweredByDepartment(**doubt, explanation="城区有商品房一套"),
        ComparisonAnsweredByDepartment(**(doubt | {"doubt": False})),
    ]
    ids = [str(uuid4()) for _ in says]

    async def play() -> None:
        await runtime.start()
        try:
            async with housing.reading() as consumer:
                for id_, one in zip(ids, says, strict=True):
                    await housing.send(housing.binary(one, ce_id=id_.encode()))
                await housing.hear(consumer, lambda: len(housing.answers()) == len(ids))
        finally:
            await runtime.stop()

    asyncio.run(play())
    [asked] = housing.bodies("department.comparison.asked.v1")
    words = unseal_with(lambda kid: housing.given.key, asked["sealed"], ComparedWords)
    assert [person.name for person in words.persons] == ["陈红1", "陈小宝"]
    late = "late" if housing.answers()[ids[2]] == ["late"] else "taken"
    assert housing.answers() == dict(
        zip(ids, [["incomplete"], ["unknown_comparison"], [late], [late]], strict=True)
    )
    with dispatch_sessions() as fresh:
        told = [event for event in emitted(fresh) if isinstance(event, ComparisonAnswered)]
        assert [event.doubt for event in told] == [True, False]
        assert unseal(fresh, told[0].sealed, ReasonWords).reason == "城区有商品房一套"


def golden() -> list[type[Event]]:
    """Replies in an order in which one order can take them all."""
    known = contracts()
    names = ("returned", "accepted", "progressed", "reported")
    replies = [known[f"department.order.{name}.v1"] for name in names]
    replies.append(known["department.comparison.answered.v1"])
    replies.append(known["department.orders.requested.v1"])
    assert {event for event in known.values() if event.topic == REPLIES} == set(replies)
    return replies


def test_h_06_every_golden_example_of_a_reply_is_accepted_by_the_running_service(
    housing: System,
    order: Order,
    runtime: Runtime,
    office,
    dispatch_sessions: sessionmaker[Session],
) -> None:
    ids = [str(uuid4()) for _ in golden()]
    ask(dispatch_sessions)

    async def play() -> None:
        await runtime.start()
        try:
            async with housing.reading() as consumer:
                for n, event in enumerate(golden()):
                    body = example(event)
                    if "order" in body:
                        body["order"] = order.id
                    if "comparison" in body:
                        body["comparison"] = COMPARISON
                    says = event.model_validate(body)
                    await housing.send(housing.binary(says, ce_id=ids[n].encode()))
                    await housing.hear(consumer, lambda n=n: len(housing.answers()) == n + 1)
                    if n == 0:
                        refuse()
        finally:
            await runtime.stop()

    def refuse() -> None:
        with dispatch_sessions.begin() as fresh:
            decisions_commands.decide_return(
                fresh, order.id, agree=False, reason="属贵局", actor=office, on=ON
            )

    asyncio.run(play())
    assert housing.answers() == {id_: ["taken"] for id_ in ids}


def test_h_09_a_reader_for_trials_stands_beside_the_real_one_and_two_of_one_group_share(
    housing: System, order: Order, runtime: Runtime, prefix: str
) -> None:
    trial = System(housing.given, prefix)

    def has_all(system: System) -> bool:
        return {type_ for type_, _ in system.told} >= {
            "department.order.issued.v1",
            "department.order.state.v1",
        }

    async def play() -> None:
        await runtime.start()
        try:
            async with (
                housing.reading() as real,
                housing.reading(f"{housing.group}.trial") as beside,
                housing.reading(f"{housing.group}.trial") as third,
            ):
                await asyncio.gather(
                    housing.hear(real, lambda: has_all(housing)),
                    trial.hear(beside, lambda: has_all(trial) and bool(third.assignment())),
                    trial.hear(third, lambda: has_all(trial) and bool(beside.assignment())),
                )
                assert not beside.assignment() & third.assignment()
        finally:
            await runtime.stop()

    asyncio.run(play())
    assert [body["order"] for body in housing.bodies("department.order.issued.v1")] == [order.id]
