"""What an administrator does at a Kafka: topics, users, and who may read and write what."""

from __future__ import annotations

import logging
import secrets
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from backstop.engines import departments
from backstop.engines.access import INSIDE, KafkaAccess
from backstop.engines.errors import EngineError, no_answer

PATIENCE = 15.0
ITERATIONS = 4096
_quiet = logging.getLogger("backstop.engines.librdkafka")
_quiet.addHandler(logging.NullHandler())
_quiet.propagate = False


def admin_client(access: KafkaAccess) -> Any:
    """confluent-kafka's AdminClient, without its chatter on standard error."""
    from confluent_kafka.admin import AdminClient

    return AdminClient(
        access.confluent(error_cb=lambda _: None, **{"socket.timeout.ms": 10_000}), logger=_quiet
    )


def serves(access: KafkaAccess, patience: float = 3.0) -> bool:
    """Whether this user can log in and a broker is there."""
    from confluent_kafka import KafkaException

    try:
        return bool(admin_client(access).list_topics(timeout=patience).brokers)
    except KafkaException:
        return False


def ensure_topics(
    access: KafkaAccess,
    topics: Mapping[str, int],
    *,
    config: Mapping[str, str] | None = None,
    replicas: int = 1,
) -> None:
    """Make the topics (name: partitions) that are missing.

    Existing ones stay as they are: more partitions would send a key elsewhere and break its order.
    """
    from confluent_kafka import KafkaError
    from confluent_kafka.admin import NewTopic

    admin = admin_client(access)
    existing = _asked(lambda: admin.list_topics(timeout=PATIENCE), "list topics").topics
    missing = [
        NewTopic(
            name, num_partitions=partitions, replication_factor=replicas, config=dict(config or {})
        )
        for name, partitions in topics.items()
        if name not in existing
    ]
    if not missing:
        return
    _done(
        admin.create_topics(missing, request_timeout=PATIENCE),
        "create topics",
        KafkaError.TOPIC_ALREADY_EXISTS,
    )
    _until(lambda: _all_led(admin, topics), "topics")


@dataclass(frozen=True)
class TopicState:
    """What a topic is like now; `replicas` is the smallest number that any of its partitions
    has.
    """

    partitions: int
    replicas: int
    config: dict[str, str]


def describe_topics(access: KafkaAccess, prefix: str = "") -> tuple[dict[str, TopicState], int]:
    """All topics but Kafka's own whose names begin with `prefix`, with the settings in force, and
    how many brokers there are.
    """
    from confluent_kafka.admin import ConfigResource, ResourceType

    admin = admin_client(access)
    metadata = _asked(lambda: admin.list_topics(timeout=PATIENCE), "list topics")
    topics = {
        name: topic
        for name, topic in metadata.topics.items()
        if name.startswith(prefix) and not name.startswith("__")
    }
    configs = {}
    if topics:
        resources = [ConfigResource(ResourceType.TOPIC, name) for name in topics]
        for resource, future in admin.describe_configs(resources, request_timeout=PATIENCE).items():
            entries = _asked(partial(future.result, PATIENCE), f"look up {resource.name}")
            configs[resource.name] = {name: entry.value for name, entry in entries.items()}
    return {
        name: TopicState(
            len(topic.partitions),
            min(len(partition.replicas) for partition in topic.partitions.values()),
            configs[name],
        )
        for name, topic in topics.items()
    }, len(metadata.brokers)


def add_partitions(access: KafkaAccess, topic: str, total: int) -> None:
    """More partitions for a topic that has fewer; from now on keys go elsewhere."""
    from confluent_kafka.admin import NewPartitions

    admin = admin_client(access)
    _done(
        admin.create_partitions([NewPartitions(topic, total)], request_timeout=PATIENCE),
        f"widen {topic}",
    )
    _until(lambda: _all_led(admin, [topic], total), topic)


def configure_topic(access: KafkaAccess, topic: str, name: str, value: str) -> None:
    """Change one setting of a topic; the others stay."""
    from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

    entry = ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    admin = admin_client(access)
    _done(
        admin.incremental_alter_configs([resource], request_timeout=PATIENCE), f"configure {topic}"
    )


def reload_keystore(access: KafkaAccess, listener: str, path: str) -> None:
    """Let the broker read a listener's certificate anew; connections that are open go on."""
    from confluent_kafka.admin import AlterConfigOpType, ConfigEntry, ConfigResource, ResourceType

    name, admin = f"listener.name.{listener}.ssl.keystore.location", admin_client(access)
    for operation in (AlterConfigOpType.SET, AlterConfigOpType.DELETE):  # what its file says stays
        entry = ConfigEntry(name, path, incremental_operation=operation)
        resource = ConfigResource(ResourceType.BROKER, "1", incremental_configs=[entry])
        changed = admin.incremental_alter_configs([resource], request_timeout=PATIENCE)
        _done(changed, "read the certificate anew")


def ensure_user(
    access: KafkaAccess, name: str, password: str, *, mechanisms: Iterable[str] = (INSIDE,)
) -> None:
    """A SCRAM user with this password for these mechanisms, ready to log in. Nothing is written when
    it can log in already.
    """
    from confluent_kafka import KafkaError

    admin, mine = admin_client(access), access.as_user(name, password)
    future = admin.describe_user_scram_credentials([name], request_timeout=PATIENCE)[name]
    known = _asked(
        partial(future.result, PATIENCE), f"look up {name}", KafkaError.RESOURCE_NOT_FOUND
    )
    kept = {info.mechanism for info in known.scram_credential_infos} if known else set()
    if kept >= {_scram(mechanism) for mechanism in mechanisms} and serves(mine, 2.0):
        return
    _set_password(access, name, password.encode(), mechanisms)
    # Logging in needs no permission: a stranger to all topics is still shown the brokers.
    _until(lambda: serves(mine, 2.0), f"user {name}")


