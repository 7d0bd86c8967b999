"""The real engines: who gets in, who does not, and what a crash leaves behind."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from backstop.engines import (
    EngineError,
    Engines,
    KafkaAccess,
    clone_database,
    drop_database,
    ensure_acls,
    ensure_database,
    ensure_role,
    ensure_topics,
    ensure_user,
    process,
    shut_out_user,
)
from backstop.engines.postgres_server import PostgresEngine
from backstop.engines.private import make_folder
from backstop.engines.progress import Silent

OUTSIDE = ("BACKSTOP_KAFKA_BOOTSTRAP", "BACKSTOP_DATABASE_URL")


@pytest.fixture(scope="module")
def engines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engines]:
    """Both engines, started with no program of the machine on the path."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", "/nonexistent")
        for name in OUTSIDE:
            patch.delenv(name, raising=False)
        with Engines(tmp_path_factory.mktemp("engines"), fast=True) as engines:
            yield engines
        engines.erase()


def quiet(access: KafkaAccess, **more: object) -> dict[str, object]:
    return access.confluent(log_level=0, error_cb=lambda _: None, **more)


def produce(access: KafkaAccess, topic: str, value: bytes) -> KafkaError | None:
    """Send one message; the error it met, if any."""
    failed: list[KafkaError] = []
    producer = Producer(quiet(access, acks="all", **{"message.timeout.ms": 10_000}))
    producer.produce(
        topic,
        value,
        partition=0,
        on_delivery=lambda error, _: failed.append(error) if error else None,
    )
    assert producer.flush(15) == 0
    return failed[0] if failed else None


def consume(access: KafkaAccess, topic: str, group: str) -> bytes | KafkaError:
    """The first message of the topic, or the error met."""
    consumer = Consumer(quiet(access, **{"group.id": group, "auto.offset.reset": "earliest"}))
    consumer.assign([TopicPartition(topic, 0, 0)])
    try:
        message = consumer.poll(15)
        assert message is not None
        return message.error() or message.value()
    finally:
        consumer.close()


def processes_of(engines: Engines) -> dict[int, str]:
    """Command lines of all living processes that name this installation."""
    places = (str(engines.home), engines.postgres.host.removesuffix("/socket"))
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            line = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if any(place in line for place in places):
            found[int(folder.name)] = line
    return found


def take(port: int) -> socket.socket:
    """Listen on a port as soon as its killed owner has let go of it."""
    thief = socket.socket()
    thief.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    for _ in range(200):
        try:
            thief.bind(("127.0.0.1", port))
            break
        except OSError:
            time.sleep(0.02)
    thief.listen(1)
    return thief


def test_both_run_and_say_so(engines: Engines) -> None:
    status = engines.status()
    assert (status.kafka, status.postgres) == ("running", "running")
    assert status.running
    assert status.details["kafka"]["pid"] != status.details["postgres"]["pid"]


def test_a_second_start_adopts_what_runs(engines: Engines) -> None:
    again = Engines(engines.home, fast=True)
    again.start()
    assert again.adopted == {"kafka", "postgres"}
    assert again.status().details["kafka"]["pid"] == engines.status().details["kafka"]["pid"]


def test_an_anonymous_kafka_client_is_refused(engines: Engines) -> None:
    admin = AdminClient(quiet(KafkaAccess(engines.kafka.bootstrap)))
    with pytest.raises(KafkaException):
        admin.list_topics(timeout=2)


def test_a_wrong_kafka_password_is_refused(engines: Engines) -> None:
    admin = AdminClient(quiet(engines.kafka.as_user("admin", "wrong")))
    with pytest.raises(KafkaException):
        admin.list_topics(timeout=2)


def test_a_wrong_database_password_is_refused(engines: Engines) -> None:
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(engines.postgres.dsn(password="wrong"))


def test_kafka_allows_what_an_acl_allows_and_nothing_else(engines: Engines) -> None:
    ensure_topics(engines.kafka, {"acl.one": 1, "acl.two": 1})
    ensure_topics(engines.kafka, {"acl.one": 1})
    ensure_user(engines.kafka, "clinic", "first password")
    clinic = engines.kafka.as_user("clinic", "first password")

    refused = produce(clinic, "acl.one", b"x")
    assert refused is not None
    assert refused.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED

    ensure_acls(engines.kafka, "clinic", read=["acl.one"], write=["acl.o*"], group="clinic")
    ensure_acls(engines.kafka, "clinic", read=["acl.one"], write=["acl.o*"], group="clinic")
    assert produce(clinic, "acl.one", "你好".encode()) is None
    assert consume(clinic, "acl.one", "clinic") == "你好".encode()
    still = produce(clinic, "acl.two", b"x")
    assert still is not None
    assert still.code() == KafkaError.TOPIC_AUTHORIZATION_FAILED

    ensure_user(engines.kafka, "clinic", "second password")
    assert produce(engines.kafka.as_user("clinic", "second password"), "acl.one", b"y") is None
    shut_out_user(engines.kafka, "clinic")
    with pytest.raises(KafkaException):
        AdminClient(quiet(engines.kafka.as_user("clinic", "second password"))).list_topics(
            timeout=1
        )


