"""What the sandbox says of a system's answers: right is only what was tried (BH-06)."""

import asyncio
from collections.abc import Callable
from datetime import date, timedelta
from functools import partial
from itertools import count
from typing import Any
from uuid import uuid4

import pytest
from aiokafka import ConsumerRecord
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop.departments import Credentials
from backstop.engines import Engines
from backstop.sandbox import Sandbox
from backstop.sandbox.judging import Finding, judged
from backstop.sandbox.trials import Trial, stated, trials
from kit.runtime import Runtime
from schemas.codes import OrderChange, OrderPart, OrderState, ReplyResult
from schemas.department import (
    DepartmentReply,
    OrderAcceptedByDepartment,
    OrderReportedByDepartment,
    OrderReturnedByDepartment,
)
from services.dispatch.departments.models import DepartmentKey
from services.dispatch.systems.rules import Letter
from tests.conftest import at
from tests.dispatch.border import System

ON = date(2026, 9, 1)
KEY = DepartmentKey(
    kid="housing-1", department="housing", key=b"k" * 32, user="", since=at(2026, 9, 1)
)


@pytest.fixture
def trial() -> Callable[[str], Trial]:
    """`trial("紧急交办单")`: as it begins."""
    every = {trial.title: trial for trial in trials("housing", "990321000000", [KEY], ON)}
    return every.__getitem__


def say(trial: Trial, *said: DepartmentReply, id_: str = "") -> None:
    places = count(len(trial.replies))
    for says in said:
        letter = Letter(
            department="housing",
            reply=id_ or str(uuid4()),
            reply_id=id_,
            type=says.type,
            order=says.order,
            contents="",
            at=at(2026, 9, 1),
            says=says,
        )
        key, place = says.order.encode(), next(places)
        record = ConsumerRecord("t", 0, place, 0, 1, key, b"", None, 0, 0, ())
        trial.replies.append((record, letter))


def accepted(trial: Trial) -> DepartmentReply:
    return OrderAcceptedByDepartment(department="housing", order=trial.issued.order)


def reported(trial: Trial, result: ReplyResult, on: date | None = None) -> DepartmentReply:
    return OrderReportedByDepartment(
        department="housing",
        order=trial.issued.order,
        result=result,
        explanation="在办",
        expected_on=on,
    )


def sentences(trial: Trial, answers: bool = True) -> list[tuple[bool | None, str]]:
    return [
        (finding.good, finding.sentence.partition("：")[2]) for finding in judged(trial, answers)
    ]


def test_h_06_a_doubt_that_was_never_sent_is_not_called_right(
    trial: Callable[[str], Trial],
) -> None:
    doubted = trial("村里核实未落实，退回再办")
    planned = reported(doubted, ReplyResult.PLANNED, ON)
    say(doubted, accepted(doubted), planned, reported(doubted, ReplyResult.PARTLY, ON))
    right, not_tried = sentences(doubted)
    assert right == (True, "已签收，对。")
    assert not_tried == (None, "没有试到：没有反馈“已解决”，就没有退回再办。")
    assert not doubted.done
    doubted.doubted_after = 2
    assert sentences(doubted)[1] == (None, "没有试到：退回再办以后还没有再次反馈。")
    say(doubted, reported(doubted, ReplyResult.SOLVED))
    assert sentences(doubted)[1] == (True, "已反馈办理结果，对。")
    assert doubted.done


def test_h_06_a_returned_doubt_is_not_tried_and_not_waited_for(
    trial: Callable[[str], Trial],
) -> None:
    doubted = trial("村里核实未落实，退回再办")
    order = doubted.issued.order
    say(doubted, OrderReturnedByDepartment(department="housing", order=order, reason="不属于"))
    doubted.state = OrderState.RETURNED
    assert doubted.done
    assert sentences(doubted) == [
        (True, "已退回，对。"),
        (None, "没有试到：没有反馈“已解决”，就没有退回再办。"),
    ]


def test_h_06_no_answer_of_a_system_that_answers_nothing_is_not_called_right(
    trial: Callable[[str], Trial],
) -> None:
    co_handled = trial("配合办理的交办单")
    assert sentences(co_handled) == [(True, "不用答复，也没有答复，对。")]
    [(good, sentence)] = sentences(co_handled, answers=False)
    assert good is None
    assert sentence.startswith("没有试到：")


@pytest.mark.parametrize("id_", ["", "019a0000-0000-7000-8000-00000000000a"])
def test_h_06_a_refused_reply_sent_again_is_a_fault_with_its_own_id_too(
    trial: Callable[[str], Trial], id_: str
) -> None:
    refused = trial("回复被拒绝")
    say(refused, accepted(refused), id_=id_)
    assert sentences(refused) == [(True, "签收被拒绝，没有再发，对。")]
    say(refused, accepted(refused), accepted(refused), id_=id_)
    assert sentences(refused) == [
        (False, "回复被拒绝后又发了2次：拒绝后状态没有变，同一编号、换了编号都不要再发。")
    ]


