"""Tables of the village tier."""

from services.village.models.findings import CaseFate, CountyRecheck, Finding, Notice, OrderFate
from services.village.models.months import (
    Month,
    Reminder,
    ReporterMonth,
    TownshipSignature,
    VillageList,
)
from services.village.models.places import Division, Household, RegisterTask, Source, VillageGroup

__all__ = [
    "CaseFate",
    "CountyRecheck",
    "Division",
    "Finding",
    "Household",
    "Month",
    "Notice",
    "OrderFate",
    "RegisterTask",
    "Reminder",
    "ReporterMonth",
    "Source",
    "TownshipSignature",
    "VillageGroup",
    "VillageList",
]
