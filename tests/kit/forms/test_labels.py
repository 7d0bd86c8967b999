"""Every field is called by its own label."""

from fastapi.routing import APIRoute

from kit.forms import label_of, unlabelled
from tests.kit.forms.toy import FromPaper, VisitForm, router

ROUTES = {
    (route.path, *route.methods): route for route in router.routes if isinstance(route, APIRoute)
}


def test_the_label_stands_on_the_field():
    assert label_of(VisitForm, ("since",)) == "从哪天开始"
    assert label_of(FromPaper, ("received_on",)) == "收到日期"
    page, sets = ROUTES["/visits", "POST"], ROUTES["/api/sets", "POST"]
    assert label_of(page, ("body", "since")) == "从哪天开始"
    assert label_of(page, ("body", "causes", 1)) == "原因"
    assert label_of(sets, ("body", 2, "since")) == "第3行的从哪天开始"
    assert label_of(ROUTES["/visits", "GET"], ("query", "page")) == "页码"


def test_without_one_the_old_dictionary_helps():
    assert label_of(ROUTES["/old", "POST"], ("body", "household")) == "农户"
    assert label_of(ROUTES["/visits/new", "GET"], ("query", "village")) == "村"
    assert label_of(None, ("body", "findings", 2, "risk_point")) == "风险点"
    assert label_of(None, ("body", "nobody")) == "填写内容"


def test_it_is_known_which_fields_have_none():
    assert set(unlabelled(ROUTES["/old", "POST"])) == {"body.name", "body.household"}
    assert set(unlabelled(ROUTES["/api/sets", "POST"])) == {"query.since"}
    assert not list(unlabelled(ROUTES["/visits", "POST"]))
    assert not list(unlabelled(ROUTES["/visits", "GET"]))
