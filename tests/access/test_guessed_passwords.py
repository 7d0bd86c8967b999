"""What a known device, an open browser and another site may do about somebody's password."""

from dataclasses import replace

from kit.messaging.outbox import emitted
from kit.web import cookies
from schemas.access import SessionEnded
from schemas.codes import Role
from services.access.passwords import commands as passwords
from services.access.passwords import rules as password_rules
from services.access.passwords.queries import key_of
from services.access.sessions import queries as sessions
from tests.access.conftest import NOW, opened, who
from tests.access.test_front import GOOD, PASSWORD, audited, signing, typed, with_password

__all__ = ["signing"]


def test_a_desk_that_several_share_knows_each_of_them_and_nobody_else(signing, client):
    with_password(signing)
    with signing.begin() as session:
        second = opened(session, Role.UNIT_CLERK, "U001", name="孙经办").code
        passwords.set_password(session, second, "孙经办", passwords.made(PASSWORD), NOW)
    desk = client("access")
    for login in ("陈经办", "孙经办"):
        assert typed(desk, login=login).status_code == 303
        desk.post("/access/sign-out")
    with signing() as session:
        mark = desk.cookies[cookies.DEVICE]
        keys = {
            (login, place): key_of(session, login, place, mark)
            for login in ("陈经办", "孙经办", "无此人")
            for place in ("10.0.0.1", "10.0.0.2")
        }
    assert len(set(keys.values())) == 4  # of the stranger's name one each address


def test_the_present_password_is_guessed_no_oftener_than_at_sign_in(client, signing):
    account = with_password(signing)
    own = who(Role.UNIT_CLERK, "U001", account=account)
    found = client("access", own)  # somebody at his open browser
    fresh = {"login": "陈经办", "password": GOOD + "三里长堤", "again": GOOD + "三里长堤"}

    def tries(old: str) -> int:
        return found.post("/access/password", data=fresh | {"old": old}).status_code

    statuses = [tries(f"wrong-password-{number}") for number in range(10)]
    assert (statuses.count(422), statuses.count(429)) == (password_rules.FREE, 7)
    assert tries(PASSWORD) == 429  # nor with the right one
    assert typed(client("access")).status_code == 303  # he himself does not wait
    with signing() as session:
        refused = [row for row in audited(session) if row == ("refused", "set_password", account)]
        assert len(refused) == 11


def test_a_changed_password_ends_every_other_session(client, signing):
    account = with_password(signing)
    for browser in (thief := client("access"), desk := client("access")):
        assert typed(browser).status_code == 303
    with signing() as session:
        here = sessions.by_secret(session, desk.cookies[cookies.SESSION]).id
    own = replace(who(Role.UNIT_CLERK, "U001", account=account), session=here)
    fresh = {
        "login": "陈经办",
        "old": PASSWORD,
        "password": GOOD + "三里长堤",
        "again": GOOD + "三里长堤",
    }
    said = client("access", own).post("/access/password", data=fresh)
    assert said.status_code == 303
    with signing() as session:
        assert [row.id for row in sessions.open_of(session, account, NOW)] == [here]
        ended = [event for event in emitted(session) if isinstance(event, SessionEnded)]
        assert len(ended) == 1
    asked = {"session": thief.cookies[cookies.SESSION]}
    assert client("access").post("/access/api/tokens", json=asked).status_code == 404
    assert typed(client("access"), GOOD + "三里长堤").status_code == 303


def test_f_48_a_form_of_another_site_is_kept_for_nobody(client, signing):
    theirs = {"login": "攻击者", "password": "x" * 12, "again": "x" * 12}
    origin = {"origin": "https://evil.example", "referer": "https://evil.example/access/password"}
    answer = client("access").post("/access/password", data=theirs, headers=origin)
    assert answer.status_code == 403
    assert "攻击者" not in answer.text
    ours = client("access").post("/access/password", data=theirs)
    assert (ours.status_code, "攻击者" in ours.text) == (401, True)
