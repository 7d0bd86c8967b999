"""`backstop up` as a process of its own: its doors, and what is left after it, Kafka or PostgreSQL
was killed.

The tests follow one installation from its first start to its end, in the order in which they stand
here. The clock is the machine's: whatever the date, the month is this one.
"""

import contextlib
import os
import re
import secrets
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import openpyxl
import pyotp
import pytest

from backstop.accounts import DemoAccounts
from backstop.engines.private import free_ports
from backstop.engines.process import alive, living, mark_of
from backstop.people import clerk
from backstop.services import every_service
from kit.actor import Actor
from kit.clock import local_date, system_clock
from rulebook.months import month_of
from schemas.codes import Role
from tests.conftest import COUNTY
from tests.flow.conftest import SAMPLES
from tests.helpers.up import Process, pids
from tests.helpers.waiting import eventually

HOUSEHOLDS = 287
MAJIA = "990121200202"
MONTH = month_of(local_date(system_clock()))
ORGANISATION = (SAMPLES / "organisation.xlsx", SAMPLES / "households.xlsx")
LISTS = sorted((SAMPLES / "village-lists").glob("*.xlsx"))
FIRED_TWICE = """SELECT count(*) FROM (SELECT FROM deadline WHERE fired_at IS NOT NULL
    AND name <> 'open month'  -- an empty county's is tried again at every start
    GROUP BY name, about HAVING count(*) > 1) AS twice"""


def this_month(path: Path, folder: Path) -> Path:
    """A village list of the samples, as that village would send it in the month the machine is
    in.
    """
    year, month = MONTH.split("-")
    book = openpyxl.load_workbook(path)
    book.active["A1"] = book.active["A1"].value.replace("2026年9月", f"{year}年{int(month)}月")
    copy = folder / path.name.replace("2026-09", MONTH)
    book.save(copy)
    return copy


def whole(up: Process) -> None:
    """Nothing lost, nothing doubled: every accepted event was sent, and changed each service that
    knows it once.
    """

    def still() -> bool:
        unsent = sum(
            up.count(one.name, "SELECT count(*) FROM outbox WHERE sent_at IS NULL")
            for one in every_service()
        )
        return not unsent and all(
            heard(up, to.name, by.name) == said(up, by.name, to)
            for by in every_service()
            for to in every_service()
        )

    eventually(still)
    for service in every_service():
        assert up.count(service.name, "SELECT count(*) FROM dead_letter") == 0, service.name
        assert up.count(service.name, FIRED_TWICE) == 0, service.name


def heard(up: Process, to: str, by: str) -> int:
    return up.count(to, "SELECT count(*) FROM inbox WHERE source LIKE %s", f"%/{by}")


def said(up: Process, by: str, to) -> int:
    """Access hears of its own accounts too, as every service does."""
    types = list(to.handlers.types)
    return up.count(by, "SELECT count(*) FROM outbox WHERE type = ANY(%s)", types)


