"""August, which lies there when the demo begins, and September."""

from datetime import date

from backstop.demo import department, seed
from backstop.demo.county import COUNTY, Household
from backstop.demo.scenario import AUGUST, SEPTEMBER, Scenario, step


async def august(play: Scenario) -> None:
    """Organisation, register, ledger; a month in which three cases became orders, one of which
    nobody answers.
    """
    await play.driver.at(date(2026, 8, 3))
    await _before_the_first_day(play)
    await _three_are_found(play)
    await play.driver.at(date(2026, 8, 5))
    await play.verify(
        play.dropout,
        "EDUCATION",
        {
            "gap_item": "DROPOUT",
            "question": "孩子能否在9月前返校？",
            "person_name": play.dropout.members[-1].name,
        },
        risk_point="孩子开学后没有到校",
        matter="劝返复学",
        since={"day": "2026-08-03"},
    )
    await play.driver.at(date(2026, 8, 6))
    await play.order_deed(play.dropout, "DROPOUT", "acceptance")
    await play.august.usual(date(2026, 8, 28), after=date(2026, 8, 4))
    await play.driver.at(date(2026, 8, 31))
    for home, cause, gap, question, since in (
        (play.fields, "INDUSTRY_FAILURE", "INDUSTRY", "能否派技术员并补助补栏？", "2026-08-10"),
        (
            play.unsafe,
            "NATURAL_DISASTER",
            "HOUSING_UNSAFE",
            "住房是否安全，能否列入修缮？",
            "2026-08-12",
        ),
    ):
        need = {"gap_item": gap, "question": question}
        await play.verify(home, cause, need, since={"day": since})
    await play.order_deed(play.fields, "INDUSTRY", "acceptance")
    await play.housing_system("--accept-only")


async def _before_the_first_day(play: Scenario) -> None:
    driver, personas = play.driver, play.personas
    driver.application.found_county(COUNTY)
    await seed.organisation(driver, personas)
    await driver.introduce(personas.everybody())
    await seed.register(driver, personas)
    play.housing = await department.join(driver.application, "housing")
    for service in ("village", "unit", "county"):
        await driver.post(personas.clerk, f"/{service}/api/months", {"month": AUGUST})


async def _three_are_found(play: Scenario) -> None:
    """By their groups, which report with the others; the first by its supervision team at once."""
    for home, group, cause, risk, matter in (
        (play.dropout, ("石桥", "04"), "EDUCATION", "孩子开学后没有到校", "劝返复学"),
        (play.fields, ("东沟", "02"), "INDUSTRY_FAILURE", "养羊染病死亡三十余只", "技术指导、补栏"),
        (play.unsafe, ("柳树", "04"), "NATURAL_DISASTER", "连日降雨，后墙开裂", "鉴定并修缮住房"),
    ):
        finding = await play.finding(home, cause, risk, matter)
        play.august.findings[play.personas.village(group[0]), group[1]] = [finding]
    play.august.supervision = {
        "D1": [_supervised(play.dropout, "EDUCATION", "学生未到校", "建议教育部门劝返")]
    }
    await play.driver.at(date(2026, 8, 4))
    await play.august.visits(0)
    await play.august.team("D1")


@step(9, 2)
async def an_urgent_finding_travels_alone(play: Scenario) -> None:
    """I-13, GT-24: one township signature the same day, its order out before any list."""
    village = play.personas.village("石桥")
    finding = await play.finding(
        play.urgent,
        "ACCIDENT",
        "户主务工时从高处坠落，正在抢救",
        "临时救助、垫付医疗费",
        severity="URGENT",
        since={"day": "2026-09-01"},
        found_on="2026-09-02",
    )
    reported = await play.driver.post(
        play.personas.village_clerk(village),
        "/village/api/urgent-findings",
        {"village": village, "month": SEPTEMBER, "finding": finding},
    )
    head = play.personas.township_head(play.personas.township_of(village))
    await play.driver.post(head, f"/village/api/urgent-findings/{reported['id']}/signature")


