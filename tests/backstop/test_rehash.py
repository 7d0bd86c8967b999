"""`backstop field-keys rehash`: another hash key, and every hash under it in every service."""

import json
from collections.abc import Callable
from contextlib import nullcontext
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.pool import NullPool
from sqlmodel import select
from typer.testing import CliRunner

from backstop.cli import app
from backstop.cli import field_keys as command
from backstop.cli.options import complaints
from backstop.services import every_service, service_named
from kit.actor import Actor
from kit.database import rehashing
from kit.errors import Refused
from kit.messaging.outbox import emitted
from kit.seal import Keyring, id_hash
from rulebook.ids import make_id
from schemas.codes import Level, Role, Stratum
from services.county.ledger.models import MonitoredHousehold
from services.county.missed_discoveries.models import Statement
from services.county.register import queries as of_county
from services.unit.directory.queries import household_by_hash
from services.village.persons.queries import holders
from services.village.register import commands as register
from services.village.register import queries as of_village
from services.village.register.forms import HouseholdDraft, HouseholdFilter, MemberDraft
from services.village.register.models import Division
from tests.conftest import COUNTY
from tests.county.personas import County
from tests.helpers.field_keys import FIELD_KEYS, KEYS

HEAD, SON = (make_id("990121", date(year, 1, 1), 7) for year in (1970, 2001))
OFFICE = Actor("office", "周文", Role.COUNTY_CLERK, COUNTY)
TOWNSHIP, VILLAGE, OTHER = "990121100000", "990121100201", "990121100202"
ON = date(2026, 9, 1)
GONE = "0" * 64  # the hash of somebody who is kept nowhere
# Columns that are called a hash and are none of an ID number.
OF_SECRETS = {"secret_hash", "state_hash", "mark_hash", "hash"}


def draft(number: str, village: str, *members: tuple[str, str]) -> HouseholdDraft:
    persons = [
        MemberDraft(name=name, id_number=digits, relationship="之子" if at else "户主")
        for at, (name, digits) in enumerate(members)
    ]
    return HouseholdDraft(number=number, village=village, members=persons)


