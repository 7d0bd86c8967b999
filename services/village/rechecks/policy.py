"""A township answers what the county sent back to it."""

from kit.policy import Action, Policy, allow, alone, within
from services.village.places import READERS, TOWNSHIP

policy = Policy(
    recheck=Action("查看县里退回的复核", allow(*READERS, to=within("village"))),
    answer_recheck=Action(
        "答复县里退回的复核",
        allow(*TOWNSHIP, to=within("village")),
        apart=alone("an answer to the county, which decides"),
    ),
)
