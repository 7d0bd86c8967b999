"""Databases come up from nothing and from the previous release, and keep what they hold."""

import json
import secrets
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Engine, create_engine, text

from backstop.engines import PostgresAccess, drop_database, ensure_database
from backstop.services import every_service, service_named
from kit.database.migrations import difference, is_current, upgrade
from kit.database.sessions import make_sessions
from rulebook.ids import id_hash, make_id
from rulebook.packs import load_pack

PREVIOUS = "0001"  # of release 0.1.0
OLD = [one for one in every_service() if not one.handlers.begins]  # the others came later
FILL = """
INSERT INTO outbox (aggregatetype, aggregateid, type, payload) VALUES ('backstop.x', 'a', 'x.y.z.v1', '{}');
INSERT INTO inbox (source, id) VALUES ('/backstop/990121000000/x', uuidv7());
INSERT INTO deadline (name, about, at) VALUES ('ring', 'a', now());
INSERT INTO dead_letter (topic, partition, "offset", names, contents, reason) VALUES ('t', 0, 7, '{}', '{}', 'why');
INSERT INTO sheet (file, title, kind, account, came_at, report) VALUES ('f', 't', 'k', 'a', now(), '{}');
"""
TABLES = ("outbox", "inbox", "deadline", "dead_letter", "sheet")


@pytest.fixture
def blank(postgres: PostgresAccess) -> Iterator[Engine]:
    """A database without a table."""
    name = f"migration_{secrets.token_hex(4)}"
    ensure_database(postgres, name, postgres.user)
    engine = create_engine(postgres.url(name))
    yield engine
    engine.dispose()
    drop_database(postgres, name)


@pytest.mark.parametrize(
    ("service", "previous"),
    [*((one, None) for one in every_service()), *((one, PREVIOUS) for one in OLD)],
    ids=lambda value: getattr(value, "name", value),
)
def test_a_database_comes_up_to_date_with_what_it_holds(blank, service, previous):
    engine, folder = blank, service.folder / "migrations"
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


REFERENCES = text("""SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND column_name IN ('pack', 'pack_ref')""")
NEEDED = text("""SELECT column_name, data_type FROM information_schema.columns
    WHERE table_name = :table AND is_nullable = 'NO' AND column_default IS NULL
    AND is_identity = 'NO'""")
ANYTHING = dict.fromkeys(("date", "timestamp with time zone"), "2026-09-01") | {
    "ARRAY": "{}",
    "jsonb": "[]",
    "boolean": "false",
    "integer": "0",
    "bigint": "0",
}


@pytest.mark.parametrize("service", OLD, ids=lambda one: one.name)
def test_gt_22_an_old_record_says_which_content_its_pack_had(blank, service):
    """Release 0.1.0 kept id and version alone."""
    engine, folder = blank, service.folder / "migrations"
    upgrade(engine, folder, PREVIOUS)
    with engine.begin() as connection:
        references = connection.execute(REFERENCES).all()
        for table, column in references:
            needed = connection.execute(NEEDED, {"table": table}).all()
            for pack in ("default", "three-tier-2020"):
                row = {key: ANYTHING.get(kind, pack) for key, kind in needed}
                row[column] = f"{pack}@1.0.0"
                keys, values = ", ".join(f'"{key}"' for key in row), ", :".join(row)
                connection.execute(text(f"INSERT INTO {table} ({keys}) VALUES (:{values})"), row)
    upgrade(engine, folder)
    assert references
    with engine.connect() as connection:
        for table, column in references:
            found = connection.execute(text(f"SELECT {column} FROM {table}")).scalars()
            assert set(found) == {load_pack("default").ref, load_pack("three-tier-2020@1.0.0").ref}


def test_a_department_keeps_its_way_in_through_the_upgrade(blank):
    engine, folder = blank, service_named("dispatch").folder / "migrations"
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


DIVISIONS = """INSERT INTO division (code, level, name, parent) VALUES
    ('990121100000', 'TOWNSHIP', '河湾镇', '990121000000'), ('990121100201', 'VILLAGE', '石桥村', '990121100000');"""
