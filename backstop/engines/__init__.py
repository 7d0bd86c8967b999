"""Kafka and PostgreSQL as child processes, from wheels: nothing but Python is needed on the
machine.

with Engines(Path("var")) as engines:
    engines.create_database("county", owner="county", password=engines.secret("county-database"))
    ensure_topics(engines.kafka, {"backstop.county": 6})
"""

from backstop.engines.access import EnginesStatus, KafkaAccess, PostgresAccess
from backstop.engines.core import Engines
from backstop.engines.errors import EngineError
from backstop.engines.kafka_admin import (
    ensure_acls,
    ensure_topics,
    ensure_user,
    revoke_acls,
    shut_out_user,
)
from backstop.engines.postgres import (
    clone_database,
    create_database,
    drop_database,
    ensure_database,
    ensure_guarded,
    ensure_role,
)
from backstop.engines.progress import Progress, Silent, console_progress

__all__ = [
    "EngineError",
    "Engines",
    "EnginesStatus",
    "KafkaAccess",
    "PostgresAccess",
    "Progress",
    "Silent",
    "clone_database",
    "console_progress",
    "create_database",
    "drop_database",
    "ensure_acls",
    "ensure_database",
    "ensure_guarded",
    "ensure_role",
    "ensure_topics",
    "ensure_user",
    "revoke_acls",
    "shut_out_user",
]
