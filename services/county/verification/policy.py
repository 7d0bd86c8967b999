"""Who visits and decides: the office's clerk alone (N-13)."""

from kit.policy import Action, Policy, allow, anywhere
from schemas.codes import Role
from services.county.cases.policy import OFFICE

policy = Policy(
    record_visit=Action("登记入户核实", allow(Role.COUNTY_CLERK, to=anywhere)),
    decide=Action("作出核实决定", allow(Role.COUNTY_CLERK, to=anywhere)),
    trips=Action("查看核实行程", allow(*OFFICE, to=anywhere)),
)
