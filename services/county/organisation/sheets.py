"""The roster's two workbooks: teams, and the first responsible persons."""

from sqlmodel import Session

from kit.forms.rows import RowReader
from kit.sheets.sheet import Handing, Sheet, SheetKind, SheetReport
from services.county.organisation import commands, documents, queries
from services.county.organisation.forms import ResponsibleForm, TeamForm
from services.county.organisation.policy import policy


def take_teams(session: Session, sheet: Sheet, handing: Handing) -> SheetReport:
    report = sheet.report()
    teams = [team for _, team in RowReader(TeamForm, sheet, handing.month).good(report)]
    report.taken = commands.enter_teams(session, teams, actor=handing.actor)
    report.unchanged = len(teams) - report.taken
    if teams:
        report.notes += queries.left_out(session, {team.code for team in teams})
    return report


def take_responsibles(session: Session, sheet: Sheet, handing: Handing) -> SheetReport:
    report = sheet.report()
    leaders = [
        leader for _, leader in RowReader(ResponsibleForm, sheet, handing.month).good(report)
    ]
    report.taken = commands.enter_responsibles(session, leaders, actor=handing.actor)
    report.unchanged = len(leaders) - report.taken
    return report


KINDS = (
    SheetKind(
        "teams",
        "督导组",
        "county",
        1,
        ("组号", "督导组", "组长", "组员", "负责乡镇"),
        take_teams,
        optional=("联系电话",),
        roles=policy["enter_teams"].roles,
        filled=documents.teams_form,
    ),
    SheetKind(
        "responsibles",
        "主要负责人",
        "county",
        1,
        ("级别", "单位或地区", "职务", "姓名"),
        take_responsibles,
        optional=("联系电话", "责任"),
        roles=policy["enter_responsibles"].roles,
        filled=documents.responsibles_form,
    ),
)
