"""What each example says where the documents differ, and what it leaves out: by hand from the sentences
in docs/domain (A2, A3, part B).
"""

import pytest

from rulebook.calendar import state_council
from rulebook.packs import load_pack, shipped_packs
from rulebook.terms import NO_LIMIT, Terms

TABLE = [
    # s001/4: 自收到信息起5个工作日内完成入户核查,乡镇召开党委会审核后上报县扶贫办
    ("five-step-2020", "identify.verify_limit", "{'SELF_REPORT': '5WD', 'COUNTY_PUSH': '5WD'}"),
    # s001/4: 3个工作日内组织乡镇包村领导、扶贫专干等完成入户复核
    ("five-step-2020", "identify.revisit_limit", "3WD"),
    # s001/4: 3个工作日内前完成大数据比对审核 … 由相关部门及乡镇5个工作日内完成复核
    ("five-step-2020", "identify.comparison_limit", "3WD"),
    ("five-step-2020", "identify.doubt_recheck_limit", "5WD"),
    ("five-step-2020", "identify.comparison_mode", "AFTER_TOWNSHIP_REVIEW"),
    ("five-step-2020", "identify.county_decider", "LEADING_GROUP"),
    ("five-step-2020", "identify.township_party_meeting_required", "True"),
    # s001/4: 所有负责日常监测的干部共同开会评定
    ("five-step-2020", "identify.assessment_bodies", "('ALL_MONITORS',)"),
    ("five-step-2020", "identify.assessment_quorum", "None"),
    ("five-step-2020", "identify.consent_required", "False"),
    ("five-step-2020", "identify.notice_rounds", "()"),
    ("five-step-2020", "identify.announcement_required", "False"),
    ("five-step-2020", "identify.total_limit", "None"),
    ("five-step-2020", "help.plan_limit", "None"),
    ("five-step-2020", "help.contact_limit", "None"),
    ("five-step-2020", "green_channel.enabled", "False"),
    # s001/4: 由县扶贫开发领导小组交办相关职能部门
    ("five-step-2020", "dispatch.issue_after", "DECIDED"),
    # s001/4: 按照村评定、乡审核、县审定的程序,评估退出监测范围 … 进行销号管理
    (
        "five-step-2020",
        "exit.steps",
        "('ASSESS', 'TOWNSHIP_REVIEW', 'COUNTY_EVALUATION', 'STRIKE_OFF')",
    ),
    # s003: 农牧户自主申报、旗乡村振兴局推送预警信息2天内、基层干部排查需当天完成
    (
        "neimenggu-2023",
        "identify.verify_limit",
        "{'SELF_REPORT': '2CD', 'COUNTY_PUSH': '2CD', 'CADRE': '0CD'}",
    ),
    ("neimenggu-2023", "identify.assessment_limit", "3CD"),
    ("neimenggu-2023", "identify.notice_rounds", "('VILLAGE',)"),
    ("neimenggu-2023", "identify.total_limit", "15CD"),
    ("neimenggu-2023", "identify.comparison_limit", "None"),
    ("neimenggu-2023", "identify.doubt_recheck_limit", "None"),
    ("neimenggu-2023", "help.contact_limit", "None"),
    ("neimenggu-2023", "help.plan_limit", "10CD"),
    ("neimenggu-2023", "dispatch.issue_after", "VERIFIED"),
    # s004: 監測對象實行臺賬管理,一般每季度識別一次; 實地開展預警信息核查
    ("hebei-2020", "identify.decision_cycle", "QUARTERLY"),
    ("hebei-2020", "identify.verify_limit.SELF_REPORT", "0CD"),
    ("hebei-2020", "identify.total_limit", "None"),
    ("hebei-2020", "aid.enabled", "True"),
    ("hebei-2020", "aid.notice_rounds", "('VILLAGE', 'TOWNSHIP')"),
    ("default", "aid.enabled", "False"),
    # s001/2: 对未脱贫户实行四级包保制度 … ; H-09 is that county's alone
    ("three-tier-2020", "help.guarantors", "True"),
    ("three-tier-2020", "help.recognition", "True"),
    ("five-step-2020", "help.guarantors", "True"),
    # s000: 对有劳动能力、有意愿的监测户,至少落实一项产业就业等开发式帮扶措施
    ("gansu-2023", "help.development_measure_min", "1"),
    ("three-tier-2020", "help.development_measure_min", "0"),
    ("five-step-2020", "help.development_measure_min", "0"),
    ("hebei-2020", "help.development_measure_min", "0"),
    # s003: 监测时间超过6个月 … 按季度在全国防返贫监测信息系统中
    ("neimenggu-2023", "exit.min_monitoring_months", "6"),
    ("neimenggu-2023", "exit.strict", "True"),
    ("neimenggu-2023", "exit.annotation_cycle", "QUARTERLY"),
    ("neimenggu-2023", "exit.annotation_role", "TOWNSHIP_CLERK"),
    (
        "neimenggu-2023",
        "exit.steps",
        "('LOOK', 'ASSESS', 'NOTICE', 'TOWNSHIP_REVIEW', 'COUNTY_EVALUATION', 'ANNOUNCE', 'ANNOTATE')",
    ),
    ("neimenggu-2023", "fund.schemes", "()"),
    # s001/4: 县扶贫办及时在全国扶贫开发信息系统进行销号管理
    ("five-step-2020", "exit.annotation_role", "COUNTY_CLERK"),
    ("five-step-2020", "exit.annotation_last_months", "None"),
    ("five-step-2020", "exit.withdraw_from_monitoring", "True"),
    ("five-step-2020", "exit.defer_rules", "()"),
    ("five-step-2020", "exit.min_measures", "0"),
    # s004: 退出救助後一般應繼續開展跟蹤監測,不退出監測範圍
    ("hebei-2020", "exit.withdraw_from_monitoring", "False"),
    ("hebei-2020", "exit.safety_net_mark", "False"),
    ("default", "identify.total_start.NETWORK", "VERIFIED"),
    ("default", "identify.total_start.SELF_REPORT", "RECEIVED"),
    ("default", "identify.objection_limit", "3WD"),
    ("default", "identify.appeal_limit", "5WD"),
]


