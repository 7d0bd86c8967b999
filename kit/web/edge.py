"""What holds for every request and every answer, whichever door: a body is no larger than its kind
of door takes, and comes in time; nobody on the way keeps an answer, and each tells the browser what
may happen in it (`kit/web/headers.py`).

A door reads its body after it has asked who is there (`kit/audit/entry.py`), so nothing of a
stranger's is read at all.
"""

import asyncio
from dataclasses import dataclass
from time import monotonic
from typing import Any

from fastapi import params
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from kit.web.headers import guard

PATIENCE = 20.0  # seconds that we wait for a body at a time and altogether, and
RATE = 2_048  # for every so many bytes of it a second more
OF_PROGRAMS = 65_536  # where programs send: a thread and a transaction wait for them meanwhile
VALUES = 100_000  # in one body of JSON: each may be a mistake, and all of them are looked at


@dataclass(frozen=True)
class Body:
    """What one kind of door takes: at most so many bytes; more is refused with `otherwise`. `rate`:
    bytes that have to come in a second.
    """

    most: int
    otherwise: str
    rate: int = RATE


JSON = Body(4 << 20, "内容超过4MB或10万项，没有收下。请分几次提交；整张表请作为文件导入。")
FORM = Body(1 << 20, "填写的内容超过1MB，没有收下。请删短后再提交。")
FILES = Body(64 << 20, "文件超过64MB，没有收下。请拆成几个文件。")
PAGES = Body(512 << 20, "表格超过512MB，没有收下。请拆成几个文件。", OF_PROGRAMS)
NOTHING = Body(64 << 10, "这里不用提交内容，没有收下。")


def body_of(route: Any) -> Body:
    """The kind of a door, as its declaration says. One that reads its body itself declares that in
    `openapi_extra`.
    """
    info = getattr(getattr(route, "body_field", None), "field_info", None)
    if isinstance(info, params.File):
        return FILES
    if isinstance(info, params.Form):
        return FORM
    if info is not None:
        return JSON
    return PAGES if "requestBody" in (getattr(route, "openapi_extra", None) or {}) else NOTHING


class Edge:
    """ASGI, around a whole application."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        incoming = Incoming(scope, receive)

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                incoming.over = True
                guard(MutableHeaders(scope=message), scope)
            await send(message)

        await self.app(scope, incoming.receive, answer)


class Incoming:
    """One request's body on its way in. Only the time counts in which somebody waits for it."""

    def __init__(self, scope: Scope, receive: Receive) -> None:
        self.scope, self._receive = scope, receive
        self.came, self.waited, self.values = 0, 0.0, 0  # bytes, seconds, commas
        self.over = False  # all of it has come, or the answer has begun

    async def receive(self) -> Message:
        if self.over:
            return await self._receive()
        body = body_of(self.scope.get("route"))
        headers = Headers(scope=self.scope)
        self._admit(body, int(headers.get("content-length") or 0))
        begun = monotonic()
        try:
            left = PATIENCE + self.came / body.rate - self.waited
            async with asyncio.timeout(min(PATIENCE, left)):  # much that came buys no silence
                message = await self._receive()
        except TimeoutError:
            raise HTTPException(408) from None
        self.waited += monotonic() - begun
        piece = message.get("body", b"")
        self.came += len(piece)
        self.over = not message.get("more_body", False)
        self._admit(body, self.came)
        if body is JSON and piece:
            self._admit_json(piece, headers.get("content-type", ""))
        return message

    def _admit_json(self, piece: bytes, content_type: str) -> None:
        kind = content_type.partition(";")[0].strip().lower()
        if not (kind.startswith("application/") and kind.endswith(("/json", "+json"))):
            raise HTTPException(415)
        self.values += piece.count(b",")
        if self.values > VALUES:
            raise HTTPException(413, JSON.otherwise)

    @staticmethod
    def _admit(body: Body, size: int) -> None:
        if size > body.most:
            raise HTTPException(413, body.otherwise)
