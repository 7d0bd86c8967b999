"""Settings read from the environment, and nothing else."""

from __future__ import annotations

import os
import pwd
from pathlib import Path


def _text(name: str) -> str | None:
    return os.environ.get(name, "").strip() or None


def kafka_bootstrap() -> str | None:
    """An existing Kafka to use; none is started then."""
    return _text("BACKSTOP_KAFKA_BOOTSTRAP")


def kafka_login() -> tuple[str | None, str | None]:
    """User and password for an existing Kafka; without a user no login is tried."""
    return _text("BACKSTOP_KAFKA_USER"), _text("BACKSTOP_KAFKA_PASSWORD")


def kafka_tls() -> tuple[bool, str | None]:
    """Whether an existing Kafka speaks TLS, and the file with its authority's certificate."""
    authority = _text("BACKSTOP_KAFKA_CA")
    return _text("BACKSTOP_KAFKA_TLS") in ("1", "true", "yes") or authority is not None, authority


def database_url() -> str | None:
    """An existing PostgreSQL to use, as `postgresql://user:password@host:port/postgres`; none is started then."""
    return _text("BACKSTOP_DATABASE_URL")


def maven_mirror() -> str | None:
    """Address of a Maven repository to fetch Kafka's jars from, instead of the usual one."""
    return _text("BACKSTOP_MAVEN_MIRROR")


def jars_folder() -> Path | None:
    """A folder that already holds Kafka's jars (for closed networks)."""
    folder = _text("BACKSTOP_JARS")
    return Path(folder).expanduser() if folder else None


def os_user() -> str:
    """Whom PostgreSQL runs as when we are root, since it refuses to be root itself."""
    return _text("BACKSTOP_POSTGRES_OS_USER") or "nobody"


def jar_cache() -> Path:
    """Where fetched jars are kept, for all installations of one user."""
    if folder := _text("BACKSTOP_CACHE"):
        return Path(folder).expanduser().absolute()
    if folder := _text("XDG_CACHE_HOME"):
        return Path(folder).expanduser().absolute() / "backstop" / "jars"
    return _own_home() / ".cache" / "backstop" / "jars"


def _own_home() -> Path:
    """Our home folder; under sudo HOME may be another user's, and writing there would shut that user out."""
    home = Path.home()
    try:
        if home.stat().st_uid == os.geteuid():
            return home
    except OSError:
        pass
    try:
        return Path(pwd.getpwuid(os.geteuid()).pw_dir)
    except KeyError:
        return home
