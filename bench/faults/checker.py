"""Compares what the doors accepted with what exists, by the topics and the public API alone."""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import product
from typing import Any

from backstop.demo.personas import Personas
from backstop.service_process import login_of
from bench.faults.driver import Deed, TownStage
from bench.faults.month import MONTH, OWNERS, every_case
from tests.helpers.records import everything

Fact = tuple[str, ...]  # what happened, to whom

# What makes one fact of a type; two events with the same are one fact told twice.
KEYS: dict[str, tuple[str, ...]] = {
    "village.household.registered.v1": ("household",),
    "village.group.reported.v1": ("village", "group", "month"),
    "village.group.missed.v1": ("village", "group", "month"),
    "village.list.submitted.v1": ("village", "month", "supplement"),
    "village.list.missed.v1": ("village", "month"),
    "village.urgent.signed.v1": ("finding.finding",),
    "village.township.signed.v1": ("township", "month", "supplement"),
    "village.township.missed.v1": ("township", "month"),
    "unit.visit.recorded.v1": ("household", "helper", "on", "mode"),
    "unit.list.submitted.v1": ("unit", "month", "supplement"),
    "unit.list.signed.v1": ("unit", "month", "supplement"),
    "unit.list.missed.v1": ("unit", "month"),
    "county.supervision.reported.v1": ("team", "month", "supplement"),
    "county.case.opened.v1": ("household",),
    "county.case.verified.v1": ("case",),
    "county.case.not-qualified.v1": ("case",),
    "dispatch.order.issued.v1": ("order",),
    "department.order.issued.v1": ("order", "department"),
    "dispatch.order.accepted.v1": ("order",),
    "dispatch.order.reported.v1": ("order",),
    "dispatch.order.confirmed.v1": ("order",),
    "dispatch.order.closed.v1": ("order",),
    "dispatch.order.fell-overdue.v1": ("order", "clock", "step"),
    "dispatch.help.completed.v1": ("case",),
}
# A door of an order -> the event it becomes, and the line in the order's history.
ORDER_DEEDS = {
    "acceptance": ("dispatch.order.accepted.v1", "accept"),
    "report": ("dispatch.order.reported.v1", "solve"),
    "confirmation": ("dispatch.order.confirmed.v1", "confirm"),
    "closure": ("dispatch.order.closed.v1", "close"),
}


@dataclass(frozen=True)
class Record:
    """One event as it stands on a topic."""

    topic: str
    id: str
    type: str
    body: dict[str, Any]


@dataclass
class Evidence:
    """All that anybody may see at the end. A deadline must name those who were silent (month ->
    groups, villages, townships, units) and the department that was idle.
    """

    deeds: list[Deed]
    silent: dict[str, set[Any]]
    idle: str
    records: list[Record] = field(default_factory=list)
    households: dict[str, list[str]] = field(default_factory=dict)  # number -> ids
    cases: list[dict[str, Any]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)
    tiers: dict[str, dict[str, str]] = field(
        default_factory=dict
    )  # tier -> reporter -> its month at the county
    dead_letters: int = 0


@dataclass(frozen=True)
class Verdict:
    accepted: int
    found: int
    lost: list[Fact]
    doubled: list[Fact]

    @property
    def holds(self) -> bool:
        return not self.lost and not self.doubled


def check(evidence: Evidence) -> Verdict:
    """Every fact that must be exists exactly once, and nothing else of its kind does."""
    expected, present = Counter(_expected(evidence)), Counter(_present(evidence))
    lost = list((expected - present).elements())
    doubled = list((present - expected).elements()) + list(_said_twice(evidence.records))
    if evidence.dead_letters:
        lost.append(("laid aside", str(evidence.dead_letters)))
    return Verdict(expected.total(), (expected & present).total(), lost, doubled)


def _expected(evidence: Evidence) -> Iterator[Fact]:
    yield from _of_doors(evidence)
    yield from _of_silence(evidence)
    yield from _of_cases(evidence)
    yield from _of_orders(evidence)


