"""Makes `county-0.1.0`: an invented county that release 0.1.0 kept for nearly three months.

It runs on that release alone (commit 9ab5551) with `dump_county.py` and stands here to say how the
county was made:

    git worktree add ../release-0.1.0 9ab5551 && cd ../release-0.1.0 && make .venv/ready
    .venv/bin/python …/tests/upgrade/make_county.py …/tests/upgrade/county-0.1.0

Its months go by as the demo's do, with two townships of two villages instead of eight of six.
"""

import asyncio
import json
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any

import openpyxl
from aiokafka import AIOKafkaProducer
from confluent_kafka import Producer
from dump_county import SERVICES, deadlines, dump, letters, rows

from backstop.demo import county as places
from backstop.demo import department, seed
from backstop.demo.cast import Cast
from backstop.demo.month import Month
from backstop.demo.script import Script
from backstop.demo.stage import Stage
from backstop.departments import begin_rotation
from backstop.house import House
from backstop.installation import Installation
from backstop.links import Links
from backstop.portal import administrator
from kit.actor import Actor
from kit.clock import ZONE, SimulatedClock, local_date
from kit.ids import new_id
from kit.messaging.relay import relay
from kit.tokens import make_token
from schemas.codes import DEPARTMENTS, Role, Stratum

BEGIN = date(2026, 7, 1)
JULY, AUGUST, SEPTEMBER = "2026-07", "2026-08", "2026-09"
places.TOWNSHIPS, places.VILLAGES, places.GROUPS = ("河湾镇", "青岭镇"), ("石桥", "柳树"), 2
places.UNITS, places.HELPERS = ("县水利局", "县第一中学"), 2
S = Stratum
places.EVER = {S.UNSTABLE_EX_POOR: (10, 38), S.MARGINAL: (12, 43), S.SUDDEN_HARDSHIP: (6, 24)}
places.NEW = dict.fromkeys(places.EVER, (1, 4))
places.ELIMINATED = {S.UNSTABLE_EX_POOR: (3, 11), S.MARGINAL: (4, 14), S.SUDDEN_HARDSHIP: (2, 8)}
places.AS_OF = BEGIN
OURS = ("housing", "education", "health-insurance")
DESKS = {  # role: the services where it looks for what is open
    Role.GROUP_LEADER: ("village",),
    Role.VILLAGE_CLERK: ("village", "county", "dispatch", "unit"),
    Role.TOWNSHIP_CLERK: ("village", "unit"),
    Role.TOWNSHIP_HEAD: ("village",),
    Role.HELPER: ("unit",),
    Role.UNIT_CLERK: ("unit", "county"),
    Role.UNIT_HEAD: ("unit",),
    Role.SUPERVISOR: ("county",),
    Role.COUNTY_CLERK: SERVICES,
    Role.COUNTY_LEADER: ("county", "dispatch"),
    Role.DEPARTMENT_CLERK: ("dispatch",),
}


class SmallCounty(places.County):
    @cached_property
    def teams(self) -> dict[str, tuple[str, str, tuple[str, ...]]]:
        return {"D1": ("第一督导组", "孔令安", tuple(self.townships))}

    @cached_property
    def departments(self) -> dict[str, str]:
        return {code: f"县{DEPARTMENTS[code]}" for code in OURS}


