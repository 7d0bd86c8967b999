"""Who reviews."""

from typing import Any

from sqlmodel import col, select

from kit.policy import Action, Policy, allow, anywhere, apart, at, did_in
from services.casework.identification.models import FileEntry
from services.casework.identification.rules import FileAction as A
from services.casework.roles import COUNTY, TOWNSHIP
from services.casework.verification.models import Verification


def _visited(file: Any) -> Any:
    """Who entered the visit, or corrected what stands in it."""
    steps = select(FileEntry.account).where(
        FileEntry.file == file.id, col(FileEntry.action).in_((A.VERIFY, A.REVISIT))
    )
    return steps.union(select(Verification.entered_account).where(Verification.file == file.id))


policy = Policy(
    reviews=Action(
        "查看乡镇审核", allow(*COUNTY, to=anywhere), allow(*TOWNSHIP, to=at("township"))
    ),
    review=Action(
        "乡镇审核",
        allow(*TOWNSHIP, to=at("township")),
        apart=apart(did_in("登记过这一户的入户核实", _visited)),
    ),
)
