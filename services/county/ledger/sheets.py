"""The register of households ever monitored, as the county keeps it until now (监测台账)."""

from sqlmodel import Session

from kit.forms.rows import Reading, RowReader
from kit.sheets.sheet import Handing, Sheet, SheetKind, SheetReport
from schemas.codes import Level
from services.county.directory import queries as directory_queries
from services.county.ledger import commands
from services.county.ledger.forms import MonitoredForm


def take_monitored(session: Session, sheet: Sheet, handing: Handing) -> SheetReport:
    report = sheet.report()
    villages = {
        village.name: village.code
        for village in directory_queries.divisions(session, Level.VILLAGE)
    }
    codes = villages | {code: code for code in villages.values()}

    def check(reading: Reading[MonitoredForm]) -> None:
        village = reading["village"]
        if village and village not in codes:
            reading.against("village", f"没有“{village}”这个村，请核对")

    households = [
        household.model_copy(update={"village": codes[household.village]})
        for _, household in RowReader(MonitoredForm, sheet, handing.month).good(report, check)
    ]
    report.taken, report.unchanged = commands.enter_monitored_households(
        session, households, actor=handing.actor
    )
    return report


KINDS = (
    SheetKind(
        "monitored",
        "监测台账",
        "county",
        2,
        ("户主姓名", "村", "监测对象类别", "家庭人口", "识别时间"),
        take_monitored,
        optional=(
            "户编号",
            "身份证号码",
            "联系电话",
            "识别渠道",
            "致贫返贫原因",
            "风险消除时间",
            "消除方式",
            "消除人口",
            "备注",
        ),
    ),
)
