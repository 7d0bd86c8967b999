"""Who decides, announces, enters and tells. Whose decision it is the pack names: the office's own, or a
meeting of the leading group that the office enters.
"""

from typing import Any

from sqlmodel import col, select

from kit.policy import Action, Policy, allow, alone, anywhere, apart, at, did_in
from schemas.codes import Role
from services.casework.identification.models import FileEntry
from services.casework.identification.rules import FileAction as A
from services.casework.roles import COUNTY, OFFICE, TOWNSHIP, VILLAGE
from services.casework.verification.models import Verification

BEFORE = (A.VERIFY, A.REVISIT, A.CARRY, A.NOT_CARRY, A.APPROVE, A.NOT_APPROVE)
GROUP = (Role.LEADING_GROUP,)


def _worked(file: Any) -> Any:
    """Who visited, corrected what stands in the visit, took the vote or reviewed for the township."""
    steps = select(FileEntry.account).where(
        FileEntry.file == file.id, col(FileEntry.action).in_(BEFORE)
    )
    return steps.union(select(Verification.entered_account).where(Verification.file == file.id))


READERS = (
    allow(*COUNTY, *GROUP, to=anywhere),
    allow(*TOWNSHIP, to=at("township")),
    allow(*VILLAGE, to=at("village")),
)

policy = Policy(
    decisions=Action("查看县级审定", allow(*COUNTY, *GROUP, to=anywhere)),
    open_list=Action(
        "建立审定名单",
        allow(*OFFICE, *GROUP, to=anywhere),
        apart=alone("it opens a list and decides nothing"),
    ),
    decide=Action(
        "县级审定",
        allow(*OFFICE, *GROUP, to=anywhere),
        apart=apart(did_in("办过这一户的核实、评议或者乡镇审核", _worked)),
    ),
    announcements=Action("查看公告", allow(*COUNTY, *GROUP, to=anywhere)),
    announce=Action("公告", allow(*OFFICE, to=anywhere)),
    entries=Action(
        "查看待录入的农户", allow(*COUNTY, to=anywhere), allow(*TOWNSHIP, to=at("township"))
    ),
    record_entry=Action(
        "录入系统", allow(*OFFICE, to=anywhere), allow(*TOWNSHIP, to=at("township"))
    ),
    to_tell=Action("查看要告知的农户", *READERS),
    tell=Action("告知不予纳入的农户", allow(*VILLAGE, to=at("village"))),
    decision_letter=Action("下载不予纳入告知书", *READERS),
)
