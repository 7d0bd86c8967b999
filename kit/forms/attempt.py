"""A form that was refused comes back on its own page, with what was typed and what is wrong.

The page is shown again as its own GET door makes it, so no handler has to care: `fill` finds the
attempt on the request. Where the page is not known, or does not show this form, the refusal stands
on a page of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from fastapi import Request
from fastapi.responses import Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive, Scope, Send

from kit.forms.fields import Form, kind_of
from kit.network import own_hosts


@dataclass
class Attempt:
    """What somebody sent: `to` the form's address, `typed` its fields, `reasons` what is wrong with
    each; `shown` once a page shows them.
    """

    to: str
    typed: Mapping[str, Sequence[str]]
    reasons: Mapping[str, str]
    detail: str
    shown: bool = False


def attempt_of(request: Request) -> Attempt | None:
    return getattr(request.state, "attempt", None)


async def same_page(
    request: Request,
    refused: Response,
    detail: str,
    reasons: Mapping[str, str],
    *,
    page: str = "",
    status: int = 0,
) -> Response:
    """The page that the refused form stands on, or `refused` where that cannot be. `page`: where it
    stands, if the sender does not say; `status`: the answer's, else that of `refused`.
    """
    address = (urlsplit(page).path, urlsplit(page).query) if page else _page_of(request)
    if address is None or not _takes_a_form(request):
        return refused
    try:
        form = await request.form()  # mostly it was read already and lies there
    except (HTTPException, ClientDisconnect):
        return refused
    attempt = Attempt(request.url.path, _typed(form), reasons, detail)
    messages: list[Message] = []

    async def keep(message: Message) -> None:
        messages.append(message)

    await request.app(_scope(request, address, attempt), _nothing, keep)
    start = next(
        (message for message in messages if message["type"] == "http.response.start"), None
    )
    if start is None or start["status"] != 200 or not attempt.shown:
        return refused
    start["status"] = status or refused.status_code
    return _Kept(messages)


def _page_of(request: Request) -> tuple[str, str] | None:
    """Path and query of the page that sent the form, when it is one of ours."""
    sender = urlsplit(request.headers.get("referer", ""))
    if not sender.path or sender.netloc not in own_hosts(request) or request.method != "POST":
        return None
    return sender.path, sender.query


def _takes_a_form(request: Request) -> bool:
    if "form" not in request.headers.get("content-type", ""):
        return False
    route: Any = request.scope.get("route")
    parameters = getattr(getattr(route, "dependant", None), "body_params", ())
    forms = [kind_of(parameter.field_info.annotation).form for parameter in parameters]
    return any(form is not None and issubclass(form, Form) for form in forms)


def _typed(form: FormData) -> dict[str, list[str]]:
    return {
        name: [
            value.strip()
            for value in form.getlist(name)
            if isinstance(value, str) and value.strip()
        ]
        for name in form
    }


def _scope(request: Request, address: tuple[str, str], attempt: Attempt) -> Scope:
    """A GET of that page, by the same person."""
    path, query = address
    kept = ("type", "asgi", "http_version", "scheme", "root_path", "client", "server", "extensions")
    body = (b"content-type", b"content-length", b"origin")
    return {name: request.scope[name] for name in kept if name in request.scope} | {
        "method": "GET",
        "path": unquote(path),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [(name, value) for name, value in request.scope["headers"] if name not in body],
        "state": dict(request.scope.get("state", {})) | {"attempt": attempt},
    }


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}


class _Kept(Response):
    """An answer that is there already."""

    def __init__(self, messages: Sequence[Message]) -> None:
        super().__init__()
        self.messages = messages

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        for message in self.messages:
            await send(message)
