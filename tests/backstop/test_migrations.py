"""Databases come up from nothing and from the previous release, and keep what they hold."""

import secrets
from datetime import date

import pytest
from sqlalchemy import create_engine, text

from backstop.engines import drop_database, ensure_database
from backstop.services import every_service, service_named
from kit.database.migrations import difference, is_current, upgrade
from rulebook.packs import load_pack

PREVIOUS = "0001"  # of release 0.1.0
FILL = """
INSERT INTO outbox (aggregatetype, aggregateid, type, payload) VALUES ('backstop.x', 'a', 'x.y.z.v1', '{}');
INSERT INTO inbox (source, id) VALUES ('/backstop/990121000000/x', uuidv7());
INSERT INTO deadline (name, about, at) VALUES ('ring', 'a', now());
INSERT INTO dead_letter (topic, partition, "offset", names, contents, reason) VALUES ('t', 0, 7, '{}', '{}', 'why');
INSERT INTO sheet (file, title, kind, account, came_at, report) VALUES ('f', 't', 'k', 'a', now(), '{}');
"""
TABLES = ("outbox", "inbox", "deadline", "dead_letter", "sheet")


@pytest.mark.parametrize("service", every_service(), ids=lambda one: one.name)
@pytest.mark.parametrize("previous", [None, PREVIOUS])
def test_a_database_comes_up_to_date_with_what_it_holds(engines, service, previous):
    name = f"migration_{secrets.token_hex(4)}"
    ensure_database(engines.postgres, name, engines.postgres.user)
    engine, folder = create_engine(engines.postgres.url(name)), service.folder / "migrations"
    try:
        if previous:
            upgrade(engine, folder, previous)
            assert not is_current(engine, folder)
            with engine.begin() as connection:
                connection.execute(text(FILL))
        upgrade(engine, folder)
        upgrade(engine, folder)  # twice is no error
        assert is_current(engine, folder)
        assert difference(engine, service.metadata) == []
        with engine.connect() as connection:
            for table in TABLES:
                rows = connection.execute(text(f"SELECT count(*) FROM {table}")).scalar_one()
                assert rows == (1 if previous else 0), table
            assert connection.execute(
                text("SELECT bool_and(tracingspancontext IS NULL) FROM outbox")
            ).scalar_one() in (True, None)
    finally:
        engine.dispose()
        drop_database(engines.postgres, name)


@pytest.mark.parametrize("name", ["default@1.0.0", "three-tier-2020@1.0.0"])
def test_an_old_record_says_which_content_its_pack_had(engines, name):
    """GT-22: release 0.1.0 kept id and version alone."""
    database = f"migration_{secrets.token_hex(4)}"
    ensure_database(engines.postgres, database, engines.postgres.user)
    engine, folder = (
        create_engine(engines.postgres.url(database)),
        service_named("village").folder / "migrations",
    )
    try:
        upgrade(engine, folder, "0002")
        with engine.begin() as connection:
            columns = (
                connection.execute(
                    text(
                        "SELECT column_name FROM information_schema.columns WHERE table_name = 'month'"
                        " AND data_type = 'date'"
                    )
                )
                .scalars()
                .all()
            )
            dates = {column: date(2026, 9, 1) for column in columns}
            named = {"month": "2026-09", "pack": name} | dates
            connection.execute(
                text(f"INSERT INTO month ({', '.join(named)}) VALUES (:{', :'.join(named)})"), named
            )
        upgrade(engine, folder)
        with engine.connect() as connection:
            assert (
                connection.execute(text("SELECT pack FROM month")).scalar_one()
                == load_pack(name).ref
            )
    finally:
        engine.dispose()
        drop_database(engines.postgres, database)


def test_a_department_keeps_its_way_in_through_the_upgrade(engines):
    name = f"migration_{secrets.token_hex(4)}"
    ensure_database(engines.postgres, name, engines.postgres.user)
    engine, folder = (
        create_engine(engines.postgres.url(name)),
        service_named("dispatch").folder / "migrations",
    )
    try:
        upgrade(engine, folder, "0002")
        with engine.begin() as connection:
            connection.execute(
                text("INSERT INTO department_key VALUES ('housing', 'housing-1', '\\x0102')")
            )
        upgrade(engine, folder)
        with engine.connect() as connection:
            found = connection.execute(
                text('SELECT kid, key, "user", in_force FROM department_key')
            ).one()
        assert found == ("housing-1", b"\x01\x02", "department-housing", True)
    finally:
        engine.dispose()
        drop_database(engines.postgres, name)
