"""Trial orders for a department's own system: invented ones of every kind go to its topic, and what it
answers is read as dispatch reads it and judged. Dispatch answers a trial's replies as it answers all,
and writes nothing of them to an order.
"""

import json
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop import topics
from backstop.engines import KafkaAccess
from backstop.engines.kafka_admin import describe_topics
from backstop.sandbox.judging import Finding, judged
from backstop.sandbox.trials import Trial, stated, trials
from kit.clock import local_date
from kit.errors import NotFound
from kit.messaging import words
from kit.seal import seal_for
from schemas.codes import OrderChange, OrderClock, OrderState
from schemas.department import (
    TRIAL,
    OrderAcceptedByDepartment,
    OrderProgressedByDepartment,
    OrderReportedByDepartment,
    OrderReturnedByDepartment,
)
from schemas.dispatch import DepartmentMeetingNoticed, DepartmentOrderReminded
from schemas.event import Event
from services.dispatch.departments import queries
from services.dispatch.orders.procedure import REPORTS
from services.dispatch.orders.rules import Action, action_of
from services.dispatch.systems import handlers

QUIET = 3.0  # seconds without a reply after which a system that has done everything is done
POLL = 0.5  # seconds


class Sandbox:
    """`department` has a system of its own; `at`: aware; `prefix` stands before topics."""

    def __init__(
        self,
        kafka: KafkaAccess,
        sessions: sessionmaker[Session],
        department: str,
        at: datetime,
        prefix: str = "",
    ) -> None:
        self.kafka, self.sessions, self.prefix, self.at = kafka, sessions, prefix, at
        self.department, self.on = department, local_date(at)
        self.orders, self.replies = topics.of_department(department, prefix)
        with sessions() as session:
            self.county = session.info["county"]
            self.keys = [key for key in queries.keys(session) if key.department == department]
        if not self.keys:
            raise NotFound(
                f"部门 {department} 还没有接入自己的系统，请先运行 backstop departments add {department}。"
            )
        self.partitions = describe_topics(kafka, self.replies)[0][self.replies].partitions
        self.trials = list(trials(department, self.county, self.keys, self.on))

    async def run(self, seconds: float) -> list[Finding]:
        """Send, listen until all has come or for so long, take the orders back, judge."""
        options = self.kafka.aiokafka()
        async with (
            AIOKafkaProducer(**options, acks="all") as self.producer,
            AIOKafkaConsumer(**options) as consumer,
        ):
            consumer.assign([TopicPartition(self.replies, n) for n in range(self.partitions)])
            await consumer.seek_to_end()
            for trial in self.trials:
                await self._begin(trial)
            await self._surroundings()
            await self._listen(consumer, seconds)
            for trial in self.trials:
                await self._state(trial, OrderState.CLOSED, OrderChange.CLOSE)
        answers = any(trial.said for trial in self.trials)
        return [finding for trial in self.trials for finding in judged(trial, answers)]

    async def _listen(self, consumer: AIOKafkaConsumer, seconds: float) -> None:
        left, quiet = seconds, 0.0
        while left > 0 and not (quiet >= QUIET and all(trial.done for trial in self.trials)):
            batch = await consumer.getmany(timeout_ms=int(POLL * 1000))
            left, quiet = left - POLL, 0.0 if batch else quiet + POLL
            for record in (record for records in batch.values() for record in records):
                await self._hear(record)

    async def _hear(self, record: ConsumerRecord) -> None:
        with self.sessions() as session:
            letter = handlers.read(session, record, self.prefix)
        trial = next((one for one in self.trials if one.issued.order == letter.order), None)
        if trial is None:
            return  # of a real order: dispatch's
        new = letter.reply not in trial.said
        trial.replies.append((record, letter))
        if new and letter.says and not trial.refused:
            await self._go_on(trial, letter.says)

    async def _go_on(self, trial: Trial, says: Event) -> None:
        """The order's next state, as dispatch would tell it."""
        match says:
            case OrderAcceptedByDepartment():
                await self._state(trial, OrderState.ACCEPTED, OrderChange.ACCEPT)
            case OrderReturnedByDepartment():
                await self._state(trial, OrderState.RETURNED, OrderChange.RETURN)
            case OrderReportedByDepartment():
                action = action_of(says.result)
                planned = says.expected_on if action is Action.PLAN else None
                trial.result, trial.expected_on = says.result, planned
                await self._state(trial, OrderState(REPORTS[action]), OrderChange(action.value))
                if trial.doubted and trial.doubted_after is None:
                    await self._doubt(trial)
            case OrderProgressedByDepartment():
                await self._state(trial, trial.state, OrderChange.PROGRESS)

    async def _doubt(self, trial: Trial) -> None:
        """The village says once that nothing came, when it was said to be solved."""
        if trial.state is OrderState.SOLVED:
            trial.doubted_after = trial.those(OrderReportedByDepartment)
            await self._state(trial, OrderState.UNDER_WAY, OrderChange.DOUBT)

    async def _begin(self, trial: Trial) -> None:
        id_ = str(uuid4())
        for _ in range(2 if trial.twice else 1):
            await self._send(trial.issued, id_, key=trial.key, **trial.more)
        await self._state(trial, OrderState.ISSUED, OrderChange.ISSUE)

    async def _state(self, trial: Trial, state: OrderState, change: OrderChange) -> None:
        trial.version, trial.state = trial.version + 1, state
        await self._send(stated(trial, change, self.on))

    async def _surroundings(self) -> None:
        """What needs no answer, and a type that nobody knows yet."""
        first, on = self.trials[0].issued, self.on
        reminded = DepartmentOrderReminded(
            department=self.department,
            order=first.order,
            number=first.number,
            clock=OrderClock.ACCEPT.value,
            due=first.accept_due,
            overdue=False,
            on=on,
        )
        await self._send(reminded)
        await self._send(reminded, type_="department.order.unheard-of.v1")
        meeting = DepartmentMeetingNoticed(
            department=self.department,
            meeting=TRIAL + "0" * 12,
            on=on + timedelta(days=7),
            place="试用，不开会",
            titles=(f"{first.number} 试用",),
            orders=(first.order,),
        )
        await self._send(meeting)

    async def _send(
        self,
        event: Event,
        id: str | None = None,
        *,
        type_: str | None = None,
        key: int = 0,
        **more: Any,
    ) -> None:
        """As dispatch says it: what people wrote is sealed."""
        theirs = self.keys[key]
        said = words.body(event, partial(seal_for, theirs.kid, theirs.key)) | more
        headers = {
            "ce_specversion": "1.0",
            "ce_id": id or str(uuid4()),
            "ce_type": type_ or event.type,
            "ce_source": f"/backstop/{self.county}/dispatch",
            "ce_subject": event.subject,
            "ce_time": self.at.isoformat(),
            "content-type": "application/json",
        }
        body = json.dumps(said, ensure_ascii=False).encode()
        sent = [(name, value.encode()) for name, value in headers.items()]
        await self.producer.send_and_wait(
            self.orders, body, key=event.subject.encode(), headers=sent
        )