class Play(Script):
    """Three months: July whole, August whole but for its meeting, September up to the 24th."""

    def __init__(self, stage: Stage, cast: Cast) -> None:
        super().__init__(stage, cast)
        self.july = Month(stage, cast, JULY)
        home = self.ordinary
        self.pupil, self.wall = home("石桥", "01"), home("柳树", "01")
        self.ill, self.student = home("石桥青", "01"), home("石桥", "02")
        self.old, self.fallen = home("柳树", "02"), home("石桥青", "02")
        self.debt, self.waiting = home("柳树青", "01"), home("柳树青", "02")
        self.risky, self.hurt, self.unseen, self.last = cast.county.active[:4]
        self.passwords: dict[str, Any] = {}
        self.links: dict[str, Any] = {}

    async def found(self) -> None:
        """Organisation and register, part of it by workbook; one person under two numbers."""
        stage, cast = self.stage, self.cast
        self.link("used", administrator(self.stage.house))
        answer = await stage.client.post(f"/sign-in/{self.links['used']}")
        assert answer.status_code == 303
        stage.house.found_county(places.COUNTY)
        await seed.organisation(stage, cast)
        await seed.register(stage, cast)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "农户信息.xlsx"
            self.workbook().save(path)
            [report] = await stage.take(cast.clerk, [path], JULY)
        assert report.marked, report
        assert report.sheets[0].taken == 2, report
        for code in ("housing", "education"):
            given = await department.join(stage.house, code)
            self.passwords[code] = given
        self.housing = self.passwords["housing"]
        for service in ("village", "unit", "county"):
            await stage.post(cast.clerk, f"/{service}/api/months", {"month": JULY})

    def workbook(self) -> openpyxl.Workbook:
        """A new household, one whose head is on the register under another number, and a mistake."""
        book = openpyxl.Workbook()
        sheet = book.active
        sheet.title = "农户信息"
        sheet.append(["守望县农户基础信息表"])
        sheet.append(
            [
                "户编号",
                "乡镇",
                "村名",
                "组别",
                "农户类型",
                "姓名",
                "身份证号码",
                "性别",
                "与户主关系",
                "健康状况",
                "劳动能力",
                "联系电话",
            ]
        )
        new, twin = places.People("workbook").family(2), self.old.members
        for number, members in (("H20101901", new), ("H20102902", twin[:1]), ("H20101903", new)):
            for one in members:
                wrong = "99012119000101000X" if number.endswith("3") else one.id_number
                row = [number, "河湾镇", "石桥村", "01", "一般户", one.name, wrong, one.gender]
                sheet.append([*row, one.relationship, one.health, one.labour, one.phone])
        return book

    def link(self, name: str, actor: Actor) -> None:
        house = self.stage.house
        self.links[name] = Links(house.installation.home).hand_out(actor, house.clock())

    async def play_july(self) -> None:
        july, village = self.july, self.cast.village
        july.findings = {
            (village("石桥"), "01"): [
                await self.finding(self.pupil, "EDUCATION", "孩子没有到校", "劝返复学")
            ],
            (village("柳树"), "01"): [
                await self.finding(self.wall, "NATURAL_DISASTER", "后墙开裂", "鉴定并修缮")
            ],
        }
        await july.usual(date(2026, 7, 28), after=BEGIN)
        await self.stage.at(date(2026, 7, 29))
        await self.verify(self.pupil, "EDUCATION", {"gap_item": "DROPOUT", "question": "能否返校?"})
        await self.verify(
            self.wall, "NATURAL_DISASTER", {"gap_item": "HOUSING_UNSAFE", "question": "能否修缮?"}
        )
        await self.stage.at(date(2026, 7, 30))
        await self.order_deed(self.pupil, "DROPOUT", "acceptance")
        await self.housing_system("--accept-only")

    async def play_august(self) -> None:
        month, village, at = self.august, self.cast.village, self.stage.at
        month.findings = {
            (village("石桥青"), "01"): [
                await self.finding(self.ill, "ILLNESS", "自付费用大", "医疗救助")
            ],
            (village("石桥"), "02"): [
                await self.finding(self.student, "EDUCATION", "学费负担重", "助学金")
            ],
            (village("柳树"), "02"): [
                await self.finding(self.old, "ILLNESS", "长期服药", "医疗救助")
            ],
            (village("石桥青"), "02"): [
                await self.finding(self.fallen, "ACCIDENT", "务工受伤", "医疗救助")
            ],
            (village("柳树青"), "01"): [
                await self.finding(self.debt, "OTHER", "借款还不上", "核实后帮扶")
            ],
            (village("柳树青"), "02"): [
                await self.finding(self.waiting, "LABOUR_SHORTAGE", "老人独居", "纳入低保评估")
            ],
        }
        self.add(month, self.unseen, await self.finding(self.unseen, "ILLNESS", "住院", "救助"))
        month.risky = {
            self.risky.number: {
                "causes": ["ILLNESS"],
                "since": {"day": "2026-08-05"},
                "risk_point": "住院,支出大",
                "matter": "落实医疗救助",
            }
        }
        await at(date(2026, 8, 10))
        solved = {"result": "solved", "explanation": "已返校", "handler": "经办窗口"}
        await self.order_deed(self.pupil, "DROPOUT", "report", **solved)
        clerk = self.cast.village_clerk(self.pupil.village)
        await self.order_deed(
            self.pupil, "DROPOUT", "confirmation", actor=clerk, received=True, note="已上学"
        )
        await self.order_deed(self.pupil, "DROPOUT", "closure", actor=self.cast.clerk)
        await self.housing_system("--reply", "planned")
        await month.usual(date(2026, 8, 9), after=date(2026, 8, 1))
        await at(date(2026, 8, 12))
        await self.decide_names(JULY)
        await self.stage.post(self.cast.leader, f"/county/api/bulletins/{JULY}/issue", {})
        await at(date(2026, 8, 13))
        meeting = await self.meeting_of(JULY)
        await self.hold(meeting, place="县政府二楼会议室")
        minutes = f"/county/api/meetings/{meeting}/minutes"
        await self.stage.post(self.cast.leader, minutes, {"note_rest": True})
        await month.usual(date(2026, 8, 28), after=date(2026, 8, 9))

    def add(self, month: Month, home: places.Household, finding: dict) -> None:
        month.findings.setdefault((home.village, home.group), []).append(finding)

    async def play_september(self) -> None:
        at, cast, stage = self.stage.at, self.cast, self.stage
        await at(date(2026, 9, 1))
        medical = {"gap_item": "MEDICAL_COST", "question": "能否给予医疗救助?"}
        await self.verify(self.ill, "ILLNESS", medical)
        await self.verify(
            self.student, "EDUCATION", {"gap_item": "SCHOOL_COST", "question": "能否落实助学金?"}
        )
        await self.verify(self.fallen, "ACCIDENT", medical)
        await self.verify(self.debt, "OTHER", {"gap_item": "OTHER", "question": "如何帮扶?"})
        await at(date(2026, 9, 2))
        await self.order_deed(
            self.ill, "MEDICAL_COST", "return", reason="外县参保", proposed="education"
        )
        await self.order_deed(self.fallen, "MEDICAL_COST", "acceptance")
        await self.september.usual(date(2026, 9, 13), after=date(2026, 9, 2))
        await at(date(2026, 9, 14))  # the last third of the visits is not made
        await self.verify(self.old, "ILLNESS", medical)
        await self.order_deed(self.old, "MEDICAL_COST", "acceptance")
        await self.order_deed(
            self.fallen, "MEDICAL_COST", "report", result="solved", explanation="已救助"
        )
        await self.decide(self.waiting, {"decision": "recheck", "question": "子女是否赡养?"})
        month, village = self.september, cast.village
        late = village("柳树青")
        newcomer = places.People("newcomer").family(1)[0]
        month.findings = {
            (village("石桥"), "01"): [
                {
                    "newcomer": {"name": newcomer.name, "id_number": newcomer.id_number},
                    "causes": ["ILLNESS"],
                    "risk_point": "外来户患病",
                    "matter": "核对后帮扶",
                }
            ],
            (late, "01"): [await self.finding(self.debt, "ILLNESS", "户主住院", "医疗救助")],
        }
        self.add(month, self.last, await self.finding(self.last, "ILLNESS", "住院", "救助"))
        month.absent = {(late, "02"), late, village("柳树")}
        await month.usual(date(2026, 9, 23), after=date(2026, 9, 14))
        await at(date(2026, 9, 23), 10)
        urgent = await self.finding(
            self.hurt, "ACCIDENT", "高处坠落", "临时救助", severity="URGENT"
        )
        told = await stage.post(
            cast.village_clerk(self.hurt.village),
            "/village/api/urgent-findings",
            {"village": self.hurt.village, "month": SEPTEMBER, "finding": urgent},
        )
        self.urgent_finding = told["id"]
        await month.unit_list("U001")  # unsigned
        await stage.settle()

    async def letters(self) -> None:
        """A record of a type nobody knows, and a broken one with a later event behind it."""
        village = self.cast.village("石桥青")
        kafka = self.stage.house.installation.engines.kafka
        producer = Producer(kafka.confluent())
        good = {
            "division": village,
            "level": "VILLAGE",
            "name": "石桥青村",
            "parent": village[:9] + "000",
        }
        broken = good | {"level": "HAMLET"}
        for kind, body in (("village.fence.painted.v1", {}), ("village.division.named.v1", broken)):
            headers = {
                "ce_specversion": "1.0",
                "ce_id": new_id(),
                "ce_source": f"/backstop/{places.COUNTY}/village",
                "ce_type": kind,
                "ce_subject": village,
                "ce_time": self.stage.clock().isoformat(),
                "content-type": "application/json",
            }
            producer.produce(
                "backstop.village",
                json.dumps(body, ensure_ascii=False).encode(),
                village.encode(),
                headers=[(name, value.encode()) for name, value in headers.items()],
            )
        producer.flush(10)
        await self.stage.settle()
        renamed = {"division": village, "name": "石桥新村"}
        await self.stage.post(self.cast.clerk, "/village/api/divisions", [renamed])
        await self.stage.settle()
        self.broken = {"key": village, "mended": good, "name_behind": "石桥新村"}

    def before_the_end(self) -> None:
        house = self.stage.house
        kafka, sessions = house.installation.engines.kafka, house.runtimes["dispatch"].sessions
        rotated = begin_rotation(kafka, sessions, "education", house.clock())
        self.passwords["education-new"] = rotated
        self.link("unused", self.cast.village_clerk(self.cast.village("石桥")))

    async def unread(self) -> None:
        """Said while nobody listens: a late list, a unit's list, a department's own reply."""
        village = self.cast.village("柳树青")
        await self.september.village(village)
        await self.september.unit_list("U002")
        for name in ("village", "unit"):
            await sent(self.stage.house, name)
        await department.answer(self.housing, self.stage.house, "--reply", "solved")

    async def unsent(self) -> None:
        """Done while no relay runs: a signature, a decision that becomes a department's order."""
        stage, cast = self.stage, self.cast
        head = cast.township_head(cast.township_of(self.hurt.village))
        path = f"/village/api/urgent-findings/{self.urgent_finding}/signature"
        await stage.post(head, path)
        need = {"gap_item": "HOUSING_UNSAFE", "question": "住房是否安全?"}
        await self.decide(
            self.risky, {"decision": "verified", "primary_cause": "ILLNESS", "needs": [need]}
        )

    async def decide(self, home: places.Household, decision: dict) -> None:
        """Visit and decide, and wait for nobody."""
        case, clerk, stage = await self.case_of(home), self.cast.clerk, self.stage
        path, on = f"/county/api/cases/{case['id']}", stage.today.isoformat()
        visit = {"on": on, "visitors": "周明远、李守田", "met": "户主", "note": "情况属实"}
        await stage.post(clerk, f"{path}/visits", visit)
        await stage.post(clerk, f"{path}/decision", decision)


