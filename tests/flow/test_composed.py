"""docker-compose.yml at work: Kafka formatted by its own scenario, provisioned, seven processes
behind one address.
"""

import json
import re
import signal
import ssl
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import httpx
import psycopg
import pytest

from backstop.engines import KafkaAccess
from backstop.engines.access import INSIDE
from backstop.engines.kafka_admin import serves
from backstop.engines.progress import Silent
from kit.actor import Actor
from kit.assets import static
from kit.clock import local_date, system_clock
from rulebook.months import month_of
from schemas.codes import Role
from tests.backstop.compose import ROOT
from tests.conftest import COUNTY, lacking
from tests.flow.composed import Composed
from tests.flow.conftest import SAMPLES
from tests.helpers.waiting import PATIENCE, eventually

CLERK = Actor("clerk", "县里经办人", Role.COUNTY_CLERK, COUNTY)


@pytest.fixture(scope="module")
def composed(tool, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Composed]:
    made = Composed(tmp_path_factory.mktemp("composed") / "shape", tool("nginx"))
    try:
        made.postgres.start(Silent())
        made.start_kafka()
        eventually(lambda: serves(made.kafka))
        done = made.provision()
        assert done.returncode == 0, done.stdout + done.stderr
        assert made.provision().returncode == 0  # every `up` runs it again
        made.start_proxy()
        for place in made.places:
            made.start(*place)
        for place in made.places:
            eventually(lambda place=place: made.probe(*place) == 0)
        yield made
    finally:
        made.close()


def test_h_04_a_department_comes_in_by_the_listener_of_its_own(composed: Composed):
    said = httpx.post(
        f"{composed.address}/dispatch/api/departments",
        json={"departments": [{"code": "housing", "name": "县住房和城乡建设局"}]},
        headers=composed.signed(CLERK),
        timeout=30,
    )
    assert said.status_code < 300, said.text
    done = composed.provision("departments", "add", "housing")
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    given = dict(line.split("=", 1) for line in lines if line.startswith("BACKSTOP_"))
    assert given["BACKSTOP_KAFKA_BOOTSTRAP"] == composed.values["BACKSTOP_DEPARTMENTS"]
    login = (given["BACKSTOP_KAFKA_USER"], given["BACKSTOP_KAFKA_PASSWORD"])
    ca = str(composed.home / "departments" / given["BACKSTOP_KAFKA_CA"])
    outside = KafkaAccess(given["BACKSTOP_KAFKA_BOOTSTRAP"], *login, tls=True, ca_file=ca)
    outside = replace(outside, mechanism=given["BACKSTOP_KAFKA_MECHANISM"])
    assert serves(outside)
    for user, name in (("village", "VILLAGE_PASSWORD"), ("admin", "KAFKA_ADMIN_PASSWORD")):
        inside = outside.as_user(user, composed.values[name])
        assert not serves(inside), "what opens the inside opens nothing here"
        assert not serves(replace(inside, mechanism=INSIDE))
    assert not serves(replace(outside, tls=False, ca_file=None))


def test_one_address_takes_the_countys_files_and_shows_every_service(composed: Composed):
    headers = composed.signed(CLERK)
    files = [
        ("files", (path.name, path.read_bytes())) for path in sorted(SAMPLES.glob("[oh]*.xlsx"))
    ]
    answer = httpx.post(
        f"{composed.address}/front/api/imports",
        headers=headers,
        files=files,
        timeout=120,
        data={"month": month_of(local_date(system_clock()))},
    )
    assert answer.is_success, answer.text
    assert {report["file"] for report in answer.json()} == {"households.xlsx", "organisation.xlsx"}
    for service in ("village", "unit", "county"):
        work = eventually(
            lambda service=service: composed.get(f"/{service}/api/work", **headers).json()
        )
        assert work["dead_letters"] == 0
    assert composed.get("/village/api/households", **headers).json()
    assert composed.get("/").headers["location"].endswith("/sign-in")
    assert composed.get("/sign-in").headers["location"].startswith("/access/sign-in?")
    assert composed.get("/access/sign-in").is_success
    assert composed.get(static("vendor/bootstrap.min.css")).is_success


