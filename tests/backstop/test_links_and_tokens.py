"""Links and tokens that are forged, used, expired or another installation's open nothing."""

import base64
import json
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from joserfc import jwt
from joserfc.jwk import OctKey

from backstop.front import Front
from backstop.installation import Installation
from backstop.links import Links
from backstop.portal import make_front
from kit.clock import SimulatedClock
from kit.seal import Keyring
from kit.tokens import make_token, read_token
from schemas.codes import Role
from tests.conftest import COUNTY, actor, at

CLERK = actor(Role.COUNTY_CLERK)


@pytest.fixture
def front(tmp_path, clock: SimulatedClock) -> Front:
    installation = Installation(tmp_path, fast=True)
    installation.found_county(COUNTY)
    return Front(installation, "http://proxy.invalid", clock)


def test_a_link_opens_once_and_for_three_days(front: Front, clock: SimulatedClock):
    links, app = Links(front.installation.home), make_front(front)
    first, second = (links.hand_out(CLERK, clock()) for _ in range(2))

    def use(token: str) -> tuple[int, str]:
        browser = TestClient(app, follow_redirects=False)
        answer = browser.post(f"/sign-in/{token}")
        return answer.status_code, answer.text

    assert use(first)[0] == 303
    assert use(first)[0] == 422
    assert "已经用过" in use(first)[1]
    assert use(first[:-1] + ("a" if first[-1] != "a" else "b"))[0] == 422
    clock.set(at(2026, 9, 4, 9, 1))
    assert use(second)[0] == 422
    assert "已过期" in use(second)[1]


def test_of_the_links_only_hashes_are_kept(front: Front, clock: SimulatedClock):
    token = Links(front.installation.home).hand_out(CLERK, clock())
    kept = (front.installation.home / "secrets" / "sign-in.json").read_text(encoding="utf-8")
    assert CLERK.account in kept
    assert token not in kept
    assert len(base64.urlsafe_b64decode(token)) >= 24


def part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize("kind", ["altered", "unsigned", "of another", "expired", "of a clerk"])
def test_a_forged_or_expired_token_is_nobody(keyring: Keyring, kind: str):
    good = make_token(keyring.token_key, CLERK)
    assert read_token(keyring.token_key, good) == CLERK
    head, body, sign = good.split(".")
    claims = json.loads(base64.urlsafe_b64decode(body + "=="))
    forged = {
        "altered": f"{head}.{part(claims | {'role': Role.ADMINISTRATOR.value})}.{sign}",
        "unsigned": f"{part({'alg': 'none', 'typ': 'JWT'})}.{body}.",
        "of another": make_token(Keyring.generate().token_key, CLERK),
        "expired": make_token(keyring.token_key, CLERK, valid=timedelta(seconds=-1)),
        "of a clerk": jwt.encode(
            {"alg": "HS256"}, claims | {"role": "KING"}, OctKey.import_key(keyring.token_key)
        ),
    }[kind]
    assert read_token(keyring.token_key, forged) is None


@pytest.mark.parametrize("name", ["village", "county"])
def test_two_browsers_have_each_its_own_person(client, keyring: Keyring, name: str):
    """A bearer stands above a cookie, and nothing of one request stays for the next."""
    browser = client(name)
    mine = {"authorization": f"Bearer {make_token(keyring.token_key, CLERK)}"}
    assert browser.get(f"/{name}/api/tasks", headers=mine).status_code == 200
    assert browser.get(f"/{name}/api/tasks").status_code == 401
