"""No text of any table is forgotten: it is encrypted, or somebody said why it stands in clear."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text

from backstop.engines import PostgresAccess
from backstop.services import every_service
from backstop.stored_texts import BY_COLUMN, BY_NAME, coded, encrypted, kind_of, table_of_encrypted
from kit.database.chassis_tables import CHASSIS
from kit.database.encryption import Encrypted

DOCUMENT = Path(__file__).parents[2] / "docs" / "data-protection.md"
TEXTS = text("""SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'public' AND data_type IN
        ('text', 'character varying', 'json', 'jsonb', 'bytea', 'ARRAY')
    ORDER BY table_name, ordinal_position""")


def stored(service: str, engines: dict[str, Engine]) -> Iterator[tuple[str, str]]:
    with engines[service].connect() as connection:
        yield from map(tuple, connection.execute(TEXTS))  # type: ignore[arg-type]


@pytest.fixture
def databases(
    postgres: PostgresAccess, templates: Callable[[str], str]
) -> Iterator[dict[str, Engine]]:
    """Every service's, as its migrations leave it."""
    made = {s.name: create_engine(postgres.url(templates(s.name))) for s in every_service()}
    yield made
    for engine in made.values():
        engine.dispose()


def test_every_text_is_encrypted_or_of_a_kind_that_may_stand_in_clear(databases):
    forgotten = []
    for service in every_service():
        locked = encrypted(service.metadata) | encrypted(CHASSIS)
        codes = coded(service.metadata)
        for table, column in stored(service.name, databases):
            is_locked = column in locked.get(table, ())
            if not is_locked and (table, column) not in codes and not kind_of(table, column):
                forgotten.append(f"{service.name}: {table}.{column}")
    say = "encrypt them, or say in backstop/stored_texts.py what they are: "
    assert not forgotten, say + ", ".join(forgotten)


def test_what_is_declared_in_clear_is_there_and_not_encrypted(databases):
    there, locked = set(), set()
    for service in every_service():
        there |= set(stored(service.name, databases))
        locked |= {
            (table, column)
            for tables in (encrypted(service.metadata), encrypted(CHASSIS))
            for table, columns in tables.items()
            for column in columns
        }
    declared = {tuple(name.split(".")) for names in BY_COLUMN.values() for name in names.split()}
    assert not declared - there
    assert not declared & locked
    names = {name for names in BY_NAME.values() for name in names.split()}
    assert not names - {column for _, column in there}


def test_numbers_and_words_are_never_declared_in_clear():
    for column in (
        "id_number",
        "phone",
        "note",
        "matter",
        "risk_point",
        "reason",
        "members",
        "text",
    ):
        assert kind_of("any_table", column) is None


def test_each_encrypted_column_is_bound_to_its_own_place():
    """Also one that several tables inherit."""
    for metadata in (CHASSIS, *(service.metadata for service in every_service())):
        for table in metadata.sorted_tables:
            for column in table.columns:
                if isinstance(column.type, Encrypted):
                    assert column.type.place == f"{table.name}.{column.name}"


def test_the_document_lists_what_lies_encrypted():
    lines = "\n".join(table_of_encrypted(every_service()))
    assert lines in DOCUMENT.read_text(encoding="utf-8"), "backstop field-keys columns prints it"