def first_link(composed: Composed) -> str:
    """The administrator's, as the server's own command line prints it (docs/operations.md)."""
    done = composed.execute("access", "administrator")
    assert done.returncode == 0, done.stdout + done.stderr
    (link,) = done.stdout.splitlines()
    return link


def test_the_first_link_begins_with_the_address_that_people_know(composed: Composed):
    link = first_link(composed)
    assert link.startswith(composed.values["BACKSTOP_PUBLIC_ADDRESS"] + "/access/cards/")
    page = composed.get("/access/cards/" + link.rpartition("/")[2])
    assert page.is_success
    for log in composed.home.glob("*.log"):
        assert link.rpartition("/")[2] not in log.read_text(errors="replace"), log.name


def test_people_come_in_over_https_and_their_cookie_is_of_this_host_alone(composed: Composed):
    """The proxy of docker-compose.yml with deploy/nginx/tls.conf and a county's own authority."""
    card = "/access/cards/" + first_link(composed).rpartition("/")[2]
    trusted = ssl.create_default_context(cafile=str(composed.authority.file))
    address = f"https://127.0.0.1:{composed.tls_port}"
    with httpx.Client(base_url=address, verify=trusted, timeout=30) as browser:
        page = browser.get(card)
        assert page.is_success
        key = re.search(r'name="([^"]+)" value="([^"]+)"', page.text)
        entered = browser.post(
            card, data={key[1]: key[2]} if key else {}, headers={"origin": address}
        )
        assert entered.status_code == 303, entered.text
        given = entered.headers.get_list("set-cookie")
        kept = [one for one in given if "max-age=0" not in one.lower()]
        assert {one.partition("=")[0] for one in kept} == {
            "__Host-backstop-session",
            "__Host-backstop-device",
        }
        (cookie,) = [one for one in kept if one.startswith("__Host-backstop-session=")]
        for one in given:
            assert {"HttpOnly", "Path=/", "SameSite=lax", "Secure"} <= {*one.split("; ")}
        inside = browser.get(entered.headers["location"])
        assert inside.is_success
        assert "系统管理员" in inside.text
        for answer in (page, entered, inside, browser.get("/village/api/tasks")):
            assert answer.headers["strict-transport-security"].startswith("max-age=")
            assert "unsafe" not in answer.headers["content-security-policy"]
        assert browser.get("/metrics").status_code == 404
        assert browser.get("/health/live").json() == {"ok": True}
        value = cookie.partition("=")[2].partition(";")[0]
    own = {"cookie": f"__Host-backstop-session={value}"}
    planted = {"cookie": f"backstop-session={value}"}  # by a neighbour, or on a plain line
    with httpx.Client(base_url=address, verify=trusted, timeout=30) as browser:
        assert browser.get("/access/setup", headers=own).status_code == 200
        assert browser.get("/access/setup", headers=planted).status_code == 303
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, timeout=30)  # who does not know the authority
    old = ssl.create_default_context(cafile=str(composed.authority.file))
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):
        old.maximum_version = ssl.TLSVersion.TLSv1_1
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, verify=old, timeout=30)


class Echo(BaseHTTPRequestHandler):
    """Answers with what it was told, in place of the front door."""

    def do_GET(self) -> None:
        body = json.dumps({name.lower(): value for name, value in self.headers.items()}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.send_header("x-echo", "yes")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *words: object) -> None:
        pass


def test_nobody_says_for_himself_where_he_comes_from(composed: Composed):
    """The proxy writes who is there: a forged line neither opens the operators' door nor empties
    somebody else's bucket.
    """
    forged = dict.fromkeys(("x-forwarded-for", "x-real-ip", "forwarded"), "192.0.2.7")
    assert "wrong" not in composed.get("/health/ready", **forged).json()
    echo = HTTPServer(("127.0.7.99", composed.port), Echo)
    threading.Thread(target=echo.serve_forever, daemon=True).start()
    real = composed.names.addresses["front"]
    try:
        composed.names.addresses["front"] = ["127.0.7.99"]
        said = eventually(
            lambda: (answer := composed.get("/sign-in", **forged)).headers.get("x-echo") and answer
        ).json()
    finally:
        composed.names.addresses["front"] = real
        echo.shutdown()
        echo.server_close()
    assert said["x-forwarded-for"] == "127.0.0.1"
    assert "192.0.2.7" not in said.values()
    eventually(lambda: composed.get("/sign-in").headers.get("content-security-policy"))


