"""No page shows a day as a program writes it, whatever step a file is at (F-51)."""

import pytest

from services.casework.decisions.rules import Verdict
from tests.casework.carried import HEAD
from tests.casework.played import Played
from tests.casework.town import CLERK, OFFICE, Casework, day
from tests.conftest import at
from tests.flow.monkey import RAW_DAY, Page, shape

WAY = (
    *(("lead", 10), ("consent", 11), ("visit", 11), ("assess", 12), ("post", 13), ("ask", 13)),
    *(("answer", 15), ("recheck", 16), ("close", 19), ("review", 20), ("decide", 21)),
    *(("announce", 22), ("enter", 23)),
)


@pytest.fixture
def at_every_step(casework: Casework) -> Casework:
    """One household is entered, one is not admitted, one has its notice hanging."""
    for household, until in (("h1", "enter"), ("h2", "decide"), ("h3", "ask")):
        one = Played(casework, household=household)
        for step, number in WAY:
            if (household, step) == ("h2", "decide"):
                one.decide(day(number), Verdict.NOT_ADMIT)
            else:
                getattr(one, step)(day(number))
            if step == until:
                break
    return casework


def walked(browser) -> tuple[set[str], list[str]]:
    """Each page of one shape once or twice, and the days that it shows raw."""
    todo, seen, raw, met = ["/casework/"], set[str](), list[str](), list[str]()
    while todo:
        path = todo.pop(0)
        answer = browser.get(path)
        seen.add(shape(path))
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        page = Page(answer.text, path.partition("?")[0])
        raw += [
            f"{path} …{page.shown[max(found.start() - 30, 0) : found.end()]}"
            for found in RAW_DAY.finditer(page.shown)
        ]
        for link in sorted(page.links):
            met.append(shape(link))
            if link.startswith("/casework/") and met.count(shape(link)) <= 4 and link not in todo:
                todo.append(link)
    return seen, raw


@pytest.mark.parametrize("who", [OFFICE, HEAD, CLERK], ids=lambda who: who.role)
def test_f_51_no_page_shows_a_day_as_a_program_writes_it(at_every_step, client, clock, who):
    clock.set(at(2026, 9, 24))
    seen, raw = walked(client("casework", who))
    assert raw == []
    assert len(seen) > 10
