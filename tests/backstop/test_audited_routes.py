"""Every door of every service, walked: each is audited, or stands here with a reason."""

from collections.abc import Iterable, Iterator

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match

from backstop.services import NAMES, service_named
from kit.audit import AuditedRoute
from kit.health import probes

PROBES = {
    "GET /health/live": "whether the process lives",
    "GET /health/ready": "whether the process can serve",
    "GET /metrics": "figures of the process, nobody's data",
}
# Of a service: method and path below its name.
UNAUDITED = {"* /static": "style sheets and pictures", **PROBES}
# Nobody is signed in there yet, so no policy can be asked: what is done writes its own row.
ACCESS = {
    "POST /access/api/tokens": "a fresh token of a session that goes on, every few minutes",
    "GET /access/api/keys": "public keys",
    "GET /access/sign-in": "an empty form",
    "POST /access/sign-in": "writes its own: sign_in, refused or not",
    "GET /access/cards/{secret}": "an empty form",
    "POST /access/cards/{secret}": "writes its own: use_card, refused or not",
    "GET /access/posts": "the own posts of whoever signed in",
    "POST /access/posts": "writes its own: choose_post",
    "GET /access/sign-out": "an empty form",
    "POST /access/sign-out": "writes its own: sign_out",
    "GET /access/setup": "an empty form",
    "GET /access/provider": "sends him to the identity provider",
    "GET /access/provider/answer": "writes its own: sign_in or bind_identity, refused or not",
    "POST /access/setup": "writes its own: set_up",
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
    reasons |= ACCESS.keys() if service == "access" else set()
    assert found - reasons == set(), "give it a policy's router, or a reason"
    assert reasons - found == set(), "it is no longer there, or audited: take it off the list"


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
