"""What the front door's own doors are handed."""

from typing import Annotated

from fastapi import Depends, Request

from backstop.application import Application
from backstop.engines.settings import read
from backstop.front import Front
from backstop.links import Links
from kit.actor import Actor
from schemas.codes import Role


def _application(request: Request) -> Application | Front:
    return request.app.state.application


def _links(request: Request) -> Links:
    return request.app.state.links


Installed = Annotated[Application | Front, Depends(_application)]
HandedOut = Annotated[Links, Depends(_links)]


def administrator(application: Application | Front) -> Actor:
    return Actor("administrator", "系统管理员", Role.ADMINISTRATOR, application.installation.county)


def shown_at(request: Request) -> str:
    """The address that people's browsers know: the configured one, else where we listen. Never what
    the request says: whoever sends it may put any name there (G-13).
    """
    application, (host, port) = request.app.state.application, request.scope["server"]
    configured = read().public_address or getattr(application, "address", "")
    return configured or f"{request.url.scheme}://{host}:{port}"
