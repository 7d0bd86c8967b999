"""The sheet of a unit's visits of a month, in this year's form and in last year's (without
风险发生时间, 风险点, 事宜).
"""

import re

from sqlmodel import Session

from kit import directory
from kit.clock import local_date
from kit.dates import show_month
from kit.errors import Refused
from kit.forms.receiving import Receiving
from kit.forms.rows import Reading, RowReader
from kit.seal import id_hash
from kit.sheets.months import require_month
from kit.sheets.sheet import Handing, Months, Row, Sheet, SheetKind, SheetReport
from rulebook import cells
from rulebook.cells import Cell
from rulebook.months import month_of
from rulebook.names import same_name
from schemas.codes import DirectoryKind
from services.unit.directory import queries as directory_queries
from services.unit.directory.models import Household
from services.unit.findings import commands as findings_commands
from services.unit.findings import queries as findings_queries
from services.unit.findings.forms import VerificationForm
from services.unit.findings.rules import FindingState
from services.unit.lists import commands as lists_commands
from services.unit.lists.policy import policy as lists
from services.unit.months import commands as months_commands
from services.unit.months import queries as months_queries
from services.unit.organisation import queries as organisation_queries
from services.unit.organisation.models import Helper, Unit
from services.unit.visits import commands, documents
from services.unit.visits.forms import VisitInSheet
from services.unit.visits.policy import policy
from services.unit.visits.rules import VisitNote

# A whole cell that declares a unit's nil, as 本月走访无风险（零报告）.
NIL = re.compile(
    r"(本月)?(经)?(走访|摸排|排查)*(中|后)?[，,]?(均|都)?(无|没有|未发现|未见)(有)?(返贫|致贫)*风险(户|情况)?"
    r"([（(，,]?零报告[）)]?)?|[（(]?(本月)?零报告[）)]?"
)
NUMBER = "序号"
KNOWN = {"帮扶责任人", "户主姓名", "所在村组"}  # of each household that a form is filled in with
FILLED = KNOWN | {NUMBER, "身份证号码"}
UNVERIFIED = "走访汇总表没有写明调查核实"  # what is said of findings that come by this sheet alone
SAME_ENOUGH = (
    2  # digits that may differ between two ID numbers of one person: a slip, or two swapped
)


def take_visits(session: Session, sheet: Sheet, how: Handing) -> SheetReport:
    """Rows become visits, risks among them findings of the unit (待补充 where the form has no words
    for them).
    """
    unit = _unit(session, sheet, how)
    require_month(sheet, how.month)
    report = sheet.report(reporter=unit.code, month=how.month)
    came = sheet.rows()
    rows = [row for row in came if _says_something(row)]
    if left := len(came) - len(rows):
        report.notes.append(f"{left}户只有事先填好的内容，没有填走访情况，没有登记。")
    visits = [row for row in rows if not _declares_nil(row)]
    nil = len(visits) < len(rows)
    if visits or not nil:
        _take_rows(session, sheet, visits, unit, how, report)
    if rows and how.submit:
        _submit(session, unit, how, report, nil=nil)
    return report


def _says_something(row: Row) -> bool:
    """More than the form was handed out with (F-33)."""
    told = {name for name, cell in row.cells.items() if cells.text(cell)}
    return bool(told - FILLED) or not told >= KNOWN


def _unit(session: Session, sheet: Sheet, how: Handing) -> Unit:
    """Named in the title, the sheet's or the file's name; else the sender's own."""
    unit = organisation_queries.unit_named_in(
        session, [*sheet.above, sheet.raw.title, sheet.raw.file]
    )
    if unit is None:
        unit = organisation_queries.find_unit(session, how.actor.place)
    if unit is None:
        raise Refused(
            "看不出是哪个帮扶单位的走访汇总表：请在标题里写明单位全称，与“帮扶单位”表一致。"
        )
    policy.require(how.actor, "take_visits", unit)
    if how.received_on:
        lists.require(how.actor, "date_receipt")
    return unit


def _declares_nil(row: Row) -> bool:
    """One line instead of households: 本月走访无风险（零报告）. A row that says anything else, as
    a name, is about somebody.
    """
    written = {name: cells.text(cell) for name, cell in row.cells.items() if cells.text(cell)}
    words = [
        re.sub(r"[\s。.]", "", text)
        for name, text in written.items()
        if not (name == NUMBER and text.isdecimal())
    ]
    return len(words) == 1 and NIL.fullmatch(words[0]) is not None


