"""What the front door's own doors are handed, and in whose name it asks the services."""

from dataclasses import replace
from typing import Annotated

import httpx
from fastapi import Depends, Request

from backstop.application import Application
from backstop.engines.settings import read
from backstop.front import Front
from backstop.installation import NOWHERE
from backstop.links import Links
from kit.actor import Actor
from kit.tokens import make_token
from schemas.codes import Role


def _application(request: Request) -> Application | Front:
    return request.app.state.application


def _links(request: Request) -> Links:
    return request.app.state.links


Installed = Annotated[Application | Front, Depends(_application)]
HandedOut = Annotated[Links, Depends(_links)]


def signed(application: Application | Front, actor: Actor, request: httpx.Request) -> httpx.Request:
    """Whoever came before the county had a name belongs to it from then on."""
    county = application.installation.county
    mine = replace(actor, place=county) if actor.place == NOWHERE else actor
    request.headers["authorization"] = (
        f"Bearer {make_token(application.installation.keyring.token_key, mine)}"
    )
    return request


def administrator(application: Application | Front) -> Actor:
    return Actor("administrator", "系统管理员", Role.ADMINISTRATOR, application.installation.county)


def shown_at(request: Request) -> str:
    """The address that people's browsers know: the configured one, for whoever asks may put any
    name into a request.
    """
    return read().public_address or str(request.base_url).rstrip("/")
