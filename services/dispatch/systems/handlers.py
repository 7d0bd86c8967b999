"""What lies on a department's topic of replies, read whatever it is."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from aiokafka import ConsumerRecord
from pydantic import ValidationError
from pydantic_core import from_json
from sqlmodel import Session

from kit.clock import system_clock
from kit.messaging.inbox import (
    Handlers,
    Headers,
    canonical,
    on_our_clock,
    passed_over,
    stamp,
    unfold,
)
from schemas.codes import ReplyRefusal as R
from schemas.department import REPLIES
from schemas.event import Event
from services.dispatch import service
from services.dispatch.systems import commands, rules
from services.dispatch.systems.rules import (
    AGAIN,
    LONGEST,
    Letter,
    Says,
    Wrong,
    echo,
    order_id,
    wrong_fields,
)

BOM = b"\xef\xbb\xbf"
BEFORE, _, AFTER = REPLIES.partition("{department}")

handlers = Handlers()


def take(session: Session, records: Sequence[ConsumerRecord], prefix: str) -> None:
    commands.take_letters(session, [read(session, record, prefix) for record in records])


def postpone(session: Session, record: ConsumerRecord, prefix: str, kept: bool) -> None:
    commands.postpone(session, read(session, record, prefix), kept=kept)


handlers.border(REPLIES, take, postpone)


def read(session: Session, record: ConsumerRecord, prefix: str) -> Letter:
    """The letter in a record; no sender can make it fail."""
    department = record.topic.removeprefix(prefix).removeprefix(BEFORE).removesuffix(AFTER)
    headers: Headers = dict(record.headers)
    body, says, wrong = record.value or b"", None, None
    try:
        headers, body = _opened(headers, body)
        says = _event(session, headers, body, department)
    except Wrong as objection:
        wrong = objection
    reply_id = echo(_text(headers.get("ce_id")))
    reply_id = reply_id or f"{record.topic}/{record.partition}/{record.offset}"
    type_, source = _text(headers.get("ce_type")), _text(headers.get("ce_source"))
    return Letter(
        department=department,
        reply=_in_one_way(reply_id),
        reply_id=reply_id,
        type=echo(type_),
        order=order_id(_order(body), _text(headers.get("ce_subject")), _text(record.key)),
        contents=sha256(f"{type_}\0{source}\0".encode() + body).hexdigest(),
        at=_receipt(session, record),
        says=says,
        wrong=wrong,
    )


def _opened(headers: Headers, body: bytes) -> tuple[Headers, bytes]:
    """Attributes and body, in either mode of CloudEvents."""
    if passed_over(headers) or len(body) > LONGEST:
        raise Wrong(R.TOO_LARGE, f"这条回复太大，一条最多{LONGEST // 1024}KB，一批最多1MB。{AGAIN}")
    if not body:
        raise Wrong(R.EMPTY, f"这条回复没有内容。{AGAIN}")
    try:
        headers, data = unfold(headers, body)
    except ValueError as error:
        raise Wrong(R.NOT_JSON, f"结构化模式的内容要是一个UTF-8编码的JSON对象。{AGAIN}") from error
    if not data:
        raise Wrong(R.EMPTY, f"结构化模式里没有data，回复的内容要写在data里。{AGAIN}")
    return headers, data


def _event(session: Session, headers: Headers, body: bytes, department: str) -> Says:
    for name in ("ce_id", "ce_type", "ce_source"):
        if not _text(headers.get(name)):
            raise Wrong(R.NO_ENVELOPE, f"缺少CloudEvents属性{name}，或者它不是UTF-8文本。{AGAIN}")
    try:
        canonical(_text(headers["ce_id"]))
    except ValueError as error:
        raise Wrong(R.BAD_ID, f"ce_id要是UUID。{AGAIN}") from error
    whole = rules.source(service.county(session), department)
    if _text(headers["ce_source"]) != whole:
        raise Wrong(R.WRONG_SOURCE, f"ce_source要写成{whole}。{AGAIN}")
    event = Event.known.get(_text(headers["ce_type"]))
    if event is None or not issubclass(event, Says):
        raise Wrong(R.UNKNOWN_TYPE, f"没有这种回复，请核对ce_type。{AGAIN}")
    says = _parsed(event, body)
    if says.department != department:
        raise Wrong(R.WRONG_DEPARTMENT, f"department要写{department}，与主题一致。{AGAIN}")
    return says


def _parsed(event: type[Says], body: bytes) -> Says:
    if body.startswith(BOM):
        raise Wrong(R.NOT_JSON, f"内容开头有BOM，请去掉。{AGAIN}")
    try:
        body.decode()
        says = event.model_validate_json(body, strict=True)
    except UnicodeDecodeError as error:
        raise Wrong(R.NOT_JSON, f"内容不是UTF-8编码。{AGAIN}") from error
    except ValidationError as error:
        errors = error.errors(include_url=False, include_input=False)
        if errors[0]["type"] == "json_invalid":
            raise Wrong(R.NOT_JSON, f"内容不是完整的JSON。{AGAIN}") from error
        raise Wrong(R.INVALID, wrong_fields(event, errors)) from error
    for name, value in says:
        if isinstance(value, str) and "\0" in value:
            raise Wrong(R.INVALID, f"{name}里有不可见的字符。{AGAIN}")
    return says


def _text(header: bytes | None) -> str:
    """Empty where it is missing or no text."""
    try:
        return (header or b"").decode()
    except UnicodeDecodeError:
        return ""


def _in_one_way(reply_id: str) -> str:
    try:
        return canonical(reply_id)
    except ValueError:
        return reply_id


def _order(body: bytes) -> object:
    """What a body names as its order, as far as it can be read at all."""
    if len(body) > LONGEST:
        return None
    try:
        said = from_json(body.removeprefix(BOM))
    except ValueError:
        return None
    return said.get("order") if isinstance(said, dict) else None


def _receipt(session: Session, record: ConsumerRecord) -> datetime:
    """By the broker's clock; by our own for what lay there before the broker set the time (BH-03)."""
    if received := stamp(record):
        return on_our_clock(session, received)
    now: datetime = session.info.get("now") or system_clock()
    return now
