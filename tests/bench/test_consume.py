"""The consumer of the bench takes what the county's own takes."""

from backstop.services import service_named
from bench.consume import Watch, _Timed
from schemas.unit import VisitRecorded


def test_handlers_that_are_timed_take_the_same():
    real = service_named("county").handlers
    timed = _Timed(real, Watch(1))
    assert VisitRecorded.type in timed.types
    assert timed.types == real.types
