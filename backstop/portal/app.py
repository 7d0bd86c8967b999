"""The front door put together, and its first page."""

from collections.abc import MutableMapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from fastapi import APIRouter, Depends, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from backstop.accounts import DemoAccounts
from backstop.application import Application
from backstop.engines.settings import read
from backstop.front import Front
from backstop.portal import imports, sign_in
from backstop.portal.depends import Installed
from backstop.settings import network_of
from backstop.shell import HOME, make_shell
from backstop.worklist import elsewhere, worklist
from kit import health
from kit.access import signed_in
from kit.access.passing import Passed
from kit.access.renewing import Renewing
from kit.assets import mount_static
from kit.rates import Buckets
from kit.web import own_form, page
from kit.web.continuing import continued
from kit.web.edge import Edge
from kit.web.pages import templates
from kit.web.refusals import refuse_plainly

TEMPLATES = Path(__file__).parents[1] / "templates"
router = APIRouter()


class Portal:
    """ASGI: `/village/…` to village and so on; the rest is the front door's own."""

    def __init__(self, application: Application) -> None:
        self.application = application
        self.app = make_front(application)
        for name, app in application.apps.items():
            app.state.elsewhere = elsewhere(application, name)

    async def __call__(self, scope: MutableMapping[str, Any], receive: Any, send: Any) -> None:
        first = scope.get("path", "/").split("/")[1]
        door = self.application.door if first in self.application.apps else self.app
        await door(scope, receive, send)


def make_front(application: Application | Front) -> FastAPI:
    app = FastAPI(
        title="Backstop",
        dependencies=[Depends(own_form), Depends(continued)],
        docs_url=None,
        openapi_url=None,
        redoc_url=None,
        redirect_slashes=False,  # as in the services
    )
    installation, state = application.installation, app.state
    state.service = SimpleNamespace(name="front")
    state.application, state.runtimes = application, list(application.runtimes.values())
    state.clock, state.people, state.keeper = (
        application.clock,
        application.people,
        application.keeper,
    )
    state.keyring = installation.keyring
    state.network, state.buckets = network_of(read()), Buckets()
    state.demo_accounts = DemoAccounts(installation.home)
    state.templates = templates(TEMPLATES, shell=make_shell(demo=installation.demo))
    refuse_plainly(app)
    app.add_middleware(Renewing)
    app.add_middleware(Edge)
    mount_static(app)
    for part in (router, sign_in.router, imports.router, health.probes):
        app.include_router(part)
    if installation.demo:
        app.include_router(sign_in.demo)
    return app


@router.get("/")
async def home(request: Request, application: Installed) -> Response:
    """待办: the open tasks of whoever is there, from all services."""
    actor = signed_in(request)
    if actor is None:
        return RedirectResponse("/sign-in", status_code=303)
    if actor.role in HOME:
        return RedirectResponse(HOME[actor.role], status_code=303)
    return page(request, "home.html", worklist=await worklist(application, Passed.of(request)))