def test_the_work_goes_on_with_one_replica_of_county(composed: Composed):
    headers = composed.signed(CLERK)
    composed.kill("county", 1)
    answers = [composed.get("/county/api/cases", **headers).status_code for _ in range(10)]
    assert answers == [200] * 10


def test_a_polite_stop_ends_within_the_grace_that_compose_gives(composed: Composed):
    begun = time.monotonic()
    assert composed.kill("dispatch", 1, signal.SIGTERM) == 0
    assert time.monotonic() - begun < int(
        composed.services["dispatch"]["stop_grace_period"].removesuffix("s")
    )


def test_what_is_for_operators_is_not_at_the_public_address(composed: Composed):
    assert composed.get("/metrics").status_code == 404
    for place in composed.running:
        host = composed.hosts[place]
        assert httpx.get(f"http://{host}:{composed.port}/metrics").is_success
    county = composed.hosts["county", 0]
    eventually(
        lambda: (
            'backstop_ready{service="county"} 1.0'
            in httpx.get(f"http://{county}:{composed.port}/metrics").text
        )
    )


def test_kafka_knows_its_users_and_nobody_else(composed: Composed):
    kafka = composed.kafka
    assert serves(kafka)
    assert serves(kafka.as_user("village", composed.values["VILLAGE_PASSWORD"]))
    assert not serves(kafka.as_user("village", composed.values["UNIT_PASSWORD"]))
    assert not serves(KafkaAccess(kafka.bootstrap))


def test_a_role_enters_its_own_database_alone(composed: Composed):
    access, password = composed.postgres.access, composed.values["VILLAGE_PASSWORD"]
    psycopg.connect(access.dsn("village", "village", password)).close()
    with pytest.raises(psycopg.OperationalError, match="permission denied"):
        psycopg.connect(access.dsn("county", "village", password))


def test_kafka_started_again_is_the_same_kafka(composed: Composed):
    assert composed.kill("kafka", sign=signal.SIGTERM) in (0, 143)
    composed.start_kafka()
    eventually(lambda: serves(composed.kafka))
    assert serves(composed.kafka.as_user("county", composed.values["COUNTY_PASSWORD"]))
    for place in composed.running:
        eventually(lambda place=place: composed.probe(*place) == 0)


class Stuck(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(503)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def namespaces(tool) -> list[str]:
    """The command that starts another in a process namespace of its own."""
    apart = [tool("unshare"), "--pid", "--fork", "--kill-child"]
    if subprocess.run([*apart, "true"], capture_output=True, check=False).returncode:
        lacking("process namespaces")
    return apart


def test_a_stuck_process_is_ended_by_its_containers_health_check(namespaces: list[str]):
    """In a process namespace of its own, as a container is; asked from outside it, the probe does
    nothing but answer.
    """
    server = HTTPServer(("127.0.0.1", 0), Stuck)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    probe = [sys.executable, str(ROOT / "deploy/probe.py")]
    environment = {"BACKSTOP_PORT": str(server.server_port)}
    assert subprocess.run(probe, env=environment, check=False).returncode == 1
    container = subprocess.Popen([*namespaces, "sh", "-c", "sleep 1000; exit 7"])
    try:
        children = Path(f"/proc/{container.pid}/task/{container.pid}/children")
        first = eventually(lambda: children.read_text().split())[0]
        eventually(lambda: Path(f"/proc/{first}/task/{first}/children").read_text().split())
        subprocess.run(
            ["nsenter", "--target", first, "--pid", *probe], env=environment, check=False
        )
        assert container.wait(PATIENCE) == 7  # its first process saw the stuck one end
    finally:
        container.kill()
        server.shutdown()
