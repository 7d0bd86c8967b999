"""The board of orders, one order with what can be done now, and its slip to print."""

from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Annotated, Any

from fastapi import Form, Query, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import BaseModel
from sqlmodel import Session

from kit import directory
from kit.actor import Actor
from kit.behalf import OnBehalf
from kit.forms import fill
from kit.forms.filling import Filled
from kit.policy.purpose import PurposeForm, Veil, lift
from kit.rates import SEARCH, limited
from kit.web import Today, Transaction, Who, page
from schemas.codes import DirectoryKind, OrderState
from services.dispatch.decisions.forms import Confirmation, Note, Reason, ReturnDecision, SolveDue
from services.dispatch.departments import queries as departments_queries
from services.dispatch.issuing.forms import Routing
from services.dispatch.orders import queries
from services.dispatch.orders.documents import PaperKind, kinds, of_order
from services.dispatch.orders.forms import OrderFilter, SearchFor
from services.dispatch.orders.models import Order
from services.dispatch.orders.policy import policy
from services.dispatch.orders.procedure import possible
from services.dispatch.orders.rules import Action as A
from services.dispatch.orders.views import FOUND, ORDERS
from services.dispatch.replies.forms import Progress, Report, Returning

router = policy.router()


@router.get("/orders")
def orders(
    request: Request,
    asked: Annotated[OrderFilter, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> HTMLResponse:
    statement = queries.orders(actor, today, asked)
    board = ORDERS.page(session, statement, asked).map(
        lambda rows: queries.lines(session, rows, today)
    )
    active = departments_queries.active_departments(session)
    return page(
        request,
        "board.html",
        board=board,
        states=[
            (state, count, [line for line in board.rows if line.order.state is state])
            for state, count in sorted(
                queries.in_states(session, statement).items(), key=_on_its_way
            )
        ],
        filter=fill(
            request, OrderFilter, "/dispatch/orders", asked, options={"department": active}
        ),
    )


def _on_its_way(counted: tuple[OrderState, int]) -> int:
    return list(OrderState).index(counted[0])


@router.get("/orders.xlsx", name="orders")
def export(
    asked: Annotated[OrderFilter, Query()], session: Transaction, actor: Who, today: Today
) -> Response:
    """All orders of the board as a workbook."""
    orders = ORDERS.every(session, queries.orders(actor, today, asked), asked)
    note = "时限含当日，已历工作日自首次交办起算"
    return ORDERS.export("交办单台账", queries.lines(session, orders, today), on=today, note=note)


@router.get("/orders/{id}")
def order(
    request: Request, id: str, session: Transaction, actor: Who, today: Today
) -> HTMLResponse:
    order = queries.order(session, id, actor)
    return _order(request, session, actor, order, today, queries.veil(actor, order))


@router.post("/orders/{id}/unmasking")
def unmask_order(
    request: Request,
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[PurposeForm, Form()],
) -> HTMLResponse:
    """The same page, once, with whole numbers."""
    order = queries.order(session, id, actor)
    return _order(
        request, session, actor, order, today, lift(policy, actor, "unmask_order", order, form)
    )


def _order(
    request: Request, session: Session, actor: Actor, order: Order, today: date, veil: Veil
) -> HTMLResponse:
    behalf = policy.may(actor, "register_for_others", order)
    line = queries.lines(session, [order], today)[0]
    return page(
        request,
        "order.html",
        line=line,
        papers=kinds(line, queries.checks_for(session, order)),
        order=order,
        possible=possible(
            order,
            today,
            [*departments_queries.gone(session), *queries.ended_villages(session)],
            most_returns=queries.most_returns(session, order),
        ),
        returns_left=queries.most_returns(session, order) - order.returns,
        A=A,
        words=queries.words(session, order, actor, veil),
        veil=veil,
        purpose=fill(request, PurposeForm, f"/dispatch/orders/{order.id}/unmasking"),
        timeline=queries.timeline(session, order, today),
        replies=queries.replies(session, order.id),
        Report=Report,
        behalf=behalf,
        asked=_asked(request, order, departments_queries.active_departments(session), behalf),
        proposed=directory.name(session, DirectoryKind.DEPARTMENT, order.proposed),
        previous=queries.previous(session, order, actor),
        report_limit=queries.report_limit(session, order),
    )


Ask = Callable[..., Filled]  # a form, its door, the fields that are not asked; more as `fill` takes


def _asked(
    request: Request, order: Order, departments: dict[str, str], behalf: bool
) -> dict[str, Filled]:
    """What the page asks of whoever may do something with the order: form by form."""

    def ask(form: type[BaseModel], door: str, *without: str, **extra: Any) -> Filled:
        to = f"/dispatch/orders/{order.id}/{door}"
        return fill(request, form, to, without=without, options=options, **extra)

    options = dict.fromkeys(("department", "co_handlers", "proposed"), departments)
    other = () if behalf else ("on_behalf", "behalf_reason")
    paper = () if behalf else ("written_on", "received_on", "entry_reason")
    return _asked_of_office(ask, order) | {
        "accept": ask(OnBehalf, "acceptance", *other),
        "report": ask(Report, "report", *other, *paper),
        "progress": ask(Progress, "progress", *other),
        "back": ask(Returning, "return", *other),
        "confirm": ask(Confirmation, "confirmation", "received", "by_office", *other),
    }


def _asked_of_office(ask: Ask, order: Order) -> dict[str, Filled]:
    decision = partial(ask, ReturnDecision, "return-decision", widgets={"agree": "hidden"})
    return {
        "route": ask(Routing, "route", values={"question": order.question}),
        "agree": decision(
            "reason", "question", id="agree", values={"agree": True, "department": order.proposed}
        ),
        "refuse": decision(
            "department", "co_handlers", "question", id="refuse", values={"agree": False}
        ),
        "by_office": ask(
            Confirmation,
            "confirmation",
            "received",
            "on_behalf",
            "behalf_reason",
            id="by-office",
            values={"by_office": True},
            widgets={"by_office": "hidden"},
        ),
        "close": ask(Note, "closure"),
        "reopen": ask(Reason, "reopening"),
        "due": ask(SolveDue, "solve-due"),
    }


@router.get("/orders/{id}/slip", name="order")
def slip(
    request: Request,
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    kind: Annotated[PaperKind, Query(title="文书")] = PaperKind.ORDER,
) -> HTMLResponse:
    """交办单, 督办单, 核查通知 or 反馈单, to print."""
    order = queries.order(session, id, actor)
    return page(request, "slip.html", paper=of_order(session, order, kind, actor, today))


@router.get("/search", name="orders")
@limited(SEARCH)
def search(
    request: Request,
    asked: Annotated[SearchFor, Query()],
    session: Transaction,
    actor: Who,
    today: Today,
) -> HTMLResponse:
    orders = FOUND.page(session, queries.search(session, actor, asked.q), asked)
    lines = orders.map(lambda rows: queries.lines(session, rows, today))
    return page(request, "search.html", q=asked.q, found=lines)
