"""Columns that lie encrypted, on a real PostgreSQL: what stands there, what is refused, and how
another key takes over.
"""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import StatementError
from sqlmodel import Field, Session, col, select

from kit.database import reencryption
from kit.database.encryption import EncryptedBytes, Searched, encrypted, encrypted_items, kid_of
from kit.database.field_keys import FieldDamaged, FieldKeyMissing, FieldKeys, KeySet
from kit.database.reencryption import BATCH, CLEAR, counts, forget, prove, reencrypt
from kit.database.sessions import make_engine
from kit.database.tables import Strict
from kit.database.upsert import MANY, upsert
from kit.messaging.fault import will_pass
from kit.service import own_registry
from tests.helpers.field_keys import KEYS

NUMBER, PHONE, WORDS = "990121199001010010", "16000001234", "妻子患尿毒症，每周透析三次"


class Table(Strict, registry=own_registry()):
    pass


class Person(Table, table=True):
    __tablename__ = "secret_person"
    kind: str = Field(primary_key=True)
    id: int = Field(primary_key=True)
    phone: str | None = encrypted(default=None)
    note: str = encrypted(default="")
    members: list[dict[str, Any]] = encrypted_items()
    photograph: bytes | None = Field(default=None, sa_type=EncryptedBytes)
    village: str = "990121101001"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "field-keys.json"
    path.write_text(KEYS.dump(), encoding="utf-8")
    return path


@pytest.fixture
def engine(postgres, database: str, file: Path) -> Iterator[Engine]:
    made = make_engine(postgres.url(database), field_keys=FieldKeys(file))
    Table.metadata.create_all(made)
    yield made
    made.dispose()


def put(engine: Engine, *persons: Person) -> None:
    with Session(engine) as session, session.begin():
        session.add_all(persons)


def person(id: int = 1, **changed: Any) -> Person:
    words: dict[str, Any] = {"phone": PHONE, "note": WORDS, "photograph": WORDS.encode()}
    members = [{"name": "钱一舟", "id_number": NUMBER}]
    return Person(kind="a", id=id, **(words | {"members": members} | changed))


def got(engine: Engine, id: int = 1) -> Person:
    with Session(engine) as session:
        return session.exec(select(Person).where(Person.id == id)).one()


def raw(engine: Engine) -> list[dict[str, str]]:
    """As they stand in the database."""
    statement = "SELECT phone, note, CAST(members AS text) AS members, encode(photograph, 'escape') AS photograph FROM secret_person ORDER BY id"
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(statement)).mappings()]


def execute(engine: Engine, statement: str, **values: Any) -> None:
    with engine.begin() as connection:
        connection.execute(text(statement), values)


def exchange(engine: Engine, file: Path, keys: KeySet) -> None:
    """Another process wrote the file: this one looks at once, instead of within two seconds."""
    file.write_text(keys.dump(), encoding="utf-8")
    engine.dialect.field_keys.read()  # type: ignore[attr-defined]


def put_clear(engine: Engine, id: int) -> None:
    """As a release wrote it that encrypted nothing."""
    execute(
        engine,
        """INSERT INTO secret_person (kind, id, phone, note, members, photograph, village)
        VALUES ('a', :id, :phone, :note, CAST(:members AS jsonb), :photograph, 'v')""",
        id=id,
        phone=PHONE,
        note=WORDS,
        members='[{"name": "钱一舟"}]',
        photograph=WORDS.encode(),
    )


def held_by(engine: Engine) -> dict[str, int]:
    return dict(counts(engine, Table.metadata))


def test_what_was_written_is_read_and_stands_in_no_column_in_clear(engine):
    put(engine, person())
    found = got(engine)
    assert (found.phone, found.note, found.photograph) == (PHONE, WORDS, WORDS.encode())
    assert found.members == [{"name": "钱一舟", "id_number": NUMBER}]
    stored = "".join(raw(engine)[0].values())
    for clear in (PHONE, WORDS, NUMBER, "钱一舟", "name"):
        assert clear not in stored
    assert stored.count(f"enc.{KEYS.current}.") == 4


def test_nothing_stays_nothing(engine):
    put(engine, person(phone=None, note="", photograph=None))
    assert (got(engine).phone, got(engine).note) == (None, "")
    assert raw(engine)[0]["phone"] is None
    with Session(engine) as session:
        assert session.exec(select(Person).where(col(Person.phone).is_(None))).one()


