"""A token: read, refused, renewed; by the service's own database and a clock of ours."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import OctKey
from sqlalchemy import event as happening
from sqlalchemy import text

from kit.access import Signer, TokenKeys, heard, people
from kit.access.renewing import Away
from kit.access.token import AWAY, LONGEST, NOWHERE, SKEW, VALID
from kit.app import make_app
from kit.seal import seal
from kit.web import cookies
from schemas.access import AccountChanged, Post, SessionEnded
from schemas.codes import Role
from schemas.values import Name
from tests.conftest import COUNTY, actor
from tests.helpers.acquainted import KEYS, introduce, post_of, session_of
from tests.kit import toy

CLERK = actor(Role.VILLAGE_CLERK, "990121100201")
ME = "/toy/api/me"


class Access:
    """Access as the network shows it: it renews one session, or is away."""

    def __init__(self) -> None:
        self.token: str | None = None
        self.away = False
        self.asked = 0

    async def renew(self, secret: str) -> str | None:
        self.asked += 1
        if self.away:
            raise Away
        return self.token if secret == "secret" else None


@pytest.fixture
def access() -> Access:
    return Access()


@pytest.fixture
def app(sessions, clock, keyring, access: Access) -> FastAPI:
    return make_app(
        toy.SERVICE, sessions=sessions, clock=clock, keyring=keyring, county=COUNTY, keeper=access
    )


@pytest.fixture
def ask(app: FastAPI) -> Callable[..., tuple[int, str]]:
    """`ask(token)`: status and account, or why not."""

    def get(token: str) -> tuple[int, str]:
        headers = {"authorization": f"Bearer {token}"}
        people.remembered(app.state.sessions).clear()
        answer = TestClient(app, raise_server_exceptions=False).get(ME, headers=headers)
        return answer.status_code, answer.json().get("account") or answer.json().get("why", "")

    return get


@pytest.fixture
def signer(sessions) -> Signer:
    with sessions.begin() as session:
        introduce(session, CLERK)
    return Signer(lambda: KEYS, lambda: COUNTY)


@pytest.fixture
def sign(signer: Signer, clock) -> Callable[..., str]:
    def token(**how) -> str:
        now = how.pop("now", clock())
        return signer.sign(CLERK.account, post_of(CLERK), session_of(CLERK), now, **how)

    return token


def test_a_token_names_an_account_a_post_and_a_session_and_nothing_else(ask, sign):
    token = sign()
    claims = jwt.decode(token, KEYS.keys[0].private, algorithms=["Ed25519"]).claims
    assert set(claims) == {"iss", "sub", "post", "sid", "iat", "exp"}
    assert claims["exp"] - claims["iat"] == VALID.total_seconds()
    assert ask(token) == (200, CLERK.account)


@pytest.mark.parametrize("minutes", [-2, 2])
def test_clocks_may_differ_by_two_minutes(ask, sign, clock, minutes: int):
    assert ask(sign(now=clock() + timedelta(minutes=minutes)))[0] == 200


def test_a_clock_that_is_three_minutes_ahead_signs_in_vain(ask, sign, clock):
    assert ask(sign(now=clock() + timedelta(minutes=3))) == (401, "forged")


def test_a_token_runs_out(ask, sign, clock):
    token = sign()
    clock.set(clock() + VALID + SKEW)
    assert ask(token)[0] == 200
    clock.set(clock() + timedelta(seconds=2))
    assert ask(token) == (401, "expired")


def test_another_countys_token_is_refused(ask, signer, clock):
    foreign = replace(signer, county=lambda: "990122000000")
    token = foreign.sign(CLERK.account, post_of(CLERK), session_of(CLERK), clock())
    assert ask(token) == (401, "forged")


def test_a_token_of_before_the_county_was_named_is_this_countys_while_it_lives(
    ask, signer, sessions, clock
):
    """The very import that names the county goes on, and nobody's browser is thrown out by it."""
    before = Signer(lambda: KEYS, lambda: NOWHERE)

    def nameless() -> str:
        return before.sign(CLERK.account, post_of(CLERK), session_of(CLERK), clock())

    assert ask(nameless()) == (401, "forged")  # it had its name when the process began
    sessions.configure(info=sessions.kw["info"] | {"named_at": clock()})
    token = nameless()
    assert ask(token) == (200, CLERK.account)
    clock.set(clock() + LONGEST)
    assert ask(token) == (200, CLERK.account)
    clock.set(clock() + timedelta(seconds=1))
    assert ask(nameless()) == (401, "forged")


