"""Units, helpers and their households as the workbooks hold them, filled in (F-33)."""

from sqlmodel import Session, col, select

from kit.sheets.sheet import FormAsked, SheetForm
from services.unit.directory.models import Household
from services.unit.directory.queries import village_names
from services.unit.organisation import queries
from services.unit.organisation.models import Assignment, Helper, Unit
from services.unit.organisation.policy import policy


def units_form(session: Session, asked: FormAsked) -> SheetForm:
    """The helpers whom the actor keeps, with their units."""
    names = {unit.code: unit.name for unit in queries.units(session)}
    return SheetForm(
        "帮扶单位",
        rows=[
            {
                "单位代码": helper.unit,
                "单位名称": names[helper.unit],
                "帮扶责任人编号": helper.code,
                "帮扶责任人": helper.name,
                "联系电话": helper.phone,
            }
            for helper in _helpers(session, asked)
        ],
    )


def assignments_form(session: Session, asked: FormAsked) -> SheetForm:
    """The households of these helpers, as far as they have a number."""
    helpers = {helper.code: helper for helper in _helpers(session, asked)}
    statement = (
        select(Assignment, Household)
        .outerjoin(Household, col(Household.id) == col(Assignment.household))
        .where(col(Assignment.number).is_not(None), col(Assignment.helper).in_(list(helpers)))
    )
    rows = session.exec(statement.order_by(Assignment.helper, col(Assignment.number))).all()
    villages = village_names(session, [household for _, household in rows if household])
    return SheetForm(
        "结对关系",
        rows=[
            {
                "户编号": assignment.number,
                "户主姓名": household.head_name if household else assignment.head_name,
                "村名": villages[household.village] if household else assignment.village_name,
                "帮扶责任人编号": assignment.helper,
                "帮扶责任人": helpers[assignment.helper].name,
            }
            for assignment, household in rows
        ],
    )


def _helpers(session: Session, asked: FormAsked) -> list[Helper]:
    """Those of units that are there."""
    statement = select(Helper).where(
        policy.visible(asked.actor, "name_helpers", Helper),
        col(Helper.left_on).is_(None),
        col(Helper.unit).in_(select(Unit.code)),
    )
    ended = queries.ended(session)
    helpers = session.exec(statement.order_by(Helper.unit, Helper.code)).all()
    return [helper for helper in helpers if helper.unit not in ended]
