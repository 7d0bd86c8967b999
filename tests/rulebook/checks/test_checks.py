"""The data checks of A14: each finds its error and nothing that only looks like it."""

from dataclasses import replace
from time import process_time

import pytest

from rulebook.checks import Finding, findings
from rulebook.checks.declared import OF_COUNTY, OF_HOUSEHOLD, OF_PERSON
from rulebook.national.households import Household
from rulebook.packs import load_pack, load_pack_file
from rulebook.packs.checks import CODES, CheckKind, Mender
from tests.helpers.national import LINE, ON, invented_county
from tests.rulebook.checks.planted import HITS, LEAD, NEAR, Builder

PACK = load_pack("default")
LATE = "INCLUDED_LATE"
WORDS = ("违规", "造假", "瞒报", "失职", "必须纳入", "漏评", "责任")  # of verdicts


def found(*households: Household, leads: tuple[str, ...] = ()) -> list[Finding]:
    days = dict.fromkeys(leads, LEAD)
    return findings(households, on=ON, pack=PACK, line=LINE, leads=days)


def made(code: str, table: dict, number: int = 1) -> tuple[Household, tuple[str, ...]]:
    household = table[code](Builder(number))
    return household, (household.number,) if code == LATE else ()


def test_every_check_is_declared_once_and_has_its_row_in_the_pack():
    declared = [*OF_PERSON, *OF_HOUSEHOLD, *OF_COUNTY]
    assert sorted(declared) == sorted(CODES)
    assert {rule.code for rule in PACK.checks.rules} == CODES
    assert HITS.keys() == NEAR.keys() == CODES - OF_COUNTY.keys()
    assert len(CODES) >= 40


def test_every_kind_and_everybody_who_mends_is_among_them():
    assert {rule.kind for rule in PACK.checks.rules} == set(CheckKind)
    assert {rule.mends for rule in PACK.checks.rules} == set(Mender)


@pytest.mark.parametrize("code", HITS)
def test_a_check_finds_its_error_and_no_other_does(code):
    household, leads = made(code, HITS)
    (finding,) = found(household, leads=leads)
    assert (finding.code, finding.household) == (code, household)
    assert (finding.person is not None) == (code in OF_PERSON)
    assert finding.person is None or finding.person in household.members
    assert finding.said in finding.sentence
    assert finding.sentence.endswith("。")
    assert "{" not in finding.sentence


@pytest.mark.parametrize("code", NEAR)
def test_a_check_finds_nothing_in_what_only_comes_close(code):
    household, leads = made(code, NEAR)
    assert code not in {finding.code for finding in found(household, leads=leads)}


def test_one_telephone_in_several_households():
    one, other, third = (Builder(number).plain() for number in (1, 2, 3))
    assert found(one, other, third) == []
    shared = found(one, replace(other, phone=one.phone), third)
    assert [finding.code for finding in shared] == ["PHONE_IN_SEVERAL"] * 2
    assert shared[0].said == f"联系电话与户{other.number}相同"


def test_one_telephone_twice_in_a_household_is_its_own():
    one = Builder(1).plain()
    members = tuple(replace(member, phone=one.phone) for member in one.members)
    assert found(replace(one, members=members)) == []


def test_one_person_in_several_households():
    one, other = Builder(1).plain(), Builder(2).plain()
    twin = replace(one.members[2])
    double = found(one, replace(other, members=(*other.members, twin)))
    assert [(finding.code, finding.person) for finding in double] == [
        ("PERSON_IN_SEVERAL", twin),
        ("PERSON_IN_SEVERAL", twin),
    ]


def test_a_household_not_yet_included_is_late_from_its_lead():
    one = Builder(1).plain()
    (finding,) = found(one, leads=(one.number,))
    assert finding.code == LATE
    assert finding.said == "2026年2月10日发现线索，已220天，还没有审定"
    assert found(one) == []


