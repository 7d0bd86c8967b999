"""Both example programs, each from an empty state, reach dispatch's own picture of all their orders:
after what others did, a rotation, a day without dispatch, a lost state.
"""

import asyncio
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session, select

from backstop import departments
from backstop.engines import Engines, shut_out_user
from kit.actor import Actor
from kit.clock import SimulatedClock
from kit.runtime import Runtime
from schemas.codes import GapItem, OrderState, ReplyResult
from services.dispatch.decisions import commands as decisions_commands
from services.dispatch.orders import queries
from services.dispatch.orders.models import Order
from services.dispatch.replies import commands as replies_commands
from services.dispatch.replies.forms import ReplyDraft
from tests.conftest import at
from tests.dispatch.systems import ON_NODE, PYTHON, Program, command
from tests.helpers.node import Packages

ON, NEXT = date(2026, 9, 1), date(2026, 9, 2)
TRIES = 30


class County:
    """Dispatch as its people see it, beside the program that is tried."""

    def __init__(
        self, sessions: sessionmaker[Session], session: Session, opened: Callable[..., Order]
    ) -> None:
        self.sessions, self.session, self.opened = sessions, session, opened

    def issue(self) -> Order:
        order = self.opened(ON, GapItem.HOUSING_UNSAFE)
        self.session.commit()
        return order

    def picture(self) -> dict[str, tuple[str, str]]:
        """Number → what the order is to the housing department, and its state."""
        with self.sessions() as session:
            orders = session.exec(select(Order).where(Order.department == "housing")).all()
            return {order.number: ("lead", order.state.value) for order in orders}

    async def until(self, order: Order, state: OrderState) -> None:
        async with asyncio.timeout(120):
            while True:
                with self.sessions() as session:
                    now = session.get(Order, order.id)
                    assert now
                    if now.state is state:
                        return
                await asyncio.sleep(0.2)

    async def agrees(self, program: Program) -> None:
        """The program reads until it sees what dispatch has."""
        for _ in range(TRIES):
            await program.run("--accept-only", idle=1.5)
            if program.picture() == self.picture():
                return
        assert program.picture() == self.picture()

    def accepted(self) -> list[int]:
        """How often each order was accepted, all of them."""
        with self.sessions() as session:
            return [
                [entry.action.value for entry in queries.history(session, order.id)].count("accept")
                for order in session.exec(select(Order))
            ]


@pytest.fixture
def county(
    session: Session, dispatch_sessions: sessionmaker[Session], opened: Callable[..., Order]
) -> County:
    session.commit()
    return County(dispatch_sessions, session, opened)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("folder", [PYTHON, ON_NODE])
def test_h_06_from_an_empty_state_it_reaches_dispatchs_own_picture(
    folder: str,
    node: Packages,
    engines: Engines,
    runtime: Runtime,
    county: County,
    clock: SimulatedClock,
    office: Actor,
    village_clerk: Actor,
    officer: Callable[..., Actor],
    prefix: str,
    tmp_path: Path,
) -> None:
    kafka, sessions, start = engines.kafka, county.sessions, command(folder, node)

    async def others_act(doubted: Order, paged: Order) -> None:
        await county.until(doubted, OrderState.SOLVED)
        draft = ReplyDraft(result=ReplyResult.FACTS_DIFFER, explanation="已入住新房")
        with sessions.begin() as session:
            decisions_commands.confirm_help(
                session, doubted.id, received=False, note="没有动工", actor=village_clerk, on=ON
            )
            replies_commands.report_order(session, paged.id, draft, actor=officer("housing"), on=ON)

    async def play() -> tuple[Program, str, str]:
        old = await asyncio.to_thread(
            departments.add_department, kafka, sessions, "housing", clock(), prefix
        )
        planned, doubted, paged = (county.issue() for _ in range(3))
        await runtime.start()
        first = Program(start, old, prefix, tmp_path)
        asked = await first.run("--reply", "planned", "--order", planned.number)
        await first.run("--reply", "solved", "--order", doubted.number)
        await county.until(planned, OrderState.UNDER_WAY)
        await others_act(doubted, paged)
        await county.agrees(first)
        new = await asyncio.to_thread(
            departments.begin_rotation, kafka, sessions, "housing", clock(), prefix
        )
        returned = county.issue()  # sealed with the old key still
        second = Program(start, new, prefix, tmp_path, older=[old])
        better = ("--proposed", "natural-resources", "--order", returned.number)
        await second.run("--reply", "returned", *better)
        await county.until(returned, OrderState.RETURNED)
        with sessions.begin() as session:
            decisions_commands.decide_return(session, returned.id, agree=True, actor=office, on=ON)
        await asyncio.to_thread(departments.finish_rotation, kafka, sessions, "housing", prefix)
        county.issue()
        await county.agrees(second)
        await runtime.stop()
        said = await second.run("--reply", "solved", "--order", planned.number)
        clock.set(at(2026, 9, 2))
        await runtime.start()
        await county.until(planned, OrderState.SOLVED)
        await county.agrees(second)
        second.state.unlink()
        alone = Program(start, new, prefix, tmp_path)  # the old key is gone as well
        await county.agrees(alone)
        await runtime.stop()
        return alone, asked, said

    alone, asked, said = asyncio.run(play())
    shut_out_user(kafka, alone.given.user)
    assert re.search(r"\(sealed: .*head_name.*question", asked), "it reads what people wrote"
    assert "we answered: solved" in said
    assert sorted(alone.picture().values()) == [
        ("lead", "accepted"),
        ("lead", "answered"),
        ("lead", "solved"),
        ("lead", "under_way"),
    ]
    assert sorted(county.accepted()) == [0, 1, 1, 1, 1], "one was returned, none accepted twice"
