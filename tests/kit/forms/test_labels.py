"""Every field is called by its own label."""

from fastapi.routing import APIRoute

from kit.forms import Form, field, label_of, unlabelled
from schemas.values import Since
from tests.kit.forms.toy import FromPaper, VisitForm, router

ROUTES = {
    (route.path, *route.methods): route for route in router.routes if isinstance(route, APIRoute)
}


class Whole(Form):
    since: Since = field("从何时起", Since())


def add_whole(body: Whole) -> None:
    """A door."""


def test_the_label_stands_on_the_field():
    assert label_of(VisitForm, ("since",)) == "从哪天开始"
    assert label_of(FromPaper, ("received_on",)) == "收到日期"
    page, sets = ROUTES["/visits", "POST"], ROUTES["/api/sets", "POST"]
    assert label_of(page, ("body", "since")) == "从哪天开始"
    assert label_of(page, ("body", "causes", 1)) == "原因"
    assert label_of(sets, ("body", 2, "since")) == "第3行的从哪天开始"
    assert label_of(ROUTES["/visits", "GET"], ("query", "page")) == "页码"


def test_what_has_none_is_called_after_what_it_is_a_part_of():
    assert label_of(ROUTES["/old", "POST"], ("body", "household")) == "填写内容"
    assert label_of(None, ("body", "nobody")) == "填写内容"
    assert label_of(ROUTES["/months/{month}", "GET"], ("path", "month")) == "网页地址"
    assert label_of(Whole, ("since", "day")) == "从何时起"
    assert not list(unlabelled(APIRoute("/wholes", add_whole, methods=["POST"])))


def test_what_a_door_is_handed_asks_with_its_own_labels():
    door = ROUTES["/months/{month}", "GET"]
    assert label_of(door, ("query", "kind")) == "种类"
    assert not list(unlabelled(door))


def test_it_is_known_which_fields_have_none():
    assert set(unlabelled(ROUTES["/old", "POST"])) == {"body.name", "body.household"}
    assert set(unlabelled(ROUTES["/api/sets", "POST"])) == {"query.since"}
    assert not list(unlabelled(ROUTES["/visits", "POST"]))
    assert not list(unlabelled(ROUTES["/visits", "GET"]))
