"""October: September's bulletin and meeting, and a month in which everybody is in time."""

from backstop.demo.scenario import SEPTEMBER, Scenario, step


@step(10, 4)
async def helpers_visit_in_october(play: Scenario) -> None:
    await play.october.visits(0)


@step(10, 8)
async def the_office_decides_the_returns(play: Scenario) -> None:
    """B-29: one return is agreed and issued again elsewhere with new days, one is refused and the
    first dates stand.
    """
    clerk = play.personas.clerk
    await play.order_deed(
        play.disaster,
        "HOUSING_UNSAFE",
        "return-decision",
        actor=clerk,
        agree=True,
        department="natural-resources",
    )
    await play.order_deed(
        play.jobless,
        "JOB",
        "return-decision",
        actor=clerk,
        agree=False,
        reason="户籍和居住都在本县，由你局办理",
    )
    await play.order_deed(play.disaster, "HOUSING_UNSAFE", "acceptance")
    await play.order_deed(play.jobless, "JOB", "acceptance")
    await play.order_deed(
        play.thirsty,
        "WATER_UNSAFE",
        "report",
        result="planned",
        explanation="更换主管道，分两段施工",
        expected_on="2026-11-20",
    )


@step(10, 9)
async def a_late_village_explains(play: Scenario) -> None:
    village = play.personas.village("上坝")
    bulletin = await play.driver.get(play.personas.clerk, f"/county/api/bulletins/{SEPTEMBER}")
    name = next(line for line in bulletin["names"] if line["code"] == village)
    await play.driver.post(
        play.personas.village_clerk(village),
        f"/county/api/names/{name['id']}/explanation",
        {"text": "9月19日至21日通村路塌方，断网断电，22日恢复当天上报。"},
    )
    await play.october.visits(1)


@step(10, 10, 15)
async def help_goes_on(play: Scenario) -> None:
    """A made-up Saturday is a working day."""
    await play.order_deed(
        play.three,
        "MEDICAL_COST",
        "report",
        result="solved",
        explanation="医疗救助已审批并发放",
        amount=860000,
    )
    await play.received(play.three, "MEDICAL_COST", "已到账")


@step(10, 12, 9)
async def septembers_meeting(play: Scenario) -> None:
    """Last meeting's decisions first; the order that is still silent is on the agenda."""
    play.meeting = await play.meeting_of(SEPTEMBER)
    await play.hold(play.meeting, place="县政府二楼会议室")
    silent = (await play.orders_of(play.dropout))["DROPOUT"]["id"]
    for line in await play.lines_of_orders(play.meeting):
        if line["order"] == silent:
            await play.press_education(line, "教育局分管领导包案，10月23日前劝返到校", "2026-10-23")
    await play.sign_minutes(play.meeting)


@step(10, 12, 15)
async def septembers_bulletin_is_issued(play: Scenario) -> None:
    """Every name is approved or not by a person; the leader issues, and the hash stands."""
    await play.decide_names(SEPTEMBER)
    await play.driver.post(play.personas.leader, f"/county/api/bulletins/{SEPTEMBER}/issue", {})


@step(10, 14)
async def the_last_of_the_visits(play: Scenario) -> None:
    await play.october.visits(2)


@step(10, 15)
async def the_second_gap_is_closed(play: Scenario) -> None:
    """GT-27: the case's help is complete when both orders are."""
    await play.order_deed(
        play.three,
        "SCHOOL_COST",
        "report",
        result="solved",
        explanation="助学金已列入名单，贷款已办",
    )
    await play.received(play.three, "SCHOOL_COST", "学校已通知")


@step(10, 16)
async def groups_screen_in_october(play: Scenario) -> None:
    await play.october.groups()


@step(10, 19)
async def villages_send_in_october(play: Scenario) -> None:
    await play.october.villages()


@step(10, 20)
async def the_pupil_is_back(play: Scenario) -> None:
    await play.order_deed(
        play.dropout, "DROPOUT", "report", result="solved", explanation="已返校，班主任每周联系"
    )
    await play.received(play.dropout, "DROPOUT", "孩子已上学")
    await play.order_deed(
        play.missed,
        "MEDICAL_COST",
        "report",
        result="solved",
        explanation="医疗救助已发放",
        amount=420000,
    )


@step(10, 23)
async def units_report_in_october(play: Scenario) -> None:
    await play.october.unit_lists()
    await play.october.teams()


@step(10, 24)
async def unit_heads_sign_in_october(play: Scenario) -> None:
    await play.october.unit_signatures()


@step(10, 28)
async def townships_sign_in_october(play: Scenario) -> None:
    await play.october.townships()
