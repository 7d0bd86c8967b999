"""The county of an earlier release: restored, opened by today's code, looked at from outside."""

import asyncio
import base64
import json
import lzma
import os
import subprocess
import tarfile
import threading
from collections.abc import Collection, Coroutine
from datetime import datetime
from io import BytesIO
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import psycopg
from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, Producer, TopicPartition
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    NewTopic,
    ResourcePatternType,
    ResourceType,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from typer.testing import CliRunner

from backstop.application import Application
from backstop.cli import app
from backstop.engines import Engines, KafkaAccess, PostgresAccess, drop_database
from backstop.engines.kafka_admin import admin_client, describe_topics, revoke_acls
from backstop.engines.postgres import connect
from backstop.engines.unprivileged import INSTALL, wheel
from backstop.installation import Installation
from backstop.people import administrator, token
from backstop.portal import Portal
from kit.actor import Actor
from kit.clock import SimulatedClock
from schemas.codes import Role
from tests.backstop.compose import filled, interpolated

FOLDER = Path(__file__).with_name("county-0.1.0")
FACTS: dict[str, Any] = json.loads((FOLDER / "facts.json").read_text(encoding="utf-8"))
KAFKA: dict[str, Any] = json.loads((FOLDER / "kafka.json").read_text(encoding="utf-8"))
SERVICES = tuple(FACTS["rows"])  # those that the release had
PATIENCE = 60.0  # seconds, also on a busy machine
CLERK = "county-clerk"
# A table that a migration renames or moves to another service: "county.bulletin": "bulletins.issue".
# One that it drops: None, with a word on where its rows went.
MOVED: dict[str, str | None] = {
    # their names stand in the directory
    "county.division": None,
    "county.unit": None,
    "county.helper": None,
    "county.department": None,
    "unit.division": None,
    "dispatch.division": None,
    "village.source": None,
}
# Who had a token at the release; tokens of then end, the names on the rows stay.
PEOPLE = {
    account: Actor(account, claims["name"], Role[claims["role"]], claims["place"])
    for account, old in FACTS["tokens"].items()
    for claims in [json.loads(base64.urlsafe_b64decode(old.split(".")[1] + "=="))]
}
LINKED = "village-990121100201"  # had a link that nobody had used yet
YEAR, WEEK = str(365 * 86_400_000), str(7 * 86_400_000)
VALUES = filled()  # of .env, for docker-compose.yml


def unpack_home(home: Path) -> None:
    with tarfile.open(fileobj=BytesIO(unpacked("home.tar.xz"))) as tar:
        tar.extraction_filter = getattr(tarfile, "tar_filter", None)  # type: ignore[assignment]
        tar.extractall(home)
    home.chmod(0o700)


def unpacked(name: str) -> bytes:
    return lzma.decompress((FOLDER / name).read_bytes())


def restore_databases(access: PostgresAccess, services: Collection[str]) -> None:
    roles = unpacked("roles.sql.xz").decode().splitlines()
    words = [line for line in roles if line.split()[2].rstrip(";") in services]
    script = "\n".join(words).encode() + b"\n"
    for name in services:
        script += b"\\connect postgres\n" + unpacked(f"{name}.sql.xz")
    done = subprocess.run(
        [wheel() / INSTALL / "bin" / "psql", "-v", "ON_ERROR_STOP=1", "-q", "-X"],
        input=script,
        env=os.environ
        | {
            "PGHOST": access.host,
            "PGPORT": str(access.port),
            "PGUSER": access.user,
            "PGPASSWORD": access.password,
            "PGDATABASE": "postgres",
        },
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()


def restore_kafka(access: KafkaAccess, home: Path) -> None:
    """Topics with their settings, records at their old offsets, principals, rights, and how far
    each group was. The records' time is today's: Kafka deletes what is older than it keeps.
    """
    admin = admin_client(access)
    new = [
        NewTopic(name, topic["partitions"], 1, config=topic["config"])
        for name, topic in KAFKA["topics"].items()
    ]
    done(admin.create_topics(new))
    done(
        admin.alter_user_scram_credentials(
            [
                UserScramCredentialUpsertion(
                    user,
                    ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, 4096),
                    password_of(home, user).encode(),
                )
                for user in KAFKA["users"]
            ]
        )
    )
    rights = [
        AclBinding(
            ResourceType[kind],
            name,
            ResourcePatternType.LITERAL,
            principal,
            "*",
            AclOperation[operation],
            AclPermissionType.ALLOW,
        )
        for principal, kind, name, operation in KAFKA["acls"]
    ]
    done(admin.create_acls(rights))
    produce(access)
    for group, read in KAFKA["groups"].items():
        offsets = [TopicPartition(*place) for place in read]
        commit(admin, ConsumerGroupTopicPartitions(group, offsets))