def test_h_06_a_trials_state_is_what_dispatch_would_tell(trial: Callable[[str], Trial]) -> None:
    plain = trial("普通交办单")
    assert plain.issued.village == "990321999999"

    def told(state: OrderState, change: OrderChange) -> tuple[str | None, list[str]]:
        plain.state = state
        event = stated(plain, change, ON)
        assert event.part is OrderPart.LEAD
        return event.turn, [clock.clock.value for clock in event.clocks]

    department = ["accept", "report", "solve"]
    assert told(OrderState.ISSUED, OrderChange.ISSUE) == ("department", department)
    assert told(OrderState.ACCEPTED, OrderChange.ACCEPT) == ("department", department[1:])
    assert told(OrderState.UNDER_WAY, OrderChange.PLAN) == ("department", ["solve"])
    assert told(OrderState.SOLVED, OrderChange.SOLVE) == ("village", ["confirm"])
    assert told(OrderState.ANSWERED, OrderChange.ANSWER) == ("office", ["close"])
    assert told(OrderState.CLOSED, OrderChange.CLOSE) == (None, [])


def answer(state: dict[str, Any], trial: Trial) -> DepartmentReply | None:
    """Of a system that plans before it solves."""
    match state["state"]:
        case "issued":
            return accepted(trial)
        case "accepted":
            return reported(trial, ReplyResult.PLANNED, ON + timedelta(days=7))
        case "under_way":
            return reported(trial, ReplyResult.SOLVED)
    return None


def has_more(system: System, done: int) -> bool:
    return len(system.told) > done


async def work(system: System, sandbox: Sandbox) -> None:
    """Answer every state; what will be refused once more with the same id."""
    by_order = {trial.issued.order: trial for trial in sandbox.trials if trial.accepted}
    async with system.reading() as consumer:
        done = 0
        while True:
            await system.hear(consumer, partial(has_more, system, done))
            fresh, done = system.told[done:], len(system.told)
            for type_, body in fresh:
                trial = by_order.get(body.get("order", ""))
                says = trial and type_ == "department.order.state.v1" and answer(body, trial)
                if trial and says:
                    await system.send(*[system.binary(says)] * (2 if trial.refused else 1))


def states(system: System) -> dict[str, list[dict[str, Any]]]:
    """Each order's, by version; those that were read twice once."""
    by_order: dict[str, dict[int, dict[str, Any]]] = {}
    for body in system.bodies("department.order.state.v1"):
        by_order.setdefault(body["order"], {})[body["version"]] = body
    return {order: list(versions.values()) for order, versions in by_order.items()}


def tried(system: System, sandbox: Sandbox) -> list[Finding]:
    """What is said of the system, which then has heard everything."""

    def over() -> bool:
        return all(told[-1]["state"] == "closed" for told in states(system).values())

    async def play() -> list[Finding]:
        beside = asyncio.create_task(work(system, sandbox))
        try:
            findings = await sandbox.run(90.0)
        finally:
            beside.cancel()
            await asyncio.gather(beside, return_exceptions=True)
        async with system.reading(f"{system.group}.tool") as consumer:
            await system.hear(consumer, over)
        return findings

    return asyncio.run(play())


def test_h_06_a_plan_stands_in_the_states_and_the_doubt_follows_the_first_solved(
    engines: Engines,
    admitted: Credentials,
    dispatch_sessions: sessionmaker[Session],
    runtime: Runtime,
    prefix: str,
) -> None:
    system = System(admitted, prefix)
    sandbox = Sandbox(engines.kafka, dispatch_sessions, "housing", runtime.clock(), prefix)
    findings = tried(system, sandbox)
    doubted = next(trial for trial in sandbox.trials if trial.doubted)
    told = states(system)[doubted.issued.order]
    changes = ["issue", "accept", "plan", "solve", "doubt", "solve", "close"]
    assert [body["change"] for body in told] == changes
    planned, solved, last = told[2], told[3], told[-1]
    day = str(ON + timedelta(days=7))
    assert (planned["result"], planned["expected_on"]) == ("planned", day)
    assert (solved["result"], solved["expected_on"]) == ("solved", None)
    clocks = [clock["clock"] for clock in solved["clocks"]]
    assert (solved["turn"], clocks) == ("village", ["confirm"])
    assert (last["part"], last["turn"]) == ("lead", None)
    [fault] = [finding.sentence for finding in findings if finding.good is False]
    assert "回复被拒绝后又发了1次" in fault
    name = f"{doubted.issued.number} {doubted.title}"
    assert Finding(True, f"{name}：已反馈办理结果，对。") in findings
