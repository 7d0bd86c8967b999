"""What the table answers: sentences, rows, fields, names of others."""

from dataclasses import replace

import pytest
from sqlmodel import Session, select

from kit.actor import SYSTEM, Actor
from kit.behalf import Behalf, whom
from kit.errors import Forbidden, Refused
from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role
from tests.conftest import actor
from tests.kit.policy.papers import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    Assignment,
    Paper,
    PaperView,
    policy,
)

CLERK, HEAD = actor(Role.VILLAGE_CLERK, VILLAGE), actor(Role.TOWNSHIP_CLERK, TOWNSHIP)
HOUSING, WATER = actor(Role.DEPARTMENT_CLERK, "housing"), actor(Role.DEPARTMENT_CLERK, "water")
OFFICE, HELPER = actor(Role.COUNTY_CLERK, COUNTY), actor(Role.HELPER, "U001-02")


@pytest.fixture
def paper(session: Session) -> Paper:
    made = Paper(id="1", village=VILLAGE, department="housing", by_account=CLERK.account)
    session.add(made)
    session.flush()
    return made


def said(who: Actor, action: str, row: Paper | None = None, **more: str) -> str:
    with pytest.raises(Refused) as refusal:
        policy.require(who, action, row, **more)
    return str(refusal.value)


def test_a_refusal_says_who_may_and_what_one_is(paper: Paper):
    assert (
        said(CLERK, "solve_paper", paper)
        == "只有行业部门经办人、行业部门主要领导、县级牵头部门经办人可以办理单子；您是村文书。"
    )
    assert (
        said(WATER, "solve_paper", paper)
        == "您不是这个单位（或地方）的行业部门经办人，不能办理单子。"
    )
    assert said(CLERK, "count_papers") == "只有系统可以统计单子；您是村文书。"


def test_what_nobody_allowed_is_denied(paper: Paper):
    assert not policy.may(CLERK, "solve_paper", paper)
    assert not policy.may(OFFICE, "count_papers")
    with pytest.raises(LookupError, match="burn_paper"):
        policy.require(OFFICE, "burn_paper", paper)


def test_without_a_row_only_what_is_allowed_anywhere(paper: Paper):
    assert policy.may(HOUSING, "solve_paper")  # the role, for a menu
    said(HOUSING, "solve_paper")
    policy.require(HOUSING, "solve_paper", paper)
    policy.require(OFFICE, "papers")
    said(HEAD, "papers")
    said(OFFICE, "close_paper")  # anywhere, but not one's own: that needs the row


def test_in_place_of_somebody_his_name_is_demanded(paper: Paper):
    for name in ("", "  "):
        behalf = Behalf(name, "来电")
        sentence = "代为登记要写明部门经办人的姓名。"
        assert said(OFFICE, "solve_paper", paper, on_behalf=behalf) == sentence
    without = Behalf("宋杰", " ")
    assert said(OFFICE, "solve_paper", paper, on_behalf=without).startswith("代为登记要写明原因")
    himself = Behalf(OFFICE.name, "来电")
    assert said(OFFICE, "solve_paper", paper, on_behalf=himself).startswith("不能代自己办理单子")
    deputy, instead = replace(OFFICE, deputy_for="宋杰"), Behalf("宋杰", "来电")
    assert said(deputy, "solve_paper", paper, on_behalf=instead).startswith("不能代自己")
    assert (
        policy.require(OFFICE, "solve_paper", paper, on_behalf=Behalf(" 宋杰 ", "来电")) == "宋杰"
    )
    assert policy.require(HOUSING, "solve_paper", paper, on_behalf=Behalf("别人")) is None
    assert policy.may(OFFICE, "solve_paper", paper)


def test_g_10_only_who_receives_dates_a_receipt_and_never_about_himself(session: Session):
    village, own = Paper(id="1", village=VILLAGE), Paper(id="2", village=TOWNSHIP)
    entered = Paper(id="3", village=VILLAGE, by_account=HEAD.account)
    session.add_all([village, own, entered])
    session.flush()
    policy.require(HEAD, "date_receipt", village)
    sentence = "收到日期由收表的人补录，自己报的不能自己补录。"
    assert said(HEAD, "date_receipt", own) == sentence
    assert said(HEAD, "date_receipt", entered) == sentence
    assert said(CLERK, "date_receipt", village) == sentence
    supervisor = actor(Role.SUPERVISOR, "D1")
    assert said(supervisor, "date_receipt", village).startswith("只有县级牵头部门经办人、")


