"""A department's own system takes part over Kafka alone: its topics, its principal, what it may do, its key."""

import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass

from backstop.engines import KafkaAccess, ensure_acls, ensure_topics, ensure_user
from backstop.house import PARTITIONS


@dataclass(frozen=True)
class Credentials:
    """What is printed once and kept nowhere in clear: the broker keeps a verifier, dispatch keeps the key."""

    department: str
    bootstrap: str
    user: str
    password: str
    kid: str
    key: bytes

    @property
    def jwk_k(self) -> str:
        """The key as a JWK's `k` (base64url without padding)."""
        return urlsafe_b64encode(self.key).decode().rstrip("=")


def add_department(kafka: KafkaAccess, department: str, prefix: str = "") -> Credentials:
    """Make or renew a department's access. It reads its own topic and writes only its own replies."""
    orders, replies = f"{prefix}backstop.department.{department}", f"{prefix}backstop.department.{department}.replies"
    ensure_topics(kafka, {orders: PARTITIONS, replies: PARTITIONS})
    user, password = f"{prefix}department-{department}", secrets.token_urlsafe(24)
    ensure_user(kafka, user, password)
    ensure_acls(kafka, user, read=[orders], write=[replies], group=user)
    ensure_acls(kafka, f"{prefix}dispatch", read=[replies], write=[orders])
    kid = f"{department}-{secrets.token_hex(4)}"
    return Credentials(department, kafka.bootstrap, user, password, kid, secrets.token_bytes(32))
