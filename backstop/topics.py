"""What every topic is like, in one place: partitions, copies, how long it keeps; and bringing a
Kafka there.
"""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta

from backstop.engines import KafkaAccess, ensure_topics
from backstop.engines.kafka_admin import (
    TopicState,
    add_partitions,
    configure_topic,
    describe_topics,
    users,
)
from backstop.engines.kafka_quotas import Quotas, quotas_of_users, set_quotas
from backstop.engines.settings import read
from backstop.services import NAMES
from kit.errors import Refused

DAY = timedelta(days=1) // timedelta(milliseconds=1)
KEEPS, IN_SYNC, PACKED = "retention.ms", "min.insync.replicas", "compression.type"
AS_SENT = "producer"  # a broker that packs anew unpacks first, in its own memory: a kilobyte ends it (BH-01)
# Who sets a record's time. On a department's replies the broker does: nobody dates his own letter, and
# what waits while we are down is in time (BH-03). What lies there already keeps its sender's, marked so.
STAMPED, BY_SENDER, BY_BROKER = "message.timestamp.type", "CreateTime", "LogAppendTime"
# What one user of a department may take of a broker: some hundred replies a second, all its orders of
# a year within minutes, and a quarter of one of its threads (BH-05).
OF_DEPARTMENT = {
    "producer_byte_rate": 262_144.0,
    "consumer_byte_rate": 4_194_304.0,
    "request_percentage": 25.0,
}


@dataclass(frozen=True)
class Shape:
    """`days`: how long a record is kept. The default of Kafka, a week, would delete what an office
    closed over the Spring Festival has not read.
    """

    partitions: int
    replicas: int
    days: int = 365

    @classmethod
    def of_settings(cls) -> "Shape":
        configured = read()
        return cls(configured.partitions, configured.replicas)

    @property
    def in_sync(self) -> int:
        """Copies that must have a record before it is acknowledged: one broker may be away, and
        what was acknowledged is still on another.
        """
        return max(1, self.replicas - 1)

    def config(self, topic: str) -> dict[str, str]:
        return {
            KEEPS: str(self.days * DAY),
            IN_SYNC: str(self.in_sync),
            PACKED: AS_SENT,
            STAMPED: BY_BROKER if topic.endswith(".replies") else BY_SENDER,
        }


@dataclass(frozen=True)
class Change:
    """One thing to do at one topic (or for one user); `says` is for a person."""

    topic: str
    says: str
    new: bool = False
    partitions: int | None = None
    config: tuple[str, str] | None = None
    quotas: Quotas | None = None


def ensure(kafka: KafkaAccess, names: Iterable[str], shape: Shape | None = None) -> None:
    """Make the topics that are missing; those that exist stay as they are (`raise_settings` and
    `apply` change them).
    """
    shape = shape or Shape.of_settings()
    alike: dict[tuple[tuple[str, str], ...], list[str]] = {}
    for name in names:
        alike.setdefault(tuple(shape.config(name).items()), []).append(name)
    for config, topics in alike.items():
        wide = dict.fromkeys(topics, shape.partitions)
        ensure_topics(kafka, wide, config=dict(config), replicas=shape.replicas)


def raise_settings(kafka: KafkaAccess, shape: Shape | None = None, prefix: str = "") -> None:
    """Bring the settings of topics that exist up to this version's, at every start: keep longer,
    have more copies in sync. What could lose records, or their order, is left for `apply` to say.
    """
    shape = shape or Shape.of_settings()
    existing, _ = describe_topics(kafka, prefix)
    for name in wanted(existing, prefix):
        if now := existing.get(name):
            for setting in _raised(name, now, shape):
                configure_topic(kafka, name, *setting)
    for user, quotas in unlimited(kafka, prefix).items():
        set_quotas(kafka, user, quotas)


def unlimited(kafka: KafkaAccess, prefix: str = "") -> dict[str, Quotas]:
    """The departments' users that may take as much as they like, and what each lacks; what somebody
    has set stays.
    """
    limited = quotas_of_users(kafka)
    lacking = {
        user: {
            name: most for name, most in OF_DEPARTMENT.items() if name not in limited.get(user, {})
        }
        for user in users(kafka)
        if user.startswith(f"{prefix}department-")
    }
    return {user: quotas for user, quotas in lacking.items() if quotas}


def of_department(code: str, prefix: str = "") -> tuple[str, str]:
    """What a department is told, and what it answers."""
    orders = f"{prefix}backstop.department.{code}"
    return orders, f"{orders}.replies"


def wanted(existing: Collection[str], prefix: str = "") -> list[str]:
    """The services' topics and both topics of every department that has one on this Kafka."""
    pattern = re.compile(re.escape(f"{prefix}backstop.department.") + r"([a-z0-9-]+)(?:\.replies)?")
    departments = sorted({match[1] for name in existing if (match := pattern.fullmatch(name))})
    return [
        *(f"{prefix}backstop.{name}" for name in NAMES),
        *(topic for code in departments for topic in of_department(code, prefix)),
    ]


