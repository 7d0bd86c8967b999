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
    wanted, there = Counter(_wanted(evidence)), Counter(_there(evidence))
    lost = list((wanted - there).elements())
    doubled = list((there - wanted).elements()) + list(_said_twice(evidence.records))
    if evidence.dead_letters:
        lost.append(("laid aside", str(evidence.dead_letters)))
    return Verdict(wanted.total(), (wanted & there).total(), lost, doubled)


def _wanted(evidence: Evidence) -> Iterator[Fact]:
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
            case ["dispatch", "api", "orders", order, what]:
                fact, deed_name = ORDER_DEEDS[what]
                yield (fact, order)
                yield ("deed of an order", order, deed_name)


def _of_households(body: Any, ids: Mapping[str, list[str]]) -> Iterator[Fact]:
    for one in body:
        yield ("household in the register", one["number"])
        for id in ids.get(one["number"], []):
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
            for one in body:
                yield (
                    "unit.visit.recorded.v1",
                    one["household"],
                    one["helper"],
                    one["on"],
                    one["mode"],
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
        for one in reporters:
            place, kind, fact = _named(one)
            yield (fact, *place, month)
            if month == MONTH:
                yield ("at the county", kind, "/".join(place), "missing")


def _named(one: Any) -> tuple[tuple[str, ...], str, str]:
    """A reporter's place, its tier, and the event of its silence."""
    if isinstance(one, tuple):
        return one, "group", "village.group.missed.v1"
    if one.startswith("U"):
        return (one,), "unit", "unit.list.missed.v1"
    if one.endswith("000"):
        return (one,), "township", "village.township.missed.v1"
    return (one,), "village", "village.list.missed.v1"


def _of_cases(evidence: Evidence) -> Iterator[Fact]:
    """One case a household in which somebody reported a risk, with every source."""
    findings = {one["finding"]: one["household"] for one in _findings(evidence.records)}
    for finding in findings:
        yield ("source of a case", finding)
    for household in sorted(set(findings.values())):
        yield ("county.case.opened.v1", household)
        yield ("case of a household", household)


def _findings(records: Iterable[Record]) -> Iterator[dict[str, Any]]:
    """What travelled to the county, by whichever tier."""
    for one in records:
        yield from (
            one.body.get("findings", ())
            if one.type.endswith(("list.submitted.v1", "supervision.reported.v1"))
            else ()
        )
        if one.type == "village.urgent.signed.v1":
            yield one.body["finding"]


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


def _there(evidence: Evidence) -> Iterator[Fact]:
    # a record delivered again is the same event
    ids = {(one.topic, one.id): one for one in evidence.records}
    for one in ids.values():
        if one.type in KEYS:
            yield (one.type, *(str(_at(one.body, key)) for key in KEYS[one.type]))
        if one.type == "department.order.issued.v1" and one.body["lead"]:
            yield ("owner of an order", one.body["order"])
    for number, found in evidence.households.items():
        yield from (("household in the register", number) for _ in found)
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
    said = Counter(
        (one.type, json.dumps(one.body, sort_keys=True))
        for one in {one.id: one for one in records}.values()
    )
    yield from (
        ("said twice", type, body[:120]) for (type, body), times in said.items() if times > 1
    )


def _at(body: dict[str, Any], key: str) -> Any:
    for part in key.split("."):
        body = body[part]
    return body


async def gather(
    driver: TownStage, personas: Personas, silent: dict[str, set[Any]], idle: str
) -> Evidence:
    """Read every topic from its beginning, and ask every public door."""
    found = Evidence(driver.deeds, silent, idle, records=await _records(driver))

    async def group(place: tuple[str, str]) -> None:
        for one in await driver.get(personas.group_leader(*place), "/village/api/households"):
            found.households.setdefault(one["number"], []).append(one["id"])

    async def case(line: dict[str, Any]) -> None:
        found.cases.append(await driver.get(personas.clerk, f"/county/api/cases/{line['id']}"))

    async def order(line: dict[str, Any]) -> None:
        found.orders.append(await driver.get(personas.clerk, f"/dispatch/api/orders/{line['id']}"))

    await driver.each(group, personas.county.groups)
    await driver.each(case, await every_case(driver, personas))
    await driver.each(order, await driver.get(personas.clerk, "/dispatch/api/orders"))
    month = await driver.get(personas.clerk, f"/county/api/months/{MONTH}")
    found.tiers = {
        tier["kind"].lower(): {one["code"]: one["timeliness"] for one in tier["reporters"]}
        for tier in month["tiers"]
        if tier["kind"] != "OFFICE"  # the office's own dates; nobody reported them
    }
    for service in ("village", "unit", "county", "dispatch"):
        found.dead_letters += (await driver.get(personas.clerk, f"/{service}/api/work"))[
            "dead_letters"
        ]
    return found


async def _records(driver: TownStage) -> list[Record]:
    login = login_of(driver.town.engines.kafka)
    return [
        _record(one) for one in await everything(login, lambda name: name.startswith("backstop."))
    ]


def _record(one: Any) -> Record:
    headers = {name: value.decode() for name, value in one.headers}
    return Record(one.topic, headers["ce_id"], headers["ce_type"], json.loads(one.value))