async def sent(house: House, name: str) -> None:
    """Let the relay of one service run until its outbox is empty."""
    runtime = house.runtimes[name]

    def producer() -> AIOKafkaProducer:
        return AIOKafkaProducer(**runtime.kafka.options(), acks="all", enable_idempotence=True)

    task = asyncio.create_task(relay(runtime.dsn, producer, lambda: runtime.source))
    while runtime.unsent():
        await asyncio.sleep(0.05)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def make(home: Path, out: Path) -> None:
    installation = Installation(home, fast=True)
    installation.engines.start()
    clock = SimulatedClock(at(BEGIN, 9))
    cast = Cast(SmallCounty())
    house = House(installation, clock=clock, every=None)
    await house.start()
    play = Play(Stage(house, clock), cast)
    await play.found()
    await play.play_july()
    await play.play_august()
    await play.play_september()
    await play.letters()
    play.before_the_end()
    await play.stage.close()
    await house.stop()

    house = House(installation, clock=clock, every=None)
    house.prepare()  # its doors are open, its consumers and relays are not started
    play.stage = Stage(house, clock)
    for month in (play.july, play.august, play.september):
        month.stage = play.stage
    clock.set(at(date(2026, 9, 24), 15))
    await play.unread()
    await play.unsent()
    facts = {
        "made_by": "release 0.1.0",
        "county": places.COUNTY,
        "now": clock().isoformat(),
        "rows": {name: rows(installation, name) for name in SERVICES},
        "links": play.links,
        "tokens": {role: tokens(house, one) for role, one in people(cast).items()},
        "credentials": {
            name: {"user": one.user, "password": one.password, "kid": one.kid, "key": one.jwk_k}
            for name, one in play.passwords.items()
        },
        "deadlines": {name: deadlines(installation, name) for name in SERVICES},
        "unsent": {name: house.runtimes[name].unsent() for name in SERVICES},
        "twin": {"id_number": play.old.head.id_number, "numbers": [play.old.number, "H20102902"]},
        "letters": {name: letters(installation, name) for name in SERVICES},
        "broken": play.broken,
        "before": await look(play),
    }
    await play.stage.close()
    house.dispose()
    dump(installation, out)

    # What the release itself makes of it: whoever upgrades must come to the same.
    clock.set(at(date(2026, 9, 26), 9))
    house = House(installation, clock=clock, every=None)
    await house.start()
    play.stage = Stage(house, clock)
    await house.settle()
    await house.sweep()
    await house.settle()
    facts |= {"resumed": clock().isoformat(), "after": await look(play)}
    await play.stage.close()
    await house.stop()
    text = json.dumps(facts, ensure_ascii=False, indent=1, sort_keys=True)
    (out / "facts.json").write_text(text + "\n", encoding="utf-8")