def test_the_same_words_lie_differently_each_time(engine):
    put(engine, person(1), person(2))
    first, second = raw(engine)
    assert all(first[name] != second[name] for name in first)


@pytest.mark.parametrize("many", [3, MANY + 1])
def test_sets_are_encrypted_too_by_insert_and_by_copy(engine, many):
    rows = [person(id).model_dump() for id in range(many)]
    with Session(engine) as session, session.begin():
        upsert(session, Person, rows, "kind", "id")
        upsert(session, Person, [row | {"note": "改过"} for row in rows], "kind", "id")
    assert got(engine, many - 1).note == "改过"
    assert got(engine, 0).members == rows[0]["members"]
    assert held_by(engine) == {KEYS.current: 4 * many}
    with Session(engine) as session:
        sent = session.connection().connection.driver_connection.execute(
            "SELECT string_agg(note, '') FROM secret_person"
        )
        assert "改过" not in sent.fetchone()[0]


def test_a_value_brought_from_another_column_is_refused(engine):
    put(engine, person())
    execute(engine, "UPDATE secret_person SET phone = note")
    with pytest.raises(FieldDamaged, match=r"secret_person\.phone里有一个值打不开"):
        got(engine)


def test_a_value_that_was_changed_is_refused(engine):
    put(engine, person())
    changed = "overlay(note placing 'AAAA' from 40)"
    execute(engine, f"UPDATE secret_person SET note = {changed}")
    with pytest.raises(FieldDamaged, match="被改动过"):
        got(engine)


@pytest.mark.parametrize(
    "search",
    [
        lambda: Person.phone == PHONE,
        lambda: col(Person.phone).in_([PHONE]),
        lambda: col(Person.note).icontains("透析"),
        lambda: select(Person).order_by(col(Person.phone).desc()),
        lambda: PHONE + col(Person.phone),
    ],
)
def test_nobody_searches_or_sorts_by_an_encrypted_column(search):
    with pytest.raises(Searched, match="encrypted"):
        search()


def test_what_stood_in_clear_is_read_until_it_is_encrypted(engine):
    put_clear(engine, 1)
    assert (got(engine).phone, got(engine).members) == (PHONE, [{"name": "钱一舟"}])
    assert held_by(engine) == {CLEAR: 4}
    assert reencrypt(engine, Table.metadata) == 1
    assert held_by(engine) == {KEYS.current: 4}
    assert (got(engine).phone, got(engine).note) == (PHONE, WORDS)
    assert (got(engine).members, got(engine).photograph) == ([{"name": "钱一舟"}], WORDS.encode())
    assert reencrypt(engine, Table.metadata) == 0  # nothing is left


def test_another_key_takes_over_rows_of_before_and_after(engine, file):
    put(engine, person(1))
    put_clear(engine, 2)
    rotated = KEYS.added()
    assert rotated.next
    exchange(engine, file, rotated.using(rotated.next))
    put(engine, person(3))
    assert held_by(engine) == {CLEAR: 4, KEYS.current: 4, rotated.next: 4}
    assert [got(engine, id).note for id in (1, 2, 3)] == [WORDS] * 3  # old rows by their own key
    assert reencrypt(engine, Table.metadata) == 2
    assert held_by(engine) == {rotated.next: 12}
    forget(engine, KEYS.current)
    exchange(engine, file, rotated.using(rotated.next).without(KEYS.current))
    prove(engine)
    assert [got(engine, id).note for id in (1, 2, 3)] == [WORDS] * 3


def test_a_process_finds_a_key_that_another_one_made(engine, file, postgres, database):
    put(engine, person(1))
    rotated = KEYS.added()
    file.write_text(rotated.using(rotated.next or "").dump(), encoding="utf-8")
    other = make_engine(postgres.url(database), field_keys=FieldKeys(file))
    put(other, person(2))
    other.dispose()
    assert got(engine, 2).note == WORDS  # at once: the key's name was unknown


