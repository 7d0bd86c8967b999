"""Who sees an order, and how much of whom it is about."""

from kit.policy import Action, Policy, allow, anywhere, at, listed, within
from schemas.codes import Role
from services.dispatch.roles import COUNTY, DEPARTMENT, EVERYBODY, TOWNSHIP, VILLAGE

CO_HANDLING = at("department") | listed("co_handlers")
WATCH = (
    allow(*COUNTY, to=anywhere),
    allow(*VILLAGE, to=at("village")),
    allow(*TOWNSHIP, to=within("village")),
)
HANDLE = allow(*DEPARTMENT, to=CO_HANDLING)
# The pages open for everybody; who is named nowhere above finds them empty.
ORDERS = Action(
    "查看交办单",
    *WATCH,
    allow(Role.LEADING_GROUP, to=anywhere),
    HANDLE,
    allow(*EVERYBODY, to=~anywhere),
)

policy = Policy(
    orders=ORDERS,
    order=ORDERS,
    # a department gets only the person it must look up
    whole_words=Action("查看全部当事人", *WATCH),
    id_numbers=Action("查看身份证号码", allow(Role.COUNTY_CLERK, to=anywhere), HANDLE),
    escalated_orders=Action("过问升级的交办单", allow(Role.COUNTY_LEADER, to=anywhere)),
    register_for_others=Action("代为登记", allow(Role.COUNTY_CLERK, to=anywhere)),
)
