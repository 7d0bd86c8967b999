"""The register's own workbooks, filled in with what it knows (F-33)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.sheets.sheet import FormAsked, SheetForm
from rulebook.scopes import ScopeKind
from schemas.codes import Level
from services.village import directory
from services.village.register import queries
from services.village.register.models import Division, Household
from services.village.register.policy import policy
from services.village.service import county


def divisions_form(session: Session, asked: FormAsked) -> SheetForm:
    """The divisions that the actor keeps and that have not ended."""
    seen = policy.visible(_of_county(session, asked.actor), "name_divisions", Division)
    rows = session.exec(select(Division).where(seen).order_by(Division.code))
    ended = queries.ended(session)
    return SheetForm(
        "区划表",
        rows=[
            {
                "区划代码": row.code,
                "级别": row.level.label,
                "名称": row.name,
                "上级代码": row.parent or "",
            }
            for row in rows
            if row.code not in ended
        ],
    )


def groups_form(session: Session, asked: FormAsked) -> SheetForm:
    """The groups of the actor's villages, with their leaders."""
    names, ended = directory.names(session), queries.ended(session)
    villages = select(Division).where(
        Division.level == Level.VILLAGE,
        policy.visible(_of_county(session, asked.actor), "name_groups", Division),
    )
    parents = {row.code: row.parent for row in session.exec(villages)}
    rows = [
        row
        for row in queries.groups(session)
        if row.village in parents and not {row.village, row.place} & ended.keys()
    ]
    return SheetForm(
        "村民小组长名册",
        rows=[
            {
                "村代码": row.village,
                "村名": names[row.village],
                "乡镇": names[parents[row.village]],
                "组别": row.code,
                "组长姓名": row.leader,
                "联系电话": row.phone,
            }
            for row in rows
        ],
    )


def households_form(session: Session, asked: FormAsked) -> SheetForm:
    """The households that the actor may register, one row a person."""
    names, ended = directory.names(session), queries.ended(session)
    statement = select(Household).where(
        policy.visible(asked.actor, "register_households", Household),
        col(Household.merged_on).is_(None),
        col(Household.number).is_not(None),
    )
    households = session.exec(statement.order_by(Household.village, col(Household.number))).all()
    return SheetForm(
        "农户信息表",
        rows=[
            row
            for household in households
            if not {household.village, f"{household.village}/{household.group}"} & ended.keys()
            for row in _persons(household, names)
        ],
    )


def _of_county(session: Session, actor: Actor) -> Actor:
    """Whoever came before the county had a name belongs to it from then on: he brought it along."""
    nameless = actor.scope.kind is ScopeKind.COUNTY and not actor.place.strip("0")
    return replace(actor, place=county(session)) if nameless else actor


def _persons(household: Household, names: directory.Names) -> Iterator[dict[str, Any]]:
    for member in household.members:
        yield {
            "户编号": household.number,
            "乡镇": names[household.village[:9] + "000"],
            "村名": names[household.village],
            "组别": household.group,
            "农户类型": household.stratum.label,
            "姓名": member["name"],
            "身份证号码": member.get("id_number"),
            "性别": member.get("gender"),
            "与户主关系": member["relationship"],
            "健康状况": member.get("health"),
            "残疾类别等级": member.get("disability"),
            "劳动能力": member.get("labour"),
            "联系电话": member.get("phone"),
        }