def test_a_rotation_that_was_cut_off_goes_on_where_it_stopped(engine, file):
    rows = [person(id).model_dump() for id in range(3 * BATCH)]
    with Session(engine) as session, session.begin():
        upsert(session, Person, rows, "kind", "id")
    rotated = KEYS.added()
    new = rotated.next or ""
    exchange(engine, file, rotated.using(new))
    told: list[tuple[str, int]] = []

    def cut_off(table: str, count: int) -> None:
        told.append((table, count))
        raise KeyboardInterrupt

    with suppress(KeyboardInterrupt):
        reencrypt(engine, Table.metadata, cut_off)
    assert told == [("secret_person", BATCH)]
    assert held_by(engine) == {new: 4 * BATCH, KEYS.current: 8 * BATCH}
    assert reencrypt(engine, Table.metadata) == 2 * BATCH
    assert held_by(engine) == {new: 12 * BATCH}


def test_it_waits_for_nobodys_row_and_comes_back_to_it(engine):
    for id in (1, 2):
        put_clear(engine, id)
    with engine.begin() as somebody:
        somebody.execute(text("SELECT * FROM secret_person WHERE id = 1 FOR UPDATE"))
        assert reencrypt(engine, Table.metadata) == 1
    assert reencrypt(engine, Table.metadata) == 1
    assert held_by(engine) == {KEYS.current: 8}


def test_one_damaged_value_holds_up_nobody_and_stays(engine, caplog):
    put(engine, person(1))
    execute(engine, "UPDATE secret_person SET phone = note")
    put_clear(engine, 2)
    reencrypt(engine, Table.metadata)
    assert CLEAR not in held_by(engine)
    rotated = KEYS.added()
    engine.dialect.field_keys = FieldKeys.of(rotated.using(rotated.next or ""))
    reencrypt(engine, Table.metadata)
    assert held_by(engine) == {rotated.next: 7, KEYS.current: 1}
    assert "secret_person.phone里有一个值打不开" in caplog.text


def test_a_database_of_other_keys_is_refused_at_the_start(engine, file):
    prove(engine)
    exchange(engine, file, KeySet.generate())
    with pytest.raises(
        FieldKeyMissing, match=rf"字段密钥 {KEYS.current} .*请从另存的备份取回密钥文件"
    ):
        prove(engine)
    exchange(engine, file, KeySet({KEYS.current: bytes(32)}, KEYS.current))  # its name, not the key
    with pytest.raises(FieldDamaged, match=r"field_key\.proof"):
        prove(engine)


def test_a_file_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(FieldKeyMissing, match=r"读不出字段密钥文件.*另存的备份"):
        FieldKeys(tmp_path / "none.json").read()
    (tmp_path / "half.json").write_text('{"keys": {', encoding="utf-8")
    with pytest.raises(FieldKeyMissing, match="读不出字段密钥文件"):
        FieldKeys(tmp_path / "half.json").read()


def test_without_keys_nothing_is_written_and_no_event_is_to_blame(engine):
    engine.dialect.field_keys = None
    with pytest.raises(StatementError, match="没有字段密钥") as refused:
        put(engine, person())
    assert will_pass(refused.value)
    assert raw(engine) == []


def test_a_file_half_exchanged_changes_nothing(engine, file):
    put(engine, person())
    file.write_text("", encoding="utf-8")
    engine.dialect.field_keys.read()
    assert got(engine).note == WORDS


def test_a_service_at_work_encrypts_what_it_finds_in_clear(engine, file, monkeypatch):
    monkeypatch.setattr(reencryption, "EVERY", 0.05)
    put_clear(engine, 1)
    rotated = KEYS.added()

    async def held(*kids: str) -> None:
        while set(await asyncio.to_thread(held_by, engine)) != {*kids}:
            await asyncio.sleep(0.05)

    async def at_work() -> None:
        async with asyncio.timeout(120):
            work = asyncio.create_task(reencryption.reencryption(engine, Table.metadata))
            await held(KEYS.current)
            file.write_text(rotated.using(rotated.next or "").dump(), encoding="utf-8")
            await held(rotated.next or "")
            work.cancel()

    asyncio.run(at_work())
    assert got(engine).note == WORDS


def test_a_value_names_its_key_whatever_its_type(engine):
    put(engine, person())
    assert {kid_of(raw(engine)[0][name]) for name in ("phone", "note")} == {KEYS.current}
    assert kid_of(PHONE) is None
    assert kid_of(None) is None
    assert kid_of([{"name": "enc.00000001."}]) is None
