"""What the front door's own doors are handed."""

from typing import Annotated

from fastapi import Depends, Request

from backstop.application import Application
from backstop.engines.settings import read
from backstop.front import Front


def _application(request: Request) -> Application | Front:
    return request.app.state.application


Installed = Annotated[Application | Front, Depends(_application)]


def shown_at(request: Request) -> str:
    """The address that people's browsers know: the configured one, else where we listen. Never what
    the request says: whoever sends it may put any name there (G-13).
    """
    application, (host, port) = request.app.state.application, request.scope["server"]
    configured = read().public_address or getattr(application, "address", "")
    return configured or f"{request.url.scheme}://{host}:{port}"
