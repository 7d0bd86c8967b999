"""The two cookies of a signed-in browser: the short token, and the secret of its session; and the mark
of one in which somebody has been signed in. How each is called and guarded: `kit/cookies.py`.
"""

from datetime import timedelta

from starlette.requests import HTTPConnection
from starlette.responses import Response

from kit.cookies import DEVICE, HOST, SESSION, TOKEN, name_of, put, read
from kit.cookies import forget as forget_each

KEPT = timedelta(days=90)  # the longest that a session may stand idle
KNOWN = timedelta(days=400)  # a device; browsers keep no cookie longer
name = name_of


def held(connection: HTTPConnection, cookie: str) -> str:
    """What the browser brought; empty: nothing. The front door passes a browser's cookies on within
    the house, under the names that they had behind https.
    """
    return read(connection, cookie) or connection.cookies.get(f"{HOST}{cookie}", "")


def keep(connection: HTTPConnection, answer: Response, cookie: str, value: str) -> None:
    kept = KNOWN if cookie == DEVICE else KEPT
    put(answer, cookie, value, seconds=int(kept.total_seconds()))


def forget(connection: HTTPConnection, answer: Response) -> None:
    """Both, as at sign-out. The device stays known."""
    forget_each(answer, TOKEN, SESSION)