def produce(access: KafkaAccess) -> None:
    producer = Producer(access.confluent(acks="all", **{"enable.idempotence": True}))
    for topic in KAFKA["topics"]:
        for partition, key, headers, value in records(topic):
            producer.produce(
                topic,
                partition=partition,
                key=octets(key),
                value=octets(value),
                headers=[(name, octets(content)) for name, content in headers],
            )
    assert producer.flush(PATIENCE) == 0


def commit(admin: AdminClient, group: ConsumerGroupTopicPartitions) -> None:
    """A Kafka that has just begun has no coordinator for a moment; each partition says so itself."""
    until = monotonic() + PATIENCE
    while True:
        answer = admin.alter_consumer_group_offsets([group])[group.group_id].result(PATIENCE)
        if not (wrong := [one.error for one in answer.topic_partitions if one.error]):
            return
        assert monotonic() < until, wrong
        sleep(0.1)


def records(topic: str) -> list[list[Any]]:
    """Partition, key, headers, value, in the order of the partition; bytes in base64."""
    return [json.loads(line) for line in unpacked(f"{topic}.jsonl.xz").splitlines()]


def octets(text: str | None) -> bytes | None:
    return None if text is None else base64.b64decode(text)


def password_of(home: Path, user: str) -> str:
    """A service's stands in its secret, a department's is known to the department."""
    if user in SERVICES:
        return (home / "secrets" / f"{user}-service").read_text().strip()
    return next(one["password"] for one in FACTS["credentials"].values() if one["user"] == user)


def unread(group: str, topics: Collection[str] = tuple(KAFKA["topics"])) -> int:
    """Records that the group had not read when the county was dumped."""
    read = {(topic, part): at for topic, part, at in KAFKA["groups"][group] if topic in topics}
    there = [(topic, part) for topic in {name for name, _ in read} for part, *_ in records(topic)]
    return len(there) - sum(read.values())


def done(futures: dict[Any, Any]) -> None:
    for future in futures.values():
        future.result(PATIENCE)


def _browser(application: Application) -> httpx.AsyncClient:
    """At the front door, without a session."""
    transport = httpx.ASGITransport(app=Portal(application))  # type: ignore[arg-type]
    return httpx.AsyncClient(transport=transport, base_url="http://backstop")


