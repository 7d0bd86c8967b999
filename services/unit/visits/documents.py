"""走访汇总, with the households that the unit's helpers have to visit (F-33)."""

from sqlmodel import Session, col, select

from kit.errors import Refused
from kit.sheets.sheet import FormAsked, SheetForm
from services.unit.directory.models import Household
from services.unit.directory.queries import place_of, present, village_names
from services.unit.organisation import queries as organisation_queries
from services.unit.organisation.models import Assignment, Helper
from services.unit.visits.policy import policy

BLANK = SheetForm("________结对帮扶走访情况汇总表（{month}）", "报送日期：")


def visits_form(session: Session, asked: FormAsked) -> SheetForm:
    """One unit's: the actor's own, or the one that is named."""
    unit = organisation_queries.find_unit(session, asked.place or asked.actor.place)
    if unit is None:
        raise Refused("请在单位的页面上下载，表里会填好这个单位的结对户。")
    policy.require(asked.actor, "take_visits", unit)
    statement = (
        select(Household, Helper)
        .select_from(Household)
        .join(Assignment, present(Assignment.household) == col(Household.id))
        .join(Helper, col(Helper.code) == col(Assignment.helper))
        .where(Helper.unit == unit.code, col(Helper.left_on).is_(None))
        .order_by(Helper.code, Household.village, col(Household.group), col(Household.number))
    )
    rows = session.exec(statement.distinct()).all()
    villages = village_names(session, [household for household, _ in rows])
    return SheetForm(
        f"{unit.name}结对帮扶走访情况汇总表（{{month}}）",
        "报送日期：",
        [
            {
                "序号": number,
                "帮扶责任人": helper.name,
                "户主姓名": household.head_name,
                "身份证号码": household.id_number,
                "所在村组": place_of(household, villages),
            }
            for number, (household, helper) in enumerate(rows, 1)
        ],
    )
