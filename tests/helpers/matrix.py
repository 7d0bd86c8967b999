"""Every post at every door of a service, with what lies in its own place, in a neighbour's and far
away. The doors are walked, the rows made from the models (`seeded`), the bodies from the doors' own
schemas (`examples`): what is added to a service is asked here without being named.

Whether a post is to be let in is not read off the door: whose row it is says the place, who may at
all says the table. Of an own row the table's word is asked of the row as it is stored.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import quote, urlencode
from zipfile import ZipFile, is_zipfile

from fastapi.dependencies.utils import get_flat_params
from fastapi.params import Cookie, Header, Path, Query
from fastapi.routing import iter_route_contexts
from fastapi.testclient import TestClient
from httpx import Response
from pydantic import TypeAdapter
from sqlalchemy import text
from sqlmodel import Session, SQLModel

from kit.actor import Actor
from kit.policy import Policy, anywhere
from kit.policy.table import Action, PolicyRoute
from rulebook.scopes import ScopeKind
from schemas.codes import Role
from tests.helpers.examples import Known, body_of, example
from tests.helpers.posts import OWN as POSTS
from tests.helpers.posts import Judgements
from tests.helpers.seeded import BESIDE, FAR, NEXT, OWN, Place, Rows

REFUSED = (403, 404)
UNFIT = "请改正后再提交"  # said of a form before anybody is asked
# Of everything but the audit, whose part it is to keep refusals, and who is known.
TABLES = """SELECT relname::text FROM pg_class WHERE relkind = 'r'
    AND relnamespace = 'public'::regnamespace AND relname NOT IN ('audit', 'idempotency')
    AND relname NOT LIKE 'known%' ORDER BY 1"""
# What fields take that are no ids; `q` finds every row by its mark's beginning.
WORDS = {"cause": "ILLNESS", "primary_cause": "ILLNESS", "q": "qq", "shown": ""}
WORDS |= {"kind": "xlsx", "letter": "notice", "person": "0", "role": "GROUP_LEADER"}
WORDS |= {"at_risk": "no", "how": "PHONE", "normal": "living"}


@dataclass(frozen=True)
class Door:
    """One method of one route."""

    method: str
    path: str
    route: PolicyRoute

    @property
    def action(self) -> Action:
        return self.route.action

    def free(self, role: Role) -> bool:
        """Whether an allowance opens it to the role wherever a row lies."""
        nothing = (~anywhere).said
        said = [one.to.said for one in self.action.allowances if role in one.roles]
        return any("{place}" not in one and one != nothing for one in said)

    def __str__(self) -> str:
        return f"{self.method} {self.path} ({self.route.name})"


def doors_of(method: str, routes: Iterable[Any], policies: Iterable[Policy]) -> Iterator[Door]:
    """The doors of the service's own tables; the chassis' are the same everywhere."""
    ours = {id(action) for policy in policies for action in policy.values()}
    for context in iter_route_contexts(list(routes)):
        route = context.original_route
        if isinstance(route, PolicyRoute) and id(route.action) in ours:
            assert not (context.methods or set()) - {"GET", "HEAD", "POST"}, context.path
            if method in (context.methods or ()):
                yield Door(method, context.path or "", route)


def concerns(actor: Actor, place: Place) -> bool:
    """Whether it lies in the actor's place."""
    codes = {
        ScopeKind.COUNTY: actor.place,
        ScopeKind.TOWNSHIP: place.township,
        ScopeKind.VILLAGE: place.village,
        ScopeKind.GROUP: place.whole,
        ScopeKind.UNIT: place.unit,
        ScopeKind.HELPER: place.helper,
        ScopeKind.TEAM: place.team,
        ScopeKind.DEPARTMENT: place.department,
    }
    return codes[actor.scope.kind] == actor.place


def objects(actor: Actor) -> tuple[Place, ...]:
    """The actor's own, the nearest that is not his, and a foreign one."""
    kind = actor.scope.kind
    if kind is ScopeKind.COUNTY:
        return (OWN,)
    if kind is ScopeKind.TOWNSHIP:
        return (OWN, FAR)  # the next village is his as well
    return (OWN, BESIDE if kind in (ScopeKind.GROUP, ScopeKind.HELPER) else NEXT, FAR)


@dataclass(frozen=True)
class Asked:
    """What is sent to a door about one place."""

    url: str
    how: dict[str, Any]
    named: bool  # whether it names anything there


def asking(door: Door, place: Place, words: dict[str, Any], more: dict[str, Any]) -> Asked:
    """`words`: of this service; `more`: what its schema does not say of this one door's body."""

    def known(name: str) -> str:
        return {**WORDS, **place.codes, **words, **more}.get(name, place.mark)

    path = re.sub(r"\{(\w+)(?::\w+)?\}", lambda one: quote(known(one[1]), safe=""), door.path)
    query = dict(_query(door.route, known, more))
    body = None if door.method == "GET" else body_of(door.route, known)
    if isinstance(body, dict):
        body |= more
    said = json.dumps(body) + path + urlencode(query)
    ids = {*place.codes.values(), place.whole, place.mark, quote(place.whole, safe="")}
    ids -= {place.codes["month"], place.group}
    how = {} if body is None else {"json" if "/api/" in path else "data": body}
    url = f"{path}?{urlencode(query)}" if query else path
    return Asked(url, how, any(one in said for one in ids))


