"""Who sees a bulletin, its names and what is behind them; who explains, decides and signs (D13)."""

from typing import Any

from sqlalchemy import ColumnElement, select
from sqlmodel import col

from kit.actor import Actor
from kit.behalf import Whom
from kit.policy import (
    Action,
    Policy,
    Relation,
    allow,
    alone,
    anywhere,
    apart,
    at,
    did,
    having,
    through,
    within,
)
from rulebook.scopes import AT_WORK
from schemas.codes import Role
from services.county.bulletin.models import (
    Bulletin,
    BulletinName,
    BulletinState,
    NameKind,
    NameState,
)
from services.county.bulletin.views import BulletinBrief, NameBrief
from services.county.cases.policy import OFFICE, TOWNSHIP, UNIT, VILLAGE
from services.county.meetings.policy import DEPARTMENT
from services.county.reporters.models import ReporterKind

WHOLE = (*OFFICE, Role.LEADING_GROUP)  # who sees drafts
OTHERS = tuple(role for role in AT_WORK if role not in WHOLE)
ISSUED, NOT_ISSUED = having(state=BulletinState.ISSUED), "本期通报还没有签发。"

# A group's code is one text here, as its leader's place is: <village>/<group>.
of_group = at("code", whole=True)


def _own(kind: NameKind) -> Relation:
    return having(kind=kind) & at("code")


# The reporter concerned, or its clerk, whose place it is.
CONCERNED = (
    allow(Role.GROUP_LEADER, to=having(kind=NameKind.GROUP) & of_group),
    allow(*VILLAGE, to=_own(NameKind.VILLAGE) | (having(kind=NameKind.GROUP) & at("parent"))),
    allow(*TOWNSHIP, to=_own(NameKind.TOWNSHIP)),
    allow(*UNIT, to=_own(NameKind.UNIT)),
    allow(Role.SUPERVISOR, to=_own(NameKind.TEAM)),
    allow(*DEPARTMENT, to=_own(NameKind.DEPARTMENT)),
)


def _names_me(actor: Actor, bulletin: Any) -> ColumnElement[bool]:
    mine = policy.visible(actor, "explain_own", BulletinName)
    return select(BulletinName).where(col(BulletinName.month) == bulletin.month, mine).exists()


def _is_issued(actor: Actor, name: Any) -> ColumnElement[bool]:
    issued = select(Bulletin).where(
        col(Bulletin.month) == name.month, col(Bulletin.state) == BulletinState.ISSUED
    )
    return issued.exists()


_SEEN = (
    allow(*WHOLE, to=anywhere),
    allow(*OTHERS, to=ISSUED),
    allow(*OTHERS, to=through(_names_me, "点到本{place}的"), fields=BulletinBrief.model_fields),
)
_OFFICE = allow(*OFFICE, to=anywhere)
# Whose signature it is: the leading group's (J-03), or the leader's; one is enough.
_SIGNS = allow(Role.COUNTY_LEADER, Role.LEADING_GROUP, to=anywhere)


_REPORTERS = {
    NameKind.GROUP: Role.GROUP_LEADER,
    NameKind.VILLAGE: Role.VILLAGE_CLERK,
    NameKind.TOWNSHIP: Role.TOWNSHIP_CLERK,
    NameKind.UNIT: Role.UNIT_CLERK,
    NameKind.TEAM: Role.SUPERVISOR,
    NameKind.DEPARTMENT: Role.DEPARTMENT_CLERK,
}


_OF_OFFICE = having(kind=NameKind.OFFICE)


def _reporter(name: BulletinName) -> tuple[Role, str]:
    """Who would explain it himself; the office's own name is nobody else's."""
    return _REPORTERS.get(name.kind, Role.COUNTY_CLERK), name.code


def _decides_about_a_name(leader: Relation) -> Action:
    """Nobody judges himself: the office's own name is the leader's to decide; `leader`: which names he
    may.
    """
    return Action(
        "审定点名",
        allow(Role.COUNTY_CLERK, to=~_OF_OFFICE),
        allow(Role.COUNTY_LEADER, to=leader),
        otherwise="点名由牵头部门审定；点到牵头部门自己的，由县领导审定。",
        apart=apart(did("登记过这条说明", "explained_account")),
    )


policy = Policy(
    bulletins=Action("查看月通报", *_SEEN),
    bulletin=Action("查看月通报", *_SEEN, otherwise=NOT_ISSUED),
    bulletin_document=Action(
        "下载月通报", allow(*WHOLE, to=anywhere), allow(*OTHERS, to=ISSUED), otherwise=NOT_ISSUED
    ),
    bulletin_name=Action(
        "查看点名",
        allow(*WHOLE, to=anywhere),
        *CONCERNED,
        allow(
            *OTHERS,
            to=having(state=NameState.APPROVED) & through(_is_issued, "通报已签发的"),
            fields=NameBrief.model_fields,
        ),
    ),
    # A figure's or a name's ground: everybody his own and what lies below him (G-05).
    event_behind=Action(
        "查看数字的来源",
        allow(*WHOLE, to=anywhere),
        allow(*VILLAGE, *TOWNSHIP, to=within("code")),
        allow(Role.GROUP_LEADER, to=of_group),
        allow(*UNIT, to=having(kind=ReporterKind.UNIT) & at("code")),
        allow(Role.SUPERVISOR, to=having(kind=ReporterKind.TEAM) & at("code")),
        otherwise="只能查看本级和下级上报的依据。",
    ),
    explain_own=Action("说明自己的情况", *CONCERNED),
    explain=Action(
        "说明情况",
        *CONCERNED,
        allow(Role.COUNTY_CLERK, to=having(kind=NameKind.OFFICE)),
        allow(Role.COUNTY_CLERK, to=anywhere, on_behalf=Whom("说明人", _reporter)),
        otherwise="只有这个上报主体自己（或它的经办人）可以说明情况。",
    ),
    draft_bulletin=Action("起草月通报", _OFFICE),
    edit_demands=Action("修改工作要求", _OFFICE),
    approve_name=_decides_about_a_name(_OF_OFFICE),
    accept_explanation=_decides_about_a_name(_OF_OFFICE),
    drop_name=_decides_about_a_name(_OF_OFFICE),
    reopen_name=_decides_about_a_name(anywhere),
    issue_bulletin=Action(
        "签发月通报",
        _SIGNS,
        apart=apart(
            did("起草了本期通报", "drafted_account"), did("改过工作要求", "demands_account")
        ),
    ),
    add_erratum=Action(
        "签发更正",
        _SIGNS,
        apart=alone("what was issued stands beside it; each correction has its number and hash"),
    ),
)
