"""A household's file at its doors, step by step: who does what, each by his own account."""

from typing import Any

from backstop.demo.county import Household
from backstop.demo.scenario import Scenario
from kit.actor import Actor

# At the village's meeting (N-16).
PRESENT = {"should_attend": 30, "attended": 25}
CARRIED = {"in_favour": 23, "against": 1, "abstained": 1}
# What a visit finds where nothing is amiss but the income.
IN_ORDER = {"judgement": "AT_RISK", "house": "B", "water_ok": True, "insured": True}


def _village(play: Scenario, home: Household) -> Actor:
    return play.personas.village_clerk(home.village)


def _township(play: Scenario, home: Household) -> Actor:
    """Who visits and enters; the head reviews (G-14)."""
    return play.personas.township_clerk(play.personas.township_of(home.village))


async def file_of(play: Scenario, home: Household) -> dict:
    mine = await play.id_of(home)
    files = await play.driver.get(play.personas.clerk, "/casework/api/files")
    return next(file for file in files if file["household"] == mine)


async def _ids(play: Scenario, homes: tuple[Household, ...]) -> list[str]:
    return [(await file_of(play, home))["id"] for home in homes]


async def visit(
    play: Scenario, home: Household, category: str, reason: str = "", **sheet: Any
) -> None:
    """The township's clerk and the village's are there: every adult signs, the form is filled in
    with the income line by line (in fen), and they propose a category.
    """
    driver, visitor = play.driver, _township(play, home)
    path, on = f"/casework/api/files/{(await file_of(play, home))['id']}", driver.today.isoformat()
    people = (await driver.get(visitor, f"{path}/household"))["people"]
    adults = [one["key"] for one in people if one["age"] >= 18]
    signed = {"covered": adults, "method": "HANDWRITTEN", "on": on}
    await driver.post(visitor, f"{path}/consent", signed)
    found = {
        "on": on,
        "account_1": visitor.account,
        "account_2": _village(play, home).account,
        "shares": [one["key"] for one in people],
        "schooling": [f"{one['key']}:IN_SCHOOL" for one in people if one["of_school_age"]],
    }
    await driver.post(visitor, f"{path}/verification", IN_ORDER | found | sheet)
    await driver.post(visitor, f"{path}/category", {"category": category, "reason": reason})


async def help_first(
    play: Scenario, home: Household, facts: str, *measures: tuple[str, str]
) -> None:
    """By the green channel: the township's clerk asks, its head agrees the same day, help follows."""
    driver, clerk = play.driver, _township(play, home)
    head = play.personas.township_head(play.personas.township_of(home.village))
    mine = (await file_of(play, home))["id"]
    asked = {"cause": "ACCIDENT", "facts": facts, "attested_by": "村民代表"}
    asking = await driver.post(clerk, f"/casework/api/files/{mine}/green-channel", asked)
    path = f"/casework/api/green-channels/{asking['id']}"
    await driver.post(head, f"{path}/answer", {"agrees": True})
    for what, by in measures:
        measure = {"what": what, "by": by, "on": driver.today.isoformat()}
        await driver.post(clerk, f"{path}/measures", measure)


async def assess(play: Scenario, home: Household, **votes: int) -> None:
    """The villagers' representatives meet and vote."""
    clerk = _village(play, home)
    meeting = {
        "village": home.village,
        "body": "VILLAGER_REPRESENTATIVES",
        "held_on": play.driver.today.isoformat(),
        "place": "村委会会议室",
        "chair": play.personas.county.heads[home.village][1],
        "recorder": clerk.name,
    }
    line = {"file": (await file_of(play, home))["id"]} | CARRIED | votes
    body = meeting | PRESENT | {"votes": [line]}
    await play.driver.post(clerk, "/casework/api/assessments", body)


async def post(play: Scenario, home: Household) -> None:
    """The village hangs its notice up."""
    clerk = _village(play, home)
    body = {
        "round": "VILLAGE",
        "files": await _ids(play, (home,)),
        "posted_on": play.driver.today.isoformat(),
        "place": "村公示栏",
        "posted_by": clerk.name,
        "seen_by": "驻村工作队",
    }
    await play.driver.post(clerk, "/casework/api/notices", body)


async def _notice(play: Scenario, home: Household) -> str:
    """The address of what hangs in the household's village."""
    asked = {"village": home.village, "hangs": True}
    (hanging,) = await play.driver.get(_village(play, home), "/casework/api/notices", **asked)
    return f"/casework/api/notices/{hanging['id']}"


