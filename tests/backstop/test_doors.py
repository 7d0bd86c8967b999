"""Who may read and write which topic, tried by every principal on every topic of the real
broker.
"""

import asyncio
import secrets
import socket
import struct
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.conn import create_conn
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    KafkaConnectionError,
    OffsetMetadataTooLargeError,
    TopicAuthorizationFailedError,
)
from aiokafka.structs import OffsetAndMetadata
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, ResourceType

from backstop.application import Application
from backstop.departments import let_in, new_credentials
from backstop.engines import Engines, KafkaAccess, drop_database, shut_out_user
from backstop.installation import Installation
from backstop.services import NAMES
from tests.engines.clients import Refusal, commit, quiet, read, write

DEPARTMENTS = ("housing", "health")
TOPICS = (*NAMES, *(f"department.{name}{end}" for name in DEPARTMENTS for end in ("", ".replies")))
ORDERS, REPLIES = (
    {"department.housing", "department.health"},
    {"department.housing.replies", "department.health.replies"},
)
READS = {
    "village": {"unit", "county", "dispatch", "casework", "access"},
    "unit": {"village", "county", "dispatch", "access"},
    "county": {"village", "unit", "dispatch", "casework", "access"},
    "dispatch": {"village", "county", "casework", "access"} | REPLIES,
    "casework": {"village", "county", "dispatch", "access"},
    "access": {"village", "unit", "county", "dispatch", "access"},  # who is at its own door
    "department-housing": {"department.housing"},
    "department-health": {"department.health"},
}
WRITES = {
    "village": {"village"},
    "unit": {"unit"},
    "county": {"county"},
    "dispatch": {"dispatch"} | ORDERS,
    "casework": {"casework"},
    "access": {"access"},
    "department-housing": {"department.housing.replies"},
    "department-health": {"department.health.replies"},
}


class Doors:
    """A application with two departments that have systems of their own, one message on every topic, and
    all its logins.
    """

    def __init__(self, engines: Engines, home: Path) -> None:
        self.admin, self.prefix = engines.kafka, f"d{secrets.token_hex(3)}."
        installation = Installation(home, fast=True)
        vars(installation)["engines"] = engines
        self.application = Application(installation, every=None, prefix=self.prefix)
        self.application.prepare()
        passwords = {
            name: installation.password(self.prefix.replace(".", "_") + name) for name in NAMES
        }
        for name in DEPARTMENTS:
            given = new_credentials(self.admin, name, self.prefix)
            let_in(self.admin, given, self.prefix)
            passwords[f"department-{name}"] = given.password
        self.logins = {
            name: self.admin.as_user(self.prefix + name, word) for name, word in passwords.items()
        }
        self.logins["admin"] = self.admin
        assert set(self.try_all("admin", write).values()) == {None}

    def topic(self, name: str) -> str:
        return f"{self.prefix}backstop.{name}"

    def try_all(
        self, who: str, attempt: Callable[[KafkaAccess, str], Awaitable[Refusal]]
    ) -> dict[str, Refusal]:
        """One attempt at every topic, all at once; what each met, by the topic's short name."""

        async def go() -> list[Refusal]:
            return await asyncio.gather(
                *(attempt(self.logins[who], self.topic(name)) for name in TOPICS)
            )

        return dict(zip(TOPICS, asyncio.run(go()), strict=True))

    def admin_log(self) -> str:
        """What the broker has said."""
        home = self.application.installation.engines.home
        return "".join(path.read_text() for path in home.glob("logs/kafka*.log"))

    @staticmethod
    def refusals(open_: set[str]) -> dict[str, Refusal]:
        return {name: None if name in open_ else TopicAuthorizationFailedError for name in TOPICS}

    def close(self) -> None:
        self.application.dispose()
        for name in READS:
            shut_out_user(self.admin, self.prefix + name)
        for name in NAMES:
            drop_database(
                self.application.installation.engines.postgres, self.prefix.replace(".", "_") + name
            )


@pytest.fixture(scope="module")
def doors(engines: Engines, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Doors]:
    made = Doors(engines, tmp_path_factory.mktemp("doors"))
    yield made
    made.close()


@pytest.mark.parametrize("who", READS)
def test_everybody_reads_and_writes_what_the_table_says_and_nothing_else(doors: Doors, who: str):
    assert doors.try_all(who, read) == doors.refusals(READS[who])
    assert doors.try_all(who, write) == doors.refusals(WRITES[who])
    seen = set(AdminClient(quiet(doors.logins[who])).list_topics(timeout=15).topics)
    assert seen == {doors.topic(name) for name in READS[who] | WRITES[who]}


@pytest.mark.parametrize("who", READS)
def test_nobody_works_in_anothers_group(doors: Doors, who: str):
    mine = doors.topic(min(READS[who]))

    async def every_group() -> list[Refusal]:
        return await asyncio.gather(
            *(commit(doors.logins[who], mine, doors.prefix + group) for group in READS)
        )

    assert dict(zip(READS, asyncio.run(every_group()), strict=True)) == {
        group: None if group == who else GroupAuthorizationFailedError for group in READS
    }


