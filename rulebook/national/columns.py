"""The columns of 监测对象信息 in their order and words (A14): one table for reading and writing."""

from dataclasses import dataclass
from typing import Any

from rulebook.national.cells import (
    CATEGORY,
    CAUSE,
    CERTIFICATE,
    DAY,
    FEN,
    MONTH,
    NUMBER,
    POSITIVE_FEN,
    TEXT,
    WHOLE,
    YES_NO,
    Kind,
    closed,
    open_,
    several,
)
from rulebook.national.codes import (
    CertificateKind,
    Development,
    Education,
    EliminationMode,
    Extreme,
    Gender,
    Health,
    HouseholdKind,
    Labour,
    OutOfSchool,
    Relationship,
    Student,
    Subsistence,
)

TITLE = "监测对象信息"
CAUSES = 5  # columns, from the primary one on


@dataclass(frozen=True)
class Column:
    name: str
    field: str
    """Of `Household` or `Person`; several columns of one field are a tuple in it."""
    kind: Kind[Any]
    person: bool = False
    needed: bool = True


def _household(name: str, field: str, kind: Kind[Any] = TEXT) -> Column:
    return Column(name, field, kind)


def _person(name: str, field: str, kind: Kind[Any] = TEXT, *, needed: bool = True) -> Column:
    return Column(name, field, kind, person=True, needed=needed)


_MEASURES = several()
_FIRST = (
    _household("县", "county"),
    _household("乡", "township"),
    _household("村", "village"),
    _household("户编号", "number"),
    _household("户类型", "kind", open_(HouseholdKind)),
    _household("监测对象类别", "category", CATEGORY),
    _household("识别监测时间", "identified", MONTH),
    _household("风险是否已消除", "eliminated", YES_NO),
    _household("消除监测时间", "eliminated_in", MONTH),
    _household("风险消除方式", "eliminated_by", open_(EliminationMode)),
    *(_household(f"致贫/返贫风险{at + 1}", "causes", CAUSE) for at in range(CAUSES)),
)
# The rule set by which the columns are known names no 姓名; exports have it, some without.
_PERSON = (
    _person("姓名", "name", needed=False),
    _person("证件号码", "certificate", CERTIFICATE),
    _person("证件类型", "certificate_kind", open_(CertificateKind)),
    _person("性别", "gender", closed(Gender)),
    _person("出生日期", "born", DAY),
    _person("民族", "ethnicity"),
    _person("与户主关系", "relationship", open_(Relationship)),
    _person("文化程度", "education", open_(Education)),
    _person("在校生状况", "student", open_(Student)),
    _person("失学或辍学原因", "dropout_reason", open_(OutOfSchool)),
    _person("义务教育阶段未上学原因", "unschooled_reason", open_(OutOfSchool)),
    _person("健康状况", "health", several(Health)),
    _person("劳动技能", "labour", open_(Labour)),
    _person("务工所在地", "work_place"),
    _person("就业渠道", "work_channel"),
    _person("公益性岗位（月数）", "post_months", WHOLE),
    _person("家庭成员联系电话", "phone"),
    _household("户联系电话", "phone"),
    _person("是否参加城乡居民基本医疗保险", "residents_insurance", YES_NO),
    _person("是否参加城镇职工基本医疗保险", "employees_insurance", YES_NO),
    _person("是否参加大病保险", "serious_illness_insurance", YES_NO),
    _person("是否接受医疗救助", "medical_aid", YES_NO),
    _person("是否参加城乡居民（城镇职工）基本养老保险", "pension", YES_NO),
    _person("享受低保政策情况", "subsistence", open_(Subsistence)),
    _person("享受特困供养政策情况", "extreme", open_(Extreme)),
)
_LIVING = (
    _household("是否危房户", "house_unsafe", YES_NO),
    _household("住房面积", "house_area", NUMBER),
    _household("是否解决安全饮用水", "water_safe", YES_NO),
    _household("是否有卫生厕所", "toilet", YES_NO),
    _household("入户道路是否硬化", "road_hardened", YES_NO),
    _household("与村主干路距离", "road_distance", NUMBER),
    _household("耕地面积", "cropland", NUMBER),
    _household("林地面积", "forest", NUMBER),
    _household("退耕还林面积", "returned_forest", NUMBER),
    _household("林果面积", "orchard", NUMBER),
    _household("牧草地面积", "pasture", NUMBER),
    _household("水面面积", "ponds", NUMBER),
    _household("工资性收入", "wage", POSITIVE_FEN),
    _household("生产经营性收入", "business", FEN),
    _household("转移性收入", "transfer", POSITIVE_FEN),
    _household("合规自付支出", "self_paid", POSITIVE_FEN),
    _household("人均纯收入（元）", "per_head", FEN),
)
_HELP = (
    _household("实施开发式帮扶措施情况", "development", open_(Development)),
    _household("产业帮扶", "industry_help", _MEASURES),
    _household("就业帮扶", "employment_help", _MEASURES),
    _household("金融帮扶", "finance_help", _MEASURES),
    _household("公益岗位帮扶", "post_help", _MEASURES),
    _household("教育帮扶", "education_help", _MEASURES),
    _household("义务教育保障", "schooling_help", _MEASURES),
    _household("健康帮扶", "health_help", _MEASURES),
    _household("住房安全保障", "housing_help", _MEASURES),
    _household("饮水安全保障", "water_help", _MEASURES),
    _household("搬迁", "resettlement", _MEASURES),
    _household("基础设施建设", "infrastructure", _MEASURES),
    _household("生产生活条件改善", "living_conditions", _MEASURES),
    _household("综合保障", "safety_net", _MEASURES),
    _household("社会帮扶", "social_help", _MEASURES),
    _household("整户无劳动能力兜底保障户", "no_labour_marked", YES_NO),
    _household("信息采集人", "collector"),
    _household("信息采集人联系电话", "collector_phone"),
    _household("风险消除后是否住房损毁", "house_lost", YES_NO),
    _household("风险消除后是否饮水设施损毁", "water_lost", YES_NO),
    _household("风险消除后是否义务教育阶段适龄儿童少年失学辍学", "school_lost", YES_NO),
)
PARTS = {
    "户和监测情况": _FIRST,
    "家庭成员": _PERSON,
    "住房、饮水、土地和收入": _LIVING,
    "帮扶措施和消除后情况": _HELP,
}
"""The second heading row, over the columns of each part."""
COLUMNS: tuple[Column, ...] = tuple(column for part in PARTS.values() for column in part)
BY_NAME = {column.name: column for column in COLUMNS}
ENOUGH = len(COLUMNS) // 2
"""By so many of its columns a sheet is an export, if not a whole one: one with some of its usual
headings is a list of the county's own.
"""
NAME_OF = {(column.person, column.field): column.name.rstrip("12345") for column in COLUMNS}
"""What a field is called, by whether it is a person's."""