class County:
    """The restored county, and today's code at work on it under the county's own clock."""

    def __init__(self, home: Path) -> None:
        unpack_home(home)
        self.home, self.engines = home, Engines(home, fast=True)
        self.engines.start()
        self.clock = SimulatedClock(datetime.fromisoformat(FACTS["resumed"]))
        self.application: Application | None = None
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True).start()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(240)

    def prepared(self) -> Application:
        """As `backstop up` makes it."""
        return Application(Installation(self.home, fast=True), clock=self.clock, every=None)

    def start(self) -> None:
        application = self.prepared()
        try:
            self.run(application.start())
        except BaseException:
            self.run(application.stop())
            raise
        self.application = application
        self.client, self.phone = _browser(application), _browser(application)
        there = [actor for account, actor in PEOPLE.items() if account != LINKED]
        application.accounts.install([administrator(application.installation), *there])
        self.advance(self.clock())

    def advance(self, moment: datetime) -> None:
        """Everything said is heard, what is due has fired, and that is heard, too."""
        assert self.application
        self.clock.set(moment)
        self.run(self.application.settle())
        self.run(self.application.sweep())
        self.run(self.application.settle())

    def stop(self) -> None:
        if self.application:
            self.run(self.client.aclose())
            self.run(self.phone.aclose())
            self.run(self.application.stop())
            self.application = None

    def close(self) -> None:
        try:
            self.stop()
        finally:
            self.loop.call_soon_threadsafe(self.loop.stop)
            self.engines.erase()

    def ask(
        self, account: str | None, path: str, method: str = "GET", **how: Any
    ) -> httpx.Response:
        """Under the account of then; whoever had a link, on the phone that his new card made known."""
        if account == LINKED:
            return self.run(self.phone.request(method, path, **how))
        if account:
            signer = Installation(self.home).signer
            secret = token(signer, PEOPLE[account], self.clock())
            how["headers"] = {"authorization": f"Bearer {secret}"}
        return self.run(self.client.request(method, path, **how))

    def told(self, path: str) -> Any:
        answer = self.ask(CLERK, path)
        assert answer.is_success, (path, answer.text)
        return answer.json()

    def command(self, *words: str | Path) -> str:
        """What `backstop` says to these words."""
        done = CliRunner().invoke(app, [*map(str, words), "--home", str(self.home)])
        assert done.exit_code == 0, done.output
        return done.stdout

    def rows(self, service: str, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with connect(self.engines.postgres, service) as one:
            return one.execute(sql, values).fetchall()


def counted(access: PostgresAccess, service: str) -> dict[str, int]:
    """Rows of each of the service's tables that the release had; -1: no such table."""
    found = {}
    for table in FACTS["rows"][service]:
        place = MOVED.get(f"{service}.{table}", f"{service}.{table}")
        if place is None:
            continue
        database, name = place.split(".")
        with connect(access, database) as one:
            try:
                row = one.execute(f'SELECT count(*) FROM "{name}"').fetchone()
            except psycopg.errors.UndefinedTable:
                row = (-1,)
            found[table] = row[0]
    return found


def expected(service: str) -> dict[str, int]:
    return {
        table: count
        for table, count in FACTS["rows"][service].items()
        if MOVED.get(f"{service}.{table}", "") is not None
    }


def allowed(kafka: KafkaAccess) -> list[list[str]]:
    everything = AclBindingFilter(
        ResourceType.ANY,
        None,
        ResourcePatternType.ANY,
        None,
        None,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    admin = admin_client(kafka)  # it must live until the answer
    found = admin.describe_acls(everything).result(15)
    return [[one.principal, one.restype.name, one.name, one.operation.name] for one in found]


def retention(kafka: KafkaAccess) -> dict[str, str]:
    return {name: topic.config["retention.ms"] for name, topic in describe_topics(kafka)[0].items()}


def read_as(login: KafkaAccess, topic: str) -> int:
    """How many records this principal reads of the topic's beginning."""
    reader = Consumer(
        login.confluent(
            **{
                "group.id": "department-education",
                "auto.offset.reset": "earliest",
                "enable.auto.commit": False,
            }
        )
    )
    try:
        reader.subscribe([topic])
        found = reader.consume(len(records(topic)), timeout=PATIENCE)
        return sum(one.error() is None for one in found)
    finally:
        reader.close()


def drop_service(postgres: PostgresAccess, name: str) -> None:
    drop_database(postgres, name)
    with connect(postgres) as one:
        one.execute(f'DROP ROLE "{name}"')
        one.execute(f'DROP ROLE IF EXISTS "{name}_owner"')


def forget(kafka: KafkaAccess, name: str) -> None:
    """All that Kafka knows of a service, as if the release had never had it."""
    revoke_acls(kafka, name)
    admin = admin_client(kafka)
    gone = UserScramCredentialDeletion(name, ScramMechanism.SCRAM_SHA_512)
    done(admin.alter_user_scram_credentials([gone]))
    done(admin.delete_topics([f"backstop.{name}"]))
    done(admin.delete_consumer_groups([name]))


def missing(kafka: KafkaAccess, postgres: PostgresAccess, name: str) -> list[str]:
    """What is missing of a service."""
    with connect(postgres) as one:
        role = one.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone()
        owner = one.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
    admin = admin_client(kafka)
    users = admin.describe_user_scram_credentials().result(15)
    rights = [acl for acl in KAFKA["acls"] if acl[0] == f"User:{name}"]
    lacks = {
        "role": not role,
        "database": owner != (f"{name}_owner",),
        "principal": name not in users,
        "rights": not rights or any(acl not in allowed(kafka) for acl in rights),
        "topic": retention(kafka).get(f"backstop.{name}") != YEAR,
    }
    return [what for what, wanting in lacks.items() if wanting]


def by_compose(county: County, service: str, *words: str) -> None:
    """The command of a service of docker-compose.yml (or `words`) with its environment, on the
    engines of this county.
    """
    given = interpolated(VALUES)["services"][service]
    kafka, postgres = county.engines.kafka, county.engines.postgres
    url = given["environment"]["BACKSTOP_DATABASE_URL"]
    assert "@postgres:5432/" in url
    url = url.replace("@postgres:5432/", "@/").replace(
        VALUES["POSTGRES_PASSWORD"], postgres.password
    )
    environment = given["environment"] | {
        "BACKSTOP_HOME": str(county.home),
        "BACKSTOP_KEYRING": str(county.home / "secrets" / "keyring.json"),
        "BACKSTOP_FIELD_KEYS": str(county.home / "secrets" / "field-keys.json"),
        "BACKSTOP_KAFKA_BOOTSTRAP": kafka.bootstrap,
        "BACKSTOP_DATABASE_URL": f"{url}?host={postgres.host}&port={postgres.port}",
    }
    if environment["BACKSTOP_KAFKA_USER"] == kafka.user:
        environment["BACKSTOP_KAFKA_PASSWORD"] = kafka.password
    done = CliRunner().invoke(app, list(words) or given["command"], env=environment)
    assert done.exit_code == 0, done.output