def test_done_3_in_a_county_of_three_thousand_exactly_the_planted_errors_are_found():
    county = invented_county()
    planted, leads = {}, ()
    for at, code in enumerate(HITS):
        household, known = made(code, HITS, 5_000 + at)
        planted[household.number] = code
        leads += known
        county[at * 30] = household
    one, other = county[-1], county[-2]  # who are two of each
    county[-2] = replace(other, phone=one.phone, members=(*other.members, one.members[-1]))
    begun = process_time()
    hits = found(*county, leads=leads)
    spent = process_time() - begun
    between = {
        (code, number)
        for code in ("PHONE_IN_SEVERAL", "PERSON_IN_SEVERAL")
        for number in (one.number, other.number)
    }
    assert {(hit.code, hit.household.number) for hit in hits} == between | {
        (code, number) for number, code in planted.items()
    }
    assert len(hits) == len(HITS) + 4
    assert spent < 5  # a third of a second on an idle machine


def test_nothing_is_found_where_nothing_is_wrong():
    assert found(*invented_county(300, seed=7)) == []


def test_i_25_leads_ask_somebody_to_look_and_judge_nobody():
    leads = [rule for rule in PACK.checks.rules if rule.lead]
    assert {rule.kind for rule in leads} == {CheckKind.STATUS}
    for rule in leads:
        assert "线索" in rule.text
        assert "核实" in rule.text
    assert not [rule.code for rule in PACK.checks.rules for word in WORDS if word in rule.text]
    named = {
        word
        for rule in leads
        for word in ("应纳未纳", "体外循环", "纳入不及时")
        if word in rule.text
    }
    assert named == {"应纳未纳", "体外循环", "纳入不及时"}
    for rule in leads:  # office pages only
        if any(word in rule.text for word in named):
            assert rule.mends is Mender.COUNTY


PLATE = """pack_id = "own"
version = "1.0.0"
extends = "default@1.0.0"
label = "示例"
region_code = "990121"
valid_from = 2026-01-01
source_docs = ["本县文件"]
[checks]
"""


@pytest.fixture
def own(tmp_path):
    def write(rest: str):
        path = tmp_path / "own@1.0.0.toml"
        path.write_text(PLATE + rest, encoding="utf-8")
        return load_pack_file(path)

    return write


def test_a_county_moves_a_limit_and_the_text_says_so(own):
    pack = own('area_max_mu = { value = 300, source = "本县文件" }\n')
    wide = replace(Builder(1).plain(), pasture=500)
    narrow = replace(wide, pasture=250)
    assert findings([narrow], on=ON, pack=pack, line=LINE) == []
    (finding,) = findings([wide], on=ON, pack=pack, line=LINE)
    assert "0到300亩" in finding.sentence


def test_a_county_leaves_a_check_out(own):
    pack = own('off = { value = ["ID_MISSING"], source = "本县文件" }\n')
    household, _ = made("ID_MISSING", HITS)
    assert findings([household], on=ON, pack=pack, line=LINE) == []


RULE = 'code = "ID_MISSING", kind = "EMPTY", source = "本县文件"'


@pytest.mark.parametrize(
    ("rest", "reason"),
    [
        ('off = { value = ["NOTHING"], source = "x" }', "没有数据核查“NOTHING”"),
        (f'rules = [{{ {RULE}, mends = "VILLAGE", text = "超过{{most}}" }}]', "花括号写法不对"),
        (f'rules = [{{ {RULE}, mends = "DEPARTMENT", text = "请补填。" }}]', "填写department"),
        (
            f'rules = [{", ".join([f"""{{ {RULE}, mends = "VILLAGE", text = "请补填。" }}"""] * 2)}]',
            "写了两次",
        ),
    ],
)
def test_a_pack_that_asks_what_nobody_can_answer_is_refused(own, rest, reason):
    with pytest.raises(ValueError, match=reason):
        own(rest)
