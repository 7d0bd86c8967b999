"""The tables belong to an owner that nobody logs in as: what a service's own login is refused."""

import secrets
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import NullPool, create_engine

from backstop import databases
from backstop.engines import PostgresAccess, drop_database, ensure_guarded
from backstop.engines.postgres import connect
from backstop.services import every_service, service_named
from kit.database.migrations import upgrade
from kit.database.rights import owner_of

REFUSED = (
    "DROP TABLE audit",
    "DROP TABLE household",
    "ALTER TABLE audit DISABLE TRIGGER ALL",
    "ALTER TABLE household ADD COLUMN more text",
    "DROP TRIGGER audit_keep ON audit",
    "CREATE OR REPLACE FUNCTION audit_keep() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    "CREATE TABLE more (words text)",
    "CREATE TEMPORARY TABLE more (words text)",
    "CREATE SCHEMA more",
    "TRUNCATE household",
    "TRUNCATE audit",
    "DELETE FROM audit",
    "UPDATE audit SET account = 'nobody'",
    "UPDATE audit SET at = now()",
    "DELETE FROM outbox",
    "UPDATE outbox SET payload = '{}'",
    "DELETE FROM inbox",
    "UPDATE sheet SET account = 'nobody'",
    "UPDATE pack_used SET content = ''",
    "UPDATE alembic_version SET version_num = '0001'",
    "SET session_replication_role = replica",
    "COPY household TO PROGRAM 'cat'",
)
ACT = """INSERT INTO audit (at, kind, deed, account, role, place, objects, request)
    VALUES (now(), 'act', 'sign', 'a', 'VILLAGE_CLERK', '990121101201', '{}', 'r')"""


@pytest.fixture
def password() -> str:
    return secrets.token_urlsafe(12)


@pytest.fixture
def name(postgres: PostgresAccess, password: str) -> Iterator[str]:
    """A database of the village service as an installation has it."""
    made = f"rights_{secrets.token_hex(3)}"
    ensure_guarded(postgres, made, owner_of(made), password)
    databases.migrate(postgres, service_named("village"), made)
    yield made
    forget(postgres, made)


def forget(postgres: PostgresAccess, name: str) -> None:
    drop_database(postgres, name)
    with connect(postgres) as admin:
        admin.execute(f"DROP ROLE {name}")
        admin.execute(f"DROP ROLE IF EXISTS {owner_of(name)}")


@pytest.fixture
def login(postgres: PostgresAccess, name: str, password: str) -> Iterator[psycopg.Connection]:
    with psycopg.connect(postgres.dsn(name, name, password), autocommit=True) as connection:
        yield connection


def test_the_services_login_works_with_rows(login):
    login.execute(ACT)
    assert login.execute("UPDATE audit SET number = 1, hash = '\\x00'").rowcount == 1
    assert login.execute("UPDATE outbox SET sent_at = now()").rowcount == 0
    for statement in ("SELECT count(*) FROM household", "DELETE FROM household", "LISTEN outbox"):
        login.execute(statement)


@pytest.mark.parametrize("statement", REFUSED)
def test_what_would_change_a_table_or_a_record_is_refused(login, statement):
    login.execute(ACT)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        login.execute(statement)


def test_nobody_logs_in_as_the_owner_and_the_login_cannot_become_it(
    postgres, name, password, login
):
    query = "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s"
    assert login.execute(query, [owner_of(name)]).fetchone() == (False,)
    for role in (owner_of(name), postgres.user):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            login.execute(f'SET ROLE "{role}"')


def test_every_services_migrations_run_as_the_owner(postgres: PostgresAccess, password: str):
    for service in every_service():
        name = f"rights_{service.name}_{secrets.token_hex(3)}"
        ensure_guarded(postgres, name, owner_of(name), password)
        try:
            databases.migrate(postgres, service, name)
            databases.migrate(postgres, service, name)  # twice is no error
            assert databases.amiss(postgres, name) == []
        finally:
            forget(postgres, name)


def test_a_database_that_belonged_to_its_login_changes_hands(postgres, password):
    """As release 0.1.0 left it: the service migrated by itself, and owned all."""
    name, folder = f"rights_{secrets.token_hex(3)}", service_named("village").folder / "migrations"
    with connect(postgres) as admin:
        admin.execute(f"CREATE ROLE {name} LOGIN PASSWORD '{password}'")
        admin.execute(f"CREATE DATABASE {name} OWNER {name} TEMPLATE template0")
    engine = create_engine(postgres.url(name, name, password), poolclass=NullPool)
    upgrade(engine, folder, "0009")
    with psycopg.connect(postgres.dsn(name, name, password)) as old:
        old.execute("INSERT INTO inbox (source, id) VALUES ('/before', uuidv7())")
        ensure_guarded(postgres, name, owner_of(name), password)
    try:
        for _ in range(2):
            databases.migrate(postgres, service_named("village"), name)
        assert databases.amiss(postgres, name) == []
        with psycopg.connect(postgres.dsn(name, name, password)) as login:
            assert login.execute("SELECT source FROM inbox").fetchall() == [("/before",)]
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                login.execute("DROP TABLE inbox")
    finally:
        forget(postgres, name)


def test_what_somebody_opened_by_hand_is_found_and_put_right(postgres, name):
    with connect(postgres, name) as admin:
        admin.execute(f"GRANT UPDATE (account) ON audit TO {name}")
        admin.execute(f"GRANT TRUNCATE ON household TO {name}")
        admin.execute(f"REVOKE INSERT ON outbox FROM {name}")
    assert databases.amiss(postgres, name) == [
        f"{name} 对表 audit 不该有 UPDATE (account, hash, number)",
        f"{name} 对表 audit 缺少 UPDATE (hash, number)",
        f"{name} 对表 household 不该有 TRUNCATE",
        f"{name} 对表 outbox 缺少 INSERT",
    ]
    databases.migrate(postgres, service_named("village"), name)
    assert databases.amiss(postgres, name) == []
    with connect(postgres, name) as admin:
        admin.execute(f"GRANT {owner_of(name)} TO {name}")
        admin.execute("CREATE TABLE more (words text)")
    said = databases.amiss(postgres, name)
    assert f"表 more 属于 {postgres.user}，应当属于 {owner_of(name)}" in said
    assert f"{name} 能做的不止读写数据" in said


def test_an_administrator_who_is_no_superuser_can_prepare_it(postgres: PostgresAccess, password):
    """What a county's own server may give: CREATEDB and CREATEROLE."""
    admin, name = f"dba_{secrets.token_hex(3)}", f"rights_{secrets.token_hex(3)}"
    with connect(postgres) as root:
        root.execute(f"CREATE ROLE {admin} LOGIN CREATEDB CREATEROLE PASSWORD '{password}'")
        root.execute(f"GRANT CONNECT ON DATABASE postgres TO {admin}")
    theirs = PostgresAccess(postgres.host, postgres.port, admin, password)
    try:
        for _ in range(2):
            ensure_guarded(theirs, name, owner_of(name), password)
            databases.migrate(theirs, service_named("village"), name)
        assert databases.amiss(theirs, name) == []
    finally:
        forget(postgres, name)
        with connect(postgres) as root:
            root.execute(f"DROP OWNED BY {admin}")
            root.execute(f"DROP ROLE {admin}")
