"""Who sees a file, who says that a household may have to be monitored, who decides about earlier cases."""

from kit.policy import Action, Policy, allow, alone, anywhere, at, within
from schemas.codes import Role
from services.casework.roles import COUNTY, OFFICE, TOWNSHIP, VILLAGE

NOT_YOURS = "这份识别档案不在您的查看范围内。"
READERS = (
    allow(*COUNTY, Role.LEADING_GROUP, to=anywhere),
    allow(*TOWNSHIP, to=at("township")),
    allow(*VILLAGE, to=at("village")),
)
# Of a household of the register, and of the file that its lead would open.
RECEIVED = (
    allow(*OFFICE, to=anywhere),
    allow(Role.TOWNSHIP_CLERK, to=within("village")),
    allow(*VILLAGE, to=at("village")),
)

policy = Policy(
    files=Action("查看识别档案", *READERS),
    file=Action("查看识别档案", *READERS, otherwise=NOT_YOURS),
    # Whose channel it is: what the county hands down, the county enters.
    leads=Action("登记线索", *RECEIVED),
    record_lead=Action(
        "登记线索",
        *RECEIVED,
        apart=alone("it begins a procedure, and judges nothing; the household is visited by two"),
    ),
    push_lead=Action("登记县级推送的线索", allow(*OFFICE, to=anywhere)),
    earlier_cases=Action("查看启用前已核实的线索", allow(*COUNTY, to=anywhere)),
    decide_earlier_case=Action(
        "决定启用前已核实的线索是否建档",
        allow(*OFFICE, to=anywhere),
        apart=alone("whether a file is opened is no judgement of the household; reasons are kept"),
    ),
)
