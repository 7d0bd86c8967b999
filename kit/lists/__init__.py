"""Lists: filtered, sorted, in pages, truly counted, and whole as a workbook.

    class OrderFilter(Asking):
        state: OrderState | None = field("状态", None)

    ORDERS = Listing(
        [
            Column("number", "交办单号", sort=Order.number, href=lambda one: f"/orders/{one.id}"),
            Column("state", "状态"),
        ],
        order=[col(Order.number).desc()],
    )

    @router.get("/orders")
    def orders(asked: Annotated[OrderFilter, Query()], …):
        found = ORDERS.page(session, queries.orders(actor, asked.state), asked)
        return page(request, "orders.html", orders=found, …)

    @router.get("/orders.xlsx")
    def workbook(asked: Annotated[OrderFilter, Query()], …):
        rows = ORDERS.every(session, queries.orders(actor, asked.state), asked)
        return ORDERS.export("交办单", rows, on=today)

The query makes the statement (what the actor may see, what was asked for); the listing counts and
cuts it. Nothing is ever left out in silence: `Page.total` is counted, the workbook has every row.
Macros: lists.html.
"""

from kit.lists.asking import Asking
from kit.lists.listing import Column, Listing, Page, shown

__all__ = ["Asking", "Column", "Listing", "Page", "shown"]
