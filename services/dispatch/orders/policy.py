"""Who sees an order, and how much of whom it is about."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Select, func, select
from sqlmodel import col

from kit.policy import Action, Policy, allow, anywhere, at, did_in, listed, within
from schemas.codes import Role
from services.dispatch.orders.models import Order, OrderEvent
from services.dispatch.orders.rules import Action as Did
from services.dispatch.roles import COUNTY, DEPARTMENT, EVERYBODY, TOWNSHIP, VILLAGE


def done(*actions: Did) -> Callable[[Any], Select]:
    """The accounts that did this to an order, at any time."""
    return lambda order: select(col(OrderEvent.account)).where(
        col(OrderEvent.order) == order.id, col(OrderEvent.action).in_(actions)
    )


# What the order's parties and the office did, for who must not be the same (G-14).
REPORTED = did_in("登记过部门的反馈", done(Did.SOLVE, Did.PLAN, Did.ANSWER))
GAVE_BACK = did_in("登记过部门的退回", done(Did.RETURN))
DECIDED = did_in(
    "登记或核实过这户的线索",
    lambda order: select(func.unnest(col(Order.case_accounts))).where(col(Order.id) == order.id),
)
LOOKED = did_in("作过牵头部门核实", done(Did.CONFIRM_BY_OFFICE))

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
    # Who must find the person in a register of his own, and who calls on the household; everybody
    # else says what for.
    id_numbers=Action(
        "查看身份证号码",
        allow(Role.COUNTY_CLERK, to=anywhere),
        allow(Role.DEPARTMENT_CLERK, to=CO_HANDLING),
        sensitive=True,
    ),
    telephones=Action(
        "查看联系电话",
        allow(Role.COUNTY_CLERK, to=anywhere),
        allow(Role.DEPARTMENT_CLERK, to=CO_HANDLING),
        allow(*VILLAGE, to=at("village")),
        sensitive=True,
    ),
    unmask_order=Action("写明用途，查看完整的身份证号码和电话", *WATCH, HANDLE, sensitive=True),
    escalated_orders=Action("过问升级的交办单", allow(Role.COUNTY_LEADER, to=anywhere)),
    register_for_others=Action("代为登记", allow(Role.COUNTY_CLERK, to=anywhere)),
)