def _take_rows(
    session: Session, sheet: Sheet, rows: list[Row], unit: Unit, how: Handing, report: SheetReport
) -> None:
    visits = _Visits(session, unit, how, report)
    for row, _ in RowReader(VisitInSheet, sheet, how.month).good(report, visits.check, rows):
        visits.keep(row)
    if visits.good:
        taken = commands.record_visits(
            session, visits.good, actor=how.actor, on=local_date(how.now)
        )
        report.taken, report.unchanged = taken.taken, taken.unchanged
        visits.note_verified()
        _note_drafts(session, unit, how.month, report)


class _Visits:
    """The visits of one sheet: what a row cannot know by itself, and those that can be taken."""

    def __init__(self, session: Session, unit: Unit, how: Handing, report: SheetReport) -> None:
        self.session, self.unit, self.how, self.report = session, unit, how, report
        self.good: list[VisitNote] = []
        self.rows: dict[tuple, int] = {}  # a visit's key -> its row
        self.risky: dict[str, int] = {}  # household -> the row that told its risk
        self.verified: list[tuple[VisitNote, VerificationForm]] = []
        self.note: VisitNote | None = None  # of the row that was looked at last
        self.verification: VerificationForm | None = None  # what the same row says of it
        self.remarks: list[str] = []

    def check(self, reading: Reading[VisitInSheet]) -> None:
        self.note, self.verification, self.remarks = None, None, []
        helper, household = self._helper(reading), self._household(reading)
        on = reading["on"]
        if on and month_of(on) != self.how.month:
            reading.against(
                "on", f"{on.month}月{on.day}日不在{show_month(self.how.month)}里，请核对"
            )
        self._against_half_verified(reading)
        if reading["reached"] and not cells.text(reading.row["是否有返贫风险"]):
            reading.against("at_risk", "没有填写，请填“是”或“否”")
        if reading.reasons or helper is None or household is None:
            return
        row = reading.close()
        self.note, self.verification = row.note(household.id, helper.code), row.verification
        self._against_twice(reading, self.note)
        if not reading.reasons:
            for reason in self._objections(self.note):
                reading.against("", reason)

    def keep(self, row: Row) -> None:
        """The row that was looked at last is good."""
        if self.note is None:
            return
        self.good.append(self.note)
        self.rows[self.note.key] = row.number
        if self.note.at_risk:
            self.risky[self.note.household] = row.number
            if self.verification:
                self.verified.append((self.note, self.verification))
        self.report.notes += [f"第{row.number}行：{remark}" for remark in self.remarks]

    def note_verified(self) -> None:
        """Who looked into the risks that the sheet tells (N-11); what has gone up already stays."""
        for note, verification in self.verified:
            finding = findings_queries.finding_of(
                self.session, self.unit.code, note.month, note.household
            )
            said = dict(verification)
            if finding is None or not finding.is_open:
                continue
            if any(getattr(finding, name) != value for name, value in said.items()):
                findings_commands.verify_finding(
                    self.session,
                    finding.id,
                    **said,
                    actor=self.how.actor,
                    on=local_date(self.how.now),
                )

    def _against_half_verified(self, reading: Reading[VisitInSheet]) -> None:
        """Who, when and how are said together, of a risk, by a day that can be."""
        said = [name for name in VerificationForm.model_fields if reading[name]]
        if said and len(said) < len(VerificationForm.model_fields):
            for name in VerificationForm.model_fields:
                if not reading[name]:
                    reading.against(name, "调查核实要写全：调查核实人、核实时间、核实方式")
        if (on := reading["verified_on"]) is None:
            return
        if reading["on"] and on < reading["on"]:
            reading.against("verified_on", "核实时间早于走访时间，请核对")
        if on > local_date(self.how.now):
            reading.against("verified_on", "核实时间晚于今天，请核对")

    def _helper(self, reading: Reading[VisitInSheet]) -> Helper | None:
        helper = organisation_queries.helper_named(
            self.session, self.unit.code, reading["helper"] or ""
        )
        if isinstance(helper, str):
            reading.against("helper", helper)
            return None
        return helper

    def _household(self, reading: Reading[VisitInSheet]) -> Household | None:
        """By the ID number's hash; where that fails, the one household that is probably meant is
        named in a reason.
        """
        name, number = reading["head_name"], reading["id_number"]
        village = re.sub(
            r"第?\d{1,2}(村民)?(小?组)?$", "", re.sub(r"\s", "", reading["place"] or "")
        )
        household = number and directory_queries.household_by_hash(
            self.session, id_hash(self.session, number)
        )
        if not household:
            if number:
                reading.against("id_number", "登记册里没有这位户主，请核对身份证号码")
            if hint := _perhaps(self.session, reading.row, name, village):
                reading.against("id_number", hint)
            return None
        if name and not same_name(household.head_name, name):
            self.remarks.append(
                f"这个身份证号码的户主是{household.head_name}，表上写的是{name}，走访照记，请核对"
            )
        self._remark(household, reading, village)
        return household

    def _remark(self, household: Household, reading: Reading[VisitInSheet], village: str) -> None:
        """What the sheet says otherwise than the register; the visit is taken all the same."""
        place = directory.name(self.session, DirectoryKind.VILLAGE, household.village)
        if village and place != village:
            self.remarks.append(
                f"{household.head_name}登记在{place}，表上写的是{village}，走访照记"
            )
        assigned = organisation_queries.assignment_of(self.session, household.id)
        helper = assigned and organisation_queries.helper(self.session, assigned.helper)
        if helper and reading["helper"] not in (helper.name, helper.code):
            self.remarks.append(f"{household.head_name}的结对帮扶责任人是{helper.name}，走访照记")

    def _against_twice(self, reading: Reading[VisitInSheet], note: VisitNote) -> None:
        """A second row for a household's risk in one file is refused: which one counts?"""
        if first := self.rows.get(note.key):
            reading.against(
                "", f"与第{first}行是同一次走访（同一户、同一人、同一天、同一方式），请只留一行"
            )
        elif note.at_risk and note.household in self.risky:
            first = self.risky[note.household]
            reading.against("at_risk", f"第{first}行已报这户有风险，请合并成一行")

    def _objections(self, note: VisitNote) -> list[str]:
        today = local_date(self.how.now)
        return commands.visit_objections(self.session, [note], actor=self.how.actor, on=today)[0]


