"""What the county can be asked."""

from services.county.queries.candidates import candidate, candidates, shown
from services.county.queries.cases import (
    CaseLine,
    Stop,
    Trip,
    case,
    cases,
    lines,
    needs,
    open_and_last,
    open_case,
    orders,
    require_county,
    see,
    sent_back,
    sources,
    struck_out,
    timeline,
    trips,
    undecided,
    unmatched,
    visible,
    visits,
)
from services.county.queries.desk import glance
from services.county.queries.ledger import COLUMNS, LedgerRow, ledger, villages
from services.county.queries.months import TierStatus, month, month_status, months, reporter_month
from services.county.queries.names import (
    departments,
    division_named,
    divisions,
    heads,
    name_of,
    names,
    township_or_self,
)
from services.county.queries.supervision import (
    drafts,
    households_named,
    households_of_hash,
    reported,
    team,
    teams,
)

__all__ = [
    "COLUMNS", "CaseLine", "LedgerRow", "Stop", "TierStatus", "Trip", "candidate", "candidates", "case", "cases",
    "departments", "division_named", "divisions", "drafts", "glance", "heads", "households_named", "households_of_hash",
    "ledger", "lines", "month", "month_status", "months", "name_of", "names", "needs", "open_and_last", "open_case",
    "orders", "reported", "reporter_month", "require_county", "see", "sent_back", "shown", "sources", "struck_out",
    "team", "teams", "timeline", "township_or_self", "trips", "undecided", "unmatched", "villages", "visible", "visits",
]  # fmt: skip
