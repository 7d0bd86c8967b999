"""Tables of the county service."""

from services.county.models import bulletin, meeting
from services.county.models.candidates import Candidate, CandidateState
from services.county.models.cases import (
    Case,
    CaseEntry,
    KeptVerdict,
    NeedRow,
    Source,
    Stage,
    Verification,
)
from services.county.models.ledger import MonitoredHousehold
from services.county.models.masterdata import (
    Assignment,
    Department,
    Division,
    Group,
    Helper,
    Household,
    Unit,
)
from services.county.models.months import Month, ReporterKind, ReporterMonth, VisitsMonth
from services.county.models.orders import Order, OrderEntry
from services.county.models.organisation import Responsible, SupervisionDraft, Team
from services.county.models.statements import Statement, Visit
from services.county.service import Table

__all__ = [
    "Assignment",
    "Candidate",
    "CandidateState",
    "Case",
    "CaseEntry",
    "Department",
    "Division",
    "Group",
    "Helper",
    "Household",
    "KeptVerdict",
    "MonitoredHousehold",
    "Month",
    "NeedRow",
    "Order",
    "OrderEntry",
    "ReporterKind",
    "ReporterMonth",
    "Responsible",
    "Source",
    "Stage",
    "Statement",
    "SupervisionDraft",
    "Table",
    "Team",
    "Unit",
    "Verification",
    "Visit",
    "VisitsMonth",
    "bulletin",
    "meeting",
]
