"""The web shell: what a door is handed, and the pages it answers with.

    @router.get("/lists/{month}")
    def list_of(request: Request, month: YearMonth, session: Transaction, actor: Who) -> Response:
        return page(request, "list.html", rows=queries.rows(session, actor, month))

`depends`: a transaction, the day, who is there. `pages`: templates, and answers that are pages.
`shell`: what stands around every page. `refusals`: what a door says when it will not.
"""

from kit.web.depends import Now, Today, Transaction, Who, own_form, transaction
from kit.web.pages import done, page

__all__ = ["Now", "Today", "Transaction", "Who", "done", "own_form", "page", "transaction"]
