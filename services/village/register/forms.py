"""What is asked about divisions, groups and households: at doors, on pages and in workbooks."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WithJsonSchema

from kit.forms import Form, field, text
from kit.lists import Asking
from rulebook import cells
from rulebook.cells import Unclear
from rulebook.types import (
    Fen,
    Group,
    Identity,
    IdNumber,
    PersonName,
    Phone,
    Short,
    Text,
    VillageCode,
    YesNo,
)
from schemas.codes import Stratum
from schemas.event import Value
from schemas.values import Member

Word = Annotated[str, Field(max_length=40)]  # of a list of the national system, as it stands there

NUMBER = 20  # characters of a number, its point among them


def _number(value: Any) -> Any:
    """`ValueError` for more than any number needs, before it is read as one."""
    if isinstance(value, str) and len(value) > NUMBER:
        raise ValueError(f"数字太长，最多{NUMBER}位")
    return value


Area = Annotated[
    Decimal,
    Field(max_digits=15),
    BeforeValidator(_number),
    WithJsonSchema({"anyOf": [{"type": "number"}, {"type": "string", "maxLength": NUMBER}]}),
]
HEAD = "户主"  # what the national system calls the head among the relationships


class DivisionDraft(Form):
    """`division`: six, nine or twelve digits."""

    division: Text = field("区划", columns=("区划代码",))
    name: Text = text("名称", least=1)


class DivisionRow(DivisionDraft):
    """A row of the table of divisions; level and parent follow from the code and are compared."""

    level: Text | None = field("级别", None)
    parent: Text | None = field("上级代码", None)


class GroupDraft(Form):
    """`group`: two digits."""

    village: VillageCode = field("村", columns=("村代码",))
    group: Group = field("组别")
    leader: str = text("组长", least=1)
    phone: Phone | None = field("联系电话", None)

    @property
    def place(self) -> str:
        return f"{self.village}/{self.group}"


class GroupRow(GroupDraft):
    """A row of the list of group leaders; the village's name is compared with its code."""

    leader: PersonName = field("组长", columns=("组长姓名",))
    village_name: Text | None = field("村名", None)


class More(Value):
    """What else is known of a person (D3, A14): school, work, insurance, allowances."""

    born: date | None = field("出生日期", None)
    ethnicity: Word | None = field("民族", None)
    certificate: Word | None = field("证件号码", None, hint="与身份证号码不同的才填")
    certificate_kind: Word | None = field("证件类型", None)
    education: Word | None = field("文化程度", None)
    student: Word | None = field("在校生状况", None)
    school: Word | None = field("就读学校", None)
    dropout_reason: Word | None = field("失学或辍学原因", None)
    unschooled_reason: Word | None = field("义务教育阶段未上学原因", None)
    disease: Word | None = field("所患疾病", None)
    work_place: Word | None = field("务工所在地", None)
    work_channel: Word | None = field("就业渠道", None)
    work_months: int | None = field("务工月数", None, ge=0, le=12)
    post_months: int | None = field("公益性岗位月数", None)
    residents_insurance: YesNo | None = field("城乡居民基本医疗保险", None)
    employees_insurance: YesNo | None = field("城镇职工基本医疗保险", None)
    serious_illness_insurance: YesNo | None = field("大病保险", None)
    medical_aid: YesNo | None = field("接受医疗救助", None)
    pension: YesNo | None = field("基本养老保险", None)
    subsistence: Word | None = field("享受低保政策情况", None)
    extreme: Word | None = field("享受特困供养政策情况", None)
    registered: YesNo | None = field("户籍在本户", None)
    resident: YesNo | None = field("常住", None)
    shares_economy: YesNo | None = field("共同收支", None)


class MemberDraft(More, Member, from_attributes=True):
    """The same with labels."""

    name: Short = field("姓名")
    id_number: IdNumber | None = field("身份证号码", None)
    id_pending: Short | None = field("没有号码的原因", None)
    gender: Short | None = field("性别", None)
    relationship: Short = field("与户主关系")
    health: Short | None = field("健康状况", None)
    disability: Short | None = field("残疾类别等级", None)
    labour: Short | None = field("劳动能力", None)
    phone: Short | None = field("联系电话", None)


class Living(Form):
    """House, water and land of a household (D2, A14)."""

    kind: Word | None = field("户类型", None)
    address: Word | None = field("住址", None)
    ex_poor_year: int | None = field("脱贫年度", None, ge=2014, le=2020)
    relocated: YesNo | None = field("易地搬迁户", None)
    house_grade: Word | None = field("住房鉴定等级", None)
    house_unsafe: YesNo | None = field("危房户", None)
    house_area: Area | None = field("住房面积", None)
    water_safe: YesNo | None = field("解决安全饮用水", None)
    water: Word | None = field("饮水情况", None, hint="水量、水质、用水方便程度、供水保证率")
    toilet: YesNo | None = field("有卫生厕所", None)
    road_hardened: YesNo | None = field("入户道路硬化", None)
    road_distance: Area | None = field("与村主干路距离", None)
    cropland: Area | None = field("耕地面积", None)
    forest: Area | None = field("林地面积", None)
    returned_forest: Area | None = field("退耕还林面积", None)
    orchard: Area | None = field("林果面积", None)
    pasture: Area | None = field("牧草地面积", None)
    ponds: Area | None = field("水面面积", None)
    collector: Word | None = field("信息采集人", None)
    collector_phone: Word | None = field("信息采集人联系电话", None)


