"""The village assesses; its township and the county see what came of it."""

from kit.policy import Action, Policy, allow, at
from services.casework.identification.policy import READERS
from services.casework.roles import VILLAGE

NOT_YOURS = "这次民主评议不在您的查看范围内。"
_VILLAGE = allow(*VILLAGE, to=at("village"))

policy = Policy(
    assessments=Action("查看民主评议", *READERS),
    assessment=Action("查看民主评议", *READERS, otherwise=NOT_YOURS),
    assessment_sheet=Action("登记民主评议", _VILLAGE),
    record_assessment=Action("登记民主评议", _VILLAGE),
    correct_assessment=Action("更正民主评议", _VILLAGE),
)
