"""A service's HTTP side, put together."""

from collections.abc import Callable
from typing import Any

from fastapi import Depends, FastAPI
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit import behalf, places
from kit.access import door as access_door
from kit.access.renewing import Keeper, Nobody, Renewing
from kit.assets import mount_static
from kit.audit import pages as audit_pages
from kit.audit.naming import DEEDS
from kit.behalf import pages as behalf_pages
from kit.clock import Clock, local_date
from kit.dates import show_due
from kit.network import Network
from kit.policy import labels, mandates, may_in, why_apart_in
from kit.policy.relations import session_of
from kit.rates import Buckets
from kit.seal import Keyring
from kit.service import Service
from kit.sheets import door as sheet_door
from kit.sheets import forms as sheet_forms
from kit.tasks import door as tasks_door
from kit.web import docs, own_form
from kit.web.continuing import continued
from kit.web.edge import Edge
from kit.web.openapi import document
from kit.web.pages import templates
from kit.web.refusals import refuse_plainly
from kit.web.shell import Shell
from rulebook.book import book_of
from rulebook.places import Terms

# What every service has: below its name, these doors.
CHASSIS = (
    ("/api", sheet_door.router),
    ("", sheet_forms.router),
    ("/api", tasks_door.router),
    ("/api", access_door.router),
    ("/api", docs.router),
    ("", audit_pages.router),
    ("", behalf_pages.router),
)


def deeds_of(service: Service) -> dict[str, str]:
    """A deed's name → what it is called, of all the service's doors and of every service's."""
    routers = (*service.routers, *(router for _, router in CHASSIS))
    return {
        **DEEDS,
        **service.deeds,
        **labels([route for router in routers for route in router.routes]),
    }


def make_app(
    service: Service,
    *,
    sessions: sessionmaker[Session],
    clock: Clock,
    keyring: Keyring,
    county: str,
    shell: Shell = Shell(),
    keeper: Keeper = Nobody(),
    network: Network = Network(),
) -> FastAPI:
    """The service's HTTP side: its pages and API below `/<name>`, its static files, its health.
    `keeper` renews the sessions of browsers.
    """
    app = FastAPI(
        title=f"Backstop {service.name}",
        dependencies=[Depends(own_form), Depends(continued)],
        docs_url=None,
        openapi_url=None,
        redoc_url=None,
        redirect_slashes=False,  # it would answer before a door has asked who is there
    )
    app.state.service, app.state.sessions, app.state.clock = service, sessions, clock
    app.state.keyring, app.state.county = keyring, county
    app.state.keeper = keeper
    app.state.network, app.state.buckets = network, Buckets()
    app.state.elsewhere = None  # the composition root knows the other services
    app.state.templates = templates(*service.templates, shell=shell)
    for router in service.routers:
        app.include_router(router)
    mount_static(app)
    for below, router in CHASSIS:
        app.include_router(router, prefix=f"/{service.name}{below}")
    _tell_templates(app, sessions)
    app.state.deeds = deeds_of(service)
    refuse_plainly(app)
    document(app)
    app.add_middleware(Renewing)
    app.add_middleware(Edge)
    return app


def _tell_templates(app: FastAPI, sessions: sessionmaker[Session]) -> None:
    """What only the application knows: its doors, its calendar, what its county calls the levels."""
    known = app.state.templates
    places.tell(known, lambda: _terms(app))
    known.filters["due"] = lambda day: show_due(day, book_of(sessions.kw["info"]).calendar)
    known.globals.update(
        may=may_in(app.routes),
        why_apart=why_apart_in(app.routes),
        acted_for=_noted(behalf.of),
        mandated=_noted(mandates.of),
    )


def _terms(app: FastAPI) -> Terms:
    """Of the pack in force today; our own where a service has no packs."""
    if "book" not in app.state.sessions.kw.get("info", {}):
        return places.Plain()
    today = local_date(app.state.clock())
    return book_of(app.state.sessions.kw["info"]).pack(app.state.county, today).division_terms


def _noted(of: Callable[..., list[Any]]) -> Callable[[Any], list[Any]]:
    """For templates: what is kept beside a row, read where the row was."""

    def noted(row: Any) -> list[Any]:
        session = session_of(row)
        return of(session, row) if session else []

    return noted