class Income(Form):
    """What the household lived on in the national system's year, in fen."""

    wage: Fen | None = field("工资性收入", None)
    business: Fen | None = field("生产经营性收入", None)
    transfer: Fen | None = field("转移性收入", None)
    self_paid: Fen | None = field("合规自付支出", None)
    per_head: Fen | None = field("人均纯收入", None)


class Facts(Living, Income):
    """All that the register keeps of a household beside place, number and persons."""


class HouseholdDraft(BaseModel, extra="forbid"):
    """One household of the register; the head is the member called 户主, else the first. No page
    asks it, and a county's come at once: so no `Form`.
    """

    number: str | None = text("户编号", None)
    village: VillageCode = field("村")
    group: Group | None = field("组别", None)
    stratum: Stratum = field("农户类型", Stratum.ORDINARY)
    members: list[MemberDraft] = field("家庭成员", min_length=1, max_length=99)
    size: int | None = field("家庭人口", None, hint="不填按成员数", ge=1, le=99)
    phone: Short | None = field("户联系电话", None, hint="不填按户主的")
    facts: Facts | None = field("住房、饮水、土地和收入", None)

    @property
    def head(self) -> MemberDraft:
        return next(
            (member for member in self.members if member.relationship == HEAD), self.members[0]
        )

    @property
    def head_first(self) -> list[MemberDraft]:
        head = self.head
        return [head, *(member for member in self.members if member is not head)]

    def row(self, id_hash: str | None) -> dict[str, Any]:
        """As the register keeps it; `id_hash`: of the head's ID number."""
        head, facts = self.head, self.facts
        return {
            "number": self.number,
            "village": self.village,
            "group": self.group,
            "stratum": self.stratum,
            "size": self.size or len(self.members),
            "head_name": head.name,
            "id_number": head.id_number,
            "id_hash": id_hash,
            "phone": self.phone or head.phone,
            "on_register": True,
            "members": [
                member.model_dump(mode="json", exclude_none=True) for member in self.head_first
            ],
            "facts": facts.model_dump(mode="json", exclude_none=True) if facts else {},
        }


# What the national system's exports (A14) call a household, where our code list says it otherwise.
NATIONAL = {
    "一般农户": Stratum.ORDINARY,
    "非监测户": Stratum.ORDINARY,
    "一般脱贫户": Stratum.EX_POOR,
    "低保脱贫户": Stratum.EX_POOR,
    "特困供养脱贫户": Stratum.EX_POOR,
}


def _household_type(cell: Any) -> Any:
    written = cells.text(cell)
    known = NATIONAL | {stratum.label: stratum for stratum in Stratum}
    if written and written not in known:
        labels = "、".join(stratum.label for stratum in Stratum)
        raise Unclear(f"“{written}”不在列表中；可填：{labels}")
    return known.get(written)


HouseholdType = Annotated[Stratum, BeforeValidator(_household_type)]


class MemberRow(Form):
    """A row of the register's workbook: one person, with the household beside it."""

    number: Annotated[Text, AfterValidator(str.upper)] = field("户编号")
    township: Text = field("乡镇", "", columns=("乡镇", "乡", "乡（镇）"))
    village: Text = field("村名", columns=("村名", "村", "行政村"))
    group: Group | None = field("组别", None, columns=("组别", "组", "村民小组", "自然村（组）"))
    stratum: HouseholdType = field("农户类型", columns=("农户类型", "户类型"))
    name: PersonName = field("姓名", columns=("姓名", "家庭成员姓名", "成员姓名"))
    identity: Identity | None = field("身份证号码", None, columns=("身份证号码", "证件号码"))
    relationship: Text = field("与户主关系")
    gender: Text | None = field("性别", None)
    health: Text | None = field("健康状况", None)
    disability: Text | None = field("残疾类别等级", None)
    labour: Text | None = field("劳动能力", None, columns=("劳动能力", "劳动技能"))
    phone: Phone | None = field(
        "联系电话", None, columns=("联系电话", "家庭成员联系电话", "户联系电话")
    )


class Newcomer(Form):
    """A household that is not in the register: taken as 不在册,待核对."""

    name: str = text("户主姓名", least=1)
    id_number: Short = field("身份证号码")
    group: Group | None = field("组别", None)
    phone: Short | None = field("联系电话", None)
    size: int = field("家庭人口", 1, ge=1, le=99)
    stratum: Stratum = field("农户类型", Stratum.ORDINARY)


class Changed(BaseModel):
    """What became of a set of master data; the same data again is unchanged."""

    taken: int = 0
    unchanged: int = 0


class ResolutionForm(Form):
    """What somebody found out about a household outside the register."""

    on_register: bool = field("是否在册", widget="hidden")
    outcome: str = text("核对结果", hint="例如：刚从外地回来，已落户")
    number: str | None = text("户编号", None)


class HouseholdFilter(Asking):
    """`q`: a part of the head's name, the household's number, or the whole ID number."""

    village: VillageCode | None = field("村", None)
    q: str | None = field("查找", None, hint="户主姓名、户编号", max_length=100)