def said(value: object) -> str:
    if isinstance(value, dict):
        return str({key: str(inner) for key, inner in value.items()})
    if isinstance(value, tuple):
        return str(tuple(map(str, value)))
    return str(value)


@pytest.mark.parametrize(("pack_id", "key", "value"), TABLE)
def test_what_an_example_says(pack_id, key, value):
    found = load_pack(pack_id)
    for part in key.split("."):
        found = found[part] if isinstance(found, dict) else getattr(found, part)
    assert said(found) == value


def test_the_two_tracks_of_the_five_steps():
    tracks = load_pack("five-step-2020").identify.tracks
    assert {channel: track.steps for track in tracks for channel in track.channels} == {
        "CADRE": ("ASSESS", "REVISIT"),
        **dict.fromkeys(("NETWORK", "SELF_REPORT", "COUNTY_PUSH", "ONE_CLICK"), ("VERIFY",)),
    }


def test_gansu_says_where_its_document_is_cut():
    gansu, default = load_pack("gansu-2023"), load_pack("default")
    cut = {key: text for key, text in gansu.sources.items() if "s000 is cut" in text}
    assert len(cut) >= 20
    for key in cut:
        section, name = key.split(".")
        assert getattr(getattr(gansu, section), name) == getattr(getattr(default, section), name)


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.name)
def test_what_is_new_of_help_and_exit_is_stated_by_every_pack(pack):
    """Also where it is off; the released ones have it from what was added since."""
    for key in (
        "help.guarantors",
        "help.recognition",
        "help.measures",
        "exit.line_operator",
        "exit.annotation_last_months",
        "exit.annotation_role",
        "exit.safety_net_mark",
        "exit.reversion",
        "fund.schemes",
        "fund.rules",
        "insurance.tiers",
    ):
        assert pack.source(key)


def test_b_42_places_have_the_packs_words():
    terms = load_pack("neimenggu-2023").division_terms
    assert (terms.county, terms.township, terms.village) == ("旗", "苏木", "嘎查")


@pytest.mark.parametrize("pack", shipped_packs(), ids=lambda pack: pack.name)
def test_a_limit_that_is_not_given_has_words_and_a_source(pack):
    terms = Terms(pack, state_council())
    for key in ("identify.comparison_limit", "identify.total_limit", "help.contact_limit"):
        assert (terms.words(key) == NO_LIMIT) != terms.gives(key)
        assert terms.source(key)
        if not terms.gives(key):
            with pytest.raises(LookupError, match=key):
                terms.limit(key)
