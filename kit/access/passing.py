"""Asking other services in the name of whoever sent a request, or of who has no browser."""

from collections.abc import Callable, Generator, Mapping

import httpx
from starlette.requests import Request

from kit.access.actor import caller
from kit.web import cookies

Flow = Generator[httpx.Request, httpx.Response, None]


class Passed(httpx.Auth):
    """Whoever sent a request sends these too: his own token, and his session's secret, so that what
    takes longer than a token lives goes on.
    """

    def __init__(self, token: str, browser: Mapping[str, str] | None = None) -> None:
        self.token, self.browser = token, dict(browser or {})

    @classmethod
    def of(cls, request: Request) -> "Passed":
        token, secret = caller(request).token, cookies.held(request, cookies.SESSION)
        if not secret:
            return cls(token)
        names = [cookies.name(request, one) for one in (cookies.TOKEN, cookies.SESSION)]
        return cls(token, dict(zip(names, (token, secret), strict=True)))

    def auth_flow(self, request: httpx.Request) -> Flow:
        if self.browser:
            pairs = self.browser.items()
            request.headers["cookie"] = "; ".join(f"{name}={value}" for name, value in pairs)
        else:
            request.headers["authorization"] = f"Bearer {self.token}"
        answer = yield request
        self.browser |= {
            name: answer.cookies.get(name) or had for name, had in self.browser.items()
        }


class Minted(httpx.Auth):
    """A fresh token for each request: of whoever has the key itself."""

    def __init__(self, token: Callable[[], str]) -> None:
        self.token = token

    def auth_flow(self, request: httpx.Request) -> Flow:
        request.headers["authorization"] = f"Bearer {self.token()}"
        yield request