def _of_doors(evidence: Evidence) -> Iterator[Fact]:
    """What each accepted deed must have become: an event, and where it can be seen, a line at who
    hears it.
    """
    for deed in evidence.deeds:
        match deed.path.strip("/").split("/"):
            case ["village", "api", "households"]:
                yield from _of_households(deed.body, evidence.households)
            case ["village", "api", *door]:
                yield from _of_village(door, deed.body)
            case ["unit", "api", *door]:
                yield from _of_unit(door, deed.body)
            case ["county", "api", *door]:
                yield from _of_county(door, deed.body)
            case ["dispatch", "api", "orders", order, action]:
                fact, deed_name = ORDER_DEEDS[action]
                yield (fact, order)
                yield ("deed of an order", order, deed_name)


def _of_households(body: Any, ids: Mapping[str, list[str]]) -> Iterator[Fact]:
    for household in body:
        yield ("household in the register", household["number"])
        for id in ids.get(household["number"], []):
            yield ("village.household.registered.v1", id)


def _of_village(door: list[str], body: Any) -> Iterator[Fact]:
    match door:
        case ["group-reports"]:
            village, group = body["village"], body["group"]
            yield ("village.group.reported.v1", village, group, MONTH)
            yield ("at the county", "group", f"{village}/{group}", "on_time")
        case ["lists"]:
            yield ("village.list.submitted.v1", body["village"], MONTH, "0")
            yield ("at the county", "village", body["village"], "on_time")
        case ["signatures"]:
            yield ("village.township.signed.v1", body["township"], MONTH, "0")
            yield ("at the county", "township", body["township"], "on_time")
        case ["urgent-findings", finding, "signature"]:
            yield ("village.urgent.signed.v1", finding)


def _of_unit(door: list[str], body: Any) -> Iterator[Fact]:
    match door:
        case ["visits"]:
            for visit in body:
                yield (
                    "unit.visit.recorded.v1",
                    visit["household"],
                    visit["helper"],
                    visit["on"],
                    visit["mode"],
                )
        case ["lists"]:
            yield ("unit.list.submitted.v1", body["unit"], MONTH, "0")
        case ["lists", unit, month, "signature"]:
            yield ("unit.list.signed.v1", unit, month, "0")
            yield ("at the county", "unit", unit, "on_time")


def _of_county(door: list[str], body: Any) -> Iterator[Fact]:
    match door:
        case ["supervision-reports"]:
            yield ("county.supervision.reported.v1", body["team"], MONTH, "0")
            yield ("at the county", "team", body["team"], "on_time")
        case ["cases", case, "visits"]:
            yield ("visit of the office", case)
        case ["cases", case, "decision"]:
            yield (f"county.case.{body['decision'].replace('_', '-')}.v1", case)
            for need in body.get("needs", []):
                yield ("order of a need", case, need["gap_item"])


def _of_silence(evidence: Evidence) -> Iterator[Fact]:
    """Whom a deadline must name, once."""
    for month, reporters in evidence.silent.items():
        for reporter in reporters:
            place, kind, fact = _named(reporter)
            yield (fact, *place, month)
            if month == MONTH:
                yield ("at the county", kind, "/".join(place), "missing")


def _named(reporter: Any) -> tuple[tuple[str, ...], str, str]:
    """A reporter's place, its tier, and the event of its silence."""
    if isinstance(reporter, tuple):
        return reporter, "group", "village.group.missed.v1"
    if reporter.startswith("U"):
        return (reporter,), "unit", "unit.list.missed.v1"
    if reporter.endswith("000"):
        return (reporter,), "township", "village.township.missed.v1"
    return (reporter,), "village", "village.list.missed.v1"


def _of_cases(evidence: Evidence) -> Iterator[Fact]:
    """One case a household in which somebody reported a risk, with every source."""
    findings = {finding["finding"]: finding["household"] for finding in _findings(evidence.records)}
    for finding in findings:
        yield ("source of a case", finding)
    for household in sorted(set(findings.values())):
        yield ("county.case.opened.v1", household)
        yield ("case of a household", household)


