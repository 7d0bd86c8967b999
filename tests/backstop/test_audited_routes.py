"""Every door of every service and of the front, walked: each is audited, or stands here with a reason."""

from collections.abc import Iterable, Iterator

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match

from backstop.front import Front
from backstop.installation import Installation
from backstop.portal import make_front
from backstop.services import NAMES, service_named
from kit.audit import AuditedRoute
from kit.health import probes
from tests.conftest import COUNTY

PROBES = {
    "GET /health/live": "whether the process lives",
    "GET /health/ready": "whether the process can serve",
    "GET /metrics": "figures of the process, nobody's data",
}
# Of a service: method and path below its name.
UNAUDITED = {
    "GET /{service}/api/tasks": "titles and days of the own open work of whoever asks; what it leads to is audited",
    "GET /{service}/api/docs": "how the API is called",
    "GET /{service}/api/openapi.json": "how the API is called",
    "GET /docs/oauth2-redirect": "FastAPI's own, says nothing",
    "* /static": "style sheets and pictures",
    **PROBES,
}
# The front door has no database: whoever gets in by it is in the audits of the services behind it.
FRONT = {
    "GET /": "the open tasks, asked of the services in the actor's name",
    "GET /imports": "an empty form",
    "POST /imports": "each sheet is handed to its service's take_sheet, and that is audited",
    "POST /front/api/imports": "each sheet is handed to its service's take_sheet, and that is audited",
    "POST /imports/month": "handed to the services' open_month, and that is audited",
    "GET /imports/marked/{name}": "the sender's own file, back to him alone",
    "GET /accounts": "links: kept in a file with who got them; accounts move to a service of their own",
    "POST /accounts": "links: kept in a file with who got them; accounts move to a service of their own",
    "GET /sign-in": "an empty form; nobody is signed in",
    "GET /sign-in/{token}": "an empty form; nobody is signed in",
    "POST /sign-in/{token}": "kept with the link, which is dead then; moves to the service of accounts",
    "GET /sign-out": "ends what the browser has; shows nothing",
    **PROBES,
    "* /static": "style sheets and pictures",
}


def unaudited(routes: Iterable[BaseRoute]) -> Iterator[str]:
    for context in iter_route_contexts(list(routes)):
        if not isinstance(context.original_route, AuditedRoute):
            for method in sorted((context.methods or {"*"}) - {"HEAD"}):
                yield f"{method} {context.path}"


@pytest.mark.parametrize("service", NAMES)
def test_every_door_of_a_service_is_audited_or_says_why_not(client, service):
    found = set(unaudited([*client(service).app.routes, *probes.routes]))
    reasons = {name.replace("{service}", service) for name in UNAUDITED}
    assert found - reasons == set(), "give it a policy's router, or a reason"
    assert reasons - found == set(), "it is no longer there, or audited: take it off the list"


def test_every_door_of_the_front_is_audited_or_says_why_not(tmp_path):
    installation = Installation(tmp_path, fast=True)
    installation.found_county(COUNTY)
    app = make_front(Front(installation, "http://proxy.invalid"))
    found = {
        f"{method} {context.path}"
        for context in iter_route_contexts(list(app.routes))
        for method in (context.methods or {"*"}) - {"HEAD"}
    }
    assert found - FRONT.keys() == set(), "without a database none is audited here: say by whom"
    assert FRONT.keys() - found == set(), "it is no longer there: take it off the list"


@pytest.mark.parametrize("service", NAMES)
def test_what_the_audit_links_to_is_a_page_and_what_it_names_a_table_or_a_column(client, service):
    declared = service_named(service)
    tables = declared.metadata.tables
    columns = {column.name for table in tables.values() for column in table.columns}
    assert set(declared.records) <= {*tables, *columns, "place"}
    for name, record in declared.records.items():
        if record.page:
            path = record.page.format("1")
            app = client(path.split("/")[1]).app
            scope = {"type": "http", "method": "GET", "path": path, "headers": []}
            matched = [route.matches(scope)[0] for route in app.routes]
            assert Match.FULL in matched, (service, name, path)
