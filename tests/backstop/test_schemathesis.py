"""Every door of every service, as its OpenAPI describes it, sent what fits the description and what
does not by each role: no answer is a fault of ours, and each is one that the description names.
"""

import json
from collections.abc import Callable
from contextlib import suppress

import pytest
import schemathesis
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.checks import not_a_server_error
from schemathesis.python import asgi
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from backstop.services import NAMES
from kit.seal import Keyring
from rulebook.scopes import KIND_OF
from schemas.codes import Role
from tests.access.conftest import opened
from tests.conftest import actor
from tests.helpers.acquainted import acquainted
from tests.kit.test_audit_doors import MONTH, TOWNSHIP, VILLAGE, acted

EXAMPLES = 2  # of a door and a kind of data, each sent by each role
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
PLACES = {
    Role.GROUP_LEADER: f"{VILLAGE}/01",
    Role.GRID_WORKER: f"{VILLAGE}/01",
    Role.VILLAGE_CLERK: VILLAGE,
    Role.VILLAGE_SECRETARY: VILLAGE,
    Role.VILLAGE_WORK_TEAM: VILLAGE,
    Role.TOWNSHIP_VILLAGE_LIAISON: VILLAGE,
    Role.TOWNSHIP_CLERK: TOWNSHIP,
    Role.TOWNSHIP_HEAD: TOWNSHIP,
    Role.HELPER: "U001-01",
    Role.UNIT_CLERK: "U001",
    Role.UNIT_HEAD: "U001",
    Role.SUPERVISOR: "D1",
    Role.DEPARTMENT_CLERK: "housing",
    Role.DEPARTMENT_HEAD: "housing",
}
# Parts of addresses that lead somewhere; half of the examples use them.
KNOWN = {
    "month": MONTH,
    "village": VILLAGE,
    "township": TOWNSHIP,
    "unit": "U001",
    "department": "housing",
    "group": "01",
    "team": "D1",
}
PUBLIC = {"/access/api/keys"}  # what others check a token's signature with
Doors = tuple[list[APIOperation], dict[str, dict[str, str]], FastAPI]
MODES = (schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE)


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value) -> bytes:
    """Sheets that come in pages: the case's value as it is, on its line."""
    return value if isinstance(value, bytes) else json.dumps(value).encode() + b"\n"


@pytest.fixture
def described(client: Callable[..., TestClient], keyring: Keyring) -> Callable[[str], Doors]:
    """`described("village")`: its doors, and how each role sends something there."""

    def doors(service: str) -> Doors:
        app = client(service).app
        acted(client, service)
        if service == "access":
            with app.state.sessions.begin() as session:
                opened(session, Role.GROUP_LEADER, f"{VILLAGE}/01")
        schema = schemathesis.openapi.from_dict(app.openapi())
        schema.app = app
        people = [actor(role, PLACES[role]) if role in PLACES else actor(role) for role in KIND_OF]
        keys = {who.role.value: acquainted(app).headers(who) for who in people}
        return [door.ok() for door in schema.get_all_operations()], {"nobody": {}} | keys, app

    return doors


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("service", NAMES)
def test_no_door_fails_and_each_refusal_is_described(described, service: str):
    doors, keys, app = described(service)
    assert keys.keys() == {"nobody"} | {role.value for role in Role if role is not Role.SYSTEM}
    failed: list[str] = []
    with asgi.get_client(app) as session:
        for door in doors:
            known = {part.name for part in door.path_parameters} & KNOWN.keys()
            for mode in MODES:
                for fixed in ({}, {name: KNOWN[name] for name in known})[: 1 + bool(known)]:
                    try:
                        play(door, session, mode, fixed, keys)
                    except (Exception, ExceptionGroup) as error:
                        failed.append(f"{mode} {door.label}: {reasons(error)}")
    assert not failed, "\n".join(failed)


def play(door: APIOperation, session, mode, fixed: dict[str, str], keys) -> None:
    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=door.as_strategy(generation_mode=mode, path_parameters=fixed or None))
    def send(case) -> None:
        for who, key in keys.items():
            answer = case.call(session=session, headers=key)
            case.validate_response(answer, checks=CHECKS)
            if who == "nobody" and door.path not in PUBLIC:
                assert answer.status_code >= 400, "taken from whoever did not sign in"
            elif who != "nobody":
                assert answer.status_code != 401, f"{who} is not signed in"

    with suppress(Unsatisfiable):  # there is nothing that would not fit
        send()


def reasons(error: BaseException) -> str:
    inner = getattr(error, "exceptions", ())
    return "; ".join(map(reasons, inner)) if inner else str(error)[:600]
