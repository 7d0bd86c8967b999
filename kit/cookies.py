"""Cookies: their names and flags, in one place.

A door puts a cookie under its bare name; on its way out behind https (`harden`, at the edge) it is
called `__Host-…` and Secure: browsers take that name only with `Path=/` and no Domain, so that
neither a neighbour under the same domain nor somebody on a plain line can plant one, and only that
name is believed. On plain http (this machine alone) it keeps its bare name.
"""

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import Response

from kit.network import is_https

TOKEN, SESSION = "backstop", "backstop-session"  # of a browser that is signed in
DEVICE = "backstop-device"  # of one that was: it lets nobody in, and stays after sign-out
MESSAGE = "backstop-message"  # no link can bring it, and no log keeps it
HOST = "__Host-"


def name_of(connection: HTTPConnection, cookie: str) -> str:
    """As the browser calls it where this request comes from."""
    return HOST * is_https(connection) + cookie


def read(connection: HTTPConnection, cookie: str) -> str:
    """Its value; empty when there is none."""
    return connection.cookies.get(name_of(connection, cookie), "")


def put(answer: Response, cookie: str, value: str, *, seconds: int) -> None:
    """Let the browser keep `value` for so many `seconds`; no script reads it, no other site sends
    it with a form.
    """
    answer.set_cookie(cookie, value, max_age=seconds, path="/", httponly=True, samesite="lax")


def forget(answer: Response, *cookies: str) -> None:
    """Let the browser drop them: with the same flags, or it would not."""
    for cookie in cookies:
        answer.delete_cookie(cookie, path="/", httponly=True, samesite="lax")


def harden(headers: MutableHeaders, connection: HTTPConnection) -> None:
    """Behind https every cookie of an answer gets the name and the flag of its kind."""
    cookies = headers.getlist("set-cookie")
    if not cookies or not is_https(connection):
        return
    del headers["set-cookie"]
    for cookie in cookies:
        name = "" if cookie.startswith(HOST) else HOST
        flag = "" if "; secure" in cookie.lower() else "; Secure"
        headers.append("set-cookie", name + cookie + flag)
