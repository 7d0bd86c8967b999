"""Who asks for a green channel, who agrees, who watches that the procedure is made up. Two persons: the
township's clerk asks, another one, its leader, agrees.
"""

from kit.policy import Action, Policy, allow, alone, anywhere, apart, at, did
from schemas.codes import Role
from services.casework.identification.policy import NOT_YOURS, READERS
from services.casework.roles import COUNTY, OFFICE, TOWNSHIP

policy = Policy(
    green_channel=Action("查看绿色通道", *READERS, otherwise=NOT_YOURS, sensitive=True),
    green_channels=Action(
        "查看绿色通道名单", allow(*COUNTY, to=anywhere), allow(*TOWNSHIP, to=at("township"))
    ),
    open_green_channel=Action("提出走绿色通道", allow(Role.TOWNSHIP_CLERK, to=at("township"))),
    agree_green_channel=Action(
        "同意走绿色通道",
        allow(Role.TOWNSHIP_HEAD, to=at("township")),
        apart=apart(did("提出了这一户的绿色通道", "opened_account"), by_mandate=False),
    ),
    record_measure=Action(
        "登记先行帮扶", allow(*OFFICE, to=anywhere), allow(*TOWNSHIP, to=at("township"))
    ),
    decide_recovery=Action(
        "决定是否追回",
        allow(*OFFICE, to=anywhere),
        apart=alone("it follows the county's decision that the statement was false"),
    ),
)