def test_a_token_that_says_it_lives_longer_than_any_is_forged(ask, sign):
    assert ask(sign(valid=LONGEST))[0] == 200
    assert ask(sign(valid=LONGEST + timedelta(seconds=1))) == (401, "forged")


def test_a_key_that_is_not_ours_signs_nothing(ask, clock, signer):
    theirs = TokenKeys.generate()
    forged = replace(theirs.keys[0], kid=KEYS.keys[0].kid)  # under the name of ours
    for key in (theirs.keys[0], forged):
        other = Signer(lambda key=key: TokenKeys((key,)), lambda: COUNTY)
        token = other.sign(CLERK.account, post_of(CLERK), session_of(CLERK), clock())
        assert ask(token) == (401, "forged")


def test_tokens_of_0_1_0_and_unsigned_ones_end(ask, clock, keyring, signer):
    body = {"sub": CLERK.account, "name": "x", "role": CLERK.role.value, "place": CLERK.place}
    old = jwt.encode({"alg": "HS256"}, body | {"exp": 4_000_000_000}, OctKey.import_key(bytes(32)))
    assert ask(old) == (401, "forged")
    now = int(clock().timestamp())
    claims = {"iss": COUNTY, "sub": CLERK.account, "post": post_of(CLERK), "sid": "s"}
    claims |= {"iat": now, "exp": now + 300}
    kid = KEYS.keys[0].kid
    none = jwt.encode(
        {"alg": "none", "kid": kid}, claims, OctKey.import_key(b"x"), algorithms=["none"]
    )
    assert ask(none) == (401, "forged")
    # the public key taken for a shared secret
    public = OctKey.import_key(KEYS.keys[0].x.encode())
    mixed = jwt.encode({"alg": "HS256", "kid": kid}, claims, public)
    assert ask(mixed) == (401, "forged")
    assert ask("nonsense") == (401, "forged")


def test_a_replayed_token_of_an_ended_session_is_refused(ask, sign, sessions):
    token = sign()
    assert ask(token)[0] == 200
    with sessions.begin() as session:
        ended = SessionEnded(account=CLERK.account, session=session_of(CLERK))
        heard.sessions_ended(session, [ended, ended])
    assert ask(token) == (401, "ended")
    with sessions.begin() as session:  # audited: its signature says whose it was
        row = session.execute(text("SELECT account, kind, objects FROM audit")).one()
    assert (row.account, row.kind, row.objects) == (CLERK.account, "refused", ["token:ended"])


def told(session, *posts: Post, active: bool = True) -> AccountChanged:
    name = seal(session, Name(name=CLERK.name))
    return AccountChanged(account=CLERK.account, sealed=name, active=active, posts=posts)


def test_a_countys_accounts_come_together_and_the_last_of_each_counts(sessions):
    """A statement an account would be thousands, in every service."""

    def of(number: int, post: str, place: str) -> AccountChanged:
        posts = (Post(id=post, role=CLERK.role, place=place, since=date(2026, 9, 1)),)
        sealed = seal(session, Name(name=f"甲{number}"))
        return AccountChanged(account=f"many-{number}", sealed=sealed, active=True, posts=posts)

    said: list[str] = []
    with sessions.begin() as session:
        first = [of(number, f"p{number}", "990121100201") for number in range(40)]
        moved = [of(number, f"q{number}", "990121100203") for number in range(20)]
        happening.listen(
            session.get_bind(), "before_cursor_execute", lambda *its: said.append(its[2])
        )
        heard.accounts_changed(session, [*first, *moved])
        known = text("SELECT place FROM known_post WHERE account LIKE 'many-%' ORDER BY place")
        places = list(session.execute(known).scalars())
    assert len([one for one in said if "known_" in one]) == 3 + 1
    assert places == ["990121100201"] * 20 + ["990121100203"] * 20