@pytest.fixture
def home(tmp_path: Path, keyring: Keyring, monkeypatch) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "field-keys.json").write_text(KEYS.dump(), encoding="utf-8")
    (folder / "keyring.json").write_text(keyring.dump(), encoding="utf-8")
    for name in ("BACKSTOP_FIELD_KEYS", "BACKSTOP_KEYRING"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def rehash(sessions_of, home: Path, monkeypatch) -> Callable[..., str]:
    """`rehash()`: what the command prints; `fails` when it must refuse."""
    monkeypatch.setattr(
        command, "sessions_of", lambda service, home: nullcontext(sessions_of(service.name))
    )
    for console in (command.console, complaints):
        monkeypatch.setattr(console, "width", 400)

    def run(*, fails: bool = False) -> str:
        answer = CliRunner().invoke(app, ["field-keys", "rehash", "--home", str(home)])
        assert (answer.exit_code != 0) is fails, (answer.output, answer.exception)
        return answer.output

    yield run
    for service in every_service():  # the engines go to other tests
        sessions_of(service.name).kw["bind"].dialect.field_keys = FIELD_KEYS


@pytest.fixture
def registered(sessions_of) -> None:
    """H1 with its head and his son in village, unit and county; the county's ledger has the head."""
    with sessions_of("village").begin() as session:
        places = ((TOWNSHIP, Level.TOWNSHIP, COUNTY), (VILLAGE, Level.VILLAGE, TOWNSHIP))
        for code, level, parent in (*places, (OTHER, Level.VILLAGE, TOWNSHIP)):
            session.add(Division(code=code, level=level, name=code, parent=parent))
        session.flush()
        household = draft("H1", VILLAGE, ("钱一舟", HEAD), ("钱小满", SON))
        register.register_households(session, [household], actor=OFFICE, on=ON)
        events = list(emitted(session))
    for name in ("unit", "county"):
        County(sessions_of(name), service_named(name).handlers).hear(*events, times=1)
    with sessions_of("county").begin() as session:
        old = id_hash(session, HEAD)
        session.add(
            MonitoredHousehold(
                key=f"{old}/2024-01-01",
                head_name="钱一舟",
                id_hash=old,
                village=VILLAGE,
                category=Stratum.MARGINAL,
                persons=2,
                identified_on=date(2024, 1, 1),
            )
        )
        session.add(
            Statement(
                month="2026-09", key=VILLAGE, village=VILLAGE, said_on=ON, nil=False,
                hashes=[id_hash(session, SON), GONE],
            )
        )  # fmt: skip


def heard(sessions_of) -> None:
    """As after the relay has sent everything."""
    for service in every_service():
        with sessions_of(service.name).begin() as session:
            session.execute(text("UPDATE outbox SET sent_at = now()"))


def restarted(sessions_of, home: Path) -> None:
    """Services with the keyring as it lies in its file."""
    ring = Keyring.load((home / "secrets" / "keyring.json").read_text(encoding="utf-8"))
    for service in every_service():
        sessions_of(service.name).kw["info"]["keyring"] = ring


def stored(sessions_of) -> set[str]:
    """Every hash of every service, arrays and beginnings of keys too."""
    found: set[str] = set()
    for service in every_service():
        with sessions_of(service.name)() as session:
            for table in service.metadata.sorted_tables:
                for column in rehashing.hashed_columns(table):
                    for value in session.scalars(select(column)):
                        found |= {one[:64] for one in (value if type(value) is list else [value])}
    return found


def test_after_another_hash_key_people_are_found_and_doubles_are_seen(
    rehash, registered, sessions_of, home, keyring
):
    heard(sessions_of)
    before = stored(sessions_of)
    said = rehash()
    assert HEAD not in said
    assert "statement.hashes：1个散列值找不到证件号码" in said
    restarted(sessions_of, home)
    after = stored(sessions_of)
    assert len(before) == len(after) == 3
    assert before & after == {GONE}
    with sessions_of("village").begin() as session:
        for asked, numbers in ((HEAD, ["H1"]), (SON, [])):  # the register's search is by its head
            query = of_village.households(session, OFFICE, HouseholdFilter(q=asked))
            assert [one.number for one in session.exec(query)] == numbers
        assert holders(session, [id_hash(session, SON)])[id_hash(session, SON)].number == "H1"
        for double in (HEAD, SON):
            again = draft("H2", OTHER, ("钱一州", double))
            with pytest.raises(Refused, match="户编号H1"):
                register.register_households(session, [again], actor=OFFICE, on=ON)
    with sessions_of("unit")() as session:
        assert household_by_hash(session, id_hash(session, HEAD))
    with sessions_of("county")() as session:
        for number in (HEAD, SON):
            assert [one.number for one in session.exec(of_county.households(session, number))] == [
                "H1"
            ]
        key = session.exec(select(MonitoredHousehold.key)).one()
        assert key == f"{id_hash(session, HEAD)}/2024-01-01"
        said_of = session.exec(select(Statement)).one().hashes
        assert said_of == [id_hash(session, SON), GONE]
    assert keyring.hash_key.hex() not in (home / "secrets" / "keyring.json").read_text()


def test_whoever_was_cut_off_goes_on_with_the_same_key(rehash, registered, sessions_of, home):
    heard(sessions_of)
    path = home / "secrets" / "keyring.json"
    ring = json.loads(path.read_text(encoding="utf-8"))
    begun = ring | {"next_hash_key": "ab" * 32}
    path.write_text(json.dumps(begun), encoding="utf-8")
    village = service_named("village")
    old, new = bytes.fromhex(ring["hash_key"]), bytes.fromhex("ab" * 32)
    engine = sessions_of("village").kw["bind"]
    known = rehashing.pairs(engine, village.metadata, old, new)
    rehashing.rehash(engine, village.metadata, known)  # and the others not any more
    assert "接着做" in rehash()
    assert json.loads(path.read_text(encoding="utf-8"))["hash_key"] == "ab" * 32
    restarted(sessions_of, home)
    with sessions_of("village")() as session:
        assert stored(sessions_of) == {id_hash(session, HEAD), id_hash(session, SON), GONE}


def test_it_is_refused_while_something_is_unsent_or_a_service_is_at_work(
    rehash, registered, sessions_of, home
):
    path = home / "secrets" / "keyring.json"
    kept, lay = path.read_text(encoding="utf-8"), stored(sessions_of)
    assert "没有发出或没有处理" in rehash(fails=True)
    heard(sessions_of)
    with sessions_of("county").begin() as session:
        letter = """INSERT INTO dead_letter (topic, partition, "offset", names, contents, reason)
            VALUES ('backstop.village', 0, 1, '{}', '{}', '')"""
        session.execute(text(letter))
    assert "没有发出或没有处理" in rehash(fails=True)
    with sessions_of("county").begin() as session:
        session.execute(text("DELETE FROM dead_letter"))
    url = sessions_of("village").kw["bind"].url
    with _another(url):
        assert "还有1个连接在用" in rehash(fails=True)
    assert (path.read_text(encoding="utf-8"), stored(sessions_of)) == (kept, lay)
    rehash()


def _another(url) -> Connection:
    """As a service that was not stopped has it."""
    return create_engine(url, poolclass=NullPool).connect()


def test_every_column_with_a_hash_of_a_number_says_so():
    unsaid = {
        f"{service.name}.{table.name}.{column.name}"
        for service in every_service()
        for table in service.metadata.sorted_tables
        for column in table.columns
        if "hash" in column.name
        and column.name not in OF_SECRETS
        and column not in rehashing.hashed_columns(table)
    }
    assert unsaid == set()
