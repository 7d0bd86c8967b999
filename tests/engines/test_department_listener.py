"""The listener for departments' own systems: TLS, a login, one's own topics; its certificate is
renewed while Kafka runs.
"""

import asyncio
import ssl
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiokafka.errors import TopicAuthorizationFailedError
from cryptography import x509

from backstop import departments
from backstop.departments import Credentials
from backstop.engines import EngineError, KafkaAccess, ensure_topics
from backstop.engines.access import INSIDE
from backstop.engines.departments import MECHANISM, Address, certificate, ends
from backstop.engines.kafka_admin import ensure_user, reload_keystore, serves, shut_out_user
from backstop.engines.kafka_server import KafkaEngine
from backstop.engines.private import free_ports, make_folder
from backstop.engines.progress import Silent
from tests.engines.authority import Authority
from tests.engines.clients import read, write
from tests.helpers.waiting import eventually

ORDERS, REPLIES = "backstop.department.housing", "backstop.department.housing.replies"
OTHERS = "backstop.department.health"


@pytest.fixture(scope="module")
def kafka(own_engines: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaEngine]:
    home = tmp_path_factory.mktemp("listener")
    for name in ("secrets", "run", "logs"):
        make_folder(home / name)
    [port] = free_ports(1)
    engine = KafkaEngine(home, fast=True, departments=f"127.0.0.1:{port}")
    engine.start(Silent())
    yield engine
    engine.stop()


@pytest.fixture(scope="module")
def given(kafka: KafkaEngine) -> Credentials:
    """As `backstop departments add housing` makes them."""
    made = departments.new_credentials(kafka.access, "housing")
    departments.let_in(kafka.access, made)
    ensure_topics(kafka.access, {OTHERS: 1})
    for topic in (ORDERS, OTHERS):
        assert asyncio.run(write(kafka.access, topic)) is None
    return made


@pytest.fixture
def outside(kafka: KafkaEngine, given: Credentials) -> KafkaAccess:
    """The department, with what it was handed."""
    ca = str(kafka.certificates / "ca.crt")
    login = (given.bootstrap, given.user, given.password)
    return KafkaAccess(*login, tls=True, ca_file=ca, mechanism=given.mechanism)


def test_h_04_a_department_reads_its_orders_and_writes_its_replies_over_tls(
    kafka: KafkaEngine, given: Credentials, outside: KafkaAccess
) -> None:
    assert given.bootstrap == str(kafka.departments) != kafka.access.bootstrap
    assert outside.protocol == "SASL_SSL"
    assert asyncio.run(read(outside, ORDERS)) is None
    assert asyncio.run(write(outside, REPLIES)) is None


def test_h_04_another_departments_topic_is_refused(outside: KafkaAccess) -> None:
    assert asyncio.run(read(outside, OTHERS)) is TopicAuthorizationFailedError
    assert asyncio.run(write(outside, OTHERS)) is TopicAuthorizationFailedError
    assert asyncio.run(write(outside, ORDERS)) is TopicAuthorizationFailedError


def test_h_04_nobody_comes_in_without_tls_its_password_or_our_authority(
    outside: KafkaAccess, tmp_path: Path
) -> None:
    assert serves(outside)
    assert not serves(replace(outside, tls=False, ca_file=None)), "without TLS"
    assert not serves(outside.as_user(outside.user or "", "wrong")), "a wrong password"
    stranger = str(Authority(tmp_path, "stranger").file)
    assert not serves(replace(outside, ca_file=stranger)), "somebody else's certificate"


@pytest.mark.parametrize("mechanism", [MECHANISM, INSIDE])
def test_h_04_the_services_and_the_administrators_passwords_open_nothing_there(
    kafka: KafkaEngine, outside: KafkaAccess, mechanism: str
) -> None:
    ensure_user(kafka.access, "county", "of the county's own")
    for user, password in (
        ("county", "of the county's own"),
        (kafka.access.user or "", kafka.access.password or ""),
    ):
        assert serves(kafka.access.as_user(user, password)), "inside it is good"
        assert not serves(replace(outside.as_user(user, password), mechanism=mechanism))


