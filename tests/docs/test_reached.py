"""What `make coverage` says of doors, events and refusals, of a run that reached a part."""

from pathlib import Path

from coverage import CoverageData

from backstop.services import every_service
from kit.policy.walk import doors as walked
from tests.helpers import reached


def test_every_door_of_the_routing_tables_is_looked_for():
    known = {
        f"{door.method} {door.path}"
        for service in every_service()
        for router in service.routers
        for door in walked(router.routes)
    }
    assert reached.doors().keys() == known


def test_what_did_not_run_is_named(tmp_path: Path):
    data = CoverageData(str(tmp_path / "coverage"))
    data.add_lines({"a.py": [1, 2, 7]})
    places = {
        "ran": [(Path("a.py"), frozenset({7, 8}))],
        "ran in another place": [(Path("b.py"), frozenset({1})), (Path("a.py"), frozenset({2}))],
        "stood still": [(Path("a.py"), frozenset({3})), (Path("b.py"), frozenset({1}))],
    }
    assert reached.unreached(places, data) == ["stood still"]


def test_an_event_passed_on_by_name_counts_as_made():
    assert {"village.list.submitted.v1", "department.order.issued.v1"} <= reached.emitted().keys()
    assert "village hears county.case.sent-back.v1" in reached.heard()