@step(9, 3)
async def its_order_goes_out_before_any_list(play: Scenario) -> None:
    await play.verify(
        play.urgent,
        "ACCIDENT",
        {"gap_item": "LIVING_COST", "question": "能否当日给予临时救助？"},
        since={"day": "2026-09-01"},
    )
    await play.order_deed(play.urgent, "LIVING_COST", "acceptance")


@step(9, 4)
async def helpers_begin_to_visit(play: Scenario) -> None:
    play.september.risky = {
        play.three.number: {
            "causes": ["ILLNESS"],
            "since": {"day": "2026-09-05"},
            "risk_point": "户主患病住院，自付费用大",
            "matter": "落实医疗救助",
        },
        play.missed.number: {
            "causes": ["ILLNESS"],
            "since": {"day": "2026-09-05"},
            "risk_point": "家中老人住院，医药费支出大",
            "matter": "落实医疗救助",
        },
    }
    await play.september.visits(0)


@step(9, 9)
async def helpers_go_on(play: Scenario) -> None:
    await play.september.visits(1)


@step(9, 10, 15)
async def augusts_bulletin_is_issued(play: Scenario) -> None:
    """Drafted on 7 September (the 5th is a Saturday): the education bureau is named for its
    silence.
    """
    await play.decide_names(AUGUST)
    await play.driver.post(play.personas.leader, f"/county/api/bulletins/{AUGUST}/issue", {})


@step(9, 10)
async def help_is_reported(play: Scenario) -> None:
    solved = {"result": "solved", "explanation": "已办结", "handler": "经办窗口"}
    await play.order_deed(
        play.urgent,
        "LIVING_COST",
        "report",
        **(solved | {"explanation": "已发放临时救助", "amount": 500000}),
    )
    await play.order_deed(
        play.fields,
        "INDUSTRY",
        "report",
        **(solved | {"explanation": "已派技术员，补栏补助已打卡"}),
    )
    await play.housing_system("--reply", "planned")


@step(9, 11)
async def the_villages_confirm(play: Scenario) -> None:
    for home, gap in ((play.urgent, "LIVING_COST"), (play.fields, "INDUSTRY")):
        await play.received(home, gap, "户主说已收到")


@step(9, 14)
async def augusts_meeting(play: Scenario) -> None:
    """Its decision about the silent order opens October's agenda."""
    meeting = await play.meeting_of(AUGUST)
    await play.hold(meeting, place="县政府二楼会议室")
    for line in await play.lines_of_orders(meeting):
        await play.press_education(line, "教育局9月30日前劝返到校并书面反馈", "2026-09-30")
    await play.sign_minutes(meeting)


@step(9, 14, 15)
async def helpers_find_two_at_risk(play: Scenario) -> None:
    await play.september.visits(2)


@step(9, 16)
async def every_group_has_screened(play: Scenario) -> None:
    """N-04: one tap for nothing found. Not a word from two villages' risks: 东沟 says nil."""
    month, village = play.september, play.personas.village
    month.findings = {
        (village("柳树"), "01"): [
            await play.finding(
                play.three,
                "EDUCATION",
                "两名子女在读大学，学费生活费负担重",
                "落实助学金和生源地贷款",
            )
        ],
        (village("柳树"), "03"): [
            await play.finding(
                play.jobless, "UNSTABLE_EMPLOYMENT", "企业停产，返乡无收入", "安排公益性岗位"
            )
        ],
        (village("石桥"), "03"): [
            await play.finding(play.disaster, "NATURAL_DISASTER", "滑坡威胁住房", "避险搬迁或加固")
        ],
        (village("马家"), "03"): [
            await play.finding(play.struck, "LABOUR_SHORTAGE", "老人独居", "纳入低保评估")
        ],
        (village("上坝"), "01"): [
            await play.finding(
                play.thirsty, "NATURAL_DISASTER", "水源受损，吃水困难", "修复饮水管道"
            )
        ],
    }
    await month.groups()


@step(9, 18)
async def villages_send_their_lists(play: Scenario) -> None:
    """All but two: 上坝 will be late, 白水 will be missing."""
    play.september.absent = {play.personas.village("上坝"), play.personas.village("白水")}
    await play.september.villages()


