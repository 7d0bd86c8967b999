"""Workbooks that this service owns."""

from services.unit.sheets.organisation import ASSIGNMENTS, UNITS
from services.unit.sheets.visits import VISITS

KINDS = (UNITS, ASSIGNMENTS, VISITS)
