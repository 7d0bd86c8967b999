"""The national system's export 监测对象信息 (A14), in and out."""

from rulebook.national.difference import Difference, difference
from rulebook.national.households import Household, Person
from rulebook.national.reading import Export, NotOurs, Problem, read, require_ours
from rulebook.national.writing import rows

__all__ = [
    "Difference",
    "Export",
    "Household",
    "NotOurs",
    "Person",
    "Problem",
    "difference",
    "read",
    "require_ours",
    "rows",
]