def test_h_04_who_was_shut_out_is_so_by_every_mechanism(
    kafka: KafkaEngine, given: Credentials, outside: KafkaAccess
) -> None:
    old = replace(given, user="department-housing-old")
    departments.let_in(kafka.access, old)
    assert serves(outside.as_user(old.user, old.password))
    shut_out_user(kafka.access, old.user)
    for login in (outside, kafka.access):
        eventually(lambda login=login: not serves(login.as_user(old.user, old.password)))
    assert serves(outside)


def test_h_04_the_other_listeners_stay_on_this_machine(kafka: KafkaEngine) -> None:
    lines = kafka.config.read_text().splitlines()
    listeners = next(line for line in reversed(lines) if line.startswith("listeners="))
    inside = [
        one
        for one in listeners.removeprefix("listeners=").split(",")
        if not one.startswith("DEPARTMENTS://")
    ]
    assert len(inside) == 2
    assert all("://127.0.0.1:" in one for one in inside)


def test_h_04_a_renewed_certificate_is_shown_without_a_restart(
    kafka: KafkaEngine, outside: KafkaAccess
) -> None:
    def shown() -> int:
        address = (kafka.departments.host, kafka.departments.port)
        pem = ssl.get_server_certificate(address, ca_certs=outside.ca_file)
        return x509.load_pem_x509_certificate(pem.encode()).serial_number

    before = shown()
    path = certificate(kafka.certificates, kafka.departments.host, renew=True)
    reload_keystore(kafka.access, "departments", str(path))
    eventually(lambda: shown() != before)
    assert serves(outside), "what was handed over still trusts it"


def test_a_certificate_is_kept_until_it_ends_soon_or_the_address_changes(tmp_path: Path) -> None:
    first = certificate(tmp_path, "127.0.0.1").read_text()
    authority = (tmp_path / "ca.crt").read_text()
    assert ends(tmp_path / "server.pem") - datetime.now(UTC) > timedelta(days=390)
    assert certificate(tmp_path, "127.0.0.1").read_text() == first
    assert certificate(tmp_path, "kafka.example").read_text() != first
    short = Authority(tmp_path, "short").certify(tmp_path / "server.pem", "127.0.0.1").read_text()
    assert certificate(tmp_path, "127.0.0.1").read_text() != short, "it ends tomorrow"
    assert (tmp_path / "ca.crt").read_text() == authority
    assert (tmp_path / "ca.key").stat().st_mode & 0o077 == 0


def test_a_given_certificate_is_checked_before_kafka_sees_it(tmp_path: Path) -> None:
    given = Authority(tmp_path, "county").certify(tmp_path / "given.pem", "127.0.0.1")
    assert "BEGIN PRIVATE KEY" in certificate(tmp_path, "127.0.0.1", given).read_text()
    assert not (tmp_path / "ca.key").exists()
    with pytest.raises(EngineError, match=r"要写有 10\.1\.2\.3"):
        certificate(tmp_path, "10.1.2.3", given)
    with pytest.raises(EngineError, match="PEM"):
        certificate(tmp_path, "127.0.0.1", tmp_path / "nothing.pem")
    other = Authority(tmp_path, "other").certify(tmp_path / "other.pem", "127.0.0.1")
    mixed = tmp_path / "mixed.pem"
    key = given.read_text().partition("-----BEGIN CERTIFICATE")[0]
    mixed.write_text(
        key + "-----BEGIN CERTIFICATE" + other.read_text().partition("-----BEGIN CERTIFICATE")[2]
    )
    with pytest.raises(EngineError, match="不是一对"):
        certificate(tmp_path, "127.0.0.1", mixed)


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("10.1.2.3", "10.1.2.3:9094"),
        ("kafka.example:29094", "kafka.example:29094"),
        ("[fd00::1]:9094", "[fd00::1]:9094"),
    ],
)
def test_an_address_is_read(text: str, address: str) -> None:
    assert str(Address.parse(text)) == address


@pytest.mark.parametrize("text", ["", ":9094", "10.1.2.3:x", "0.0.0.0:9094", "a:70000"])
def test_an_address_that_departments_cannot_reach_is_refused(text: str) -> None:
    with pytest.raises(EngineError, match="地址写得不对"):
        Address.parse(text)
