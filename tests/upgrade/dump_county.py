"""The dump of a county: databases, topics, home folder, and the counts that a test compares. Runs with
the release that keeps the county (`make_county.py`).
"""

import base64
import json
import lzma
import os
import re
import subprocess
import tarfile
from io import BytesIO
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import (
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    ResourcePatternType,
    ResourceType,
)

from backstop.engines import KafkaAccess
from backstop.engines.kafka_admin import admin_client, describe_topics
from backstop.engines.postgres import connect
from backstop.engines.postgres_server import program_folder
from backstop.installation import Installation

SERVICES = ("village", "unit", "county", "dispatch")


def rows(installation: Installation, name: str) -> dict[str, int]:
    with connect(installation.engines.postgres, name) as one:
        tables = one.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"
        ).fetchall()
        return {
            table: one.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0]
            for (table,) in tables
        }


def deadlines(installation: Installation, name: str) -> list[list[str]]:
    """Name, about and moment of those that have not fired."""
    with connect(installation.engines.postgres, name) as one:
        found = one.execute(
            "SELECT name, about, at FROM deadline WHERE fired_at IS NULL ORDER BY id"
        )
        return [[name, about, at.isoformat()] for name, about, at in found]


def letters(installation: Installation, name: str) -> list[dict[str, Any]]:
    with connect(installation.engines.postgres, name) as one:
        found = one.execute(
            'SELECT topic, partition, "offset", reason, holds FROM dead_letter ORDER BY 1, 2, 3'
        )
        return [
            {"where": f"{topic}:{partition}:{offset}", "reason": reason, "holds": holds}
            for topic, partition, offset, reason, holds in found
        ]


def dump(installation: Installation, out: Path) -> None:
    out.mkdir(parents=True, exist_ok=True)
    for old in (*out.glob("*.xz"), *out.glob("*.json")):
        old.unlink()
    _dump_databases(installation, out)
    _dump_kafka(installation.engines.kafka, out)
    _dump_home(installation.home, out)


def _dump_databases(installation: Installation, out: Path) -> None:
    access = installation.engines.postgres
    programs = program_folder(installation.home)
    login = ["-h", access.host, "-p", str(access.port), "-U", access.user]

    def said(program: str, *words: str) -> bytes:
        environment = os.environ | {"PGPASSWORD": access.password}
        done = subprocess.run(
            [programs / program, *login, *words], env=environment, capture_output=True, check=True
        )
        return done.stdout

    roles = said("pg_dumpall", "--roles-only").decode().splitlines()
    kept = [
        line for line in roles if re.match(rf"(CREATE|ALTER) ROLE ({'|'.join(SERVICES)})\b", line)
    ]
    pack(out / "roles.sql.xz", ("\n".join(kept) + "\n").encode())
    for name in SERVICES:
        pack(out / f"{name}.sql.xz", said("pg_dump", "--create", name))


def _dump_kafka(kafka: KafkaAccess, out: Path) -> None:
    admin = admin_client(kafka)
    there, _ = describe_topics(kafka)
    described = {
        name: {
            "partitions": topic.partitions,
            "config": {key: topic.config[key] for key in ("retention.ms", "min.insync.replicas")},
        }
        for name, topic in sorted(there.items())
    }
    groups = {}
    for listed in admin.list_consumer_groups().result(10).valid:
        asked = admin.list_consumer_group_offsets([ConsumerGroupTopicPartitions(listed.group_id)])
        offsets = asked[listed.group_id].result(10).topic_partitions
        groups[listed.group_id] = [[one.topic, one.partition, one.offset] for one in offsets]
    everything = AclBindingFilter(
        ResourceType.ANY,
        None,
        ResourcePatternType.ANY,
        None,
        None,
        AclOperation.ANY,
        AclPermissionType.ANY,
    )
    acls = admin.describe_acls(everything).result(10)
    users = sorted(admin.describe_user_scram_credentials().result(10))
    state = {
        "topics": described,
        "groups": dict(sorted(groups.items())),
        "users": [user for user in users if user != kafka.user],
        "acls": sorted(
            [one.principal, one.restype.name, one.name, one.operation.name] for one in acls
        ),
    }
    (out / "kafka.json").write_text(json.dumps(state, indent=1) + "\n", encoding="utf-8")
    for name, topic in sorted(there.items()):
        records = _records(kafka, name, topic.partitions)
        pack(out / f"{name}.jsonl.xz", "".join(json.dumps(one) + "\n" for one in records).encode())


def _records(kafka: KafkaAccess, topic: str, partitions: int) -> list[list[Any]]:
    """Partition, key, headers, value; bytes as base64. A record's offset is its place."""
    reader = Consumer(kafka.confluent(**{"group.id": "dump", "enable.auto.commit": False}))
    found: list[list[Any]] = []
    for number in range(partitions):
        low, high = reader.get_watermark_offsets(TopicPartition(topic, number), 10)
        assert low == 0
        reader.assign([TopicPartition(topic, number, 0)])
        for offset in range(high):
            one = reader.poll(10)
            assert one is not None
            assert (one.error(), one.offset()) == (None, offset)
            headers = [[name, _text(value)] for name, value in one.headers() or ()]
            found.append([number, _text(one.key()), headers, _text(one.value())])
    reader.close()
    return found


def _text(value: bytes | None) -> str | None:
    return None if value is None else base64.b64encode(value).decode()


def _dump_home(home: Path, out: Path) -> None:
    """All but what the engines keep, with the files' modes."""
    packed = BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        for path in sorted(home.rglob("*")):
            inside = path.relative_to(home)
            if inside.parts[0] in ("kafka", "postgres", "run", "logs"):
                continue
            info = tar.gettarinfo(path, str(inside))
            info.uid = info.gid = 0
            info.uname = info.gname = ""
            if path.is_file():
                with path.open("rb") as file:
                    tar.addfile(info, file)
            else:
                tar.addfile(info)
    pack(out / "home.tar.xz", packed.getvalue())


def pack(path: Path, content: bytes) -> None:
    path.write_bytes(lzma.compress(content, preset=9 | lzma.PRESET_EXTREME))
