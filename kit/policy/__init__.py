"""Who may do what to which row, and see which of its fields: one table a feature.

`services/<service>/<feature>/policy.py`, below commands and queries:

    policy = Policy(
        orders=Action(
            "查看交办单",
            allow(Role.COUNTY_CLERK, to=anywhere),
            allow(*DEPARTMENT, to=at("department") | listed("co_handlers")),
            allow(Role.VILLAGE_CLERK, to=at("village"), fields=OrderBrief.model_fields),
        ),
        accept_order=Action(
            "签收",
            allow(*DEPARTMENT, to=at("department")),
            allow(Role.COUNTY_CLERK, to=anywhere, on_behalf=whom("部门经办人", Role.DEPARTMENT_CLERK, "department")),
        ),
    )

An action is named after its door and command, and everybody asks the same table:

- door: `router = policy.router(prefix="/dispatch/api")`; `def accept_order` is the action, its role
  is asked before the body is read, and a door that the table does not know does not import.
- command: `on_behalf = policy.require(actor, "accept_order", order, on_behalf=on_behalf)` with the
  row as it is stored. What is to be moved is asked twice: where it stands and where it shall go.
- query: `select(Order).where(policy.visible(actor, "orders", Order))`
- template: `{% if may("accept_order", order) %}`
- what a page is going to show: `policy.reveals(actor, "id_numbers", order)`, which the audit keeps
- answer: `policy.show(actor, "orders", order, OrderView)`

What no allowance says is denied. Whoever receives may date a receipt (补录), never his own: that is
an action whose rows lie `below("village")`. Nobody judges his own work: `apart=apart(did("填报的", "by_account"))`
(`kit.policy.apart`), and whoever acts for another says for whom and why (`kit.behalf`).

Jobs and handlers act as `SYSTEM`, the object of `kit.actor`, which may everything and needs no row
in a table; an actor from a token is never that object, and the role alone opens nothing.

Roles are opaque here; `rulebook.scopes` says which kind of place each has.
"""

from kit.behalf import Behalf, whom
from kit.policy.apart import Apart, Deed, alone, apart, did, did_in
from kit.policy.relations import (
    Relation,
    anywhere,
    at,
    below,
    having,
    is_his,
    listed,
    own,
    through,
    within,
)
from kit.policy.table import (
    Action,
    Allowance,
    Policy,
    PolicyRoute,
    allow,
    labels,
    may_in,
    tables_of,
    why_apart_in,
)

__all__ = [
    "Action",
    "Allowance",
    "Apart",
    "Behalf",
    "Deed",
    "Policy",
    "PolicyRoute",
    "Relation",
    "allow",
    "alone",
    "anywhere",
    "apart",
    "at",
    "below",
    "did",
    "did_in",
    "having",
    "is_his",
    "labels",
    "listed",
    "may_in",
    "own",
    "tables_of",
    "through",
    "whom",
    "why_apart_in",
    "within",
]