def _perhaps(session: Session, row: Row, name: str | None, village: str) -> str:
    """“您是不是指…”, when name, village and the surviving digits point to one household: a person
    confirms.
    """
    code = directory_queries.village_named(session, village)
    if not name or code is None:
        return ""
    cell = row["身份证号码"]
    near = [
        household
        for household in directory_queries.households_like(session, name, code)
        if _near(cell, household.id_number or "")
    ]
    if len(near) != 1:
        return ""
    place = directory_queries.place_name(session, near[0])
    return f"您是不是指{place}的{near[0].head_name}（户编号{near[0].number}）？请核对后填写18位号码"


def _near(cell: Cell, number: str) -> bool:
    """Whether what is left of the written number agrees with this one."""
    digits = cells.surviving_digits(cell)
    if digits:
        return number.startswith(
            digits[:14]
        )  # a float keeps fifteen digits, the last of them rounded
    written = cells.text(cell).upper()
    if not number or not written or abs(len(written) - len(number)) > 1:
        return False
    return sum(a != b for a, b in zip(written, number, strict=False)) <= SAME_ENOUGH


def _note_drafts(session: Session, unit: Unit, month: str, report: SheetReport) -> None:
    drafts = [
        directory_queries.household(session, finding.household).head_name
        for finding in findings_queries.findings(session, month=month, unit=unit.code)
        if finding.state is FindingState.DRAFT and finding.is_open
    ]
    if drafts:
        report.notes.append(
            f"{len(drafts)}户的风险情况待补充风险点和需解决的相关事宜：{'、'.join(drafts)}"
        )


def _submit(session: Session, unit: Unit, how: Handing, report: SheetReport, *, nil: bool) -> None:
    """Submitting is an act of its own, refused while rows of this sheet are."""
    if report.refused and not (how.send_without and report.taken + report.unchanged):
        report.notes.append(
            "有没有通过的行，没有报送。改好后重新导入；要先报其余的行，请勾选“有退回的行，也先报其余的行”再导入。"
        )
        return
    try:
        answer = lists_commands.submit_list(
            session,
            unit.code,
            how.month,
            nil=nil,
            unverified_reason=UNVERIFIED,
            actor=how.actor,
            on=local_date(how.now),
            paper=Receiving(received_on=how.received_on, reason=how.reason),
        )
    except Refused as refused:
        where = "（请在本单位这个月的页面上填写后报送）" if refused.field else ""
        report.notes.append(f"没有报送：{refused}{where}")
        return
    report.submitted = True
    if answer.left_behind:
        report.notes.append(f"未随名单报送（待补充）：{'、'.join(answer.left_behind)}")


VISITS = SheetKind(
    name="visits",
    title="走访汇总",
    service="unit",
    rank=5,
    take=take_visits,
    header=(
        "序号",
        "帮扶责任人",
        "户主姓名",
        "身份证号码",
        "所在村组",
        "走访时间",
        "走访方式",
        "生产生活情况",
        "家庭收支情况",
        "是否有返贫风险",
        "风险原因",
    ),
    optional=("风险发生时间", "风险点", "需解决的相关事宜", "调查核实人", "核实时间", "核实方式"),
    roles=policy["take_visits"].roles,
    blank=documents.BLANK,
    filled=documents.visits_form,
    months=Months(months_queries.is_open, months_commands.open_month),
)


KINDS = (VISITS,)
