"""The two cookies of a signed-in browser: the short token, and the secret of its session."""

from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from kit.network import is_https

TOKEN, SESSION = "backstop", "backstop-session"
KEPT = timedelta(days=90)  # the longest that a session may stand idle


def name(connection: HTTPConnection, cookie: str) -> str:
    """Behind https `__Host-…`: no neighbour of the domain can set it."""
    return f"__Host-{cookie}" if is_https(connection) else cookie


def held(connection: HTTPConnection, cookie: str) -> str:
    """What the browser brought; empty: nothing."""
    return connection.cookies.get(name(connection, cookie), "")


def keep(connection: HTTPConnection, answer: Response, cookie: str, value: str) -> None:
    answer.set_cookie(
        name(connection, cookie),
        value,
        max_age=int(KEPT.total_seconds()),
        path="/",
        httponly=True,
        samesite="lax",
        secure=is_https(connection),
    )


def forget(connection: HTTPConnection, answer: Response) -> None:
    """Both, as at sign-out."""
    for cookie in (TOKEN, SESSION):
        answer.delete_cookie(
            name(connection, cookie),
            path="/",
            httponly=True,
            samesite="lax",
            secure=is_https(connection),
        )
