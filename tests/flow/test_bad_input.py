"""What comes wrong through a door or a topic: refused in a sentence or laid aside with its reason,
and nothing half-written.
"""

import asyncio
import json
from collections.abc import Callable
from io import BytesIO
from uuid import uuid4

import openpyxl
from aiokafka import AIOKafkaProducer
from sqlalchemy import text
from typer.testing import CliRunner

from backstop.cli import app
from backstop.demo.driver import Driver
from kit.actor import Actor
from kit.messaging import dead_letters
from kit.messaging.dead_letters import BEHIND
from kit.messaging.kafka import KafkaLogin
from rulebook.ids import make_id
from schemas.codes import GapItem, Role
from schemas.unit import UnitNamed
from tests.conftest import COUNTY, at
from tests.flow.conftest import SAMPLES

MONTH, VILLAGE, TOWNSHIP = "2026-09", "990121100201", "990121100000"
CLERK = Actor("county-clerk", "县里经办人", Role.COUNTY_CLERK, COUNTY)
COLLEAGUE = Actor("county-clerk-2", "另一经办人", Role.COUNTY_CLERK, COUNTY)  # who closes (G-14)
VILLAGE_CLERK = Actor("village-clerk", "吕静", Role.VILLAGE_CLERK, VILLAGE)
OFFICER = Actor("housing", "宋杰", Role.DEPARTMENT_CLERK, "housing")
FORMULA = '=HYPERLINK（"http://127.0.0.1/","点我"）'


def outboxes(driver: Driver) -> dict[str, int]:
    found = {}
    for name, runtime in driver.application.runtimes.items():
        with runtime.sessions() as session:
            found[name] = session.execute(text("SELECT count(*) FROM outbox")).scalar_one()
    return found


async def refused(
    driver: Driver, status: int, who: Actor, path: str, body: object = None, words: str = ""
) -> None:
    """The door answers with this status and a sentence in Chinese, and nothing was said to
    anybody.
    """
    auth = await driver.signs(who)
    before = outboxes(driver)
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = await driver.client.post(
        path, content=content, headers={"content-type": "application/json"}, auth=auth
    )
    assert answer.status_code == status, (path, answer.status_code, answer.text)
    assert answer.headers["content-type"] == "application/problem+json", path
    detail = answer.json()["detail"]
    assert any("\u4e00" <= letter <= "\u9fff" for letter in detail), detail
    assert words in detail, detail
    assert outboxes(driver) == before, path


async def household(driver: Driver, name: str, seq: int) -> str:
    """A household of 石桥村 whose head has this name."""
    head = {
        "name": name,
        "id_number": make_id("990121", at(1970, 1, 1).date(), seq),
        "relationship": "户主",
    }
    await driver.post(
        CLERK,
        "/village/api/households",
        [{"number": f"X{seq}", "village": VILLAGE, "group": "01", "members": [head]}],
    )
    found = await driver.get(VILLAGE_CLERK, "/village/api/households", q=name)
    return found[0]["id"]


