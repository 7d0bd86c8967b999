"""Who sees a household's visit, enters and corrects it, says what the household is."""

from typing import Any

from kit.policy import Action, Policy, allow, alone, anywhere, at
from services.casework.identification.policy import NOT_YOURS, READERS
from services.casework.roles import OFFICE, TOWNSHIP, VILLAGE

AT_HOME: tuple[Any, ...] = (allow(*TOWNSHIP, to=at("township")), allow(*VILLAGE, to=at("village")))

policy = Policy(
    verification=Action("查看入户核实", *READERS, otherwise=NOT_YOURS, sensitive=True),
    verifications=Action("查看要补全的入户核实表", *AT_HOME),
    verify=Action(
        "登记入户核实",
        *AT_HOME,
        apart=alone("two verifiers stand on it, one of the township; others assess and decide"),
    ),
    add_member=Action("登记名册以外的家庭成员", *AT_HOME),
    remove_member=Action("去掉误登的家庭成员", *AT_HOME),
    choose_category=Action(
        "选定对象类别",
        *AT_HOME,
        apart=alone(
            "a proposal that the village assesses, the township reviews, the county decides"
        ),
    ),
    record_department_values=Action(
        "登记部门提供的收入", allow(*OFFICE, to=anywhere), allow(*TOWNSHIP, to=at("township"))
    ),
)