def _query(route: PolicyRoute, known: Known, more: Collection[str]) -> Iterator[tuple[str, Any]]:
    """What must stand in the address, or is to."""
    for field in get_flat_params(route.dependant):
        info = field.field_info
        if isinstance(info, Path | Header | Cookie):
            continue
        named = ("place", "household") if isinstance(info, Query) else ()  # a model's are filters
        if info.is_required() or field.alias in (*named, *more):
            schema = TypeAdapter(field.field_info.annotation).json_schema()
            yield field.alias, example(schema, field.alias, known, schema)


def shown(answer: Response) -> str:
    """All that an answer says, of a workbook or letter what is in it."""
    if not is_zipfile(content := BytesIO(answer.content)):
        return answer.text
    with ZipFile(content) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def state(session: Session) -> str:
    """Of every table, so that one row more or less, or changed, is another."""
    tables = session.scalars(text(TABLES)).all()
    sums = [f"(SELECT sum(hashtext(t::text)) FROM {table} t)" for table in tables]
    return str(session.execute(text(f"SELECT {', '.join(sums)}")).one())


class Matrix:
    """Asks one service and keeps what was wrong; `cells`: how many were asked."""

    def __init__(
        self,
        browser: TestClient,
        headers: dict[Actor, Any],
        judged: Judgements,
        left_out: Collection[str],
        ruled: Collection[tuple[str, Role]],
    ) -> None:
        """`left_out`: doors that leave out of a list what is not his; `ruled`: posts to which a rule
        shuts a door that the table opens.
        """
        self.browser, self.headers, self.judged = browser, headers, judged
        self.left_out, self.ruled = left_out, ruled
        self.wrong: list[str] = []
        self.cells = 0
        self.keeps = False  # whether what the next request writes would stay
        self.answers: dict[tuple[Actor, Place], tuple[bool, bool]] = {}

    def ask(self, door: Door, words: dict[str, Any], more: dict[str, Any]) -> None:
        """Each post once with each object; who is not admitted, once."""
        self.answers = {}
        for actor in POSTS:
            admitted = actor.role in door.action.roles
            for place in objects(actor) if admitted else (OWN,):
                asked = asking(door, place, _of(words, place), _of(more, place))
                if place is OWN or asked.named:
                    self._one(door, actor, place, asked, admitted)

    def _one(self, door: Door, actor: Actor, place: Place, asked: Asked, admitted: bool) -> None:
        foreign = asked.named and not (concerns(actor, place) or door.free(actor.role))
        self.keeps = foreign or not admitted
        answer = self.browser.request(
            door.method, asked.url, headers=self.headers[actor], **asked.how
        )
        self.cells += 1
        said = f"{door} {actor.account} {place.mark}: {answer.status_code}"
        if not admitted and answer.status_code != 403:
            self.wrong.append(f"{said}, not admitted")
        listed = door.route.name in self.left_out  # written nothing: `state`
        if admitted and foreign and answer.status_code not in REFUSED and not listed:
            self.wrong.append(f"{said}, of a stranger's")
        if answer.status_code in REFUSED and not re.search("[一-鿿]", _told(answer)):
            self.wrong.append(f"{said}, not in Chinese")
        told = shown(answer) if answer.status_code == 200 else ""
        if admitted and not foreign:
            if answer.status_code == 422 and UNFIT in answer.text:
                self.wrong.append(f"{said}, does not fit {answer.text[:400]}")
            let_in = asked.named or place.mark in told  # in a list, to the row
            self.answers[actor, place] = (answer.status_code not in REFUSED, let_in)
        if not door.free(actor.role):
            strange = [one for one in (BESIDE, NEXT, FAR) if not concerns(actor, one)]
            self.wrong += [f"{said} shows {one.mark}" for one in strange if one.mark in told]

    def own(self, session: Session, door: Door, rows: Rows) -> bool:
        """Of an own row the table's word counts, where it is one; whether anybody was let in."""
        asked = {one for one in self.judged.values() if one.policy[one.action] is door.action}
        for (actor, place), (let_in, to_the_row) in self.answers.items():
            said = {
                bool(one.policy._allowing(actor, one.action, row))
                for one in asked
                for row in _rows(session, rows, one.model, place)
            }
            listed = door.route.name in self.left_out
            if said == {False} and let_in and to_the_row and not listed:
                self.wrong.append(f"{door} {actor.account} {place.mark}: let in, against the table")
            if said == {True} and not let_in and (door.route.name, actor.role) not in self.ruled:
                self.wrong.append(f"{door} {actor.account} {place.mark}: refused an own row")
        return any(let_in for let_in, _ in self.answers.values())


def _rows(session: Session, rows: Rows, model: type, place: Place) -> list[SQLModel]:
    return [session.get_one(model, key) for key in rows.get((model, place), ())]


def _of(words: dict[str, Any], place: Place) -> dict[str, Any]:
    """`{whole}` and the like, of the place."""
    filled = {**place.codes, "whole": place.whole, "mark": place.mark}
    return {
        name.format(**filled): one.format(**filled) if isinstance(one, str) else one
        for name, one in words.items()
    }


def _told(answer: Response) -> str:
    told = answer.json() if "json" in answer.headers.get("content-type", "") else {}
    return told.get("detail", "") or answer.text
