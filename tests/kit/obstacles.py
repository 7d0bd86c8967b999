"""What can stand in a service's way at its database for a while, each as `with obstacle(beside,
database): …`.
"""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from psycopg import Connection, sql

OTHERS = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"


@contextmanager
def read_only(beside: Connection, database: str) -> Iterator[None]:
    """As after a watchdog saw the disk fill, or a switch to the stand-by: connections opened
    meanwhile stay read-only.
    """
    with setting(beside, database, "default_transaction_read_only", "on"):
        yield


@contextmanager
def setting(beside: Connection, database: str, name: str, value: str) -> Iterator[None]:
    """A setting of the database, for all who connect from now on; whoever is there is sent away,
    but not at the end.
    """
    beside.execute("SET default_transaction_read_only = off")
    where = sql.Identifier(database), sql.Identifier(name)
    beside.execute(sql.SQL("ALTER DATABASE {} SET {} = {}").format(*where, value))
    beside.execute(OTHERS, [database])
    yield
    beside.execute(sql.SQL("ALTER DATABASE {} RESET {}").format(*where))


@contextmanager
def missing(beside: Connection, table: str) -> Iterator[None]:
    """As before the migration that makes it."""
    beside.execute(f"ALTER TABLE {table} RENAME TO gone")
    yield
    beside.execute(f"ALTER TABLE gone RENAME TO {table}")


@contextmanager
def failing(
    beside: Connection, table: str, state: str, *, times: int = 1_000_000
) -> Iterator[None]:
    """Each row written there fails with this SQLSTATE, so many times; `attempts(beside)` counts,
    whatever is rolled back.
    """
    beside.execute("CREATE SEQUENCE attempts")
    beside.execute(f"""CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('attempts') <= {times} THEN RAISE EXCEPTION USING ERRCODE = '{state}', MESSAGE = 'it fails'; END IF;
        RETURN NEW; END $$""")
    beside.execute(
        f"CREATE TRIGGER fail BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fail()"
    )
    yield
    beside.execute(f"DROP TRIGGER fail ON {table}")


def attempts(beside: Connection) -> int:
    row = beside.execute(
        "SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM attempts"
    ).fetchone()
    return row[0] if row else 0


@contextmanager
def locked(beside: Connection, database: str, dsn: str, table: str) -> Iterator[None]:
    """Somebody else holds the table, and nobody waits for it longer than a moment."""
    with setting(beside, database, "lock_timeout", "20ms"), psycopg.connect(dsn) as other:
        other.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")
        yield


@contextmanager
def poisoned(beside: Connection, table: str, row: str, does: str) -> Iterator[None]:
    """Writing a row there for which `row` holds does that, again and again; the others are written."""
    beside.execute(f"""CREATE FUNCTION poison() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        {does}; RETURN NEW; END $$""")
    beside.execute(f"""CREATE TRIGGER poison BEFORE INSERT ON {table} FOR EACH ROW
        WHEN ({row}) EXECUTE FUNCTION poison()""")
    yield
    beside.execute(f"DROP TRIGGER poison ON {table}")
    beside.execute("DROP FUNCTION poison")