@step(9, 21)
async def the_village_is_heard(play: Scenario) -> None:
    """B-35: a candidate, never a verdict; its village is heard first."""
    candidate = await play.candidate_of(play.missed)
    clerk = play.personas.village_clerk(play.missed.village)
    await play.driver.post(
        clerk,
        f"/county/api/candidates/{candidate['id']}/hearing",
        {"explanation": "9月5日组长电话问过，家里没说住院；以后改为上门。"},
    )


@step(9, 22)
async def a_list_comes_late(play: Scenario) -> None:
    await play.september.village(play.personas.village("上坝"))


@step(9, 24)
async def units_and_teams_report(play: Scenario) -> None:
    play.september.supervision = {
        "D1": [_supervised(play.three, "NATURAL_DISASTER", "房屋漏雨", "建议核实后纳入")]
    }
    await play.september.unit_lists()
    await play.september.teams()


@step(9, 25)
async def unit_heads_sign(play: Scenario) -> None:
    await play.september.unit_signatures()


@step(9, 28)
async def townships_sign(play: Scenario) -> None:
    """One finding is struck out with its reason (GT-26); the sign-off names the village that sent
    nothing.
    """
    village = play.struck.village
    clerk = play.personas.township_clerk(play.personas.township_of(village))
    findings = await play.driver.get(
        clerk, "/village/api/findings", month=SEPTEMBER, village=village
    )
    await play.driver.post(
        clerk,
        f"/village/api/findings/{findings[0]['id']}/recheck",
        {"agreed": False, "reason": "子女在本村居住并赡养，收入稳定"},
    )
    await play.september.townships()


@step(9, 29)
async def the_office_visits_and_decides(play: Scenario) -> None:
    """One case a household however many reported it (GT-17, GT-27): three causes, two gap items,
    two orders.
    """
    aid = {"gap_item": "MEDICAL_COST", "question": "能否给予医疗救助？"}
    student = play.three.members[-1].name
    await play.verify(
        play.three,
        "ILLNESS",
        aid | {"person_name": play.three.head.name},
        {"gap_item": "SCHOOL_COST", "question": "能否落实助学金？", "person_name": student},
        since={"day": "2026-09-05"},
    )
    await play.verify(play.missed, "ILLNESS", aid | {"person_name": play.missed.head.name})
    for home, cause, gap, question, since in (
        (play.disaster, "NATURAL_DISASTER", "HOUSING_UNSAFE", "住房能否加固或搬迁？", "2026-09-12"),
        (play.jobless, "UNSTABLE_EMPLOYMENT", "JOB", "能否安排公益性岗位？", "2026-09-10"),
        (play.thirsty, "NATURAL_DISASTER", "WATER_UNSAFE", "何时能恢复供水？", "2026-09-11"),
    ):
        need = {"gap_item": gap, "question": question}
        await play.verify(home, cause, need, since={"day": since})
    candidate = await play.candidate_of(play.missed)  # a person decides, of a verified risk
    await play.driver.post(
        play.personas.clerk,
        f"/county/api/candidates/{candidate['id']}/confirmation",
        {"reason": "村里只打了电话，没有上门。"},
    )


@step(9, 30)
async def departments_answer(play: Scenario) -> None:
    """One accepts, one returns with a better address, one tries to return what is its own."""
    for gap in ("MEDICAL_COST", "SCHOOL_COST"):
        await play.order_deed(play.three, gap, "acceptance")
    await play.order_deed(play.missed, "MEDICAL_COST", "acceptance")
    await play.order_deed(play.thirsty, "WATER_UNSAFE", "acceptance")
    await play.order_deed(
        play.disaster,
        "HOUSING_UNSAFE",
        "return",
        reason="属地质灾害避险搬迁",
        proposed="natural-resources",
    )
    await play.order_deed(
        play.jobless, "JOB", "return", reason="该户在外县参保", proposed="civil-affairs"
    )


def _supervised(home: Household, cause: str, problem: str, advice: str) -> dict:
    return {
        "village": home.village,
        "head_name": home.head.name,
        "id_number": home.head.id_number,
        "causes": [cause],
        "problem": problem,
        "advice": advice,
    }
