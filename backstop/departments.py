"""A department's own system takes part over Kafka alone: its topics, its principal, what it may do,
its key.

Dispatch's database and Kafka have no common transaction. Kafka comes last before the commit, and
everything done there can be done again: whatever fails, the same command repeated brings both to
one state (decisions/0007).
"""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from backstop import topics
from backstop.engines import KafkaAccess, ensure_acls, ensure_user, shut_out_user
from backstop.engines.access import INSIDE
from backstop.engines.departments import MECHANISM
from backstop.engines.kafka_quotas import set_quotas
from services.dispatch.departments import commands

BESIDE = ("trial", "tool")  # groups beside a department's own


@dataclass(frozen=True)
class Credentials:
    """What is printed once and kept nowhere in clear: the broker keeps a verifier, dispatch keeps
    the key.

    `user` is the principal's name at Kafka, `prefix` included; `tls`: it is reached so, and the
    authority's certificate is handed over too; `mechanism`: how it logs in there.
    """

    department: str
    bootstrap: str
    user: str
    kid: str
    tls: bool = False
    mechanism: str = INSIDE
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)
    key: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)

    @property
    def jwk_k(self) -> str:
        """The key as a JWK's `k` (base64url without padding)."""
        return urlsafe_b64encode(self.key).decode().rstrip("=")


def add_department(
    kafka: KafkaAccess,
    sessions: sessionmaker[Session],
    department: str,
    at: datetime,
    prefix: str = "",
) -> Credentials:
    """A department's first way in; `at` is an aware moment, `prefix` stands before every name at
    Kafka.
    """
    credentials = new_credentials(kafka, department, prefix)
    with sessions.begin() as session:
        commands.admit_department(
            session,
            department,
            credentials.kid,
            credentials.key,
            user=credentials.user.removeprefix(prefix),
            at=at,
        )
        let_in(kafka, credentials, prefix)
    return credentials


def begin_rotation(
    kafka: KafkaAccess,
    sessions: sessionmaker[Session],
    department: str,
    at: datetime,
    prefix: str = "",
) -> Credentials:
    """A second way in beside the first, with the same rights in the same consumer group."""
    credentials = new_credentials(kafka, department, prefix, another=True)
    with sessions.begin() as session:
        commands.begin_rotation(
            session,
            department,
            credentials.kid,
            credentials.key,
            user=credentials.user.removeprefix(prefix),
            at=at,
        )
        let_in(kafka, credentials, prefix)
    return credentials


def finish_rotation(
    kafka: KafkaAccess, sessions: sessionmaker[Session], department: str, prefix: str = ""
) -> str:
    """The new key seals and the old principal is shut out; returns its name."""
    with sessions.begin() as session:
        user = prefix + commands.finish_rotation(session, department)
        shut_out_user(kafka, user)
    return user


def cancel_rotation(
    kafka: KafkaAccess, sessions: sessionmaker[Session], department: str, prefix: str = ""
) -> str:
    """The new principal is shut out again and all stays as it was; returns its name."""
    with sessions.begin() as session:
        user = prefix + commands.cancel_rotation(session, department)
        shut_out_user(kafka, user)
    return user


def new_credentials(
    kafka: KafkaAccess, department: str, prefix: str = "", *, another: bool = False
) -> Credentials:
    """Made at random and known to nobody yet. Every further principal has a name that was never
    used: a client that was shut out and still holds its connection must not be let in again with
    its successor.
    """
    kid = f"{department}-{secrets.token_hex(4)}"
    user = f"{prefix}department-{kid if another else department}"
    tls = kafka.tls or kafka.outside is not None
    mechanism = MECHANISM if kafka.outside else INSIDE
    return Credentials(department, kafka.outside or kafka.bootstrap, user, kid, tls, mechanism)


def groups(department: str, prefix: str = "") -> list[str]:
    """The consumer groups a department may read as: its own, and beside it one for trials and one for
    tools, each of which gets everything (BH-09). No more: the broker keeps what a group commits for
    a year.
    """
    own = f"{prefix}department-{department}"
    return [own, *(f"{own}.{name}" for name in BESIDE)]


def let_in(kafka: KafkaAccess, credentials: Credentials, prefix: str = "") -> None:
    """It reads its department's orders and writes only its replies. The group belongs to the
    department, not to the principal: whoever comes next goes on where the last one stopped.
    """
    orders, replies = topics.of_department(credentials.department, prefix)
    topics.ensure(kafka, [orders, replies])
    by = (MECHANISM, INSIDE)  # the first opens the departments' own listener, where there is one
    ensure_user(kafka, credentials.user, credentials.password, mechanisms=by)
    set_quotas(kafka, credentials.user, topics.OF_DEPARTMENT)
    ensure_acls(
        kafka,
        credentials.user,
        read=[orders],
        write=[replies],
        group=groups(credentials.department, prefix),
    )
    ensure_acls(kafka, f"{prefix}dispatch", read=[replies], write=[orders])
