"""`backstop field-keys` on the databases of all services."""

import json
import re
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import select
from typer.testing import CliRunner

from backstop.cli import app
from backstop.cli import field_keys as command
from backstop.cli.options import complaints
from backstop.installation import Installation
from backstop.services import NAMES
from kit.database.field_keys import KeySet
from kit.ids import new_id
from kit.seal import id_hash
from schemas.codes import Stratum
from services.unit.directory.models import Household as Copy
from services.unit.directory.queries import matching
from services.village.register.models import Household
from tests.helpers.field_keys import FIELD_KEYS, KEYS

NUMBER, PHONE = "990121199001010010", "16000001234"
VILLAGE = "990121101001"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    (folder / "field-keys.json").write_text(KEYS.dump(), encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(sessions_of, home: Path, monkeypatch) -> Callable[..., str]:
    """`run("list")`: what the command prints; `fails` when it must refuse."""
    monkeypatch.delenv("BACKSTOP_FIELD_KEYS", raising=False)
    monkeypatch.setattr(
        command, "sessions_of", lambda service, home: nullcontext(sessions_of(service.name))
    )
    for console in (command.console, complaints):
        monkeypatch.setattr(console, "width", 400)

    def of(*words: str, fails: bool = False) -> str:
        place = [] if words[0] in ("make", "columns") else ["--home", str(home)]
        answer = CliRunner().invoke(app, ["field-keys", *words, *place])
        assert (answer.exit_code != 0) is fails, (answer.output, answer.exception)
        return answer.output

    yield of
    for name in NAMES:  # the engines go to other tests
        sessions_of(name).kw["bind"].dialect.field_keys = FIELD_KEYS


@pytest.fixture
def household(sessions_of) -> str:
    id = new_id()
    with sessions_of("village").begin() as session:
        session.add(
            Household(
                id=id,
                village=VILLAGE,
                stratum=Stratum.ORDINARY,
                size=1,
                head_name="钱一舟",
                id_number=NUMBER,
                id_hash=id_hash(session, NUMBER),
                phone=PHONE,
                members=[{"name": "钱一舟", "id_number": NUMBER}],
            )
        )
    return id


def held(home: Path) -> KeySet:
    return KeySet.load((home / "secrets" / "field-keys.json").read_text(encoding="utf-8"))


def test_a_rotation_from_the_first_key_to_the_second(run, home, household, sessions_of):
    assert f"{KEYS.current}（正在使用）：4个值" in run("list")
    said = run("rotate")
    new = held(home).current
    assert new != KEYS.current
    assert f"{new}（正在使用）：4个值" in said
    assert f"{KEYS.current}（旧）：0个值" in said
    assert "household：1行" in said
    with sessions_of("village").begin() as session:
        row = session.exec(select(Household).where(Household.id == household)).one()
        assert (row.id_number, row.phone) == (NUMBER, PHONE)
    assert "正在使用" in run("drop", new, fails=True)
    assert "已去掉" in run("drop", KEYS.current)
    assert list(held(home).keys) == [new]
    assert KEYS.current not in run("list")


def test_a_key_that_is_used_is_not_dropped(run, home, household, sessions_of):
    with sessions_of("village").begin() as session:
        kept = session.execute(text("SELECT phone FROM household")).scalar_one()
    run("rotate")
    with sessions_of("village").begin() as session:  # a service that had not looked yet
        session.execute(text("UPDATE household SET phone = :kept"), {"kept": kept})
    assert f"还有1个值用密钥 {KEYS.current} 加密" in run("drop", KEYS.current, fails=True)
    assert set(held(home).keys) >= {KEYS.current}
    assert "上一次还没有做完，接着做。" in run("rotate")  # and no third key
    assert len(held(home).keys) == 2
    run("drop", KEYS.current)


def test_a_key_is_handed_out_before_it_is_used(run, home, household):
    run("add")
    new = held(home).next
    assert new
    assert f"{new}（待使用）：0个值" in run("list")
    assert "还没有使用" in run("add", fails=True)
    run("rotate")
    assert held(home).current == new
    assert len(held(home).keys) == 2


def test_what_stands_in_clear_is_counted_and_encrypted(run, household, sessions_of):
    with sessions_of("village").begin() as session:
        session.execute(text("UPDATE household SET phone = :phone"), {"phone": PHONE})
    assert "没有加密：1个值" in run("list")
    assert "没有加密" not in run("rotate")


def test_another_file_is_refused_with_what_to_do(run, home, household):
    run("list")
    (home / "secrets" / "field-keys.json").write_text(KeySet.generate().dump(), encoding="utf-8")
    said = run("list", fails=True)
    assert f"用字段密钥 {KEYS.current} 加密，密钥文件里没有这一把" in said
    (home / "secrets" / "field-keys.json").write_text("{", encoding="utf-8")
    assert "读不出字段密钥文件" in run("list", fails=True)


def test_a_file_is_made_for_its_owner_alone_and_never_overwritten(run, tmp_path):
    path = tmp_path / "made.json"
    assert "另存" in run("make", str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    assert re.fullmatch(r"[0-9a-f]{8}", json.loads(path.read_text("utf-8"))["current"])
    assert "已经存在" in run("make", str(path), fails=True)


def test_an_installation_makes_its_own_for_itself_alone(tmp_path, monkeypatch):
    monkeypatch.delenv("BACKSTOP_FIELD_KEYS", raising=False)
    keys = Installation(tmp_path).field_keys
    path = tmp_path / "secrets" / "field-keys.json"
    assert path.stat().st_mode & 0o777 == 0o600
    assert Installation(tmp_path).field_keys.set.current == keys.set.current


def test_a_person_is_found_by_number_through_its_hash(sessions_of):
    with sessions_of("unit").begin() as session:
        hash_ = id_hash(session, NUMBER)
        session.add(
            Copy(
                id="h1",
                village=VILLAGE,
                stratum=Stratum.ORDINARY,
                size=1,
                id_hash=hash_,
                head_name="钱一舟",
                id_number=NUMBER,
            )
        )
        session.flush()
        for asked, found in ((NUMBER, ["h1"]), (NUMBER[:-1], []), ("钱一", ["h1"])):
            assert list(session.exec(select(Copy.id).where(matching(session, asked)))) == found