def test_each_service_has_its_own_database(engines: Engines) -> None:
    engines.create_database("county", "county", "it's a pass@word/ %")
    engines.create_database("county", "county", "it's a pass@word/ %")
    ensure_role(engines.postgres, "village", "village")
    ensure_database(engines.postgres, "village", "village")
    with psycopg.connect(
        engines.postgres.dsn("county", "county", "it's a pass@word/ %")
    ) as connection:
        connection.execute("CREATE TABLE entry (words text)")
        connection.execute("INSERT INTO entry VALUES ('脱贫')")
    for forbidden in ("county", "postgres", "template1"):
        with pytest.raises(psycopg.OperationalError, match="permission denied"):
            psycopg.connect(engines.postgres.dsn(forbidden, "village", "village"))
    clone_database(engines.postgres, "county", "copy")
    with psycopg.connect(
        engines.postgres.dsn("copy", "county", "it's a pass@word/ %")
    ) as connection:
        assert connection.execute("SELECT words FROM entry").fetchall() == [("脱贫",)]
    drop_database(engines.postgres, "copy")
    drop_database(engines.postgres, "copy")


def test_sqlalchemy_understands_the_url(engines: Engines) -> None:
    from sqlalchemy import create_engine, text

    engines.create_database("urls", "urls", "p@ss:/ ?%#'")
    engine = create_engine(engines.postgres.url("urls", "urls", "p@ss:/ ?%#'"))
    with engine.connect() as connection:
        assert connection.execute(text("SELECT current_user")).scalar() == "urls"
    engine.dispose()


def test_secrets_are_private_and_in_no_command_line(engines: Engines) -> None:
    files = [path for path in (engines.home / "secrets").iterdir() if path.is_file()]
    assert {path.name for path in files} == {"kafka-admin", "kafka-controller", "postgres-admin"}
    for path in [*files, engines.home / "kafka" / "server.properties"]:
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
    secrets = [path.read_text().strip() for path in files]
    lines = processes_of(engines)
    assert lines
    assert not [line for line in lines.values() if any(secret in line for secret in secrets)]
    for log in (engines.home / "logs").iterdir():
        text = log.read_text(errors="replace")
        assert not any(secret in text for secret in secrets)
    for secret in secrets:
        assert secret not in repr(engines.kafka) + repr(engines.postgres)


def test_only_the_loopback_address_is_open(engines: Engines) -> None:
    """Both of Kafka's ports listen on 127.0.0.1; PostgreSQL has no port at all."""
    pids = processes_of(engines)
    inodes = set()
    for pid in pids:
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            try:
                target = os.readlink(handle)
            except OSError:
                continue
            if target.startswith("socket:["):
                inodes.add(target[8:-1])
    listening = []
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(table).read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in inodes:
                listening.append(fields[1].rpartition(":")[0])
    assert len(listening) == 2
    assert {"0100007F": True, "0000000000000000FFFF00000100007F": True}.keys() >= set(listening)
    assert stat.S_IMODE(Path(engines.postgres.host).stat().st_mode) == 0o700


def test_after_kill_9_of_both_and_a_stolen_port_all_is_there_again(engines: Engines) -> None:
    ensure_topics(engines.kafka, {"crash": 1})
    assert produce(engines.kafka, "crash", b"kept") is None
    engines.create_database("crash", "crash", "crash")
    open_connection = psycopg.connect(
        engines.postgres.dsn("crash", "crash", "crash"), autocommit=True
    )
    open_connection.execute("CREATE TABLE kept AS SELECT 1 AS one")

    details, before = engines.status().details, engines.kafka.bootstrap
    for name in ("kafka", "postgres"):
        os.kill(details[name]["pid"], signal.SIGKILL)
    again = Engines(engines.home, fast=True)
    with take(int(before.rpartition(":")[2])):
        again.start()
    open_connection.close()
    assert not again.adopted
    assert again.kafka.bootstrap != before
    assert consume(again.kafka, "crash", "reader") == b"kept"
    with psycopg.connect(again.postgres.dsn("crash", "crash", "crash")) as connection:
        assert connection.execute("SELECT one FROM kept").fetchone() == (1,)


def test_stop_leaves_no_process_and_no_lock(engines: Engines) -> None:
    assert processes_of(engines)
    Engines(engines.home, fast=True).stop()
    assert processes_of(engines) == {}
    status = engines.status()
    assert (status.kafka, status.postgres) == ("stopped", "stopped")
    engines.stop()
    with pytest.raises(EngineError, match="PostgreSQL"):
        ensure_role(engines.postgres, "nobody", "nothing")


PARENT = """import sys
from pathlib import Path
from backstop.engines.postgres_server import PostgresEngine
from backstop.engines.progress import Silent
PostgresEngine(Path(sys.argv[1]), fast=True).start(Silent())
print("up", flush=True)
sys.stdin.read()"""


def test_a_dead_server_that_its_parent_has_not_buried_is_replaced(tmp_path: Path) -> None:
    """A container's first process buries nobody, and neither does a `backstop up` that is busy: the
    number stays taken.
    """
    for name in ("run", "secrets"):
        make_folder(tmp_path / name)
    parent = subprocess.Popen(
        [sys.executable, "-c", PARENT, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    again = PostgresEngine(tmp_path, fast=True)
    try:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        mark = process.living(again.pid_file)
        assert mark is not None
        os.kill(mark.pid, signal.SIGKILL)
        while process.alive(mark):
            time.sleep(0.01)
        assert process.exists(mark.pid), "a zombie"
        assert again.start(Silent())
        assert again.answers(5)
    finally:
        again.stop()
        again.forget()
        parent.kill()
        parent.wait()
