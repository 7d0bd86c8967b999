"""Who is asked from where: headers, cookies, rates, and what is for operators alone."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import PlainTextResponse, Response
from fastapi.testclient import TestClient
from starlette.routing import Route

from kit import cookies, health, rates
from kit.app import make_app
from kit.network import LOOPBACK, Network
from kit.rates import Buckets, Rate, limited
from kit.web.headers import CSP, HSTS
from kit.web.pages import done
from schemas.codes import Role
from tests.conftest import COUNTY, actor
from tests.helpers.acquainted import acquainted
from tests.kit import toy

OPERATOR, STRANGER, PROXY = ("127.0.0.1", 1), ("203.0.113.7", 1), "198.51.100.1"
RATE = Rate("thing", at_once=3, every=2)


@dataclass
class Time:
    """Of the buckets."""

    now: float = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Time:
    made = Time()
    monkeypatch.setattr(rates, "monotonic", made)
    return made


@pytest.fixture
def app(sessions, clock, keyring) -> FastAPI:
    app = make_app(toy.SERVICE, sessions=sessions, clock=clock, keyring=keyring, county=COUNTY)
    app.state.runtimes = []
    app.include_router(health.probes)
    router = APIRouter(route_class=rates.RatedRoute)

    @router.get("/limited/{word}")
    @limited(RATE)
    def thing(word: str) -> str:
        return word

    @app.get("/cookie")
    def cookie(request: Request) -> Response:
        answer = PlainTextResponse(cookies.read(request, cookies.TOKEN))
        cookies.put(answer, cookies.TOKEN, "fresh", seconds=60)
        return answer

    @app.get("/forget")
    def forget() -> Response:
        answer = done("/", "已登记。")
        cookies.forget(answer, cookies.TOKEN)
        return answer

    @app.get("/broken")
    def broken() -> None:
        raise LookupError

    app.include_router(router)
    return app


@pytest.fixture
def browser(app: FastAPI) -> Callable[..., TestClient]:
    def make(
        role: Role | None = None, *, at: tuple[str, int] = STRANGER, scheme: str = "http"
    ) -> TestClient:
        place = "housing" if role and role.name.startswith("DEPARTMENT") else COUNTY
        person = actor(role, place) if role else None
        return TestClient(
            app,
            base_url=f"{scheme}://backstop.example",
            client=at,
            headers=acquainted(app).headers(person) if person else {},
            follow_redirects=False,
            raise_server_exceptions=False,
        )

    return make


@pytest.mark.parametrize(
    "path", ["/cookie", "/broken", "/nowhere", "/static/backstop.css", "/toy/api/tasks"]
)
def test_g_13_every_answer_carries_a_csp_without_inline_script(browser, path):
    headers = browser().get(path).headers
    assert headers["content-security-policy"] == CSP
    assert "unsafe" not in CSP
    assert {"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'"} <= {
        *CSP.split("; ")
    }
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert headers["cross-origin-opener-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]
    assert "strict-transport-security" not in headers


@pytest.mark.parametrize(("scheme", "configured"), [("https", ""), ("http", "https://b.example")])
def test_behind_https_cookies_are_of_this_host_alone(app, browser, scheme, configured):
    app.state.network = Network(configured)
    person = browser(scheme=scheme)
    answer = person.get("/cookie")
    assert answer.headers["strict-transport-security"] == HSTS
    [said] = answer.headers.get_list("set-cookie")
    name, *flags = said.split("; ")
    assert name == "__Host-backstop=fresh"
    assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= {*flags}
    assert "domain" not in said.lower()
    for planted, believed in (("backstop", ""), ("__Host-backstop", "mine")):
        cookie = {"cookie": f"{planted}=mine"}
        assert browser(scheme=scheme).get("/cookie", headers=cookie).text == believed
    dropped = person.get("/forget").headers.get_list("set-cookie")
    assert [one.split("=")[0] for one in dropped] == ["__Host-backstop-message", "__Host-backstop"]
    assert all("; Secure" in one for one in dropped)


def test_on_plain_http_a_cookie_has_its_bare_name(browser):
    answer = browser().get("/cookie", headers={"cookie": "backstop=mine; __Host-backstop=no"})
    assert answer.text == "mine"
    [said] = answer.headers.get_list("set-cookie")
    assert said.startswith("backstop=fresh; ")
    assert "secure" not in said.lower()


def test_a_strangers_word_makes_no_https(browser):
    """Only the server knows whom it trusts with `X-Forwarded-Proto`."""
    answer = browser().get("/cookie", headers={"x-forwarded-proto": "https"})
    assert "strict-transport-security" not in answer.headers
    assert answer.headers["set-cookie"].startswith("backstop=")


def test_whoever_asks_too_often_waits_as_long_as_it_says(browser, time):
    one = browser(Role.COUNTY_CLERK)
    assert [one.get("/limited/x").status_code for _ in range(4)] == [200, 200, 200, 429]
    refused = one.get("/limited/y")
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "2")
    assert "请等2秒再试" in refused.text
    time.now += 2
    assert [one.get("/limited/x").status_code for _ in range(2)] == [200, 429]
    time.now += 60  # no more is saved up than the bucket holds
    assert [one.get("/limited/x").status_code for _ in range(4)] == [200, 200, 200, 429]


def test_nobody_else_is_slowed_by_whoever_asks_too_often(browser, time):
    flooding = browser(Role.COUNTY_CLERK)
    stranger = browser()
    for _ in range(50):
        flooding.get("/limited/x")
        stranger.get("/limited/x")
    assert {flooding.get("/limited/x").status_code, stranger.get("/limited/x").status_code} == {429}
    for other in (
        browser(Role.COUNTY_LEADER),  # of the same office, behind the same address
        browser(at=("203.0.113.8", 1)),
        browser(at=("2001:db8::1", 1)),
    ):
        assert other.get("/limited/x").status_code == 200
    assert flooding.get("/cookie").status_code == 200  # a door without a rate


def test_one_house_has_one_bucket_however_many_addresses(browser, time):
    statuses = [browser(at=(f"2001:db8::{n}", 1)).get("/limited/x").status_code for n in range(4)]
    assert statuses == [200, 200, 200, 429]
    assert browser(at=("2001:db8:0:1::1", 1)).get("/limited/x").status_code == 200


def test_a_forged_address_is_nobodys(browser, time):
    """`X-Forwarded-For` is the server's to read, where it trusts who sends it."""
    statuses = [
        browser().get("/limited/x", headers={"x-forwarded-for": f"192.0.2.{n}"}).status_code
        for n in range(4)
    ]
    assert statuses == [200, 200, 200, 429]


