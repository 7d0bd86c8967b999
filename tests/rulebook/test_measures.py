"""The catalogue of measures (H-06, H-12): what is suggested for whom, who vouches, how far a measure has
come.
"""

from datetime import date
from itertools import pairwise

import pytest

from rulebook.labour import able_members, labour_class
from rulebook.measures import (
    WAY,
    WAY_OF_MONEY,
    Progress,
    guarantors,
    has_sign,
    kind_of,
    progress_refusal,
    scheme_of,
    suggestions,
)
from rulebook.national.codes import Labour, OutOfSchool, Relationship, Student
from rulebook.packs import check_pack_file, load_pack, shipped_packs
from rulebook.packs.helping import Family, Guarantor, LabourClass, MemberSign
from schemas.codes import GapItem, RiskCause, Stratum
from tests.helpers.national import ON
from tests.own_pack import PLATE
from tests.rulebook.checks.planted import Builder

PACK = load_pack("default")
MINE = Builder(17)


def suggested(*causes: RiskCause, gaps=(), members=(), refused=(), pack=PACK) -> list[str]:
    found = suggestions(
        pack, causes=causes, gap_items=gaps, members=members, on=ON, refused=refused
    )
    return [one.kind.code for one in found]


def test_h_12_every_kind_of_the_document_is_there():
    """s001/4 part 三, s001/2's twelve and the four of s004 (H-15)."""
    names = {kind.name for kind in PACK.help.measures}
    assert names >= {
        *(
            "技能培训",
            "小额信贷",
            "土地流转、入股",
            "消费帮扶",
            "以购代捐",
            "帮扶车间",
            "公益性岗位",
        ),
        *("以工代赈", "以奖代补", "控辍保学", "雨露计划", "助学贷款", "勤工俭学", "危房鉴定、改造"),
        *("季节性缺水保障", "众筹", "爱心超市", "三方赡养协议", "赡养公益诉讼", "防贫保险"),
        *("重大病生活保障", "教育专项救助", "社保兜底救助", "集中供养"),
    }
    codes = {kind.code for kind in PACK.help.measures}
    assert codes >= {f"M-{number:02}" for number in range(1, 13)}
    assert {kind.family for kind in PACK.help.measures} == {*Family}


@pytest.mark.parametrize("pack_id", ["default", "gansu-2023", "neimenggu-2023"])
def test_h_06_every_gap_item_has_a_measure(pack_id):
    """缺什么补什么: whatever is missing, something is suggested for it."""
    pack = load_pack(pack_id)
    answered = {gap for kind in pack.help.measures for gap in kind.gap_items}
    assert answered >= set(GapItem)


@pytest.mark.parametrize(
    ("cause", "first"),
    [
        (RiskCause.ILLNESS, "M-01"),
        (RiskCause.EDUCATION, "M-04"),
        (RiskCause.DISABILITY, "M-08"),
        (RiskCause.NATURAL_DISASTER, "M-02"),
        (RiskCause.ACCIDENT, "M-02"),
        (RiskCause.INDUSTRY_FAILURE, "M-06"),
        (RiskCause.UNSTABLE_EMPLOYMENT, "M-07"),
        (RiskCause.LABOUR_SHORTAGE, "M-02"),
    ],
)
def test_h_06_by_cause(cause, first):
    assert suggested(cause)[0] == first


def test_h_06_what_is_missing_goes_before_what_usually_is():
    assert "M-06" in suggested(RiskCause.INDUSTRY_FAILURE)
    assert suggested(RiskCause.INDUSTRY_FAILURE, gaps=[GapItem.WATER_UNSAFE]) == [
        "M-03",
        "SEASONAL-WATER",
    ]


@pytest.mark.parametrize(
    ("years", "facts", "code"),
    [
        (9, {}, "M-04"),
        (5, {"student": Student.KINDERGARTEN}, "KINDERGARTEN"),
        (17, {"student": Student.VOCATIONAL_2}, "YULU"),
        (18, {"student": Student.UNIVERSITY_1}, "COLLEGE-BACHELOR"),
        (12, {"student": None, "dropout_reason": OutOfSchool.TIRED_OF_SCHOOL}, "DROPOUT"),
        (50, {"level": 1}, "M-08"),
        (50, {"residents_insurance": False}, "INSURED"),
    ],
)
def test_h_06_by_member(years, facts, code):
    person = MINE.person(years, Relationship.OTHER, **facts)
    (found,) = [
        one
        for one in suggestions(PACK, causes=(), members=[person], on=ON)
        if one.kind.code == code
    ]
    assert [reason.person for reason in found.reasons] == [person]
    assert person.name in found.sentence


def test_h_06_nothing_is_suggested_without_a_reason():
    assert suggested(members=[MINE.person(40, Relationship.HEAD)]) == []


def test_h_14_the_court_comes_after_the_agreement_was_refused():
    gaps = [GapItem.ELDER_SUPPORT]
    assert suggested(gaps=gaps) == ["SUPPORT-AGREEMENT"]
    assert kind_of(PACK, "SUPPORT-AGREEMENT").department == "civil-affairs"
    after = suggested(gaps=gaps, refused=["SUPPORT-AGREEMENT"])
    assert after == ["SUPPORT-LITIGATION", "MOBILE-COURT"]
    assert {kind_of(PACK, code).department for code in after} == {"justice"}


def test_h_06_a_suggestion_says_what_for():
    (one,) = suggestions(PACK, causes=(), gap_items=[GapItem.DROPOUT], on=ON)
    assert one.sentence == "控辍保学：缺失学辍学。"


