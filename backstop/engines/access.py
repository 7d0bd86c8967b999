"""How to reach the engines."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

from backstop.engines import settings
from backstop.engines.errors import EngineError

INSIDE = "SCRAM-SHA-512"  # how the administrator and the services log in


@dataclass(frozen=True)
class KafkaAccess:
    """A Kafka and a user of it (the administrator, unless changed by `as_user`). `outside`: where
    departments' own systems reach it, over TLS; `mechanism`: how the user logs in.
    """

    bootstrap: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    tls: bool = False
    ca_file: str | None = None
    outside: str | None = None
    mechanism: str = INSIDE

    def as_user(self, user: str, password: str) -> KafkaAccess:
        """The same Kafka for another user."""
        return replace(self, user=user, password=password)

    @property
    def protocol(self) -> str:
        """Kafka's name for the way to talk: `SASL_PLAINTEXT`, `SASL_SSL`, `SSL` or `PLAINTEXT`."""
        return ("SASL_" if self.user else "") + ("SSL" if self.tls else "PLAINTEXT")

    def confluent(self, **options: Any) -> dict[str, Any]:
        """Configuration for the confluent-kafka clients."""
        config: dict[str, Any] = {
            "bootstrap.servers": self.bootstrap,
            "security.protocol": self.protocol,
        }
        if self.user:
            config |= {
                "sasl.mechanism": self.mechanism,
                "sasl.username": self.user,
                "sasl.password": self.password or "",
            }
        if self.ca_file:
            config["ssl.ca.location"] = self.ca_file
        return config | options

    def aiokafka(self) -> dict[str, Any]:
        """Keyword arguments for the aiokafka clients."""
        config: dict[str, Any] = {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.protocol,
        }
        if self.user:
            config |= {
                "sasl_mechanism": self.mechanism,
                "sasl_plain_username": self.user,
                "sasl_plain_password": self.password or "",
            }
        if self.tls:
            from aiokafka.helpers import create_ssl_context

            config["ssl_context"] = create_ssl_context(cafile=self.ca_file)
        return config


@dataclass(frozen=True)
class PostgresAccess:
    """A PostgreSQL and its administrator. `host` is the folder of its socket, or a name."""

    host: str
    port: int
    user: str
    password: str = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    maintenance: str = "postgres"

    def url(
        self, database: str | None = None, user: str | None = None, password: str | None = None
    ) -> str:
        """An SQLAlchemy URL, `postgresql+psycopg://…`; another user comes with a password of its
        own.
        """
        user, password = self._login(user, password)
        login = f"{quote(user, safe='')}:{quote(password, safe='')}"
        name, query = quote(database or self.maintenance, safe=""), dict(self.options)
        if self.host.startswith("/"):
            return f"postgresql+psycopg://{login}@/{name}?" + urlencode(
                {"host": self.host, "port": str(self.port)} | query, quote_via=quote, safe="/"
            )
        tail = "?" + urlencode(query, quote_via=quote, safe="/") if query else ""
        return f"postgresql+psycopg://{login}@{_bracketed(self.host)}:{self.port}/{name}{tail}"

    def dsn(
        self, database: str | None = None, user: str | None = None, password: str | None = None
    ) -> str:
        """A libpq connection string."""
        from psycopg.conninfo import make_conninfo

        user, password = self._login(user, password)
        name = database or self.maintenance
        return make_conninfo(
            host=self.host,
            port=self.port,
            user=user,
            password=password,
            dbname=name,
            **dict(self.options),
        )

    def _login(self, user: str | None, password: str | None) -> tuple[str, str]:
        if user is None or user == self.user:
            return self.user, password if password is not None else self.password
        return user, password if password is not None else ""


@dataclass(frozen=True)
class EnginesStatus:
    """What each engine does: `running`, `stopped`, `not answering` or `external`."""

    kafka: str
    postgres: str
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def running(self) -> bool:
        return all(state in ("running", "external") for state in (self.kafka, self.postgres))


def external_kafka() -> KafkaAccess | None:
    """The Kafka named by the environment."""
    configured = settings.read()
    if configured.kafka_bootstrap is None:
        return None
    return KafkaAccess(
        configured.kafka_bootstrap,
        configured.kafka_user,
        settings.plain(configured.kafka_password),
        configured.kafka_tls or configured.kafka_ca is not None,
        configured.kafka_ca,
        configured.departments,
    )


def external_postgres() -> PostgresAccess | None:
    """The PostgreSQL named by the environment."""
    url = settings.plain(settings.read().database_url)
    return None if url is None else parse_database_url(url)


def parse_database_url(url: str) -> PostgresAccess:
    """Read `postgresql://…` or `postgresql+psycopg://…`; the text is never quoted in an error, for
    its password.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        parts, port = urlsplit(""), None
    if parts.scheme.partition("+")[0] not in ("postgresql", "postgres"):
        raise EngineError(
            "BACKSTOP_DATABASE_URL 应当形如 postgresql://用户：密码@主机：5432/postgres。",
            "BACKSTOP_DATABASE_URL must look like postgresql://user:password@host:5432/postgres.",
        )
    query = dict(parse_qsl(parts.query))
    host = unquote(parts.hostname or "") or query.pop("host", "localhost")
    port = port or int(query.pop("port", "5432"))
    query.pop("host", None)
    query.pop("port", None)
    user = (
        unquote(parts.username or "")
        or query.pop("user", "")
        or os.environ.get("PGUSER", "postgres")
    )
    password = unquote(parts.password or "") or query.pop("password", "")
    return PostgresAccess(
        host, port, user, password, query, unquote(parts.path.lstrip("/")) or "postgres"
    )


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
