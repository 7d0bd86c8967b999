"""Who visits and decides: the office's clerk alone (N-13), never on what he entered himself (G-14)."""

from sqlalchemy import Select, select
from sqlmodel import col

from kit.policy import Action, Policy, allow, alone, anywhere, apart, did_in
from schemas.codes import Role
from services.county.cases.models import Case, Source
from services.county.cases.policy import OFFICE


def _entered(case: Case) -> Select:
    """Whoever entered a finding of it here: for a supervision team that telephoned (N-12)."""
    return select(col(Source.entered_account)).where(col(Source.case) == case.id)


policy = Policy(
    record_visit=Action(
        "登记入户核实",
        allow(Role.COUNTY_CLERK, to=anywhere),
        apart=alone("writes down what the visitors named in it saw (N-13)"),
    ),
    decide=Action(
        "作出核实决定",
        allow(Role.COUNTY_CLERK, to=anywhere),
        apart=apart(did_in("登记过这户的来源", _entered)),
    ),
    trips=Action("查看核实行程", allow(*OFFICE, to=anywhere)),
    # Who goes there; the paper that he prints has them.
    trip_telephones=Action(
        "查看核实行程上的电话", allow(Role.COUNTY_CLERK, to=anywhere), sensitive=True
    ),
)