@pytest.fixture(scope="module")
def up(own_engines: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    made = Process(tmp_path_factory.mktemp("up") / "我的 县")
    try:
        yield made
    finally:
        made.close()


def test_f_17_the_link_is_printed_when_its_page_answers(up: Process):
    link = up.up()
    assert httpx.get(link).status_code == 200  # at once, never a second try


def test_up_ends_at_one_link_for_the_first_administrator(up: Process):
    *before, title, link = up.said.read_text().splitlines()
    assert "系统管理员" in title
    assert link == up.link
    assert not [line for line in before if "/cards/" in line]


def test_the_administrators_link_works_once_and_looking_at_it_uses_nothing_up(up: Process):
    link, address = up.link, f"http://127.0.0.1:{up.port}"
    for _ in range(2):  # messengers look at links
        assert httpx.get(link).status_code == 200
    with httpx.Client(base_url=address, timeout=40) as browser:
        first = browser.post(link)
        assert (first.status_code, first.headers["location"]) == (303, "/access/setup")
        for cookie in first.headers.get_list("set-cookie"):
            assert {"httponly", "samesite=lax"} <= set(cookie.lower().split("; "))
        assert browser.get("/access/accounts").status_code == 303  # first a password and codes
        set_up(browser)
        assert browser.get("/access/accounts").status_code == 200
        for role in ("SYSTEM", "ROOT"):  # nobody is handed out the system itself
            asked = {"name": "甲", "role": role, "place": COUNTY}
            answer = browser.post("/access/accounts", data=asked)
            assert (answer.status_code, "/cards/" in answer.text) == (422, False), role
    second = httpx.post(link)
    assert second.status_code == 403
    assert "已经在一部手机上用过" in second.text
    assert not [
        one for one in second.headers.get_list("set-cookie") if "max-age=0" not in one.lower()
    ]


def set_up(browser: httpx.Client) -> None:
    """As the administrator does it: a password, and the code that his phone shows."""
    shown = re.search(
        r'<code class="user-select-all">(\w+)</code>', browser.get("/access/setup").text
    )
    assert shown
    password = secrets.token_urlsafe(12)
    form = {"login": "系统管理员", "password": password, "again": password}
    done = browser.post("/access/setup", data=form | {"code": pyotp.TOTP(shown[1]).now()})
    assert done.status_code == 200, done.text


def test_a_demo_cannot_be_started_as_an_installation(tmp_path: Path):
    """Done when 4 of the accounts: a demo's accounts are impossible outside it."""
    folder = tmp_path / "demo"
    DemoAccounts(folder).keep({})
    answer = Process(folder).run("up", "--port", str(free_ports(1)[0]))
    assert answer.returncode == 1
    assert "里是演示，不能当正式安装用" in answer.stdout
    assert "Traceback" not in answer.stdout
    assert [path.name for path in folder.iterdir() if path.suffix != ".lock"] == [
        "demo-accounts.json"
    ]


def test_it_listens_on_this_machine_only(up: Process):
    own = set()
    for pid in up.processes():
        for handle in Path(f"/proc/{pid}/fd").iterdir():
            with contextlib.suppress(OSError):
                own.add(os.readlink(handle))
    listening = [
        fields[1].rpartition(":")
        for table in ("tcp", "tcp6")
        for fields in (
            line.split() for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]
        )
        if fields[3] == "0A" and f"socket:[{fields[9]}]" in own
    ]
    assert up.port in {int(port, 16) for _, _, port in listening}
    assert (
        len(listening) == 3
    )  # pages, broker, controller; PostgreSQL only has a socket in a folder of ours
    loopback = {"0100007F", "0000000000000000FFFF00000100007F"}
    assert {address for address, _, _ in listening} <= loopback


def test_secrets_lie_in_files_of_ours_alone_and_in_no_process_list(up: Process):
    assert up.home.stat().st_mode & 0o077 == 0
    assert (up.home / "secrets").stat().st_mode & 0o077 == 0
    kept = set()
    for path in (up.home / "secrets").iterdir():
        assert path.stat().st_mode & 0o177 == 0 or path.suffix == ".lock", path
        if not path.suffix:
            kept.add(path.read_bytes().strip())
    kept.add(up.said.read_text().rstrip().rpartition("/")[2].encode())
    assert len(kept) >= 8
    for pid in pids():
        with contextlib.suppress(OSError):
            shown = Path(f"/proc/{pid}/cmdline").read_bytes()
            assert not [one for one in kept if one in shown], pid
    logs = b"".join(path.read_bytes() for path in (up.home / "logs").iterdir())
    assert not [one for one in kept if one in logs]


def test_a_second_one_and_a_busy_port_are_refused_in_a_sentence(up: Process, tmp_path: Path):
    second = up.run("up", "--port", str(free_ports(1)[0]))
    assert second.returncode == 1
    assert "已经在运行" in second.stdout
    other = Process(tmp_path / "other")
    busy = other.run("up", "--port", str(up.port))
    assert busy.returncode == 1
    assert f"端口 {up.port} 被别的程序占用" in busy.stdout
    for answer in (second, busy):
        assert "Traceback" not in answer.stdout
        assert answer.stdout.count("\n") <= 3
    assert up.get("/health/live").status_code == 200