PLACES = {("TOWNSHIP", "990121100000", "河湾镇"), ("VILLAGE", "990121100201", "石桥村")}
UNITS = "INSERT INTO unit (code, name) VALUES ('U001', '县水利局');"
NAMED = {  # service -> its revision before, what it had, what the directory then holds besides divisions
    "village": (
        "0002",
        """INSERT INTO village_group (village, code, leader) VALUES ('990121100201', '01', '吴试');
        INSERT INTO source (code, name) VALUES ('U001', '县水利局'), ('D1', '第一督导组');
        INSERT INTO notice (finding, tier, source, month, household, village, causes, "on")
            VALUES ('f', 'COUNTY', 'D1', '2026-09', 'h', '990121100201', '[]', '2026-09-02')""",
        {
            ("GROUP", "990121100201/01", "01组"),
            ("UNIT", "U001", "县水利局"),
            ("TEAM", "D1", "第一督导组"),
        },
    ),
    "unit": (
        "0002",
        UNITS
        + "INSERT INTO helper (code, unit, name, left_on) VALUES ('U001-01', 'U001', '何试', '2026-06-30')",
        {("UNIT", "U001", "县水利局"), ("HELPER", "U001-01", "何试")},
    ),
    "county": (
        "0002",
        UNITS
        + """INSERT INTO village_group (village, group_no, leader) VALUES ('990121100201', '01', '吴试');
        INSERT INTO helper (code, unit, name) VALUES ('U001-01', 'U001', '何试');
        INSERT INTO team (code, name, leader, members, townships, waiting_for)
            VALUES ('D1', '第一督导组', '', '{}', '{}', '{}');
        INSERT INTO department (code, name) VALUES ('housing', '县住建局');
        INSERT INTO responsible (place_name, post, level, place, name) VALUES
            ('河湾镇', '党委书记', '乡镇', '990121100000', '赵试'), ('河湾', '党委书记', '乡镇', '990121100000', '赵试'),
            ('别处', '党委书记', '乡镇', NULL, '钱试')""",
        {
            ("GROUP", "990121100201/01", "01组"),
            ("UNIT", "U001", "县水利局"),
            ("HELPER", "U001-01", "何试"),
            ("TEAM", "D1", "第一督导组"),
            ("DEPARTMENT", "housing", "县住建局"),
            ("POST", "990121100000/党委书记", "党委书记"),
        },
    ),
    "dispatch": (
        "0003",
        """INSERT INTO department (code, name, aliases, active)
            VALUES ('housing', '县住建局', '["住建"]', true), ('old', '县扶贫办', '[]', false)""",
        {("DEPARTMENT", "housing", "县住建局"), ("DEPARTMENT", "old", "县扶贫办")},
    ),
}


@pytest.mark.parametrize("service", NAMED)
def test_the_directory_begins_with_what_the_services_tables_name(blank, service):
    before, rows, named = NAMED[service]
    engine, folder = blank, service_named(service).folder / "migrations"
    upgrade(engine, folder, before)
    with engine.begin() as connection:
        connection.exec_driver_sql(DIVISIONS + rows)
    upgrade(engine, folder)
    with engine.connect() as connection:
        found = connection.execute(
            text("SELECT kind, code, name, also, active, last_month FROM directory")
        ).all()
    assert {one[:3] for one in found} == named | PLACES
    also, gone = [one for one in found if one.also], [one for one in found if not one.active]
    if service == "dispatch":
        assert [one.also for one in also] == [["住建"]]
        assert [one.code for one in gone] == ["old"]
    if service == "unit":
        assert [(one.code, one.last_month) for one in gone] == [("U001-01", "2026-06")]


IN_TWO = """INSERT INTO household
    (id, number, village, stratum, size, head_name, id_number, id_hash, on_register, members) VALUES
    ('a', 'H1', '990121100201', 'ORDINARY', 2, '陈试', :chen, :chen_hash, true, CAST(:first AS jsonb)),
    ('b', 'H2', '990121100201', 'ORDINARY', 3, '刘试', :liu, :liu_hash, true, CAST(:second AS jsonb))"""


def test_g_09_numbers_in_two_households_are_disputed_from_the_first_start(
    blank, keyring, book, clock
):
    """Heads before members, the first before the later one; nothing is merged or taken out."""
    chen, liu, son = (make_id("990121", date(1970, 1, 1), seq) for seq in (1, 2, 3))
    hashes = {number: id_hash(number, keyring.hash_key) for number in (chen, liu, son)}

    def members(*numbers: str) -> str:
        return json.dumps([{"name": "试", "id_number": one, "relationship": ""} for one in numbers])

    engine, service = blank, service_named("village")
    upgrade(engine, service.folder / "migrations", "0009")
    with engine.begin() as connection:
        known = {"chen": chen, "liu": liu, "chen_hash": hashes[chen], "liu_hash": hashes[liu]}
        entries = {"first": members(chen, son), "second": members(liu, son, chen)}
        connection.execute(text(IN_TWO), known | entries)
    upgrade(engine, service.folder / "migrations")
    sessions = make_sessions(engine, keyring, "990121000000", book=book)
    for _ in range(2):
        with sessions.begin() as session:
            for prepare in service.prepare:
                prepare(session, clock)
    with engine.connect() as connection:
        rows = connection.execute(text("SELECT household, id_hash, disputed FROM person")).all()
        merged = connection.execute(text("SELECT count(merged_on) FROM household")).scalar_one()
    assert merged == 0
    assert set(rows) == {
        ("a", hashes[chen], False),
        ("a", hashes[son], False),
        ("b", hashes[liu], False),
        ("b", hashes[son], True),
        ("b", hashes[chen], True),
    }
