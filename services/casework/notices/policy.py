"""The village hangs its sheet up and closes it, the township its own; it answers what is objected.
Of an objection the village sees that there is one.
"""

from kit.policy import Action, Policy, allow, alone, anywhere, at, having
from schemas.codes import NoticeRound, Role
from services.casework.identification.policy import READERS
from services.casework.roles import COUNTY, OFFICE, TOWNSHIP, VILLAGE

NOT_YOURS = "这份公示不在您的查看范围内。"
POSTING = (
    allow(*VILLAGE, to=at("village") & having(round=NoticeRound.VILLAGE)),
    allow(*TOWNSHIP, to=at("township") & having(round=NoticeRound.TOWNSHIP)),
)
SEEN_BELOW = ("id", "notice", "received_on", "due", "answered_on")

policy = Policy(
    notices=Action("查看公示", *READERS),
    notice=Action("查看公示", *READERS, otherwise=NOT_YOURS),
    notice_sheet=Action("张贴公示", *POSTING),
    post_notice=Action("张贴公示", *POSTING),
    replace_notice=Action("撤下公示重新张贴", *POSTING),
    close_notice=Action("结束公示", *POSTING),
    receive_objection=Action(
        "登记公示异议",
        allow(*OFFICE, to=anywhere),
        allow(*TOWNSHIP, to=at("township")),
        allow(*VILLAGE, to=at("village")),
    ),
    objections=Action(
        "查看公示异议",
        allow(*COUNTY, to=anywhere),
        allow(*TOWNSHIP, to=at("township")),
        allow(*VILLAGE, to=at("village"), fields=SEEN_BELOW),
        sensitive=True,
    ),
    answer_objection=Action(
        "答复公示异议",
        allow(Role.TOWNSHIP_CLERK, Role.TOWNSHIP_HEAD, to=at("township")),
        apart=alone("it answers what was said; the township's review and the county decide"),
    ),
)