def test_a_post_counts_within_its_days_and_until_it_is_taken_back(ask, sign, sessions, clock):
    post = Post(id=post_of(CLERK), role=CLERK.role, place=CLERK.place, since=date(2026, 9, 1))

    def hear(*posts: Post, active: bool = True) -> int:
        with sessions.begin() as session:
            heard.accounts_changed(session, [told(session, *posts, active=active)])
        return ask(sign())[0]

    assert hear(post) == 200
    assert hear(post.model_copy(update={"active": False})) == 401
    assert hear(post.model_copy(update={"since": date(2026, 9, 2)})) == 401
    assert hear(post, active=False) == 401
    assert hear() == 401  # what is not named any more is no post of his
    last = post.model_copy(update={"until": date(2026, 9, 2)})
    assert hear(last) == 200
    clock.set(datetime(2026, 9, 2, 15, 59, tzinfo=UTC))  # a minute to midnight in Shanghai
    assert hear(last) == 200
    clock.set(datetime(2026, 9, 2, 16, 0, tzinfo=UTC))
    assert hear(last) == 401


def browser(app: FastAPI, token: str = "", secret: str = "secret") -> TestClient:
    jar = {cookies.TOKEN: token, cookies.SESSION: secret}
    kept = {name: value for name, value in jar.items() if value}
    return TestClient(app, cookies=kept, raise_server_exceptions=False)


def test_a_browser_gets_a_fresh_token_on_the_way(app, sign, clock, access):
    client = browser(app, sign())
    assert client.get(ME).status_code == 200
    assert access.asked == 0
    clock.set(clock() + VALID - timedelta(seconds=30))
    access.token = sign()
    answer = client.get(ME)
    assert answer.status_code == 200
    assert answer.cookies[cookies.TOKEN] == access.token
    assert client.get(ME).status_code == 200
    assert access.asked == 1
    clock.set(clock() + timedelta(days=1))  # long after: the session's secret is enough
    access.token = sign()
    assert client.get(ME).status_code == 200


def test_while_access_is_away_whoever_was_known_goes_on_for_half_an_hour(app, sign, clock, access):
    client, stranger = browser(app, sign()), browser(app)
    access.away = True
    clock.set(clock() + VALID + AWAY)
    assert client.get(ME).status_code == 200
    answer = stranger.get(ME)
    assert answer.status_code == 503
    assert "登录服务暂时联系不上" in answer.json()["detail"]
    clock.set(clock() + SKEW + timedelta(seconds=2))
    assert client.get(ME).status_code == 503


def test_who_was_shut_out_is_so_also_while_access_is_away(app, sign, sessions, clock, access):
    client = browser(app, sign())
    with sessions.begin() as session:
        ended = SessionEnded(account=CLERK.account, session=session_of(CLERK))
        heard.sessions_ended(session, [ended])
    access.away = True
    clock.set(clock() + VALID)
    assert (client.get(ME).status_code, client.get(ME).json()["why"]) == (401, "ended")


def test_a_key_is_known_before_it_signs_and_the_old_one_is_taken_until_its_tokens_ran_out(clock):
    old = TokenKeys.generate()
    keys = old.rotated(clock())
    before, after = keys.keys
    assert keys.at(clock()) is before
    soon = clock() + timedelta(minutes=10)
    assert keys.at(soon) is after
    assert after.published().valid_from <= clock()
    assert before.until is not None
    assert before.until >= soon + VALID + AWAY
    assert TokenKeys.load(keys.dump()).dump() == keys.dump()
    assert {row["kid"] for row in Signer(lambda: keys, lambda: COUNTY).jwks()["keys"]} == {
        before.kid,
        after.kid,
    }
    gone = keys.rotated(before.until + timedelta(seconds=1))
    assert before.kid not in {key.kid for key in gone.keys}


def test_a_service_takes_both_keys_while_one_replaces_the_other(ask, sessions, clock, signer):
    keys = KEYS.rotated(clock())
    with sessions.begin() as session:
        heard.keys_published(session, keys_said := [key.published() for key in keys.keys])
    both = Signer(lambda: keys, lambda: COUNTY)

    def status(at: datetime) -> int:
        clock.set(at)
        return ask(both.sign(CLERK.account, post_of(CLERK), session_of(CLERK), at))[0]

    begun = clock()
    last = signer.sign(
        CLERK.account, post_of(CLERK), session_of(CLERK), begun + timedelta(minutes=9)
    )
    assert [status(begun + timedelta(minutes=minute)) for minute in (1, 9, 10, 11)] == [200] * 4
    assert ask(last)[0] == 200
    end = keys_said[0].valid_until
    assert end is not None
    clock.set(end + SKEW + timedelta(seconds=1))
    late = signer.sign(CLERK.account, post_of(CLERK), session_of(CLERK), clock())
    assert ask(late) == (401, "forged")  # whoever has the old key signs nothing any more