def test_what_is_remembered_is_bounded(monkeypatch, time):
    monkeypatch.setattr(rates, "MOST", 100)
    buckets = Buckets()
    for n in range(1000):
        buckets.take(RATE, f"address 192.0.2.{n}")
    assert len(buckets) == 100


@pytest.mark.parametrize("operators", [LOOPBACK, ()])
def test_metrics_and_what_is_wrong_are_not_for_strangers(app, browser, operators):
    app.state.network = Network(operators=operators)

    class Stuck:
        async def stuck(self) -> str:
            return "toy: the relay ended"

        def unready(self) -> str:
            return "toy: no database"

    app.state.runtimes = [Stuck()]
    for at, headers, inside in (
        (OPERATOR, {}, bool(operators)),
        (OPERATOR, {"x-forwarded-for": "127.0.0.1"}, False),
        (OPERATOR, {"x-forwarded-for": PROXY}, False),
        (STRANGER, {}, False),
        (STRANGER, {"x-forwarded-for": "127.0.0.1", "x-real-ip": "127.0.0.1"}, False),
    ):
        asking = browser(at=at)
        metrics = asking.get("/metrics", headers=headers)
        assert metrics.status_code == (200 if inside else 404)
        assert ("backstop_unsent" in metrics.text) == inside
        for path in ("/health/live", "/health/ready"):
            answer = asking.get(path, headers=headers)
            assert answer.status_code == 503
            assert ("wrong" in answer.json()) == inside
            assert ("toy" in answer.text) == inside


@pytest.mark.parametrize("path", ["/toy/api/docs", "/toy/api/openapi.json"])
def test_the_doors_description_is_for_whoever_programs_against_them(browser, path):
    for role in Role:
        inside = role in (
            Role.ADMINISTRATOR,
            Role.COUNTY_CLERK,
            Role.DEPARTMENT_CLERK,
            Role.DEPARTMENT_HEAD,
        )
        if role is not Role.SYSTEM:
            assert browser(role).get(path).status_code == (200 if inside else 403), role
    assert browser().get(path).status_code == 401
    assert browser().get("/docs").status_code == browser().get("/openapi.json").status_code == 404


def test_the_page_of_the_description_loads_nothing_from_elsewhere(browser):
    page = browser(Role.ADMINISTRATOR).get("/toy/api/docs").text
    assert "/toy/api/tasks" in page
    assert "http" not in page.replace("http-equiv", "")


def test_no_route_of_the_library_describes_the_doors(app: FastAPI):
    names = {route.name for route in app.routes if isinstance(route, Route)}
    assert not names & {"openapi", "swagger_ui_html", "swagger_ui_redirect", "redoc_html"}