def test_h_07a_training_and_other_do_not_count_alone():
    counting = {kind.code for kind in PACK.help.measures if kind.counts}
    development = {kind.code for kind in PACK.help.measures if kind.family.development}
    assert development - counting == {"TRAINING", "OTHER-DEVELOPMENT"}


def test_e_14_what_lasts():
    lasting = {kind.code: kind.lasts for kind in PACK.help.measures if kind.lasts}
    assert lasting == {"M-09": "AGREEMENT", "MICRO-CREDIT": "CONTRACT", "YULU": "STAGE"}


def test_a_scheme_is_there_where_the_pack_has_it():
    kind = kind_of(PACK, "M-10")
    assert scheme_of(PACK, kind).amount == 10_000_00
    assert scheme_of(load_pack("neimenggu-2023"), kind) is None
    with pytest.raises(LookupError, match="措施目录里没有“M-99”"):
        kind_of(PACK, "M-99")


@pytest.mark.parametrize(
    ("pack_id", "category", "who"),
    [
        ("default", Stratum.MARGINAL, ()),
        (
            "three-tier-2020",
            Stratum.MARGINAL,
            (Guarantor.COUNTY_SECTION_HEAD, Guarantor.TOWNSHIP_TEAM_MEMBER, Guarantor.VILLAGE_HEAD),
        ),
        ("three-tier-2020", Stratum.UNSTABLE_EX_POOR, (Guarantor.HELPER,)),
        ("three-tier-2020", Stratum.SUDDEN_HARDSHIP, (Guarantor.VILLAGE_HEAD,)),
        ("three-tier-2020", Stratum.ORDINARY, ()),
    ],
)
def test_h_09_who_vouches(pack_id, category, who):
    assert guarantors(load_pack(pack_id), category) == who


def test_h_10_in_the_plan_of_2020_the_ex_poor_have_the_village_team():
    pack = load_pack("five-step-2020")
    assert guarantors(pack, Stratum.UNSTABLE_EX_POOR) == (Guarantor.VILLAGE_TEAM,)
    assert guarantors(pack, Stratum.MARGINAL) == (Guarantor.HELPER,)


@pytest.mark.parametrize("way", [WAY, WAY_OF_MONEY])
def test_h_01_plan_measure_effect(way):
    """Forwards alone, and no effect of what is not there."""
    money = way is WAY_OF_MONEY
    assert progress_refusal(None, way[0], money=money) is None
    for before, after in pairwise(way):
        assert progress_refusal(before, after, money=money) is None
        assert progress_refusal(after, before, money=money)
        assert progress_refusal(before, before, money=money)
    assert progress_refusal(way[0], Progress.EFFECTIVE, money=money) == (
        f"措施还没有落实，不能写成效：请先登记{way[-2].label}。"
    )


def test_f_01_money_runs_its_own_way():
    assert progress_refusal(Progress.PLANNED, Progress.PAID, money=False) == (
        "这类措施没有“已拨付”这一步。"
    )
    assert progress_refusal(Progress.PLANNED, Progress.LANDED, money=True)
    # What a village does itself nobody orders.
    assert progress_refusal(Progress.PLANNED, Progress.LANDED, money=False) is None


@pytest.mark.parametrize(
    ("labours", "expected"),
    [
        ((Labour.ORDINARY, Labour.NONE), LabourClass.ABLE),
        ((Labour.SKILLED, None), LabourClass.ABLE),
        ((Labour.WEAK, Labour.LOST), LabourClass.WEAK_OR_HALF),
        ((Labour.WEAK, None), LabourClass.UNKNOWN),
        ((Labour.LOST, "季节性劳动力"), LabourClass.UNKNOWN),
        ((Labour.LOST, Labour.NONE), LabourClass.NO_LABOUR),
        ((), LabourClass.UNKNOWN),
    ],
)
def test_d1_the_labour_of_a_household(labours, expected):
    members = [MINE.person(50, Relationship.OTHER, labour=labour) for labour in labours]
    assert labour_class(members, ON) is expected


def test_d1_a_child_is_no_labour():
    child = MINE.person(14, Relationship.SON, labour=Labour.ORDINARY)
    old = MINE.person(70, Relationship.HEAD, labour=Labour.NONE)
    assert labour_class([child, old], ON) is LabourClass.NO_LABOUR
    assert able_members([child, old], ON) == ()
    assert labour_class([child, old], date(ON.year + 3, ON.month, ON.day)) is LabourClass.ABLE


@pytest.mark.parametrize("sign", list(MemberSign))
def test_every_sign_is_read_of_a_member(sign):
    assert has_sign(PACK, sign, MINE.person(30, Relationship.OTHER), ON) is False


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.name)
def test_a_measure_follows_one_that_the_pack_has(pack):
    codes = {kind.code for kind in pack.help.measures}
    assert {kind.after for kind in pack.help.measures if kind.after} <= codes


ROW = '{{ code = "X-1", name = "x", family = "{family}"{more}, source = "x" }}'


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (ROW.format(family="SOCIAL", more=", counts = true"), "counts只用于"),
        (ROW.format(family="SOCIAL", more=', after = "X-2"'), "没有这个措施：X-2"),
        (", ".join([ROW.format(family="SOCIAL", more="")] * 2), "写了两次：X-1"),
        (ROW.format(family="SOCIALS", more=""), "只能是"),
    ],
)
def test_a_catalogue_is_checked(tmp_path, rows, reason):
    path = tmp_path / "own@1.0.0.toml"
    path.write_text(f"{PLATE}[help]\nmeasures = [{rows}]\n", encoding="utf-8")
    assert reason in check_pack_file(path)[0].reason
