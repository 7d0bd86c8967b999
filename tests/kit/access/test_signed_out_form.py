"""F-48: whoever was signed out in the middle of a form loses nothing."""

import re
from dataclasses import replace
from html import unescape

import pytest
from fastapi import APIRouter, Depends, FastAPI
from fastapi.testclient import TestClient

from kit.access import actor as signed_in_actor
from kit.app import make_app
from kit.web.continuing import PAGE, SAID
from tests.conftest import COUNTY
from tests.helpers.acquainted import acquainted
from tests.kit.forms import toy

PAGE_OF_FORM = "/toy/visits/new?village=%E6%9F%B3%E6%A0%91%E6%9D%91"
TYPED = {"village": "柳树村", "note": "没见到人<b>", "amount": "不知道"}


@pytest.fixture
def app(engine, sessions, clock, keyring) -> FastAPI:
    """The toy's doors, for whoever is signed in."""
    toy.Table.metadata.create_all(engine)
    guarded = APIRouter(dependencies=[Depends(signed_in_actor)])
    for router in toy.SERVICE.routers:
        guarded.include_router(router)
    service = replace(toy.SERVICE, routers=[guarded])
    return make_app(service, sessions=sessions, clock=clock, keyring=keyring, county=COUNTY)


@pytest.fixture
def browser(app: FastAPI) -> TestClient:
    return TestClient(app, base_url="http://backstop", follow_redirects=False)


def hidden(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page)
    return [(unescape(name), unescape(value)) for name, value in found]


def test_f_48_what_was_typed_outlives_the_session(app: FastAPI, browser: TestClient):
    sender = {"referer": f"http://backstop{PAGE_OF_FORM}", "origin": "http://backstop"}
    out = browser.post("/toy/visits", data=TYPED, headers=sender)
    assert out.status_code == 401
    assert "还没有登录" in out.text
    assert "没有提交，也没有丢" in out.text
    kept = dict(hidden(out.text))
    assert {name: kept[name] for name in TYPED} == TYPED
    again = browser.post("/toy/visits", data=kept)  # not signed in yet: nothing is lost
    assert (again.status_code, dict(hidden(again.text))[PAGE]) == (401, kept[PAGE])
    browser.headers.update(acquainted(app).headers(toy.CLERK))
    back = browser.post("/toy/visits", data=kept)
    assert back.status_code == 200
    assert SAID in unescape(back.text)
    assert "没见到人<b>" in unescape(back.text)
    assert 'action="/toy/visits"' in back.text
    assert "柳树村" in back.text
    assert PAGE not in back.text  # what is sent from here is done


def test_f_48_the_way_back_leads_to_no_other_site(app: FastAPI, browser: TestClient):
    browser.headers.update(acquainted(app).headers(toy.CLERK))
    for to in ("https://evil.example/", "//evil.example/x", "/\\evil.example"):
        answer = browser.post("/toy/visits", data=TYPED | {PAGE: to})
        assert answer.status_code in (200, 303)
        assert "evil.example" not in answer.headers.get("location", "")


def test_f_48_a_page_asks_to_sign_in_and_comes_back_with_its_question(browser: TestClient):
    answer = browser.get("/toy/visits/new?village=x")
    assert (answer.status_code, answer.headers["location"]) == (
        303,
        "/sign-in?back=/toy/visits/new%3Fvillage%3Dx",
    )
