"""`backstop accounts`, `backstop administrator` and `backstop token-keys`, as somebody at the server
types them.
"""

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from backstop.cli import accounts as account_commands
from backstop.cli import app
from backstop.cli import token_keys as key_commands
from backstop.cli.options import complaints
from backstop.cli.serving import invitation
from backstop.installation import Installation
from backstop.people import FIRST, Accounts
from kit.access import Signer
from kit.clock import system_clock
from kit.messaging.outbox import emitted
from kit.web import cookies
from schemas.access import SigningKeyPublished
from schemas.codes import Role
from services.access.accounts import commands as accounts
from services.access.accounts import queries
from tests.access.conftest import ADMIN, COUNTY, GROUP, SECOND, TOWNSHIP, VILLAGER, opened
from tests.helpers.acquainted import KEYS


@pytest.fixture
def home(tmp_path: Path) -> Path:
    Installation(tmp_path).found_county(COUNTY)
    return tmp_path


@pytest.fixture
def run(places, home: Path, clock, monkeypatch) -> Callable[..., str]:
    """`run("accounts", "waiting")`: what the command prints; `fails` when it must refuse."""
    monkeypatch.delenv("BACKSTOP_TOKEN_KEYS", raising=False)
    clock.set(system_clock())  # the commands have the machine's
    places.kw["info"]["signer"] = Signer(lambda: KEYS, lambda: COUNTY)
    for module in (account_commands, key_commands):
        monkeypatch.setattr(module, "sessions_of", lambda service, home: nullcontext(places))
        monkeypatch.setattr(module.console, "width", 400)
    monkeypatch.setattr(complaints, "width", 400)

    def of(*words: str, fails: bool = False) -> str:
        answer = CliRunner().invoke(app, [*words, "--home", str(home)])
        assert answer.exit_code == (1 if fails else 0), answer.output
        return answer.output

    yield of
    del places.kw["info"]["signer"]


def audited(places) -> list[tuple[str, str]]:
    with places() as session:
        rows = session.execute(text("SELECT deed, account FROM audit ORDER BY id"))
        return [tuple(row) for row in rows]


def path_in(printed: str) -> str:
    """Of the one link that stands there."""
    (path,) = re.findall(r"https?://[^/\s]+(/access/cards/\S+)", printed)
    return path


def test_what_waits_is_listed_and_confirmed_as_a_second_person(run, places):
    assert "没有等待确认的岗位" in run("accounts", "waiting")
    with places.begin() as session:
        code = opened(session, Role.TOWNSHIP_HEAD, TOWNSHIP, actor=ADMIN, name="赵镇长").code
    assert re.search(rf"{code}  赵镇长  乡镇主要领导（河湾镇）", run("accounts", "waiting"))
    assert "已确认赵镇长的1个岗位" in run("accounts", "confirm", code)
    with places() as session:
        (post,) = queries.posts_on(session, code, system_clock().date())
        assert post.confirmed_by == "server"
    assert audited(places) == [("confirm_post", "server")]
    assert "没有等待确认的岗位" in run("accounts", "waiting")
    assert "已确认赵镇长的0个岗位" in run("accounts", "confirm", code)


def test_a_link_by_the_server_lets_in_once(run, places, client):
    with places.begin() as session:
        code = opened(session, Role.GROUP_LEADER, GROUP, actor=VILLAGER).code
    phone, dead, printed = client("access"), *(run("accounts", "link", code) for _ in range(2))
    assert "王建国的登录链接" in printed
    assert phone.post(path_in(dead)).status_code == 403
    assert phone.post(path_in(printed)).status_code == 303
    assert client("access").post(path_in(printed)).status_code == 403
    assert phone.cookies.get(cookies.TOKEN)
    assert ("hand_out_card", "server") in audited(places)


@pytest.mark.parametrize("command", ["confirm", "link"])
def test_an_account_that_is_not_there_is_said(run, command):
    answer = run("accounts", command, "a-none", fails=True)
    assert "没有这个账号" in answer
    assert "Traceback" not in answer


def test_nobody_gets_a_link_before_he_is_confirmed(run, places):
    with places.begin() as session:
        code = opened(session, Role.TOWNSHIP_HEAD, TOWNSHIP, actor=ADMIN).code
    assert "还没有确认" in run("accounts", "link", code, fails=True)


def test_the_first_administrator_gets_his_link_again_and_again(run, places, client):
    desk, dead, printed = client("access"), *(run("administrator") for _ in range(2))
    assert desk.post(path_in(dead)).status_code == 403
    tapped = desk.post(path_in(printed))
    assert tapped.headers["location"] == "/access/setup"  # he needs codes
    assert audited(places)[:2] == [("hand_out_card", "server")] * 2


def test_a_closed_administrator_gets_no_link_and_up_starts_and_says_what_to_do(run, places, home):
    run("administrator")
    with places.begin() as session:
        other = opened(session, Role.ADMINISTRATOR, COUNTY, name="李管理").code
        accounts.close_account(session, FIRST, reason="调离", actor=SECOND, now=system_clock())
    assert "没有在用的岗位" in run("administrator", fails=True)
    assert audited(places) == [("hand_out_card", "server")]  # of the first alone
    here = Installation(home)
    shown = invitation(Served(here, Accounts(places, here.signer, system_clock)), "http://x")
    assert "backstop accounts link" in shown
    assert "/access/cards/" not in shown
    assert path_in(run("accounts", "link", other))


@dataclass
class Served:
    """As much of the application as says what `up` shows."""

    installation: Installation
    accounts: Accounts


def test_token_keys_are_listed_and_replaced(run, places, home):
    before = run("token-keys", "list")
    assert before.count("正在用") == 1
    (old,) = re.findall(r"^(token-\w+)：", before, re.MULTILINE)
    after = run("token-keys", "rotate")
    assert after == run("token-keys", "list")
    kids = re.findall(r"^(token-\w+)：", after, re.MULTILINE)
    assert (kids[0], len(kids)) == (old, 2)
    assert re.search(rf"{old}：.*作废，正在用", after)  # the new one is told before it signs
    with places() as session:
        told = {one.key for one in emitted(session) if isinstance(one, SigningKeyPublished)}
    assert told == set(kids)
    keys = Installation(home).token_keys.read()
    assert keys.at(system_clock() + timedelta(minutes=11)).kid == kids[1]
