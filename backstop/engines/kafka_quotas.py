"""How much of a Kafka a user may take. No client in Python has this call yet, so it is spelt here, in
aiokafka's terms (KIP-546, AlterClientQuotas and DescribeClientQuotas, version 0).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.admin import DescribeClientQuotasRequest
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.types import Array, Boolean, Float64, Int16, Int32, Schema, String

from backstop.engines.access import KafkaAccess
from backstop.engines.errors import EngineError, no_answer

PATIENCE = 20.0  # seconds
ALL = 2  # match type: every user that has a quota
ENTITY = ("entity", Array(("entity_type", String("utf-8")), ("entity_name", String("utf-8"))))
Quotas = Mapping[str, float]  # by Kafka's name: producer_byte_rate, request_percentage, …


class Altered(Response):
    API_KEY = 49
    API_VERSION = 0
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("entries", Array(("error_code", Int16), ("error_message", String("utf-8")), ENTITY)),
    )


class AlterStruct(RequestStruct):
    API_KEY = 49
    API_VERSION = 0
    RESPONSE_TYPE = Altered
    SCHEMA = Schema(
        (
            "entries",
            Array(
                ENTITY,
                ("ops", Array(("key", String("utf-8")), ("value", Float64), ("remove", Boolean))),
            ),
        ),
        ("validate_only", Boolean),
    )


class Alter(Request[AlterStruct]):
    API_KEY = 49

    def __init__(self, user: str, quotas: Quotas) -> None:
        self.user, self.quotas = user, quotas

    def build(self, request_struct_class: type[AlterStruct]) -> AlterStruct:
        changes = [(name, value, False) for name, value in self.quotas.items()]
        return request_struct_class([([("user", self.user)], changes)], False)


def set_quotas(access: KafkaAccess, user: str, quotas: Quotas) -> None:
    """What is named here is set; what else the user has stays."""

    async def alter(admin: AIOKafkaAdminClient) -> None:
        answer = await admin._send_request(Alter(user, quotas))
        for code, words, _ in answer.entries:
            if code:
                raise for_code(code)(words)

    _run(access, alter, f"limit {user}")


def quotas_of_users(access: KafkaAccess) -> dict[str, dict[str, float]]:
    """The quotas of every user that has some."""

    async def describe(admin: AIOKafkaAdminClient) -> dict[str, dict[str, float]]:
        answer = await admin._send_request(DescribeClientQuotasRequest([("user", ALL, None)], True))
        if answer.error_code:
            raise for_code(answer.error_code)(answer.error_message)
        return {entity[0][1]: dict(values) for entity, values in answer.entries or ()}

    return _run(access, describe, "look up quotas")


def _run(
    access: KafkaAccess, ask: Callable[[AIOKafkaAdminClient], Coroutine[Any, Any, Any]], what: str
) -> Any:
    """On a loop of its own, whether or not the caller's thread has one. Asked again while the broker
    closes the door: what is asked here may be asked twice.
    """

    async def asked() -> Any:
        admin = AIOKafkaAdminClient(**access.aiokafka())
        await admin.start()
        try:
            return await ask(admin)
        finally:
            await admin.close()

    until = monotonic() + PATIENCE
    with ThreadPoolExecutor(1) as thread:
        while True:
            try:
                return thread.submit(asyncio.run, asked()).result()
            except KafkaError as error:
                if not error.retriable:
                    raise EngineError(
                        f"Kafka 管理操作失败：{what}", f"Kafka refused: {what}", str(error)
                    ) from error
                if monotonic() > until:
                    raise no_answer(what) from error
                sleep(1)
