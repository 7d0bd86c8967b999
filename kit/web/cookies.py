"""The two cookies of a signed-in browser: the short token, and the secret of its session. How each
is called and guarded: `kit/cookies.py`.
"""

from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from kit.cookies import HOST, SESSION, TOKEN, name_of, put, read
from kit.cookies import forget as forget_each

KEPT = timedelta(days=90)  # the longest that a session may stand idle
name = name_of


def held(connection: HTTPConnection, cookie: str) -> str:
    """What the browser brought; empty: nothing. The front door passes a browser's cookies on within
    the house, under the names that they had behind https.
    """
    return read(connection, cookie) or connection.cookies.get(f"{HOST}{cookie}", "")


def keep(connection: HTTPConnection, answer: Response, cookie: str, value: str) -> None:
    put(answer, cookie, value, seconds=int(KEPT.total_seconds()))


def forget(connection: HTTPConnection, answer: Response) -> None:
    """Both, as at sign-out."""
    forget_each(answer, TOKEN, SESSION)