async def close(play: Scenario, home: Household) -> None:
    on = {"on": play.driver.today.isoformat()}
    await play.driver.post(_village(play, home), f"{await _notice(play, home)}/closing", on)


async def object_to(play: Scenario, home: Household, text: str, name: str) -> str:
    """Somebody rings the township up; the objection's address."""
    body = {
        "file": (await file_of(play, home))["id"],
        "received_on": play.driver.today.isoformat(),
        "channel": "PHONE",
        "text": text,
        "name": name,
    }
    path = f"{await _notice(play, home)}/objections"
    objection = await play.driver.post(_township(play, home), path, body)
    return f"/casework/api/objections/{objection['id']}"


async def answer_objection(play: Scenario, home: Household, objection: str, answer: str) -> None:
    """The township looked, and it is so."""
    body = {"upheld": True, "answer": answer, "on": play.driver.today.isoformat()}
    await play.driver.post(_township(play, home), f"{objection}/answer", body)


async def ask_departments(play: Scenario, *homes: Household) -> list[dict]:
    """The data comparison, beside the notice; one request a department."""
    body = {"files": await _ids(play, homes)}
    return await play.driver.post(play.personas.clerk, "/casework/api/comparisons", body)


async def departments_answer(
    play: Scenario, requests: list[dict], *homes: Household, answer: str = "clear", text: str = ""
) -> None:
    """As the office enters what came back on the sheets."""
    body = {
        "files": await _ids(play, homes),
        "answer": answer,
        "text": text or None,
        "answered_on": play.driver.today.isoformat(),
    }
    for request in requests:
        path = f"/casework/api/comparisons/{request['id']}/answers"
        await play.driver.post(play.personas.clerk, path, body)


async def recheck(play: Scenario, home: Household, request: dict, text: str) -> None:
    """The township looked into a department's doubt, and it is so."""
    mine = (await file_of(play, home))["id"]
    path = f"/casework/api/comparisons/{request['id']}"
    lines = await play.driver.get(play.personas.clerk, path)
    line = next(line["id"] for line in lines if line["file"] == mine)
    body = {"line": line, "result": "confirmed", "text": text}
    await play.driver.post(_township(play, home), "/casework/api/doubts", body)


async def review(play: Scenario, home: Household, refusal: str = "") -> None:
    """The township's head agrees, or says why not; it goes up to the county either way."""
    head = play.personas.township_head(play.personas.township_of(home.village))
    body = {"files": await _ids(play, (home,)), "agreed": not refusal, "reason": refusal or None}
    await play.driver.post(head, "/casework/api/reviews", body)


async def decide(play: Scenario, *lines: tuple[Household, dict]) -> None:
    """The office decides, line by line."""
    told = [{"file": (await file_of(play, home))["id"]} | line for home, line in lines]
    body = {"on": play.driver.today.isoformat(), "lines": told}
    await play.driver.post(play.personas.clerk, "/casework/api/decisions", body)


async def announce(play: Scenario, home: Household) -> None:
    body = {
        "files": await _ids(play, (home,)),
        "on": play.driver.today.isoformat(),
        "where": "县政府网站、村公示栏",
    }
    await play.driver.post(play.personas.clerk, "/casework/api/announcements", body)


async def enter(play: Scenario, home: Household, national_number: str) -> None:
    """It stands in the national system now."""
    body = {"file": (await file_of(play, home))["id"], "national_number": national_number}
    await play.driver.post(_township(play, home), "/casework/api/entries", body)


async def tell(play: Scenario, home: Household) -> None:
    """The village hands the household the paper that says why not."""
    clerk, mine = _village(play, home), (await file_of(play, home))["id"]
    refusals = await play.driver.get(clerk, "/casework/api/refusals")
    refusal = next(one["id"] for one in refusals if one["file"] == mine)
    body = {"told_on": play.driver.today.isoformat()}
    await play.driver.post(clerk, f"/casework/api/refusals/{refusal}/told", body)


async def found_again(play: Scenario, home: Household, words: str) -> None:
    """The village finds something new at the household's."""
    body = {
        "household": await play.id_of(home),
        "channel": "CADRE",
        "on": play.driver.today.isoformat(),
        "words": words,
    }
    await play.driver.post(_village(play, home), "/casework/api/leads", body)
