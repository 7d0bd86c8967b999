"""督导清单, with what the team has noted for the month (F-33)."""

from sqlmodel import Session

from kit.errors import Refused
from kit.sheets.sheet import FormAsked, SheetForm
from services.county.directory import queries as directory_queries
from services.county.organisation import queries as organisation_queries
from services.county.supervision import queries
from services.county.supervision.policy import policy

TITLE = "县督导组督导发现疑似返贫对象清单（{month}）"
BLANK = SheetForm(TITLE, "督导组：________　　组长：________")


def supervision_form(session: Session, asked: FormAsked) -> SheetForm:
    """One team's: the actor's own, or the one that is named."""
    team = organisation_queries.team(session, asked.place or asked.actor.place)
    if team is None:
        raise Refused("请在督导组的页面上下载，表里会写好是哪个组。")
    policy.require(asked.actor, "report_supervision", team)
    drafts = queries.drafts(session, team.code, asked.month)
    codes = [code for row in drafts for code in (row.village, row.village[:9] + "000")]
    names = directory_queries.names(session, codes)
    return SheetForm(
        TITLE,
        f"督导组：{team.name}　　组长：{team.leader}",
        [
            {
                "序号": number,
                "乡镇": names[row.village[:9] + "000"],
                "村": names[row.village],
                "户主姓名": row.head_name,
                "身份证号码": row.id_number,
                "发现问题": row.problem,
                "易返贫（致贫）原因": "、".join(cause.label for cause in row.causes),
                "建议": row.advice,
            }
            for number, row in enumerate(drafts, 1)
        ],
    )
