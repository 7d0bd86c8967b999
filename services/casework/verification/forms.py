"""How a household visit is entered: the same at page and API."""

from typing import Any

from kit.forms import Form, field, hidden, text
from rulebook.income import FigureSource, IncomeLine
from rulebook.types import Day, Fen, IdNumber, PersonName, Short
from schemas.codes import RiskCause, Stratum
from services.casework.verification.rules import HouseGrade, Judgement, VisitorPost, WaterAspect

BY_ACCOUNT = "有账号的直接选"
L = IncomeLine


def _amount(line: IncomeLine) -> Any:
    return field(line.label, None)


def _source(line: IncomeLine) -> Any:
    return field(f"{line.label}来源", None)


class StatementForm(Form):
    """The income statement line by line, in yuan, of the whole household in its measuring period. A
    source nobody gives is 申报; which counts is asked where it decides.
    """

    wage: Fen | None = _amount(L.WAGE)
    wage_source: FigureSource | None = _source(L.WAGE)
    business_income: Fen | None = _amount(L.BUSINESS_INCOME)
    business_income_source: FigureSource | None = _source(L.BUSINESS_INCOME)
    business_cost: Fen | None = _amount(L.BUSINESS_COST)
    business_cost_source: FigureSource | None = _source(L.BUSINESS_COST)
    property: Fen | None = _amount(L.PROPERTY)
    property_source: FigureSource | None = _source(L.PROPERTY)
    subsistence: Fen | None = _amount(L.SUBSISTENCE)
    subsistence_source: FigureSource | None = _source(L.SUBSISTENCE)
    pension: Fen | None = _amount(L.PENSION)
    pension_source: FigureSource | None = _source(L.PENSION)
    land_subsidy: Fen | None = _amount(L.LAND_SUBSIDY)
    land_subsidy_source: FigureSource | None = _source(L.LAND_SUBSIDY)
    ecological: Fen | None = _amount(L.ECOLOGICAL)
    ecological_source: FigureSource | None = _source(L.ECOLOGICAL)
    other_transfer: Fen | None = _amount(L.OTHER_TRANSFER)
    other_transfer_source: FigureSource | None = _source(L.OTHER_TRANSFER)
    claims: Fen | None = _amount(L.CLAIMS)
    claims_source: FigureSource | None = _source(L.CLAIMS)
    self_paid_medical: Fen | None = _amount(L.SELF_PAID_MEDICAL)
    self_paid_medical_source: FigureSource | None = _source(L.SELF_PAID_MEDICAL)
    self_paid_education: Fen | None = _amount(L.SELF_PAID_EDUCATION)
    self_paid_education_source: FigureSource | None = _source(L.SELF_PAID_EDUCATION)
    self_paid_disaster: Fen | None = _amount(L.SELF_PAID_DISASTER)
    self_paid_disaster_source: FigureSource | None = _source(L.SELF_PAID_DISASTER)
    self_paid_other: Fen | None = _amount(L.SELF_PAID_OTHER)
    self_paid_other_source: FigureSource | None = _source(L.SELF_PAID_OTHER)


class VerificationForm(StatementForm):
    """The whole visit. What the same day cannot say may follow until the village assesses: visitors,
    day, judgement and a rough income suffice. Lists of persons hold their keys.
    """

    on: Day = field("入户日期")
    account_1: Short | None = field("核实人员1", None, widget="select", hint=BY_ACCOUNT)
    name_1: PersonName | None = field("核实人员1姓名", None)
    post_1: VisitorPost | None = field("核实人员1职务", None)
    account_2: Short | None = field("核实人员2", None, widget="select", hint=BY_ACCOUNT)
    name_2: PersonName | None = field("核实人员2姓名", None)
    post_2: VisitorPost | None = field("核实人员2职务", None)
    account_3: Short | None = field("核实人员3", None, widget="select", hint=BY_ACCOUNT)
    name_3: PersonName | None = field("核实人员3姓名", None)
    post_3: VisitorPost | None = field("核实人员3职务", None)
    judgement: Judgement = field("研判", widget="radio")
    words: str = text("研判说明", "", lines=2)
    causes: list[RiskCause] = field("致贫返贫风险原因", [], max_length=5, hint="最多五项")
    rough_income: Fen | None = field(
        "家庭年收入大约", None, hint="单位：元；来不及逐项填的先填这里"
    )
    shares: list[Short] = field("共同收支的人", [], max_length=99)
    house: HouseGrade | None = field("住房等级", None)
    water_ok: bool | None = field("饮水有保障", None)
    water_faults: list[WaterAspect] = field("饮水哪方面没有保障", [])
    schooling: list[Short] = field("适龄儿童就学", [], max_length=99)  # ‹key›:‹Schooling›
    schooling_words: str = text("就学情况说明", "", hint="失学辍学或其他情况的，写明原因")
    insured: bool | None = field("全部参加医疗保险", None)
    uninsured: list[Short] = field("没有参保的人", [], max_length=99)
    work: str = text("务工就业", "", lines=2)
    rigid: str = text("刚性支出", "", lines=2, hint="看病、上学、修房等支出，写明项目和金额")
    rigid_amount: Fen | None = field("刚性支出合计", None, hint="单位：元")
    assets: str = text("资产", "", lines=2, hint="房、车、机械、存款、经营主体")
    coping: str = text("自主应对能力", "", lines=2)
    reason: str = text("更正理由", "", hint="改动已经登记的内容时填写")

    def said(self) -> dict[str, Any]:
        """What is kept of it."""
        return self.model_dump(mode="json", exclude={"reason"})


class MemberForm(Form):
    """A member who is not in the register."""

    name: PersonName = field("姓名")
    relationship: Short = field("与户主关系")
    id_number: IdNumber | None = field("身份证号码", None)
    born: Day | None = field("出生日期", None, hint="没有身份证号码的填写")


class RemovalForm(Form):
    member: Short = hidden("家庭成员")


class CategoryForm(Form):
    """What a person says the household is, whatever was suggested."""

    category: Stratum = field("对象类别", widget="radio")
    reason: str = text("理由", "", lines=2, hint="与建议不同的必须写明")


class DepartmentValuesForm(Form):
    """What a department has, beside what was declared."""

    provider: Short = text("部门", most=50)
    on: Day = field("收到日期")
    wage: Fen | None = _amount(L.WAGE)
    business_income: Fen | None = _amount(L.BUSINESS_INCOME)
    business_cost: Fen | None = _amount(L.BUSINESS_COST)
    property: Fen | None = _amount(L.PROPERTY)
    subsistence: Fen | None = _amount(L.SUBSISTENCE)
    pension: Fen | None = _amount(L.PENSION)
    land_subsidy: Fen | None = _amount(L.LAND_SUBSIDY)
    ecological: Fen | None = _amount(L.ECOLOGICAL)
    other_transfer: Fen | None = _amount(L.OTHER_TRANSFER)
    claims: Fen | None = _amount(L.CLAIMS)
    self_paid_medical: Fen | None = _amount(L.SELF_PAID_MEDICAL)
    self_paid_education: Fen | None = _amount(L.SELF_PAID_EDUCATION)
    self_paid_disaster: Fen | None = _amount(L.SELF_PAID_DISASTER)
    self_paid_other: Fen | None = _amount(L.SELF_PAID_OTHER)