def test_bh_09_a_department_has_its_group_and_two_beside_it(doors: Doors):
    """The broker keeps for a year what a group commits: a department cannot fill it with groups."""
    orders = doors.topic("department.housing")
    own = doors.prefix + "department-housing"

    async def each() -> list[Refusal]:
        return [
            await commit(doors.logins["department-housing"], orders, group)
            for group in (own, f"{own}.trial", f"{own}.tool", f"{own}.h1", f"{own}.trial.1")
        ]

    no = GroupAuthorizationFailedError
    assert asyncio.run(each()) == [None, None, None, no, no]


def test_bh_09_what_a_department_commits_is_small(doors: Doors):
    place = TopicPartition(doors.topic("department.housing"), 0)

    async def with_metadata(size: int) -> None:
        async with AIOKafkaConsumer(
            **doors.logins["department-housing"].aiokafka(),
            group_id=doors.prefix + "department-housing.tool",
            enable_auto_commit=False,
        ) as consumer:
            consumer.assign([place])
            await consumer.commit({place: OffsetAndMetadata(0, "x" * size)})

    asyncio.run(with_metadata(128))
    with pytest.raises(OffsetMetadataTooLargeError):
        asyncio.run(with_metadata(129))


@pytest.mark.parametrize(("announced", "cut_off"), [(100 << 20, True), (6 << 20, False)])
def test_bh_05_announced_frames_take_no_more_than_the_broker_has(
    doors: Doors, announced: int, cut_off: bool
):
    """The broker keeps room for a frame from its first byte on. Twenty-four connections, as many as
    one address may have, announce one and say no more: who announces too much is cut off, and
    everybody else is served meanwhile.
    """
    housing = doors.logins["department-housing"]
    host, port = housing.bootstrap.split(":")

    async def attack() -> list[Refusal]:
        with ExitStack() as opened:
            for _ in range(24):
                connection = await create_conn(
                    host,
                    int(port),
                    security_protocol="SASL_PLAINTEXT",
                    sasl_mechanism="SCRAM-SHA-512",
                    sasl_plain_username=housing.user,
                    sasl_plain_password=housing.password,
                )
                opened.callback(connection.close)
                connection._writer.write(struct.pack(">i", announced) + bytes(8))
                await connection._writer.drain()
                if cut_off:
                    [ended], _ = await asyncio.wait([connection._read_task], timeout=60)
                    assert isinstance(ended.exception(), asyncio.IncompleteReadError | OSError)
            return [
                await write(doors.logins["village"], doors.topic("village")),
                await read(doors.logins["county"], doors.topic("village")),
            ]

    assert asyncio.run(attack()) == [None, None]
    log = doors.admin_log()
    assert "started" in log  # it is the broker's
    assert "OutOfMemoryError" not in log


def test_bh_05_an_address_has_so_many_connections_and_no_more(doors: Doors):
    """Only where our own services are there may be more."""
    host, port = doors.admin.bootstrap.split(":")

    def connect(stack: ExitStack) -> socket.socket:
        address = (host, int(port))
        return stack.enter_context(
            socket.create_connection(address, 30, source_address=("127.0.0.2", 0))
        )

    with ExitStack() as stack:
        for _ in range(24):
            connect(stack)
        one_more = connect(stack)
        with suppress(ConnectionResetError):  # or closed in good order
            assert one_more.recv(1) == b""
        assert asyncio.run(write(doors.logins["village"], doors.topic("village"))) is None


def test_the_housing_department_is_refused_the_health_departments_orders_and_replies(doors: Doors):
    """Said again in words: departments rely on it."""
    read_, written = (
        doors.try_all("department-housing", read),
        doors.try_all("department-housing", write),
    )
    assert read_["department.housing"] is None
    assert (
        read_["department.health"]
        is read_["department.health.replies"]
        is TopicAuthorizationFailedError
    )
    assert written["department.housing.replies"] is None
    assert (
        written["department.health"]
        is written["department.health.replies"]
        is TopicAuthorizationFailedError
    )
    assert written["department.housing"] is TopicAuthorizationFailedError, (
        "an order that nobody gave"
    )


@pytest.mark.parametrize("who", READS)
def test_nobody_but_the_administrator_changes_the_broker(doors: Doors, who: str):
    admin = AdminClient(quiet(doors.logins[who]))
    new = NewTopic(doors.topic("mine"), num_partitions=1, replication_factor=1)
    topic = ConfigResource(ResourceType.TOPIC, doors.topic(next(iter(WRITES[who]))))
    for asked, code in (
        (admin.create_topics([new]), KafkaError.TOPIC_AUTHORIZATION_FAILED),
        (admin.delete_topics([topic.name]), KafkaError.TOPIC_AUTHORIZATION_FAILED),
        (admin.describe_configs([topic]), KafkaError.TOPIC_AUTHORIZATION_FAILED),
    ):
        with pytest.raises(KafkaException) as met:
            next(iter(asked.values())).result(15)
        assert met.value.args[0].code() == code


def test_an_anonymous_client_is_refused_everything(doors: Doors):
    """There is no listener without a login: it does not even get a list of topics."""
    assert AdminClient(quiet(doors.admin)).list_topics(timeout=15).topics
    village, topic = doors.logins["village"], doors.topic("village")
    assert asyncio.run(write(village, topic)) is None
    for nobody in (KafkaAccess(village.bootstrap), village.as_user(village.user or "", "guessed")):
        with pytest.raises(KafkaException):
            AdminClient(quiet(nobody)).list_topics(timeout=2)
        assert asyncio.run(write(nobody, topic)) is KafkaConnectionError
        assert asyncio.run(read(nobody, topic)) is KafkaConnectionError
