"""The roster's workbooks, filled in with who is on it (F-33)."""

from sqlmodel import Session, col, select

from kit import directory
from kit.sheets.sheet import FormAsked, SheetForm
from schemas.codes import DirectoryKind
from services.county.directory import queries as directory_queries
from services.county.organisation import queries
from services.county.organisation.models import Responsible
from services.county.organisation.policy import policy


def teams_form(session: Session, asked: FormAsked) -> SheetForm:
    policy.require(asked.actor, "enter_teams")
    ended = {entry.code for entry in directory.ended(session, DirectoryKind.TEAM)}
    teams = [team for team in queries.teams(session) if team.code not in ended]
    names = directory_queries.names(session, [code for team in teams for code in team.townships])
    return SheetForm(
        "督导组",
        rows=[
            {
                "组号": team.code,
                "督导组": team.name,
                "组长": team.leader,
                "组员": "、".join(team.members),
                "负责乡镇": "、".join(
                    [*(names[code] for code in team.townships), *team.waiting_for]
                ),
                "联系电话": team.phone,
            }
            for team in teams
        ],
    )


def responsibles_form(session: Session, asked: FormAsked) -> SheetForm:
    policy.require(asked.actor, "enter_responsibles")
    statement = select(Responsible).where(Responsible.name != "")
    order = col(Responsible.place), Responsible.place_name, Responsible.post
    return SheetForm(
        "主要负责人",
        rows=[
            {
                "级别": row.level,
                "单位或地区": row.place_name,
                "职务": row.post,
                "姓名": row.name,
                "联系电话": row.phone,
                "责任": row.duty.label,
            }
            for row in session.exec(statement.order_by(*order))
        ],
    )