def test_killed_in_the_midst_of_an_import_nothing_accepted_is_lost_or_doubled(up: Process):
    taking = subprocess.Popen(
        up._command("import", *ORGANISATION, "--month", MONTH),
        cwd=up.home.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    eventually(lambda: up.count("village", "SELECT count(*) FROM division") > 0)
    up.kill()
    output, _ = taking.communicate(timeout=60)
    assert taking.returncode == 1
    assert "Traceback" not in output, output
    accepted = up.count("village", "SELECT count(*) FROM outbox")
    assert accepted > 0

    up.up()
    assert up.count("village", "SELECT count(*) FROM outbox") >= accepted
    assert up.installation.county == COUNTY
    assert "没有导入" not in up.take(*ORGANISATION)
    whole(up)
    for service in ("village", "unit", "county"):
        assert up.count(service, "SELECT count(*) FROM household") == HOUSEHOLDS
    assert (
        up.count(
            "village", "SELECT count(*) FROM outbox WHERE type = 'village.household.registered.v1'"
        )
        == HOUSEHOLDS
    )
    for service in ("village", "unit", "county"):
        assert up.count(service, "SELECT count(*) FROM month WHERE month = %s", MONTH) == 1


def test_what_was_due_while_nobody_ran_fires_once(up: Process):
    up.kill()
    with up.database("village") as one:
        one.execute(
            "INSERT INTO deadline (name, about, at) VALUES ('remind groups', %s, now() - interval '1 hour')",
            [f"{MONTH}/missed"],
        )
    up.up()
    missed = (
        "SELECT count(*) FROM deadline WHERE about = %s AND fired_at IS NOT NULL AND error IS NULL"
    )
    eventually(lambda: up.count("village", missed, f"{MONTH}/missed") == 1)
    up.kill()
    up.up()
    assert (
        up.count("village", "SELECT count(*) FROM deadline WHERE about = %s", f"{MONTH}/missed")
        == 1
    )
    whole(up)


@pytest.mark.parametrize("again", ["engines start", "up"])
def test_killed_engines_come_back_and_the_work_goes_on(up: Process, again: str):
    before = up.count("village", "SELECT count(*) FROM outbox")
    page, signed = f"/village/api/months/{MONTH}", up.signed(clerk(up.installation))
    for name in ("kafka", "postgres"):
        mark = living(up.home / "run" / f"{name}.pid")
        assert mark
        os.kill(mark.pid, signal.SIGKILL)
    eventually(lambda: up.get(page, headers=signed).status_code == 503)
    answer = up.get(page, headers=signed)
    assert answer.headers["content-type"] == "application/problem+json"
    assert "没有保存" in answer.json()["detail"]
    if again == "up":
        up.kill()
        up.up()
    else:
        started = up.run("engines", "start")
        assert started.returncode == 0, started.stdout
        eventually(lambda: up.get(page, headers=signed).status_code == 200)
    assert up.count("village", "SELECT count(*) FROM outbox") == before
    taken = up.take(this_month(LISTS[1] if again == "up" else LISTS[2], up.home.parent))
    assert "没有导入" not in taken, taken
    whole(up)
    assert up.count("village", "SELECT count(*) FROM finding") > 0


def test_a_marked_copy_is_given_back_to_whoever_sent_the_file_and_nobody_else(up: Process):
    mine = clerk(up.installation)
    folder = up.installation.out / "imports" / mine.account
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "a-请改正.xlsx").write_bytes(b"marked")
    assert up.as_clerk("/imports/marked/a-请改正.xlsx").content == b"marked"
    signed = up.signed(replace(mine, account="somebody-else"))
    other = up.get("/imports/marked/a-请改正.xlsx", headers=signed)
    assert (other.status_code, b"marked" in other.content) == (404, False)


def test_a_clerk_sends_files_with_long_and_equal_names(up: Process):
    """As a browser does; who may not open a month is not told that it is closed while it is
    open.
    """
    signed = up.signed(Actor("long", "文书", Role.VILLAGE_CLERK, MAJIA))
    name, content = (
        "摸排名单" * 30,
        this_month(LISTS[-1], up.home.parent).read_bytes(),
    )  # 马家村's, with its refused rows
    files = [
        ("files", (f"{name}.xlsx", content)),
        ("files", ("a.xlsx", content)),
        ("files", ("a.xlsx", b"PK")),
    ]
    answer = httpx.post(
        f"http://127.0.0.1:{up.port}/front/api/imports",
        files=files,
        data={"month": MONTH},
        timeout=60,
        headers=signed,
    )
    assert answer.status_code == 200, answer.text
    reports = answer.json()
    assert [one["file"] for one in reports] == [f"{name}.xlsx", "a.xlsx", "a(2).xlsx"]
    assert "还没有开启" not in answer.text
    assert Path(reports[0]["marked"]).name == f"{name[:55]}-请改正.xlsx"
    assert "打不开" in reports[2]["sheets"][0]["notes"][0]


def test_down_leaves_no_process(up: Process):
    marks = [mark for mark in map(mark_of, up.processes()) if mark]
    assert len(marks) > 3
    assert up.run("down").returncode == 0
    up.child.wait(20)
    assert [mark for mark in marks if alive(mark)] == []
    assert up.run("down").returncode == 0  # twice is no error
    assert up.run("engines", "status").returncode == 1
