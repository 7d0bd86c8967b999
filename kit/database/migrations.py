"""Alembic without its command line: each service's `migrations/versions`, the chassis first."""

from pathlib import Path
from textwrap import dedent
from typing import Any, Literal

from alembic import command
from alembic.autogenerate import produce_migrations, render_python_code
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import ARRAY, Connection, Engine, MetaData, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB

from kit.database.rights import become_owner, grant

CHASSIS = Path(__file__).with_name("tables")
OURS = {
    "outbox",
    "inbox",
    "dead_letter",
    "dead_letter_count",
    "deadline",
    "sheet",
    "directory",
    "closing",
    "pack_used",
    "audit",
    "idempotency",
    "known_account",
    "known_post",
    "known_ended_session",
    "known_key",
    "beginning",
    "field_key",
    "acted_for",
    "mandated",
    "alembic_version",
}


def chassis(revision: str) -> str:
    """What changes in the tables every service has; one of each service's migrations runs it."""
    return (CHASSIS / f"{revision}.sql").read_text(encoding="utf-8")


def revisions() -> list[str]:
    """The chassis' revisions, oldest first."""
    return sorted(path.stem for path in CHASSIS.glob("*.sql"))


def upgrade(
    engine: Engine, folder: Path, revision: str = "head", *, login: str | None = None
) -> None:
    """Bring the database up to `revision`, or the newest below `folder`/versions, in one
    transaction.

    `login`: the service's; the engine is then an administrator's, all that is made belongs to the
    login's owner, and the login may do with it what `kit.database.rights` says.
    """
    with engine.begin() as connection:
        if login:
            become_owner(connection, login)
        config = _config(folder)
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        if login:
            grant(connection, login)


def is_current(engine: Engine, folder: Path) -> bool:
    with engine.connect() as connection:
        current = MigrationContext.configure(connection).get_current_revision()
        return current == ScriptDirectory.from_config(_config(folder)).get_current_head()


def difference(engine: Engine, metadata: MetaData) -> list:
    """What the models have and the migrated database has not (and the other way round): must be
    empty.
    """
    from alembic.autogenerate import compare_metadata

    with engine.connect() as connection:
        return compare_metadata(_context(connection), metadata)


def draft(engine: Engine, metadata: MetaData) -> str:
    """The body of `upgrade()` that would bring a database up to `metadata`."""
    with engine.connect() as connection:
        operations = produce_migrations(_context(connection), metadata).upgrade_ops
        assert operations is not None
        code = render_python_code(operations, render_item=_plainly)
        return dedent("    " + code)


def _plainly(kind: str, item: Any, context: Any) -> str | Literal[False]:
    """Types as the database sees them: a migration must not depend on classes that may change."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return "sa.String()"
    if kind == "type" and isinstance(item, ARRAY):
        return f"postgresql.ARRAY(sa.{type(item.item_type).__name__}())"
    if kind == "type" and isinstance(item, JSONB):
        return "postgresql.JSONB()"
    return False


def _context(connection: Connection) -> MigrationContext:
    return MigrationContext.configure(
        connection,
        opts={
            "compare_type": True,
            "include_name": lambda name, type_, parents: type_ != "table" or name not in OURS,
        },
    )


def _config(folder: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("alembic")))
    config.set_main_option("version_locations", str(folder / "versions"))
    config.set_main_option("path_separator", "newline")
    return config