def test_doors_refuse_in_a_sentence_and_write_nothing(open_driver):
    async def run():
        async with open_driver(at(2026, 9, 16, 10)) as driver:
            await driver.take(
                CLERK, [SAMPLES / "organisation.xlsx", SAMPLES / "households.xlsx"], MONTH
            )
            formula = await household(driver, FORMULA, 801)
            markup = await household(driver, "<scenario>alert(1)</scenario>", 802)
            draft = {
                "household": formula,
                "causes": ["ILLNESS"],
                "risk_point": "+86",
                "matter": "-1+1",
                "note": "@SUM(A1)",
            }
            other = VILLAGE_CLERK.__class__("other", "别村", Role.VILLAGE_CLERK, "990121100202")
            listed = {"village": VILLAGE, "month": MONTH}

            await refused(
                driver, 422, VILLAGE_CLERK, "/village/api/lists", listed | {"month": "2026-13"}
            )
            await refused(
                driver, 422, VILLAGE_CLERK, "/village/api/lists", listed | {"month": "九月"}
            )
            await refused(
                driver,
                422,
                VILLAGE_CLERK,
                "/village/api/lists",
                listed | {"month": "2031-01"},
                "2031年1月",
            )
            await refused(driver, 403, other, "/village/api/lists", listed | {"nil": True})
            await refused(
                driver,
                403,
                VILLAGE_CLERK,
                "/village/api/signatures",
                {"township": TOWNSHIP, "month": MONTH},
            )
            await refused(
                driver,
                422,
                CLERK,
                "/village/api/households",
                [
                    {
                        "number": "X9",
                        "village": "990199999999",
                        "members": [{"name": "某", "id_number": ""}],
                    }
                ],
            )
            for service, door in {
                "village": "lists",
                "unit": "lists",
                "county": "supervision-reports",
                "dispatch": "departments",
            }.items():
                await refused(driver, 422, CLERK, f"/{service}/api/{door}", b'{"village": "99012')
                await refused(driver, 422, CLERK, f"/{service}/api/{door}", {"month": 9})
            await refused(driver, 403, VILLAGE_CLERK, "/unit/api/lists/U001/2026-09/signature", {})
            await refused(
                driver,
                422,
                VILLAGE_CLERK,
                "/village/api/findings",
                listed | {"finding": draft | {"matter": "长" * 200_000}},
            )
            nobody = await driver.client.post("/village/api/lists", json=listed)
            assert nobody.status_code == 401
            assert nobody.headers["content-type"] == "application/problem+json"

            # an urgent finding becomes a case; a decision needs a visit
            found = await driver.post(
                VILLAGE_CLERK,
                "/village/api/urgent-findings",
                listed | {"finding": draft | {"severity": "URGENT"}},
            )
            sign = f"/village/api/urgent-findings/{found['id']}/signature"
            await refused(driver, 403, VILLAGE_CLERK, sign, None)
            await driver.post(Actor("head", "乡镇长", Role.TOWNSHIP_HEAD, TOWNSHIP), sign)
            await driver.settle()
            case = (await driver.get(CLERK, "/county/api/cases"))["cases"][0]
            decision = {
                "decision": "verified",
                "primary_cause": "ILLNESS",
                "needs": [
                    {
                        "gap_item": GapItem.HOUSING_UNSAFE.value,
                        "question": "=1+1",
                        "department": "housing",
                    }
                ],
            }
            await refused(
                driver, 422, CLERK, f"/county/api/cases/{case['id']}/decision", decision, "入户"
            )
            await refused(
                driver, 403, VILLAGE_CLERK, f"/county/api/cases/{case['id']}/decision", decision
            )
            await refused(driver, 404, CLERK, "/county/api/cases/nowhere/decision", decision)
            await driver.post(
                CLERK,
                f"/county/api/cases/{case['id']}/visits",
                {
                    "on": "2026-09-16",
                    "visitors": "周明远",
                    "met": "户主",
                    "house": "危房",
                    "medical": "无",
                    "income": "无",
                },
            )
            await driver.post(CLERK, f"/county/api/cases/{case['id']}/decision", decision)
            await driver.settle()

            # a reply to a closed order
            order = (
                f"/dispatch/api/orders/{(await driver.get(CLERK, '/dispatch/api/orders'))[0]['id']}"
            )
            await driver.post(OFFICER, f"{order}/acceptance", {})
            report = {"result": "solved", "explanation": "=1+1"}
            await refused(
                driver,
                403,
                OFFICER.__class__("edu", "外局", Role.DEPARTMENT_CLERK, "education"),
                f"{order}/report",
                report,
            )
            await driver.post(OFFICER, f"{order}/report", report)
            await driver.post(VILLAGE_CLERK, f"{order}/confirmation", {"received": True})
            await driver.post(COLLEAGUE, f"{order}/closure", {"note": ""})
            await refused(driver, 409, OFFICER, f"{order}/report", report)

            # what leaves is harmless
            await driver.post(
                VILLAGE_CLERK,
                "/village/api/findings",
                listed | {"finding": draft | {"household": markup}},
            )
            await driver.settle()
            books = [
                await driver.fetch(CLERK, path)
                for path in (
                    f"/village/villages/{VILLAGE}/{MONTH}/list.xlsx",
                    "/dispatch/orders.xlsx",
                    "/county/ledger/export",
                    f"/county/months/{MONTH}/export",
                )
            ]
            pages = [
                await driver.fetch(CLERK, path)
                for path in (
                    f"/county/cases/{case['id']}",
                    f"/village/villages/{VILLAGE}/{MONTH}",
                    "/village/households?q=script",
                )
            ]
            return books, pages

    books, pages = asyncio.run(run())
    cells = [
        cell
        for book in books
        for sheet in openpyxl.load_workbook(BytesIO(book))
        for row in sheet
        for cell in row
    ]
    assert not [cell.value for cell in cells if cell.data_type == "f"]
    texts = [str(cell.value) for cell in cells if cell.value is not None]
    assert not [one for one in texts if one.startswith(("=", "+", "@"))]
    assert [one for one in texts if one.startswith("'=HYPERLINK")]
    assert all(b"<scenario>alert" not in page for page in pages)


def runner(driver: Driver, monkeypatch) -> Callable[..., str]:
    """`backstop dead-letters …` on this application; its databases and topics have a prefix that an
    installation's have not.
    """
    from backstop.cli import dead_letters as command

    sessions = {name: runtime.sessions for name, runtime in driver.application.runtimes.items()}
    prefix = driver.application.prefix
    replay = dead_letters.replay
    monkeypatch.setattr(command, "sessions_of", lambda service, home: _open(sessions[service.name]))
    monkeypatch.setattr(command.dead_letters, "replay", lambda *args: replay(*args, prefix))
    monkeypatch.setattr(command.console, "width", 200)

    def run(*words: str, code: int = 0) -> str:
        answer = CliRunner().invoke(app, ["dead-letters", *words])
        assert answer.exit_code == code, (answer.output, answer.exception)
        return answer.output

    return run


