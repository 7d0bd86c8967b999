"""(reply type × own, neighbour's and foreign order): what a department's system says of an order that
is another's is refused and changes nothing.
"""

from datetime import date

import pytest
from sqlmodel import select

from backstop.contracts import contracts, example
from schemas.codes import GapItem
from schemas.department import DepartmentReply
from schemas.dispatch import ReplyRefusal
from services.dispatch.orders.models import Order
from services.dispatch.systems.models import Answer

ON = date(2026, 9, 1)
REPLIES = [one for one in contracts().values() if issubclass(one, DepartmentReply)]
WHOSE = {
    "own": (GapItem.HOUSING_UNSAFE, "990121100201"),
    "neighbour": (GapItem.WATER_UNSAFE, "990121100201"),  # of the same village
    "foreign": (GapItem.WATER_UNSAFE, "990121300301"),
}


@pytest.mark.parametrize("whose", WHOSE)
@pytest.mark.parametrize("reply", REPLIES, ids=lambda one: one.type)
def test_a_department_answers_its_own_orders_alone(reply, whose, opened, session, deliver):
    item, village = WHOSE[whose]
    order = opened(ON, item)
    order.village, order.co_handlers = village, []
    session.commit()
    before = order.version
    said = example(reply) | {"department": "housing", "order": order.id}
    deliver(reply.model_validate(said))
    session.expire_all()
    (answer,) = session.exec(select(Answer)).all()
    refused = answer.code == ReplyRefusal.UNKNOWN_ORDER.value  # not even that there is one
    assert refused is (whose != "own"), answer.code
    assert whose == "own" or session.get_one(Order, order.id).version == before


def test_every_reply_about_an_order_is_asked():
    assert len(REPLIES) == 4
