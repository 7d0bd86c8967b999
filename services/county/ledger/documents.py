"""监测台账 as the office brings it along, filled in with what is kept (F-33)."""

from sqlmodel import Session, col, select

from kit.policy.purpose import MASKED
from kit.sheets.sheet import FormAsked, SheetForm
from services.county.directory import queries as directory_queries
from services.county.ledger import queries
from services.county.ledger.models import MonitoredHousehold
from services.county.ledger.policy import policy


def monitored_form(session: Session, asked: FormAsked) -> SheetForm:
    """Every identification, ID numbers and telephones masked: what comes back so is left as it is."""
    policy.require(asked.actor, "enter_monitored_households")
    row = MonitoredHousehold
    rows = session.exec(
        select(row).where(queries.IN_USE).order_by(row.village, col(row.identified_on), row.id)
    ).all()
    names = directory_queries.names(
        session, {code for row in rows for code in (row.village, row.village[:9] + "000")}
    )
    return SheetForm(
        "监测台账",
        rows=[
            {
                "乡镇": names[row.village[:9] + "000"],
                "村": names[row.village],
                "户主姓名": row.head_name,
                "户编号": row.number,
                "身份证号码": MASKED.id_number(row.id_number),
                "联系电话": MASKED.phone(row.phone),
                "家庭人口": row.persons,
                "监测对象类别": row.category.label,
                "致贫返贫原因": row.cause and row.cause.label,
                "识别时间": row.identified_on,
                "识别渠道": row.channel,
                "风险消除时间": row.eliminated_on,
                "消除方式": row.eliminated_mode,
                "消除人口": row.persons_eliminated,
                "备注": row.remarks,
            }
            for row in rows
        ],
    )
