"""Whose file goes all the way: three households are monitored, one of them helped first by the green
channel, one is not, and one that is has a new risk. The files of the others lie where they are.
"""

from backstop.demo import files
from backstop.demo.scenario import Scenario, step


@step(9, 1, 15)
async def a_household_of_august_is_visited(play: Scenario) -> None:
    """Verified by the county on 31 August: below the line by what it earns."""
    await files.visit(
        play, play.fields, "MARGINAL", causes=["INDUSTRY_FAILURE"], wage=1_500_000, house="A"
    )


@step(9, 2, 15)
async def its_village_meets(play: Scenario) -> None:
    await files.assess(play, play.fields)


@step(9, 3, 9)
async def its_notice_hangs(play: Scenario) -> None:
    """And the departments are asked the same day (B-10)."""
    await files.post(play, play.fields)
    play.compared = await files.ask_departments(play, play.fields)


@step(9, 3, 15)
async def the_urgent_one_is_helped_first(play: Scenario) -> None:
    """The county verified it in the morning; its procedure is made up afterwards (I-20)."""
    await files.help_first(
        play,
        play.urgent,
        "9月1日务工时从高处坠落，正在抢救，住院押金无着。",
        ("临时救助5000元", "县民政局"),
        ("住院先诊疗后付费", "县医疗保障局"),
    )


@step(9, 4, 15)
async def the_urgent_one_is_visited(play: Scenario) -> None:
    await files.visit(
        play,
        play.urgent,
        "SUDDEN_HARDSHIP",
        "突发意外事故，自付医疗费大",
        causes=["ACCIDENT"],
        wage=2_400_000,
        self_paid_medical=2_000_000,
    )


@step(9, 7, 15)
async def the_village_meets_on_the_urgent_one(play: Scenario) -> None:
    await files.assess(play, play.urgent)


@step(9, 8, 15)
async def the_departments_have_no_doubt(play: Scenario) -> None:
    await files.departments_answer(play, play.compared, play.fields)


@step(9, 9, 9)
async def its_notice_may_close(play: Scenario) -> None:
    """Hung up on the 3rd, it runs to the 8th (GT-11)."""
    await files.close(play, play.fields)
    await files.review(play, play.fields)


@step(9, 8, 16)
async def the_notice_of_the_urgent_one_hangs(play: Scenario) -> None:
    await files.post(play, play.urgent)
    play.compared = await files.ask_departments(play, play.urgent)


@step(9, 10, 16)
async def the_first_is_identified(play: Scenario) -> None:
    admitted = {"verdict": "admit", "category": "MARGINAL", "primary_cause": "INDUSTRY_FAILURE"}
    await files.decide(play, (play.fields, admitted))


@step(9, 11, 15)
async def the_first_is_announced(play: Scenario) -> None:
    await files.announce(play, play.fields)
    await files.enter(play, play.fields, "990121000001")


@step(9, 11, 16)
async def the_departments_have_no_doubt_of_the_urgent_one(play: Scenario) -> None:
    await files.departments_answer(play, play.compared, play.urgent)


@step(9, 14, 16)
async def the_notice_of_the_urgent_one_closes(play: Scenario) -> None:
    """Hung up on the 8th, it runs to the 13th (GT-11)."""
    await files.close(play, play.urgent)
    await files.review(play, play.urgent)


@step(9, 15, 16)
async def its_procedure_is_made_up(play: Scenario) -> None:
    """Within fifteen days of the agreement."""
    admitted = {"verdict": "admit", "category": "SUDDEN_HARDSHIP", "primary_cause": "ACCIDENT"}
    await files.decide(play, (play.urgent, admitted))
    await files.announce(play, play.urgent)
    await files.enter(play, play.urgent, "990121000003")


@step(9, 29, 15)
async def two_of_september_are_visited(play: Scenario) -> None:
    """Verified the same morning: one falls below the line by what the landslide cost, the other says
    that he earns nothing since his factory stands still.
    """
    await files.visit(
        play,
        play.disaster,
        "SUDDEN_HARDSHIP",
        causes=["NATURAL_DISASTER"],
        house="D",
        wage=4_000_000,
        self_paid_disaster=600_000,
        rigid="转移安置和临时租房",
        rigid_amount=600_000,
    )
    await files.visit(
        play,
        play.jobless,
        "UNSTABLE_EX_POOR",
        causes=["UNSTABLE_EMPLOYMENT"],
        wage=1_800_000,
        work="户主说企业停产，返乡没有收入",
    )


@step(9, 30, 9)
async def their_villages_meet(play: Scenario) -> None:
    await files.assess(play, play.disaster)
    await files.assess(play, play.jobless, in_favour=15, against=6, abstained=4)


@step(9, 30, 15)
async def their_notices_hang(play: Scenario) -> None:
    """Through the holidays: a minimum of days never shifts."""
    for home in (play.disaster, play.jobless):
        await files.post(play, home)
    play.compared = await files.ask_departments(play, play.disaster, play.jobless)


@step(10, 3, 11)
async def a_neighbour_objects(play: Scenario) -> None:
    play.objection = await files.object_to(
        play, play.jobless, "户主9月中旬就到邻县的厂里上班了，不是没有收入。", "田大山"
    )


@step(10, 8, 9)
async def their_notices_close(play: Scenario) -> None:
    """From the 6th they may; the 8th is the first working day."""
    for home in (play.disaster, play.jobless):
        await files.close(play, home)


@step(10, 9, 11)
async def the_departments_answer(play: Scenario) -> None:
    """The human resources bureau, on the sheet, has its doubt about one of them."""
    (doubting,) = [one for one in play.compared if one["department"] == "human-resources"]
    others = [one for one in play.compared if one is not doubting]
    await files.departments_answer(play, others, play.disaster, play.jobless)
    await files.departments_answer(play, [doubting], play.disaster)
    await files.departments_answer(
        play, [doubting], play.jobless, answer="doubt", text="9月起在邻县企业参保，月工资5200元"
    )


@step(10, 9, 15)
async def the_township_looks(play: Scenario) -> None:
    """At the objection within its limit, and at the doubt."""
    found = "已到用工企业核实：9月14日起上班，月工资5200元。"
    await files.answer_objection(play, play.jobless, play.objection, found)
    (doubting,) = [one for one in play.compared if one["department"] == "human-resources"]
    await files.recheck(play, play.jobless, doubting, found)


@step(10, 10, 11)
async def the_township_reviews(play: Scenario) -> None:
    await files.review(play, play.disaster)
    await files.review(play, play.jobless, refusal="户主已经上班，公示异议和比对疑点都属实。")


@step(10, 12, 16)
async def the_county_decides(play: Scenario) -> None:
    """One is admitted, one is not; the announcement is within the 15 days (GT-12)."""
    admitted = {
        "verdict": "admit",
        "category": "SUDDEN_HARDSHIP",
        "primary_cause": "NATURAL_DISASTER",
    }
    refused = {
        "verdict": "not_admit",
        "reason": "income",
        "words": "户主9月14日起在邻县企业上班，全家人均年收入高于监测范围。",
    }
    await files.decide(play, (play.disaster, admitted), (play.jobless, refused))
    await files.announce(play, play.disaster)


@step(10, 13, 15)
async def it_is_entered_and_the_other_is_told(play: Scenario) -> None:
    await files.enter(play, play.disaster, "990121000002")
    await files.tell(play, play.jobless)


@step(10, 21, 15)
async def one_that_is_monitored_has_a_new_risk(play: Scenario) -> None:
    """No second file: the lead joins the household's own."""
    await files.found_again(play, play.fields, "妻子住院，自付医药费较大，村干部入户时发现。")