def test_g_14_nobody_closes_what_he_entered_himself(session: Session, paper: Paper):
    policy.require(OFFICE, "close_paper", paper)
    mine = Paper(id="2", village=VILLAGE, by_account=OFFICE.account)
    session.add(mine)
    session.flush()
    said(OFFICE, "close_paper", mine)
    policy.require(replace(OFFICE, account="a colleague"), "close_paper", mine)


def test_a_query_finds_what_a_command_would_take(session: Session, paper: Paper):
    session.add_all(
        [
            Paper(id="2", village=OTHER_VILLAGE, co_handlers=["housing"]),
            Paper(id="3", village=VILLAGE, department="water", closed=True),
            Assignment(paper="2", helper=HELPER.place),
        ]
    )
    session.flush()
    rows = session.exec(select(Paper)).all()
    found = {}
    for who in (CLERK, HEAD, HOUSING, WATER, OFFICE, HELPER, SYSTEM):
        for action in ("papers", "move_paper", "solve_paper", "date_receipt", "count_papers"):
            clause = policy.visible(who, action, Paper)
            listed = set(session.exec(select(Paper.id).where(clause)))
            assert listed == {row.id for row in rows if policy.may(who, action, row)}
            found[who, action] = sorted(listed)
    assert found[HOUSING, "papers"] == ["1", "2"]
    assert found[WATER, "solve_paper"] == []
    assert found[HELPER, "papers"] == ["2"]
    assert found[SYSTEM, "count_papers"] == ["1", "2", "3"]


def test_g_04_what_one_enters_about_oneself_opens_nothing(session: Session, paper: Paper):
    """Reading hangs on the stored assignment, and a draft of one is none."""
    assert not policy.may(HELPER, "paper", paper)
    draft = Assignment(paper=paper.id, helper=HELPER.place)
    assert not policy.may(HELPER, "paper", paper)
    session.add(draft)
    session.flush()
    assert policy.may(HELPER, "paper", paper)


def test_g_05_an_answer_has_only_the_fields_of_the_allowance(session: Session, paper: Paper):
    session.add(Assignment(paper="1", helper=HELPER.place))
    session.flush()
    brief = policy.show(HELPER, "paper", paper, PaperView)
    assert brief.model_dump(exclude_unset=True) == {"id": "1", "village": VILLAGE}
    assert (brief.head_name, brief.id_number) == ("", "")
    assert policy.show(OFFICE, "paper", paper, PaperView).id_number == paper.id_number
    with pytest.raises(Forbidden):
        policy.show(WATER, "paper", paper, PaperView)


def test_of_many_rows_only_the_fields_that_every_row_allows(paper: Paper):
    assert policy.fields(HOUSING, "papers", PaperView) == {"id", "village"}
    assert policy.fields(HOUSING, "papers", PaperView, paper) == set(PaperView.model_fields)
    assert policy.fields(SYSTEM, "papers", PaperView) == set(PaperView.model_fields)
    assert policy.fields(WATER, "papers", PaperView, paper) == set()


def test_the_system_needs_no_row_in_a_table_and_its_role_alone_opens_nothing(paper: Paper):
    assert policy.require(SYSTEM, "count_papers", paper) is None
    assert policy.may(SYSTEM, "solve_paper")
    forged = actor(Role.SYSTEM, "")
    assert not policy.may(forged, "solve_paper", paper)
    assert "您是系统" in said(forged, "count_papers")


def test_g_02_whose_place_does_not_fit_the_role_may_nothing(session: Session, paper: Paper):
    """A link of old may have made a village clerk of the whole county."""
    for role, place in (
        (Role.VILLAGE_CLERK, COUNTY),
        (Role.TOWNSHIP_CLERK, ""),
        (Role.GROUP_LEADER, VILLAGE),
        (Role.HELPER, COUNTY),
    ):
        who = actor(role, place)
        assert not policy.may(who, "papers")
        assert "请系统管理员核对您的岗位" in said(who, "paper", paper)
        with pytest.raises(Forbidden):
            policy.visible(who, "papers", Paper)


def test_a_role_may_have_several_allowances():
    both = Policy(
        sign=Action(
            "签字",
            allow(Role.UNIT_HEAD, to=anywhere, on_behalf=whom("领导", Role.UNIT_HEAD, "unit")),
            allow(Role.UNIT_HEAD, to=anywhere),
        )
    )
    assert both.require(actor(Role.UNIT_HEAD, "U001"), "sign") is None
    assert both["sign"].roles == (Role.UNIT_HEAD,)