def plan(
    kafka: KafkaAccess, shape: Shape, *, repartition: bool = False, prefix: str = ""
) -> list[Change]:
    """What has to be done; nothing is changed. `Refused` names everything that would lose records
    or their order.
    """
    existing, brokers = describe_topics(kafka)
    if shape.replicas > brokers:
        raise Refused(
            f"要 {shape.replicas} 份副本，但 Kafka 只有 {brokers} 个节点。请先加节点，或减小 --replicas。"
        )
    changes, refusals = list[Change](), list[str]()
    for name in wanted(existing, prefix):
        if name not in existing:
            shown = f"{shape.partitions} 个分区，{shape.replicas} 份副本，保留 {shape.days} 天"
            changes.append(Change(name, f"新建 {name}:{shown}", new=True))
        elif refused := _refusals(name, existing[name], shape, repartition):
            refusals += refused
        else:
            changes += _changes(name, existing[name], shape)
    for user, quotas in unlimited(kafka, prefix).items():
        changes.append(Change(user, f"账号 {user}：限制收发速度", quotas=quotas))
    if refusals:
        raise Refused("没有改动任何主题：\n" + "\n".join(refusals))
    return changes


def carry_out(kafka: KafkaAccess, changes: Iterable[Change], shape: Shape) -> None:
    """Do what `plan` found."""
    for change in changes:
        if change.new:
            ensure(kafka, [change.topic], shape)
        if change.partitions:
            add_partitions(kafka, change.topic, change.partitions)
        if change.config:
            configure_topic(kafka, change.topic, *change.config)
        if change.quotas:
            set_quotas(kafka, change.topic, change.quotas)


def _raised(name: str, now: TopicState, shape: Shape) -> Iterable[tuple[str, str]]:
    config = shape.config(name)
    if 0 <= int(now.config[KEEPS]) < shape.days * DAY:
        yield KEEPS, config[KEEPS]
    if int(now.config[IN_SYNC]) < shape.in_sync < now.replicas:  # or nobody could write any more
        yield IN_SYNC, config[IN_SYNC]
    if now.config[PACKED] != AS_SENT:
        yield PACKED, AS_SENT
    if now.config[STAMPED] != config[STAMPED] == BY_BROKER:
        yield STAMPED, config[STAMPED]


def _refusals(name: str, now: TopicState, shape: Shape, repartition: bool) -> list[str]:
    refusals = []
    if shape.partitions < now.partitions:
        refusals.append(
            f"{name} 有 {now.partitions} 个分区，不能减到 {shape.partitions} 个：减掉的分区里的消息会丢。"
            f"请写 --partitions {now.partitions}。"
        )
    elif shape.partitions > now.partitions and not repartition:
        # A key's later records go to another partition, where they may overtake its earlier ones:
        # never by the way, because a setting changed.
        refusals.append(
            f"{name} 现有 {now.partitions} 个分区。加到 {shape.partitions} 个以后，同一户的新消息会换到别的分区，"
            "可能赶在旧消息前面。请先停下各服务的录入，等积压清零，再用 --repartition 运行。"
        )
    if shape.replicas < now.replicas:
        refusals.append(
            f"{name} 有 {now.replicas} 份副本，不能减到 {shape.replicas} 份：坏一个节点就可能丢消息。"
            f"请写 --replicas {now.replicas}。"
        )
    elif shape.replicas > now.replicas:
        # Kafka's own topics (__consumer_offsets) have to move as well, or a group forgets how far
        # it was: a task for Kafka's own tool, planned by a person.
        refusals.append(
            f"{name} 只有 {now.replicas} 份副本。加到 {shape.replicas} 份要搬动数据，请用 Kafka 自带的 "
            "kafka-reassign-partitions 搬好（连同 __consumer_offsets），再运行这个命令。"
        )
    kept = int(now.config[KEEPS])
    if kept < 0:
        refusals.append(f"{name} 的消息永久保留，不能改为 {shape.days} 天：更早的消息会被删。")
    elif kept > shape.days * DAY:
        days = -(-kept // DAY)
        refusals.append(
            f"{name} 的消息保留 {days} 天，不能缩短到 {shape.days} 天：更早的消息会被删。请写 --retention-days {days}。"
        )
    return refusals


def _changes(name: str, now: TopicState, shape: Shape) -> Iterable[Change]:
    if shape.partitions > now.partitions:
        shown = f"{name}：分区 {now.partitions} → {shape.partitions}"
        yield Change(name, shown, partitions=shape.partitions)
    config = shape.config(name)
    if int(now.config[KEEPS]) != shape.days * DAY:
        shown = f"{name}：保留 {int(now.config[KEEPS]) / DAY:g} → {shape.days} 天"
        yield Change(name, shown, config=(KEEPS, config[KEEPS]))
    if now.config[IN_SYNC] != config[IN_SYNC]:
        shown = f"{name}：至少同步副本 {now.config[IN_SYNC]} → {shape.in_sync}"
        yield Change(name, shown, config=(IN_SYNC, config[IN_SYNC]))
    if now.config[PACKED] != AS_SENT:
        yield Change(name, f"{name}：不由 Kafka 重新压缩", config=(PACKED, AS_SENT))
    if now.config[STAMPED] != config[STAMPED] == BY_BROKER:
        yield Change(name, f"{name}：收到时间由 Kafka 记", config=(STAMPED, BY_BROKER))
