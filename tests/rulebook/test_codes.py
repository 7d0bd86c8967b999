"""A county's own causes and gap items: its pack names them, and they travel like the others
(decisions/0010).
"""

import pytest
from pydantic import TypeAdapter, ValidationError

from rulebook.book import name_codes
from rulebook.cells import Unclear, causes
from rulebook.packs import PackInvalid
from rulebook.routing import default_gap_items, route
from schemas.codes import GapItem, RiskCause
from tests.own_pack import MORE_CODES, codes_as_before, written

EVENTS = TypeAdapter(tuple[RiskCause, ...])  # built before anything is added


@pytest.fixture
def pack(tmp_path):
    with codes_as_before():
        made = written(tmp_path, MORE_CODES)
        name_codes([made])
        yield made


def test_a_cause_of_the_countys_own_is_read_listed_and_labelled(pack):
    assert causes("疫、因病") == (RiskCause("EPIDEMIC"), RiskCause.ILLNESS)
    assert RiskCause("EPIDEMIC").label == "因疫"
    assert RiskCause.labelled("因疫") == "EPIDEMIC"
    assert list(RiskCause)[-1] is RiskCause("EPIDEMIC")
    with pytest.raises(Unclear, match="因疫"):
        causes("因懒")


def test_it_travels_in_events_and_an_unknown_one_does_not(pack):
    body = EVENTS.dump_json((RiskCause("EPIDEMIC"),))
    assert EVENTS.validate_json(body) == (RiskCause("EPIDEMIC"),)
    with pytest.raises(ValidationError):
        EVENTS.validate_json(b'["LAZINESS"]')


def test_before_its_pack_is_read_nobody_knows_it():
    with pytest.raises(ValueError, match="EPIDEMIC"):
        RiskCause("EPIDEMIC")
    with pytest.raises(ValidationError):
        EVENTS.validate_json(b'["EPIDEMIC"]')


def test_it_is_routed_and_asked_as_the_pack_says(pack):
    cause, (gap_item,) = RiskCause("EPIDEMIC"), default_gap_items(pack, RiskCause("EPIDEMIC"))
    assert gap_item is GapItem("SKILL_TRAINING")
    assert route(pack, gap_item, cause).primary == "human-resources"
    assert pack.codes.questions()[gap_item] == "请安排培训。"
    assert pack.codes.is_about_person(gap_item)
    assert not pack.codes.is_about_person(GapItem.JOB)


def test_a_newer_label_replaces_the_older(pack, tmp_path):
    name_codes([written(tmp_path, MORE_CODES.replace("因疫", "因疫情"))])
    assert RiskCause("EPIDEMIC").label == "因疫情"
    assert list(RiskCause).count(RiskCause("EPIDEMIC")) == 1


def test_to_a_reader_of_contracts_the_lists_are_open():
    schema = TypeAdapter(RiskCause).json_schema()
    assert schema["type"] == "string"
    assert "enum" not in schema
    assert schema["examples"][0] == "ILLNESS"


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ('cause = "EPIDEMIC", primary', 'cause = "PLAGUE", primary', "dispatch.routing[0].cause"),
        ('code = "EPIDEMIC"', 'code = "ILLNESS"', "codes"),
        ('label = "因疫"', 'label = "因病"', "codes"),
        ('code = "EPIDEMIC"', 'code = "疫"', "codes.causes[0].code"),
    ],
)
def test_a_code_is_new_and_known_where_it_is_used(tmp_path, old, new, key):
    assert old in MORE_CODES
    with pytest.raises(PackInvalid) as caught:
        written(tmp_path, MORE_CODES.replace(old, new))
    assert key in {error.key for error in caught.value.errors}