def at(day: date, hour: int) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def people(cast: Cast) -> dict[str, Actor]:
    """One a role, and every department."""
    village, township = cast.village("石桥"), cast.township_of(cast.village("石桥"))
    ones = [
        cast.group_leader(cast.village("柳树青"), "02"),
        cast.village_clerk(village),
        cast.village_clerk(cast.village("柳树")),
        cast.village_clerk(cast.village("石桥青")),
        cast.township_clerk(township),
        cast.township_head(township),
        cast.township_head(cast.township_of(cast.village("石桥青"))),
        cast.helper("U001-01"),
        cast.unit_clerk("U001"),
        cast.unit_clerk("U002"),
        cast.unit_head("U001"),
        cast.supervisor("D1"),
        cast.clerk,
        cast.leader,
        *map(cast.department, OURS),
    ]
    return {one.account: one for one in ones}


def tokens(house: House, actor: Actor) -> str:
    key = house.installation.keyring.token_key
    return make_token(key, actor, valid=timedelta(days=36_500))


async def look(play: Play) -> dict[str, Any]:
    """What is open for whom, and how things stand, as the doors say it; by numbers where there are
    any, for what is made after the dump gets other ids each time.
    """
    stage, clerk = play.stage, play.cast.clerk
    cases = (await stage.get(clerk, "/county/api/cases"))["cases"]
    orders = await stage.get(clerk, "/dispatch/api/orders")
    candidates = await stage.get(clerk, "/county/api/candidates")
    numbers = {one["id"]: one["number"] for one in (*cases, *orders)}
    numbers |= {one["id"]: f"of {one['household']}" for one in candidates}
    reporters = await stage.get(clerk, f"/county/api/months/{SEPTEMBER}")
    months = {
        kind: {one["month"]: one["state"] for one in await stage.get(clerk, f"/county/api/{kind}")}
        for kind in ("bulletins", "meetings")
    }
    return months | {
        "desks": {
            account: {
                name: [by_number(href, numbers) for href in tasks(stage.house, name, actor)]
                for name in DESKS[actor.role]
            }
            for account, actor in people(play.cast).items()
        },
        "cases": {one["number"]: one["decision"] for one in cases},
        "orders": {one["number"]: one["state"] for one in orders},
        "reporters": {
            f"{tier['kind']} {one['code']}": [one["timeliness"], one["content"]]
            for tier in reporters["tiers"]
            for one in tier["reporters"]
        },
        "candidates": sorted(one["household"] for one in candidates),
    }


def by_number(href: str, numbers: dict[str, str]) -> str:
    head, _, last = href.rpartition("/")
    return f"{head}/{numbers.get(last, last)}"


def tasks(house: House, name: str, actor: Actor) -> list[str]:
    """Where the tasks on a desk lead."""
    desk = import_module(f"services.{name}.queries.desk").desk
    with house.runtimes[name].sessions() as session:
        found = desk(session, actor, local_date(house.clock()))
    return sorted({task.href for task in found} - {f"/{name}/"})  # that is the desk itself


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        made = Installation(Path(folder) / "home", fast=True)
        try:
            asyncio.run(make(made.home, Path(sys.argv[1]).absolute()))
        finally:
            made.engines.erase()
