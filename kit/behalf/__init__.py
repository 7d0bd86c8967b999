"""Acting for another: what somebody enters for a person who telephoned, wrote or is away.

A table says in whose name (`kit.policy`: `allow(…, on_behalf=whom("部门经办人", …))`), the act names the
person and the reason, and is kept (table `acted_for`). That other finds it among his tasks and says with
one tap that he knows, or that it was not what he meant; an objection stays with the row and is a task of
the office above whoever acted, until it has looked into it. Nobody acts for himself.

    behalf = policy.require(actor, "accept_order", order, on_behalf=form.behalf)   # a `Behalf`
    {{ acted_for(order) }}                                                          # on the row's page

The same in each service: `GET /<service>/behalf` is the page (`pages`), `tasks` the list.
"""

from kit.behalf.forms import OnBehalf
from kit.behalf.table import ActedFor, Behalf, Whom, keep, name_of, of, unsettled, whom

__all__ = ["ActedFor", "Behalf", "OnBehalf", "Whom", "keep", "name_of", "of", "unsettled", "whom"]
