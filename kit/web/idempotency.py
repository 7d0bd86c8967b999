"""An act that is sent again is not done again. Whoever sends it gives it a key: a page hides one in
each of its forms when it is drawn, a program names one in the header `Idempotency-Key` (IETF draft
draft-ietf-httpapi-idempotency-key-header).

The same key of the same account gets the first answer again; with something else in it, it is
refused. Key and answer are kept with the act, in its transaction, for a day. A door that takes a
sheet page by page has dealt with it before it knows all that is in it: it refuses keys, and the
same sheet again changes nothing.
"""

import hashlib
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from fastapi import Request, Response
from jinja2 import Environment
from jinja2.ext import Extension
from markupsafe import Markup
from sqlalchemy import bindparam, text
from sqlmodel import Session
from starlette.datastructures import UploadFile

from kit.access import actor
from kit.audit.entry import READING
from kit.database.chassis_tables import IDEMPOTENCY
from kit.database.locks import hold
from kit.errors import Conflict, Refused
from kit.forms.fields import KEY as FIELD
from kit.ids import new_id
from kit.web.edge import PAGES, body_of

HEADER = "idempotency-key"
NO_KEY = "这里不收Idempotency-Key：同一张表再交一次不会重复登记。请去掉后再提交。"
TWICE = "这件事刚才已经办过，没有再办一次，也不再显示。要重做，请回到上一页重新打开再点。"
UNKEPT = 409  # stands where an answer was that is not kept
KEPT = timedelta(days=1)
KEY = re.compile(r"[\x21-\x7e]{1,255}")
FORM = re.compile(r'<form\b[^>]*\bmethod="post"[^>]*>')
BODY = IDEMPOTENCY.c.body
FIRST = text("""SELECT request, status, headers, body FROM idempotency
    WHERE account = :account AND key = :key AND at > :since""").columns(body=BODY.type)
KEEP = text("""INSERT INTO idempotency (account, key, request, at, status, headers, body)
    VALUES (:account, :key, :request, :at, :status, CAST(:headers AS jsonb), :body)
    ON CONFLICT (account, key) DO UPDATE SET request = EXCLUDED.request, at = EXCLUDED.at,
        status = EXCLUDED.status, headers = EXCLUDED.headers, body = EXCLUDED.body""").bindparams(
    bindparam("body", type_=BODY.type)
)
FORGET = text("""DELETE FROM idempotency WHERE (account, key) IN (
    SELECT account, key FROM idempotency WHERE at <= :since ORDER BY at LIMIT 20
    FOR UPDATE SKIP LOCKED)""")


class Done(Exception):
    """It was done before, with this answer."""

    def __init__(self, answer: Response) -> None:
        super().__init__()
        self.answer = answer


@dataclass(frozen=True)
class KeyedAct:
    """A request that changes something, with its key. `request`: SHA-256 of what it asks."""

    account: str
    key: str
    request: bytes

    def begin(self, session: Session, now: datetime) -> None:
        """`Done` when it was done already. A twin that is at work is waited for."""
        hold(session, f"idempotency {self.account} {self.key}")
        first = session.execute(
            FIRST, {"account": self.account, "key": self.key, "since": now - KEPT}
        ).one_or_none()
        if first is None:
            return
        if first.request != self.request:
            raise Refused(
                "刚才已经提交过一次，这次的内容不一样。请核对后，在重新打开的页面上提交。"
            )
        if first.status == UNKEPT:
            raise Conflict(TWICE)
        answer = Response(first.body, first.status)
        answer.raw_headers = [(name.encode(), value.encode()) for name, value in first.headers]
        raise Done(answer)

    def keep(self, session: Session, now: datetime, answer: Response, *, shows: bool) -> None:
        """Keep the answer; a refusal is none. Of one that nobody may keep, for a fresh secret or
        somebody's numbers stand in it, only that it was given: the same again is refused, neither
        shown without a word in the audit nor done anew.
        """
        if answer.status_code >= 400:
            return
        session.execute(FORGET, {"since": now - KEPT})
        status, body, headers = UNKEPT, b"", []
        if answer.headers.get("cache-control") != "no-store" and not shows:
            status, body = answer.status_code, bytes(answer.body)
            headers = [
                (name.decode("latin-1"), value.decode("latin-1"))
                for name, value in answer.raw_headers
            ]
        session.execute(
            KEEP,
            {
                "account": self.account,
                "key": self.key,
                "request": self.request,
                "at": now,
                "status": status,
                "headers": json.dumps(headers),
                "body": body,
            },
        )


async def keyed_act(request: Request) -> KeyedAct | None:
    """The request's key, when it changes something and gives one; its body lies there already."""
    if request.method in READING:
        return None
    key = request.headers.get(HEADER, "").strip().strip('"')  # a structured field, or bare
    asked = hashlib.sha256(f"{request.method} {request.url.path}?{request.url.query}".encode())
    if body_of(request.scope.get("route")) is PAGES:  # those are read as they are dealt with
        if key:
            raise Refused(NO_KEY)
        return None
    hidden = await _digest(request, asked)
    key = key or hidden
    if not key:
        return None
    if not KEY.fullmatch(key):
        raise Refused("Idempotency-Key应是1到255个可见的英文字符，例如一个UUID。")
    return KeyedAct(actor(request).account, key, asked.digest())


async def _digest(request: Request, asked: Any) -> str:
    """Take the body into `asked`; the key that stands in it, if it is a form."""
    if "form" not in request.headers.get("content-type", ""):
        asked.update(await request.body())
        return ""
    key = ""
    for name, value in (await request.form()).multi_items():
        if name == FIELD and isinstance(value, str):
            key = value
        elif isinstance(value, UploadFile):
            asked.update(repr((name, value.filename, await value.read())).encode())
            await value.seek(0)
        else:
            asked.update(repr((name, value)).encode())
    return key


class KeyInEachForm(Extension):
    """Jinja: every form that is posted carries a key of its own."""

    def __init__(self, environment: Environment) -> None:
        super().__init__(environment)
        environment.globals["idempotency_key"] = _hidden

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        return FORM.sub(r"\g<0>{{ idempotency_key() }}", source)


def _hidden() -> Markup:
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, new_id())
