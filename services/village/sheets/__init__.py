"""Workbooks this service owns: divisions, groups, the register, and the villages' lists."""

from kit.sheets import SheetKind
from services.village.service import NAME
from services.village.sheets.lists import take_list
from services.village.sheets.master import take_divisions, take_groups
from services.village.sheets.register import take_households

KINDS: tuple[SheetKind, ...] = (
    SheetKind(
        "divisions", "区划表", NAME, 0, ("区划代码", "级别", "名称", "上级代码"), take_divisions
    ),
    SheetKind(
        "groups",
        "村民小组长名册",
        NAME,
        1,
        ("村代码", "村名", "组别", "组长姓名", "联系电话"),
        take_groups,
        optional=("乡镇",),
    ),
    SheetKind(
        "households",
        "农户信息表",
        NAME,
        2,
        ("户编号", "村名", "组别", "农户类型", "姓名", "身份证号码", "与户主关系"),
        take_households,
        optional=("乡镇", "性别", "健康状况", "残疾类别等级", "劳动能力", "联系电话"),
    ),
    SheetKind(
        "village-list",
        "村级摸排上报表",
        NAME,
        5,
        (
            "组别",
            "户主姓名",
            "身份证号码",
            "家庭人口",
            "联系电话",
            "易返贫(致贫)原因",
            "风险点",
            "需解决的相关事宜",
        ),
        take_list,
        optional=("序号", "农户类型", "摸排人", "备注"),
    ),
)
