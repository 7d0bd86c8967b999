"""(post × own, neighbour's and foreign object × every door), of every service, from the tables, the
models and the doors themselves; and every event by who says it. `tests.helpers.matrix` says how.
"""

from collections.abc import Iterator
from importlib import import_module

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session

from backstop.permissions import tables
from backstop.services import NAMES, service_named
from kit.seal import seal
from kit.web import transaction
from schemas.codes import Role
from schemas.values import Name
from schemas.village import GroupNamed
from services.access.directory import commands as directory
from tests.access.test_policy import name_every_place
from tests.conftest import at
from tests.helpers.acquainted import acquainted
from tests.helpers.matrix import Matrix, doors_of, state
from tests.helpers.posts import OWN as POSTS
from tests.helpers.seeded import NEXT, seed

# What a field of this name takes in a service, where it is not what it is elsewhere.
WORDS = {
    "village": {"code": "{whole}"},
    "unit": {"code": "{unit}", "to": "{helper}"},
    "county": {"code": "{team}", "kind": "VILLAGE"},
    "dispatch": {"code": "{department}"},
    "casework": {},
    "access": {"place": "{whole}"},
}
VOTES = {"in_favour__{mark}": 3, "against__{mark}": 0, "abstained__{mark}": 0, "correction": "笔误"}
# What a body needs besides what its schema says must be there, by address.
MORE = {
    "/village/api/group-reports": {"nil": True},
    "/village/closings": {"kind": "GROUP"},
    "/village/closings/undo": {"kind": "GROUP"},
    "/village/api/closings": {"kind": "GROUP"},
    "/village/api/closings/undo": {"kind": "GROUP"},
    "/village/households/{household}/leaving": {"kind": "died"},
    "/village/national/{one}/confirmation": {"shown": "{mark}"},
    "/county/api/monitored-households": {"category": "MARGINAL"},
    "/county/bulletins/{month}/event": {"code": "{village}"},
    "/casework/assessments/sheet": {"village": "{village}"},
    "/unit/api/contacts": {"unit": "{unit}", "helper": "{helper}"},
    "/unit/households/{household}/visit": {"at_risk": "no", "how": "PHONE", "normal": "living"},
    "/casework/assessments": VOTES,
    "/casework/assessments/{id}/correction": VOTES,
    "/casework/api/assessments/{id}/correction": {"correction": "笔误"},
}
# Each of a list by itself: what is not his is left out and the page says so, so its answer is no
# refusal; nothing of the others is written or shown (`state`, the marks).
LEFT_OUT = {"confirm_posts", "confirm_cards", "hand_out_cards"}
# Doors that may let nobody in here, and the test that asks them instead.
SHUT = {
    # It knows no row but the sender's own account, and keeps by transactions of its own.
    "POST /access/password (set_password)": "access/test_guessed_passwords"
}
# Refused to a post by a rule of the county's pack, beyond the table.
RULED = {("record_entry", Role.COUNTY_CLERK): "the township enters: decisions.entered_by"}
ASKED = [(name, how) for name in NAMES for how in ("GET", "POST")]


@pytest.mark.timeout(900)
@pytest.mark.parametrize(("name", "method"), ASKED)
def test_every_post_at_every_door_with_own_neighbours_and_foreign_objects(
    name, method, client, clock, sessions_of, book, judged
):
    """Refused is 403 or 404, in Chinese, and writes nothing; what is shown or leaves as a file is of
    one's own place. What is allowed is taken back, so that every door finds the same rows.
    """
    clock.set(at(2026, 9, 18))
    app, sessions = client(name).app, sessions_of(name)
    models = [one.class_ for one in declared(name).Table._sa_registry.mappers]
    with sessions.begin() as session:
        rows = seed(session, models, book.packs[0].ref)
        if name == "access":
            name_every_place(session)
            sealed = seal(session, Name(name="徐勇"))
            near = GroupNamed(village=NEXT.village, group=NEXT.group, sealed=sealed)
            directory.heard.keep(session, near)
    known = acquainted(app)
    headers = {who: known.headers(who) for who in POSTS}
    browser = TestClient(app, raise_server_exceptions=False, follow_redirects=False)
    matrix = Matrix(browser, headers, judged, LEFT_OUT, RULED)

    def taken_back() -> Iterator[Session]:
        with sessions() as session:
            session.info["clock"] = clock
            yield session
            session.flush()
            (session.commit if matrix.keeps else session.rollback)()

    app.dependency_overrides[transaction] = taken_back
    shut = set()
    try:
        with sessions() as session:
            before = state(session)
        for door in doors_of(method, app.routes, tables(service_named(name)).values()):
            matrix.ask(door, WORDS[name], MORE.get(door.path, {}))
            with sessions() as session:
                if not matrix.own(session, door, rows):
                    shut.add(str(door))
        with sessions() as session:
            assert state(session) == before, "a refusal wrote something"
    finally:
        app.dependency_overrides.clear()
    assert not matrix.wrong, "\n".join(matrix.wrong)
    assert not shut - SHUT.keys()


def declared(name: str):
    service_named(name)  # its rooms are taken up, and with them its models
    return import_module(f"services.{name}.service")
