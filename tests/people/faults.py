"""Seeded faults: for each kind of open thing a list whose query leaves it out. The same days are held
against the model once more with each; what people do never depends on a list.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from kit.actor import Actor
from kit.tasks import Task

Lists = Mapping[Actor, Sequence[Task]]


class Fault(NamedTuple):
    """Of the tasks of this kind ("": of any) in this service the rows of this table are missing."""

    service: str
    kind: str
    table: str

    def loses(self, task: Task, name: str) -> bool:
        return self.kind in ("", task.kind) and name.startswith(f"{self.table}:")


FAULTS = (
    Fault("village", "report-group", "reporter_month"),
    Fault("village", "submit-list", "reporter_month"),
    Fault("village", "sign-lists", "reporter_month"),
    Fault("village", "review-findings", "finding"),
    Fault("village", "submit-supplement", "finding"),
    Fault("village", "recheck-findings", "finding"),
    Fault("village", "sign-urgent", "finding"),
    Fault("village", "sign-lists", "village_list"),
    Fault("village", "answer-recheck", "county_recheck"),
    Fault("village", "look-into-household", "register_task"),
    Fault("unit", "contact", "required"),
    Fault("unit", "complete", "unit_finding"),
    Fault("unit", "send", "unit_month"),
    Fault("unit", "send", "unit_finding"),
    Fault("unit", "sign", "unit_list"),
    Fault("county", "report", "reporter_month"),
    Fault("county", "report", "supervision_draft"),
    Fault("county", "match", "case_source"),
    Fault("county", "answer", "case_source"),
    Fault("county", "explain", "candidate"),
    Fault("county", "decide", "candidate"),
    Fault("county", "explain", "agenda_item"),
    Fault("county", "minute", "meeting"),
    Fault("county", "sign", "meeting"),
    Fault("county", "explain", "bulletin_name"),
    Fault("county", "decide", "bulletin_name"),
    Fault("county", "sign", "bulletin"),
    Fault("county", "", "case_file"),
    Fault("dispatch", "", "dispatch_order"),
    Fault("casework", "", "identification"),
)


def seen(lists: Lists, fault: Fault | None = None) -> dict[str, set[Actor]]:
    """Row → on whose lists it stands, read with this fault."""
    actors: dict[str, set[Actor]] = {}
    for actor, tasks in lists.items():
        for task in tasks:
            for name in task.objects:
                if not (fault and fault.loses(task, name)):
                    actors.setdefault(name, set()).add(actor)
    return actors


def misplaced(
    owners: Mapping[str, Iterable[Actor]], seeing: Mapping[str, Iterable[Actor]]
) -> Iterator[str]:
    """Rows that do not stand on just the lists of their owners."""
    for name in sorted(owners.keys() | seeing.keys()):
        if set(owners.get(name, ())) != set(seeing.get(name, ())):
            yield name


def caught(
    service: str, owners: Mapping[str, Iterable[Actor]], lists: Lists, unseen: Iterable[Fault]
) -> set[Fault]:
    """Of the faults nobody saw so far those that this look finds."""
    return {
        fault
        for fault in unseen
        if fault.service == service
        and any(
            name.startswith(f"{fault.table}:") for name in misplaced(owners, seen(lists, fault))
        )
    }
