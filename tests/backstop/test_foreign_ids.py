"""Ids of others in every route and every body: whoever has nothing to do with a row is refused,
reads nothing of it and changes nothing. The walk is over all doors of all services, whatever they
are called; what each role may do with its own is each service's test of policies.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from kit.actor import Actor
from schemas.codes import Role
from tests.conftest import actor
from tests.helpers.examples import body_of
from tests.kit.test_audit_doors import ACTS, HOUSEHOLD, ID_NUMBER, MONTH, TOWNSHIP, VILLAGE, acted

FAR = "990121200"  # a township in which there is nothing
STRANGERS = (
    actor(Role.GROUP_LEADER, f"{FAR}301/01"),
    actor(Role.VILLAGE_CLERK, f"{FAR}301"),
    actor(Role.TOWNSHIP_CLERK, f"{FAR}000"),
    actor(Role.TOWNSHIP_HEAD, f"{FAR}000"),
    actor(Role.HELPER, "U009-01"),
    actor(Role.UNIT_CLERK, "U009"),
    actor(Role.UNIT_HEAD, "U009"),
    actor(Role.SUPERVISOR, "D9"),
    actor(Role.DEPARTMENT_CLERK, "water"),
    actor(Role.DEPARTMENT_HEAD, "water"),
)
SECRET = ("张三", "李四", ID_NUMBER, HOUSEHOLD["number"])  # what stands in the rows of others
NOBODYS = ("00000000-0000-7000-8000-000000000000", "x", "%27%20OR%201=1", "￥")
KNOWN = {
    "month": MONTH,
    "village": VILLAGE,
    "township": TOWNSHIP,
    "unit": "U001",
    "helper": "U001-01",
    "department": "housing",
    "team": "D1",
    "group": "01",
    "code": VILLAGE,
}
TABLES = """SELECT relname::text FROM pg_class WHERE relkind = 'r'
    AND relnamespace = 'public'::regnamespace AND relname NOT IN ('audit', 'idempotency')
    AND relname NOT LIKE 'known%' ORDER BY 1"""
Door = tuple[str, str, Any]  # method, path, route


def doors_of(app: Any) -> Iterator[Door]:
    for context in iter_route_contexts(list(app.routes)):
        for method in (context.methods or set()) - {"HEAD"}:
            yield method, context.path or "", context.original_route


def sent_to(route: Any, ids: dict[str, list[str]]) -> Any:
    """Something that fits its body, optional fields too, with ids of others wherever they fit; None
    where it takes nothing, or files.
    """

    def known(name: str) -> str:
        return next(iter(ids.get(name, ())), KNOWN.get(name, "1"))

    try:
        return body_of(route, known, whole=True)
    except LookupError:
        return None


class Walk:
    """One service's doors with the ids of its rows."""

    def __init__(self, name: str, client: Callable, sessions: sessionmaker[Session]) -> None:
        self.name, self.client, self.sessions = name, client, sessions
        self.ids = self._ids()

    def _ids(self) -> dict[str, list[str]]:
        """Table, and `id` for all of them -> the keys of what is there."""
        found: dict[str, list[str]] = {"id": []}
        keys = text(
            """SELECT table_name FROM information_schema.columns
            WHERE table_schema = 'public' AND column_name = 'id' AND table_name <> 'audit'"""
        )
        with self.sessions() as session:
            for table in session.scalars(keys).all():
                rows = session.scalars(text(f"SELECT id::text FROM {table} LIMIT 3")).all()
                found[table] = list(rows)
                found["id"] += rows
        return found

    def state(self) -> str:
        """Of every table but the audit's, whose part it is to keep refusals, and but who is known:
        the walk itself introduces its strangers.
        """
        with self.sessions() as session:
            tables = session.scalars(text(TABLES)).all()
            sums = [f"(SELECT sum(hashtext(t::text)) FROM {table} t)" for table in tables]
            return str(session.execute(text(f"SELECT {', '.join(sums)}")).one())

    def addresses(self, path: str) -> Iterator[str]:
        """With ids of others in their places, and with what nobody has."""
        yield re.sub(r"\{(\w+)(?::\w+)?\}", lambda one: self._of(one[1]), path)
        if "{" in path:
            for odd in (*self.ids["id"], *NOBODYS):
                filled = re.sub(r"\{(\w+)(?::\w+)?\}", lambda one: KNOWN.get(one[1], odd), path)  # noqa: B023
                yield filled

    def _of(self, name: str) -> str:
        return KNOWN.get(name) or next(iter(self.ids.get(name) or self.ids["id"]), "x")

    def tried(self, who: Actor) -> Iterator[tuple[str, Any]]:
        browser: TestClient = self.client(self.name, who)
        for method, path, route in doors_of(browser.app):
            if not path.startswith(f"/{self.name}/"):
                continue
            body = None if method == "GET" else sent_to(route, self.ids)
            how = {} if body is None else {"json" if "/api/" in path else "data": body}
            if "data" in how and not isinstance(body, dict):
                continue
            for address in dict.fromkeys(self.addresses(path)):
                yield f"{method} {address}", browser.request(method, address, **how)


@pytest.mark.parametrize("name", ACTS)
def test_ids_of_others_open_and_change_nothing(name, client, sessions_of):
    acted(client, name)
    walk = Walk(name, client, sessions_of(name))
    before, wrong, tried = walk.state(), [], 0
    for who in STRANGERS:
        for asked, answer in walk.tried(who):
            tried += 1
            if answer.status_code >= 500:
                wrong.append(f"{who.role} {asked}: {answer.status_code}")
            wrong += [f"{who.role} {asked} shows {one}" for one in SECRET if one in answer.text]
            if not asked.startswith("GET") and answer.status_code < 400:
                wrong.append(f"{who.role} {asked}: {answer.status_code}")
    assert wrong == []
    assert walk.state() == before
    assert tried > 500


@pytest.mark.parametrize("name", ACTS)
def test_without_a_session_no_door_answers(name, client, sessions_of):
    acted(client, name)
    walk = Walk(name, client, sessions_of(name))
    browser = client(name)
    for method, path, _ in doors_of(browser.app):
        if path.startswith(f"/{name}/"):
            answer = browser.request(method, next(walk.addresses(path)))
            assert answer.status_code in (401, 303), (method, path)


@pytest.mark.parametrize("name", ["village"])
def test_the_walk_finds_whom_a_door_shows_too_much(name, client, sessions_of):
    """The county's own office, whose rows they are, sees what the strangers must not."""
    acted(client, name)
    walk = Walk(name, client, sessions_of(name))
    seen = [answer.text for _, answer in walk.tried(actor(Role.COUNTY_CLERK))]
    assert all(any(one in text for text in seen) for one in ("张三", HOUSEHOLD["number"]))
