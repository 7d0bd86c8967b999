"""What became of needs that waited for the county's decision."""

from schemas.codes import Coded


class HeldEnd(Coded):
    DECIDED = "decided", "审定后交办"
    BY_OFFICE = "by_office", "提前交办"
    NOT_ADMITTED = "not_admitted", "不予纳入，不再交办"