def _findings(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """What travelled to the county, by whichever tier."""
    for record in records:
        yield from (
            record.body.get("findings", ())
            if record.type.endswith(("list.submitted.v1", "supervision.reported.v1"))
            else ()
        )
        if record.type == "village.urgent.signed.v1":
            yield record.body["finding"]


def _of_orders(evidence: Evidence) -> Iterator[Fact]:
    """One owner each; who does not sign for it is named at the deadline and at each step of the
    escalation.
    """
    helped: dict[str, bool] = {}
    for order in evidence.orders:
        yield ("dispatch.order.issued.v1", order["id"])
        yield ("owner of an order", order["id"])
        # who has joined gets it by Kafka
        for department in {order["department"], *order["co_handlers"]} & OWNERS:
            yield ("department.order.issued.v1", order["id"], department)
        helped[order["case"]] = helped.get(order["case"], True) and order["state"] == "closed"
        if order["department"] == evidence.idle:
            # by 31 October all have passed
            for clock, step in product(("accept", "report", "solve"), ("0", "1")):
                yield ("dispatch.order.fell-overdue.v1", order["id"], clock, step)
    for case in (case for case, all_closed in helped.items() if all_closed):
        yield ("dispatch.help.completed.v1", case)


def _present(evidence: Evidence) -> Iterator[Fact]:
    # a record delivered again is the same event
    ids = {(record.topic, record.id): record for record in evidence.records}
    for record in ids.values():
        if record.type in KEYS:
            yield (record.type, *(str(_at(record.body, key)) for key in KEYS[record.type]))
        if record.type == "department.order.issued.v1" and record.body["lead"]:
            yield ("owner of an order", record.body["order"])
    for number, household_ids in evidence.households.items():
        yield from (("household in the register", number) for _ in household_ids)
    for case in evidence.cases:
        yield ("case of a household", case["household"])
        yield from (("source of a case", source["finding"]) for source in case["sources"])
        yield from (("visit of the office", visit["case"]) for visit in case["visits"])
    for order in evidence.orders:
        yield ("order of a need", order["case"], order["gap_item"])
        for deed in order["history"]:
            if deed["deed"] in {name for _, name in ORDER_DEEDS.values()}:
                yield ("deed of an order", order["id"], deed["deed"])
    for tier, reporters in evidence.tiers.items():
        yield from (("at the county", tier, code, state) for code, state in reporters.items())


def _said_twice(records: list[Record]) -> Iterator[Fact]:
    """Two events of different ids that say exactly the same."""
    counts = Counter(
        (record.type, json.dumps(record.body, sort_keys=True))
        for record in {record.id: record for record in records}.values()
    )
    yield from (
        ("said twice", type, body[:120]) for (type, body), times in counts.items() if times > 1
    )


def _at(body: dict[str, Any], key: str) -> Any:
    for part in key.split("."):
        body = body[part]
    return body


async def gather(
    driver: TownStage, personas: Personas, silent: dict[str, set[Any]], idle: str
) -> Evidence:
    """Read every topic from its beginning, and ask every public door."""
    evidence = Evidence(driver.deeds, silent, idle, records=await _records(driver))

    async def group(place: tuple[str, str]) -> None:
        for household in await driver.get(personas.group_leader(*place), "/village/api/households"):
            evidence.households.setdefault(household["number"], []).append(household["id"])

    async def case(line: dict[str, Any]) -> None:
        evidence.cases.append(await driver.get(personas.clerk, f"/county/api/cases/{line['id']}"))

    async def order(line: dict[str, Any]) -> None:
        evidence.orders.append(
            await driver.get(personas.clerk, f"/dispatch/api/orders/{line['id']}")
        )

    await driver.each(group, personas.county.groups)
    await driver.each(case, await every_case(driver, personas))
    await driver.each(order, await driver.get(personas.clerk, "/dispatch/api/orders"))
    month = await driver.get(personas.clerk, f"/county/api/months/{MONTH}")
    evidence.tiers = {
        tier["kind"].lower(): {
            reporter["code"]: reporter["timeliness"] for reporter in tier["reporters"]
        }
        for tier in month["tiers"]
        if tier["kind"] != "OFFICE"  # the office's own dates; nobody reported them
    }
    for service in ("village", "unit", "county", "dispatch"):
        evidence.dead_letters += (await driver.get(personas.clerk, f"/{service}/api/work"))[
            "dead_letters"
        ]
    return evidence


async def _records(driver: TownStage) -> list[Record]:
    login = login_of(driver.town.engines.kafka)
    return [
        _record(raw) for raw in await everything(login, lambda name: name.startswith("backstop."))
    ]


def _record(raw: Any) -> Record:
    headers = {name: value.decode() for name, value in raw.headers}
    return Record(raw.topic, headers["ce_id"], headers["ce_type"], json.loads(raw.value))
