"""Who asks and enters answers, and who re-checks. Numbers leave on the sheet alone, by the office."""

from kit.policy import Action, Policy, allow, alone, anywhere, at
from services.casework.roles import COUNTY, OFFICE, TOWNSHIP

policy = Policy(
    comparisons=Action("查看数据比对", allow(*COUNTY, to=anywhere)),
    ask_comparison=Action("发出数据比对", allow(*OFFICE, to=anywhere)),
    comparison_sheet=Action("导出比对名单", allow(*OFFICE, to=anywhere), sensitive=True),
    answer_comparison=Action("登记比对结果", allow(*OFFICE, to=anywhere)),
    doubts=Action("查看比对疑点", allow(*COUNTY, to=anywhere), allow(*TOWNSHIP, to=at("township"))),
    recheck_doubt=Action(
        "复核比对疑点",
        allow(*TOWNSHIP, to=at("township")),
        apart=alone("it says what was found of a department's doubt; the county decides"),
    ),
)