def _open(sessions):
    from contextlib import nullcontext

    return nullcontext(sessions)


def test_bad_records_wait_with_their_reason_and_are_mended_from_the_command_line(
    open_driver, monkeypatch, tmp_path
):
    async def run():
        async with open_driver(at(2026, 9, 16, 10)) as driver:
            await driver.take(CLERK, [SAMPLES / "organisation.xlsx"], MONTH)
            kafka = driver.application.installation.engines.kafka
            topic = f"{driver.application.prefix}backstop.unit"

            def unit(key: str, name: str) -> bytes:
                return UnitNamed(unit=key, name=name).model_dump_json().encode()

            async with AIOKafkaProducer(
                **KafkaLogin(kafka.bootstrap, kafka.user or "", kafka.password or "").options()
            ) as out:
                for key, body, changed in (
                    ("B1", b'{"unit": "B1", "na', {}),  # torn
                    ("B1", unit("B1", "后来的名字"), {}),  # waits behind it
                    ("B2", unit("B2", "空头单位"), {"ce_type": None}),  # a null header
                    (
                        "B3",
                        unit("B3", "冒名单位"),
                        {"ce_source": f"/backstop/{COUNTY}/village".encode()},
                    ),
                    (
                        "B4",
                        b"{}",
                        {"ce_type": b"unit.unit.abolished.v7"},
                    ),  # not known to this version
                    ("B4", unit("B4", "照常单位"), {}),
                    ("B5", unit("B5", "邻居单位"), {}),
                ):
                    headers = {
                        "ce_specversion": b"1.0",
                        "ce_id": str(uuid4()).encode(),
                        "ce_type": UnitNamed.type.encode(),
                        "ce_source": f"/backstop/{COUNTY}/unit".encode(),
                        "ce_subject": key.encode(),
                    } | changed
                    await out.send_and_wait(
                        topic, body, key=key.encode(), headers=list(headers.items())
                    )
            await driver.settle()

            def known() -> dict[str, str]:
                with driver.application.runtimes["county"].sessions() as session:
                    rows = session.execute(
                        text("SELECT code, name FROM directory WHERE code LIKE 'B%'")
                    )
                    return {row.code: row.name for row in rows}

            def letters() -> dict[str, list]:
                found: dict[str, list] = {}
                with driver.application.runtimes["county"].sessions() as session:
                    for one in sorted(dead_letters.waiting(session), key=lambda one: one.offset):
                        found.setdefault(one.key.decode(), []).append(one)
                return found

            assert known() == {"B4": "照常单位", "B5": "邻居单位"}
            waiting = letters()
            assert {key: [one.holds for one in ones] for key, ones in waiting.items()} == {
                "B1": [True, True],
                "B2": [True],
                "B3": [True],
                "B4": [False],
            }
            assert waiting["B1"][0].reason.startswith("not a valid UnitNamed: body: Invalid JSON")
            assert waiting["B1"][1].reason == BEHIND
            assert "may not write" in waiting["B3"][0].reason

            command = runner(driver, monkeypatch)
            place = {
                key: f"{ones[0].topic}:{ones[0].partition}:{ones[0].offset}"
                for key, ones in waiting.items()
            }
            listed = await asyncio.to_thread(command, "list", "--each")
            assert all(one in listed for one in place.values())
            assert "ce_type: （空）" in await asyncio.to_thread(
                command, "show", "county", place["B2"]
            )
            assert "死信都还在" in await asyncio.to_thread(
                lambda: command("replay", "county", place["B1"], code=1)
            )
            assert len(letters()["B1"]) == 2

            body = tmp_path / "body.json"
            body.write_bytes(unit("B1", "先来的名字"))
            await asyncio.to_thread(command, "mend", "county", place["B1"], "--body", str(body))
            await asyncio.to_thread(
                command, "mend", "county", place["B2"], "--header", f"ce_type={UnitNamed.type}"
            )
            assert "2 封" in await asyncio.to_thread(command, "replay", "county", place["B1"])
            assert "1 封" in await asyncio.to_thread(command, "replay", "county", place["B2"])
            assert known() == {
                "B1": "后来的名字",
                "B2": "空头单位",
                "B4": "照常单位",
                "B5": "邻居单位",
            }
            assert set(letters()) == {"B3", "B4"}
            for words in (
                ("show", "county", "nonsense"),
                ("show", "nowhere", place["B3"]),
                ("show", "county", "a:0:1"),
            ):
                output = await asyncio.to_thread(lambda words=words: command(*words, code=1))
                assert "Traceback" not in output

    asyncio.run(run())
