"""G-06: whoever sends much, slowly or nothing at all stops nobody else. Over real sockets, at the
server that every process of ours runs.
"""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from starlette.types import ASGIApp, Receive, Scope, Send

from backstop.cli import connections
from backstop.front import Front
from backstop.installation import Installation
from backstop.portal import make_front
from backstop.services import NAMES
from kit.audit.entry import READING
from kit.web import edge
from schemas.codes import Role
from tests.conftest import COUNTY, actor
from tests.helpers.acquainted import acquainted, told
from tests.helpers.served import served

CLERK = actor(Role.VILLAGE_CLERK, "990121100201")
HUGE = 400 << 20
JSON = {"content-type": "application/json"}
PAGES = "/village/api/sheets/pages"
Serve = Callable[..., "asyncio.Future"]


@pytest.fixture
def house(client: Callable[..., TestClient], tmp_path: Path) -> ASGIApp:
    """Village, sign-in and the front door in one process, as `backstop up` has them."""
    installation = Installation(tmp_path, fast=True)
    installation.found_county(COUNTY)
    village, door = client("village").app, Front(installation, "http://proxy.invalid")
    told(door, CLERK, acquainted(village).token(CLERK))
    front, services = make_front(door), {"village": village, "access": client("access").app}

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        door = services.get(scope["path"].split("/")[1], front)
        await door(scope, receive, send)

    return app


@pytest.fixture
def token(client: Callable[..., TestClient]) -> str:
    return acquainted(client("village").app).token(CLERK)


def head(path: str, *, token: str = "", **headers: object) -> bytes:
    if token:
        headers["authorization"] = f"Bearer {token}"
    lines = [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([f"POST {path} HTTP/1.1", "host: backstop", *lines, "", ""]).encode()


async def begun(port: int, *parts: bytes) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A connection on which this was sent, and no more."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.writelines(parts)
    await writer.drain()
    return reader, writer


async def answer(reader: asyncio.StreamReader) -> tuple[int, dict]:
    """Status and problem of the answer that comes."""
    lines = (await reader.readuntil(b"\r\n\r\n")).decode().lower().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:] if line)
    body = await reader.readexactly(int(headers["content-length"]))
    problem = json.loads(body) if "json" in headers["content-type"] else {"detail": body.decode()}
    return int(lines[0].split()[1]), problem


async def ended(reader: asyncio.StreamReader) -> None:
    """Until the server closes the connection."""
    try:
        while await reader.read(1 << 16):
            pass
    except ConnectionError:
        pass


def test_g_06_45_slow_bodies_of_one_clerk_stop_neither_sign_in_nor_health(house, token):
    async def run() -> list[int]:
        async with (
            served(house) as port,
            httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60) as others,
        ):
            first_line = (
                json.dumps({"file": "a", "title": "b", "month": "2026-09"}).encode() + b"\n"
            )
            chunk = b"%x\r\n%s\r\n" % (len(first_line), first_line)
            sent = head(PAGES, token=token, transfer_encoding="chunked") + chunk
            slow = [await begun(port, sent) for _ in range(45)]
            for path in ("/access/sign-in", "/health/live", "/health/ready"):
                assert (await others.get(path)).status_code == 200
            signed = {"authorization": f"Bearer {token}"}
            assert (await others.get("/village/api/tasks", headers=signed)).status_code == 200
            at_once = [await answer(reader) for reader, _ in slow[4:]]
            for _, writer in slow:
                writer.close()
            return [status for status, _ in at_once]

    assert asyncio.run(run()).count(429) >= 40


def test_g_06_who_sends_too_slowly_is_told_and_cut_off(house, token, monkeypatch):
    monkeypatch.setattr(edge, "PATIENCE", 0.5)
    monkeypatch.setattr(connections, "PATIENCE", 0.5)

    async def run() -> None:
        async with served(house) as port:
            for path, kind in ((PAGES, {}), ("/village/api/sheets", JSON)):
                sent = head(path, token=token, content_length=1000, **named(kind))
                reader, _ = await begun(port, sent, b"{")
                status, problem = await answer(reader)
                assert (status, problem["title"]) == (408, "没有收完")
                await ended(reader)

    asyncio.run(run())


def test_g_06_what_came_quickly_buys_no_silence(house, token, monkeypatch):
    """A page of some megabytes was good for half an hour of a thread and a transaction."""
    monkeypatch.setattr(edge, "PATIENCE", 0.5)
    monkeypatch.setattr(connections, "PATIENCE", 0.5)

    async def run() -> None:
        async with served(house) as port:
            sent = head(PAGES, token=token, content_length=8 << 20)
            reader, _ = await begun(port, sent, b" " * (4 << 20))
            status, problem = await asyncio.wait_for(answer(reader), 60)
            assert (status, problem["title"]) == (408, "没有收完")

    asyncio.run(run())


def named(headers: dict[str, str]) -> dict[str, str]:
    return {name.replace("-", "_"): value for name, value in headers.items()}