def _set_password(
    access: KafkaAccess, name: str, password: bytes, mechanisms: Iterable[str]
) -> None:
    from confluent_kafka.admin import ScramCredentialInfo, UserScramCredentialUpsertion

    admin = admin_client(access)
    for mechanism in mechanisms:  # one of a user in a request, or Kafka refuses them all
        info = ScramCredentialInfo(_scram(mechanism), ITERATIONS)
        change = UserScramCredentialUpsertion(name, info, password)
        answers = admin.alter_user_scram_credentials([change], request_timeout=PATIENCE)
        _done(answers, f"set the password of {name}")


def _scram(mechanism: str) -> Any:
    """confluent-kafka's name of it."""
    from confluent_kafka.admin import ScramMechanism

    return ScramMechanism[mechanism.replace("-", "_")]


def users(access: KafkaAccess) -> list[str]:
    """The names of all that have a password here."""
    admin = admin_client(access)
    future = admin.describe_user_scram_credentials(request_timeout=PATIENCE)
    return sorted(_asked(partial(future.result, PATIENCE), "look up users"))


def shut_out_user(access: KafkaAccess, name: str) -> None:
    """A user that may do nothing and knows no password any more.

    Its credential is replaced, not deleted: after a deletion, the next start of Kafka 4.3 can
    forget every user, the administrator included, and nobody can log in again.
    """
    revoke_acls(access, name)
    _set_password(access, name, secrets.token_bytes(32), (INSIDE, departments.MECHANISM))


def ensure_acls(
    access: KafkaAccess,
    principal: str,
    read: Iterable[str] = (),
    write: Iterable[str] = (),
    group: str | Iterable[str] | None = None,
) -> None:
    """Allow a user to read and write these topics, and to read as these groups; nothing is taken
    away.

    A name that ends in `*` means every name that begins so.
    """
    from confluent_kafka.admin import AclOperation, ResourceType

    groups = [group] if isinstance(group, str) else list(group or ())
    acls = [
        *(_acl(principal, ResourceType.TOPIC, name, AclOperation.READ) for name in read),
        *(_acl(principal, ResourceType.TOPIC, name, AclOperation.WRITE) for name in write),
        *(_acl(principal, ResourceType.GROUP, name, AclOperation.READ) for name in groups),
    ]
    if not acls:
        return
    admin = admin_client(access)
    _done(admin.create_acls(acls, request_timeout=PATIENCE), f"allow {principal}")


def revoke_acls(access: KafkaAccess, principal: str) -> None:
    """Take away everything a user was allowed."""
    from confluent_kafka.admin import (
        AclBindingFilter,
        AclOperation,
        AclPermissionType,
        ResourcePatternType,
        ResourceType,
    )

    everything = AclBindingFilter(
        ResourceType.ANY,
        None,  # type: ignore[arg-type]
        ResourcePatternType.ANY,
        _principal(principal),
        None,  # type: ignore[arg-type]
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    admin = admin_client(access)
    _done(admin.delete_acls([everything], request_timeout=PATIENCE), f"revoke {principal}")


def _acl(principal: str, kind: Any, name: str, operation: Any) -> Any:
    from confluent_kafka.admin import AclBinding, AclPermissionType, ResourcePatternType

    prefix = name.endswith("*") and name != "*"
    return AclBinding(
        kind,
        name[:-1] if prefix else name,
        ResourcePatternType.PREFIXED if prefix else ResourcePatternType.LITERAL,
        _principal(principal),
        "*",
        operation,
        AclPermissionType.ALLOW,
    )


def _principal(name: str) -> str:
    return name if ":" in name else f"User:{name}"


def _all_led(admin: Any, names: Iterable[str], partitions: int = 1) -> bool:
    topics = admin.list_topics(timeout=PATIENCE).topics
    return all(
        name in topics
        and len(topics[name].partitions) >= partitions
        and all(p.leader >= 0 for p in topics[name].partitions.values())
        for name in names
    )


def _until(holds: Any, subject: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        if time.monotonic() > deadline:
            raise EngineError(
                f"Kafka 没有及时完成：{subject}", f"Kafka did not get ready in time: {subject}"
            )
        time.sleep(0.05)


def _done(futures: Mapping[Any, Any], action: str, harmless: int | None = None) -> None:
    """Wait for every answer. The client must live until then: the caller holds it in a name of its
    own.
    """
    for future in futures.values():
        _asked(partial(future.result, PATIENCE), action, harmless)


def _asked(call: Any, action: str, harmless: int | None = None) -> Any:
    from confluent_kafka import KafkaError, KafkaException

    silent = (KafkaError._TIMED_OUT, KafkaError._TRANSPORT, KafkaError._ALL_BROKERS_DOWN)

    try:
        return call()
    except TimeoutError as error:
        raise no_answer(action) from error
    except KafkaException as error:
        cause: Any = error.args[0] if error.args else error
        if harmless is not None and cause.code() == harmless:
            return None
        if cause.code() in (*silent, KafkaError.REQUEST_TIMED_OUT):
            raise no_answer(action) from error
        raise EngineError(
            f"Kafka 管理操作失败：{action}", f"Kafka refused: {action}", str(cause)
        ) from error
