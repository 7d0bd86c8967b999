"""Every door of every service, walked: each is audited, or stands here with a reason."""

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Match

from backstop.services import NAMES, service_named
from kit.access.token import Why
from kit.audit import AuditedRoute, Kind
from kit.audit.naming import OF_EVENTS, account_called, deed_called, object_called
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

LATIN = re.compile("[A-Za-z]")


def noted() -> Iterator[str]:
    """What is kept by hand, where no audited door is: the name in each call of `audit.note`."""
    root = Path(__file__).parents[2]
    for path in (
        path for room in ("kit", "services", "backstop") for path in (root / room).rglob("*.py")
    ):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.note":
                for part in ast.walk(node.args[2]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield part.value


NOTED = set(noted())


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


@pytest.mark.parametrize("name", NAMES)
def test_whatever_is_audited_has_a_name_that_people_read(client, name):
    """On every page of histories: no name of the program's."""
    deeds = client(name).app.state.deeds
    kept = {
        context.original_route.name
        for context in iter_route_contexts(list(client(name).app.routes))
        if isinstance(context.original_route, AuditedRoute)
    }
    if name == "access":
        kept |= NOTED
    unnamed = {deed for deed in kept if LATIN.search(deed_called(deeds, deed, Kind.ACT))}
    assert unnamed == set(), "give it a label in its policy, or a name in DEEDS"


def test_what_is_noted_by_hand_and_who_is_nobody_have_names_too():
    assert {"sign_in", "set_up", "choose_post", "bind_identity"} <= NOTED
    assert deed_called({}, "village.division_named", Kind.EVENTS) == OF_EVENTS
    for account in ("system", "stranger", "server", "server-root", "command-line"):
        assert not LATIN.search(account_called(account, {}, account)), account
    assert account_called("server", {"server": "张三"}) == "张三"
    assert account_called("a1", {}, "a1") == "a1"
    for why in (Why.EXPIRED, Why.ENDED, Why.FORGED):
        assert not LATIN.search(object_called(f"token:{why}") or "x")
    assert object_called("token_key:ended") is object_called("case:1") is None
