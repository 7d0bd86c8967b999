"""Tables of the unit service."""

from services.unit.models.copies import CaseCopy, CaseOrder, Division, Household
from services.unit.models.field import UnitFinding, Visit
from services.unit.models.months import Month, Reminder, Required, UnitList, UnitMonth
from services.unit.models.organisation import Assignment, Helper, Transfer, Unit
from services.unit.service import Table

__all__ = [
    "Assignment",
    "CaseCopy",
    "CaseOrder",
    "Division",
    "Helper",
    "Household",
    "Month",
    "Reminder",
    "Required",
    "Table",
    "Transfer",
    "Unit",
    "UnitFinding",
    "UnitList",
    "UnitMonth",
    "Visit",
]
