"""What is a code, a month or a place is one at the door, and its description says so; a place of others
opens nothing (G-05, G-13).
"""

from collections.abc import Iterator
from typing import Any

import pytest

from backstop.services import NAMES
from schemas.codes import Role
from tests.conftest import COUNTY, actor
from tests.kit.test_audit_doors import ACTS, HOUSEHOLD, MONTH, TOWNSHIP, VILLAGE, acted

OFFICE = actor(Role.COUNTY_CLERK)
ELSEWHERE = actor(Role.VILLAGE_CLERK, "990121100202")
CODES = {"village", "township", "division", "department", "proposed", "month", "group"}
SAID = {"pattern", "format", "enum", "const"}  # how a description says what a text may be
MONITORED = {
    "village": VILLAGE,
    "head_name": "试用甲",
    "category": "MARGINAL",
    "persons": 3,
    "identified_on": "2024-03-01",
    "number": "M1",
}


def texts(spec: dict[str, Any], schema: Any, name: str, seen: frozenset[str]) -> Iterator[str]:
    """Names of the texts of a schema that may be anything."""
    if ref := schema.get("$ref"):
        target: Any = spec
        for step in ref.removeprefix("#/").split("/"):
            target = target[step]
        if ref not in seen:
            yield from texts(spec, target, name, seen | {ref})
        return
    if schema.get("type") == "string" and not SAID & schema.keys():
        yield name
    for inner_name, inner in schema.get("properties", {}).items():
        yield from texts(spec, inner, inner_name, seen)
    inners = [inner for word in ("anyOf", "oneOf", "allOf") for inner in schema.get(word, ())]
    for inner in [*inners, schema.get("items")]:
        if isinstance(inner, dict):
            yield from texts(spec, inner, name, seen)


@pytest.mark.parametrize("name", NAMES)
def test_g_13_no_code_and_no_month_is_taken_as_a_free_text(client, name):
    spec = client(name).app.openapi()
    free = set[str]()
    for path, methods in spec["paths"].items():
        for method, door in methods.items():
            taken = [(part["schema"], part["name"]) for part in door.get("parameters", ())]
            contents = door.get("requestBody", {}).get("content", {}).values()
            taken += [(content.get("schema", {}), "body") for content in contents]
            for schema, called in taken:
                names = CODES & {*texts(spec, schema, called, frozenset())}
                free |= {f"{method} {path}: {code}" for code in names}
    # Six, nine or twelve digits, as they stand in a cell: the command says which it is not.
    assert free <= {"post /village/api/divisions: division"}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/county/api/monitored-households", [MONITORED]),
        ("/village/api/households", [HOUSEHOLD]),
        ("/village/api/lists", {"month": MONTH, "nil": True}),
        ("/village/api/group-reports", {"month": MONTH, "group": "01", "nil": True}),
    ],
)
@pytest.mark.parametrize("village", ["石桥村", TOWNSHIP, "9901211002", " ", "990121100201 OR 1"])
def test_g_13_a_village_is_the_code_of_one(client, path, body, village):
    given = [body[0] | {"village": village}] if isinstance(body, list) else body
    given = given if isinstance(body, list) else body | {"village": village}
    answer = client(path.split("/")[1], OFFICE).post(path, json=given)
    assert answer.status_code == 422, answer.text
    assert "村" in answer.json()["detail"]


def test_g_13_a_village_that_there_is_not_has_no_ledger(client):
    answer = client("county", OFFICE).post("/county/api/monitored-households", json=[MONITORED])
    assert (answer.status_code, answer.json()["detail"]) == (
        422,
        f"没有代码为“{VILLAGE}”的村。请核对村代码，或先导入区划表。",
    )
    assert client("county", OFFICE).get("/county/api/ledger").json()["total"] == 0


@pytest.mark.parametrize("month", ["2026-13", "九月", "", "2026-09-01"])
@pytest.mark.parametrize("name", NAMES)
def test_g_13_a_sheet_is_of_a_month(client, name, month):
    sheet = {"file": "名单.xlsx", "title": "名单", "rows": [["甲", "乙"]]}
    answer = client(name, OFFICE).post(f"/{name}/api/sheets", json={"month": month, "sheet": sheet})
    assert (answer.status_code, "月份" in answer.json()["detail"]) == (422, True), answer.text


def test_g_05_a_search_for_a_place_of_others_finds_nothing(client):
    """Wherever a search takes a place, it is one of one's own or nothing is there."""
    for name in ACTS:  # access' only search takes no place: tests/access/test_pages.py
        acted(client, name)
    doors = [
        ("/village/api/households", {"village": VILLAGE}),
        ("/village/api/findings", {"month": MONTH, "village": VILLAGE}),
        ("/county/api/cases", {"village": VILLAGE}),
        ("/county/api/ledger", {"place": VILLAGE}),
        ("/county/api/ledger", {"place": TOWNSHIP}),
        ("/county/api/ledger", {"place": COUNTY}),
        ("/dispatch/api/orders", {"department": "housing"}),
        ("/unit/api/contacts", {"month": MONTH, "unit": "U001"}),
        ("/unit/api/findings", {"month": MONTH, "unit": "U001"}),
    ]
    for path, asked in doors:
        stranger = client(path.split("/")[1], ELSEWHERE)
        answer = stranger.get(path, params=asked)
        assert answer.status_code in (200, 403, 404), (path, answer.text)
        if answer.status_code == 200:
            found = answer.json()
            rows = found if isinstance(found, list) else found.get("rows", found.get("cases"))
            assert rows == [], path
    own = client("village", actor(Role.VILLAGE_CLERK, VILLAGE)).get(doors[0][0], params=doors[0][1])
    assert [household["number"] for household in own.json()] == [HOUSEHOLD["number"]]


@pytest.mark.parametrize("aliases", [None, 3, [None], [1], {"a": "b"}])
def test_g_12_former_names_that_are_no_texts_are_refused_in_a_sentence(client, aliases):
    entry = {"code": "housing", "name": "县住建局", "aliases": aliases}
    door = client("dispatch", OFFICE)
    answer = door.post("/dispatch/api/departments", json={"departments": [entry]})
    assert (answer.status_code, "曾用名" in answer.json()["detail"]) == (422, True), answer.text