def test_g_06_400_mb_of_a_stranger_are_answered_without_being_read(house, token):
    async def run() -> None:
        async with served(house) as port:
            for path, status in (
                ("/village/api/lists", 401),
                ("/front/api/imports", 401),
                ("/demo/sign-in", 404),
            ):
                sent = head(path, content_length=HUGE, **named(JSON))
                reader, writer = await begun(port, sent)
                assert (await answer(reader))[0] == status, path
                assert await accepted(writer) < 64 << 20
            sent = head("/village/api/sheets", token=token, content_length=HUGE, **named(JSON))
            reader, writer = await begun(port, sent)
            status, problem = await answer(reader)
            assert (status, problem["title"]) == (413, "没有收下")
            assert "4MB" in problem["detail"]

    asyncio.run(run())


async def accepted(writer: asyncio.StreamWriter) -> int:
    """So many bytes of a body can be sent until the server has closed."""
    sent, piece = 0, b" " * (1 << 20)
    try:
        while sent < HUGE:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
    except ConnectionError:
        pass
    return sent


@pytest.mark.parametrize(
    ("service", "path", "size", "kind"),
    [
        ("village", "/village/api/lists", 56 << 20, "application/json"),
        ("village", "/village/lists", 2 << 20, "application/x-www-form-urlencoded"),
        ("county", "/county/meetings", 2 << 20, "application/x-www-form-urlencoded"),
    ],
)
def test_g_06_more_than_a_kind_of_door_takes_is_refused_also_without_a_length(
    client, service, path, size, kind
):
    def pieces():
        for _ in range(size >> 20):
            yield b" " * (1 << 20)

    role = Role.VILLAGE_CLERK if service == "village" else Role.COUNTY_CLERK
    place = "990121100201" if service == "village" else COUNTY
    browser = client(service, actor(role, place))
    refused = browser.post(path, content=pieces(), headers={"content-type": kind})
    assert refused.status_code == 413, refused.text
    assert "没有收下" in refused.text


def test_g_06_a_body_of_a_million_mistakes_is_not_looked_at(client):
    office = client("village", actor(Role.COUNTY_CLERK))
    refused = office.post(
        "/village/api/households", content=b"[" + b"0," * 1_000_000 + b"0]", headers=JSON
    )
    assert refused.status_code == 413
    told = office.post("/village/api/households", json=[0] * 90_000).json()
    assert len(told["errors"]) == 50


def test_g_06_each_door_that_changes_something_has_a_limit_of_its_kind(client):
    kinds = {
        (context.path, edge.body_of(context.original_route))
        for name in NAMES
        for context in iter_route_contexts(list(client(name).app.routes))
        if (context.methods or set()) - set(READING)
    }
    most = dict(kinds)
    assert most["/village/api/lists"] is edge.JSON
    assert most["/village/lists"] is edge.FORM
    assert {path for path, body in kinds if body is edge.PAGES} == {
        f"/{name}/api/sheets/pages" for name in NAMES
    }


def test_g_06_a_request_that_is_never_finished_is_closed(house, monkeypatch):
    monkeypatch.setattr(connections, "PATIENCE", 0.3)

    async def run() -> None:
        async with served(house) as port:
            for sent in (b"", b"GET /sign-in HTTP/1.1\r\nhost: backstop\r\n"):
                reader, _ = await begun(port, sent)
                await asyncio.wait_for(ended(reader), 60)

    asyncio.run(run())


def test_g_06_connections_of_one_address_are_bounded(house, monkeypatch):
    monkeypatch.setattr(connections, "OF_ONE_ADDRESS", 3)
    monkeypatch.setenv("FORWARDED_ALLOW_IPS", "10.0.0.1")  # nobody's proxy

    async def run() -> None:
        async with served(house) as port:
            _held = [await begun(port, b"GET ") for _ in range(3)]
            refused, _ = await begun(port, b"")
            await asyncio.wait_for(ended(refused), 5)
            for reader, _ in _held:
                assert not reader.at_eof()

    asyncio.run(run())


def test_g_06_who_does_not_read_his_answer_is_cut_off(monkeypatch):
    monkeypatch.setattr(connections, "LOOK", 0.2)
    lost = asyncio.Event()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        for _ in range(64):
            await send({"type": "http.response.body", "body": b" " * (1 << 20), "more_body": True})
        while (await receive())["type"] != "http.disconnect":
            pass
        lost.set()

    async def run() -> None:
        async with served(app) as port:
            _, writer = await begun(port, head("/", content_length=0))
            writer.transport.pause_reading()  # type: ignore[attr-defined]
            await asyncio.wait_for(lost.wait(), 60)

    asyncio.run(run())


def test_what_is_no_request_is_answered_in_chinese(house):
    async def run() -> tuple[int, dict]:
        async with served(house) as port:
            reader, _ = await begun(port, b"\x00\x01\r\n\r\n")
            return await answer_until_closed(reader)

    async def answer_until_closed(reader: asyncio.StreamReader) -> tuple[int, dict]:
        text = (await reader.read()).decode()
        return int(text.split()[1]), {"detail": text}

    status, problem = asyncio.run(run())
    assert status == 400
    assert "看不懂这个请求" in problem["detail"]
