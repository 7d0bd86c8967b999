"""One at a time, where two transactions must see each other's work (READ COMMITTED would let both
miss it).
"""

from sqlalchemy import text
from sqlmodel import Session

HOLD = text("SELECT pg_advisory_xact_lock(hashtext(:name))")


def hold(session: Session, name: str) -> None:
    """Wait until nobody else holds `name`, and hold it until this transaction ends.

    Whoever comes second then sees what the first wrote. Take it before any row's lock, or two may
    wait for each other. Asking again costs nothing.
    """
    session.connection()  # begins, if nothing has
    current = (
        session.get_nested_transaction() or session.get_transaction()
    )  # a savepoint's locks go with it
    transaction, held = session.info.get("held", (None, ()))
    if transaction is current and name in held:
        return
    session.execute(HOLD, {"name": name})
    session.info["held"] = current, {name, *(held if transaction is current else ())}
