"""What an administrator does at a PostgreSQL: roles and databases."""

from __future__ import annotations

import contextlib
import time
from typing import Any

from backstop.engines.access import PostgresAccess
from backstop.engines.errors import EngineError


def connect(access: PostgresAccess, database: str | None = None) -> Any:
    """The administrator's connection, each statement its own transaction."""
    import psycopg

    try:
        return psycopg.connect(access.dsn(database), autocommit=True, connect_timeout=10)
    except psycopg.OperationalError as error:
        raise EngineError(
            f"无法连接 PostgreSQL({access.host})。请检查它是否在运行，以及用户和密码。",
            f"PostgreSQL at {access.host} cannot be reached; see whether it runs, and the user and password.",
            str(error).strip(),
        ) from error


def ensure_role(access: PostgresAccess, name: str, password: str) -> None:
    """A role that may log in with this password and has no special power.

    Only the SCRAM verifier is sent: the password itself appears in no statement and no log.
    """
    from psycopg import sql

    with connect(access) as connection:
        _make_role(connection, name)
        verifier = connection.pgconn.encrypt_password(
            password.encode(), name.encode(), b"scram-sha-256"
        ).decode()
        connection.execute(
            sql.SQL("ALTER ROLE {} LOGIN PASSWORD {}").format(
                sql.Identifier(name), sql.Literal(verifier)
            )
        )


def ensure_owner(access: PostgresAccess, name: str) -> None:
    """A role that owns a database and its tables, and as which nobody logs in; the administrator
    may act as it.
    """
    from psycopg import sql

    with connect(access) as connection:
        _make_role(connection, name)
        connection.execute(sql.SQL("ALTER ROLE {} NOLOGIN").format(sql.Identifier(name)))


def ensure_database(access: PostgresAccess, name: str, owner: str) -> None:
    """A database of this owner, which no other role but the administrator may enter."""
    from psycopg import errors, sql

    with connect(access) as connection:
        known = connection.execute(
            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [name]
        ).fetchone()
        if not known:
            command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE template0")
            with contextlib.suppress(errors.DuplicateDatabase):
                connection.execute(command.format(sql.Identifier(name), sql.Identifier(owner)))
        elif known[0] != owner:
            command = sql.SQL("ALTER DATABASE {} OWNER TO {}")
            connection.execute(command.format(sql.Identifier(name), sql.Identifier(owner)))
        _close(connection, name)


def ensure_guarded(access: PostgresAccess, name: str, owner: str, password: str) -> None:
    """A database whose owner is not the login of its name: that one may enter, and do there what
    the owner grants it.
    """
    from psycopg import sql

    ensure_owner(access, owner)
    ensure_role(access, name, password)
    ensure_database(access, name, owner)
    with connect(access) as connection:
        connection.execute(
            sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(*[sql.Identifier(name)] * 2)
        )
        connection.execute(
            sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(*[sql.Identifier(name)] * 2)
        )


def create_database(access: PostgresAccess, name: str, owner: str, password: str) -> None:
    """A role and its database, made where missing."""
    ensure_role(access, owner, password)
    ensure_database(access, name, owner)


def clone_database(
    access: PostgresAccess, template: str, name: str, *, owner: str | None = None
) -> None:
    """Copy a database quickly (about 0.1 s for a migrated one); nobody may be connected to the
    template.
    """
    from psycopg import errors, sql

    with connect(access) as connection:
        if owner is None:
            row = connection.execute(
                "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s", [template]
            ).fetchone()
            if row is None:
                raise EngineError(f"没有数据库 {template}。", f"There is no database {template}.")
            owner = str(row[0])
        command = sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(owner), sql.Identifier(template)
        )
        for patience in (0.1, 0.2, 0.4, 0.8, 0.0):
            try:
                connection.execute(command)
                break
            except errors.ObjectInUse:  # a connection that is being closed counts for a moment
                if not patience:
                    raise
                time.sleep(patience)
        _close(connection, name)


def drop_database(access: PostgresAccess, name: str) -> None:
    """No such database any more; whoever is connected is thrown out."""
    from psycopg import sql

    with connect(access) as connection:
        connection.execute(
            sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name))
        )


def close_doors(access: PostgresAccess) -> None:
    """Let no service's role into the administrator's own databases."""
    with connect(access) as connection:
        for name in ("postgres", "template1"):
            _close(connection, name)


def _make_role(connection: Any, name: str) -> None:
    """The role, without any power. A superuser takes powers off one that is there; an administrator
    who is none (CREATEDB and CREATEROLE) becomes a member, so as to act as it.
    """
    from psycopg import errors, sql

    role = sql.Identifier(name)
    if not connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name]).fetchone():
        with contextlib.suppress(errors.DuplicateObject):
            connection.execute(sql.SQL("CREATE ROLE {}").format(role))
    mine = connection.execute(
        "SELECT rolsuper, pg_has_role(%s, 'USAGE') AND pg_has_role(%s, 'SET')"
        " FROM pg_roles WHERE rolname = current_user",
        [name, name],
    ).fetchone()
    if mine[0]:
        connection.execute(
            sql.SQL("ALTER ROLE {} NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS").format(role)
        )
    elif not mine[1]:
        connection.execute(
            sql.SQL("GRANT {} TO CURRENT_USER WITH INHERIT TRUE, SET TRUE").format(role)
        )


def _close(connection: Any, name: str) -> None:
    from psycopg import sql

    connection.execute(
        sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(sql.Identifier(name))
    )
