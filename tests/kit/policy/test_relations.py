"""A relation says the same of a row and of a query, whatever it is made of."""

from itertools import combinations, product

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from kit import directory
from kit.actor import Actor
from kit.directory import Entry
from kit.policy import Relation, anywhere, at, below, having, listed, own, through, within
from schemas.codes import Role
from tests.conftest import actor
from tests.kit.policy.papers import (
    COUNTY,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    Assignment,
    Paper,
    helped,
)

LEADER = actor(Role.GROUP_LEADER, f"{VILLAGE}/03")
CLERK, HEAD = actor(Role.VILLAGE_CLERK, VILLAGE), actor(Role.TOWNSHIP_HEAD, TOWNSHIP)
HELPER, UNIT = actor(Role.HELPER, "U001-02"), actor(Role.UNIT_CLERK, "U001")
HOUSING, OFFICE = actor(Role.DEPARTMENT_CLERK, "housing"), actor(Role.COUNTY_CLERK, COUNTY)
ACTORS = (LEADER, CLERK, HEAD, HELPER, UNIT, HOUSING, OFFICE)

RELATIONS = {
    "anywhere": anywhere,
    "at": at("village"),
    "at the group": at("village", "group"),
    "at the department": at("department"),
    "within": within("village"),
    "below": below("village"),
    "below, groups": below("village", "group"),
    "own": own("by_account"),
    "listed in JSON": listed("co_handlers"),
    "listed in an array": listed("units"),
    "having": having(closed=True),
    "having nothing": having(department=None, closed=None),
    "through": helped,
}


@pytest.fixture
def rows(session: Session) -> list[Paper]:
    """Every combination of places and people, and rows that say nothing at all."""
    made = [
        Paper(village=village, group=group, department=department, by_account=account)
        for village, group, department, account in product(
            (VILLAGE, OTHER_VILLAGE, TOWNSHIP, COUNTY, "880121100201", None),
            ("03", None),
            ("housing", None),
            (CLERK.account, None),
        )
    ]
    made += [Paper(co_handlers=["housing", "water"], units=["U001"]), Paper(units=["U0011"])]
    for number, row in enumerate(made):
        row.id, row.closed = f"{number:04}", True if number % 3 else None
    session.add_all([*made, *(Assignment(paper=f"{n:04}", helper="U001-02") for n in (1, 7))])
    session.flush()
    return made


def agreed(session: Session, relation: Relation, who: Actor, rows: list[Paper]) -> set[str]:
    """The rows it holds for; the query must find the same."""
    held = {row.id for row in rows if relation.holds(who, row)}
    found = set(session.exec(select(Paper.id).where(relation.where(who, Paper))))
    assert held == found, who.label
    return held


@pytest.mark.parametrize("one", RELATIONS)
def test_row_and_query_agree_for_everybody(session: Session, rows: list[Paper], one: str):
    relation = RELATIONS[one]
    seen = [len(agreed(session, relation, who, rows)) for who in ACTORS]
    turned = [len(agreed(session, ~relation, who, rows)) for who in ACTORS]
    assert [a + b for a, b in zip(seen, turned, strict=True)] == [len(rows)] * len(ACTORS)
    assert any(seen)


def test_row_and_query_agree_for_combinations(session: Session, rows: list[Paper]):
    kinds = [RELATIONS[name] for name in ("at the department", "below, groups", "own", "through")]
    for (one, other), who in product(combinations(kinds, 2), (CLERK, HELPER)):
        first, second = (agreed(session, each, who, rows) for each in (one, other))
        assert agreed(session, one & other, who, rows) == first & second
        assert agreed(session, one | other, who, rows) == first | second
        assert agreed(session, ~(one | ~other), who, rows) == second - first


def test_each_kind_holds_for_whom_it_is_meant(session: Session, rows: list[Paper]):
    def holds(relation: Relation, who: Actor, **values) -> bool:
        return relation.holds(who, Paper(id="x", **values))

    assert holds(at("village"), CLERK, village=VILLAGE)
    assert not holds(at("village"), LEADER, village=VILLAGE)
    assert holds(at("village", "group"), LEADER, village=VILLAGE, group="03")
    assert not holds(at("village", "group"), LEADER, village=VILLAGE, group="04")
    assert not holds(at("village", "group"), CLERK, village=VILLAGE, group="03")
    for who, inside in ((CLERK, True), (HEAD, True), (OFFICE, True), (LEADER, False)):
        assert holds(within("village"), who, village=VILLAGE) is inside
    assert not holds(within("village"), HEAD, village=OTHER_VILLAGE)
    assert not holds(within("village"), HEAD, village=COUNTY)
    assert not holds(within("village"), UNIT, village=VILLAGE)
    assert not holds(within("village"), OFFICE, village="880121100201")


def test_nobody_receives_his_own_report(session: Session):
    """`below`: a village's list comes up to the township, a group's to the village (G-10)."""
    receives, of_groups = below("village"), below("village", "group")
    village, township = Paper(id="v", village=VILLAGE), Paper(id="t", village=TOWNSHIP)
    group = Paper(id="g", village=VILLAGE, group="03")
    assert receives.holds(HEAD, village)
    assert not receives.holds(HEAD, township)
    assert not receives.holds(CLERK, village)
    assert of_groups.holds(CLERK, group)
    assert not of_groups.holds(CLERK, village)
    assert not of_groups.holds(LEADER, group)


def test_what_a_command_has_overwritten_is_judged_by_what_was_stored(session: Session):
    """G-03: moving a row into one's own place first does not make it one's own."""
    session.add_all(
        [Paper(id="1", village=OTHER_VILLAGE), Assignment(paper="1", helper="somebody")]
    )
    session.flush()
    row = session.get_one(Paper, "1")
    row.village, row.department = VILLAGE, "housing"
    mine = through(lambda actor, model: model.village == actor.place, "本{place}的")
    assert not within("village").holds(HEAD, row)
    assert not at("village").holds(CLERK, row)
    assert not at("department").holds(HOUSING, row)
    assert not mine.holds(CLERK, row)
    session.flush()
    assert at("village").holds(CLERK, row)
    assert mine.holds(CLERK, row)


def test_through_another_table_only_what_is_stored_counts(session: Session):
    session.add(Assignment(paper="9", helper="U001-02"))
    session.flush()
    draft = Paper(id="9")
    assert not helped.holds(HELPER, draft)
    session.add(draft)
    session.flush()
    assert helped.holds(HELPER, draft)


MERGED, CLOSED = "990121100203", "990121100204"  # villages of the township that ended
ENDED = (
    Entry("VILLAGE", MERGED, "并村", parent=TOWNSHIP, active=False, successor=OTHER_VILLAGE),
    Entry("VILLAGE", CLOSED, "撤村", parent=TOWNSHIP, active=False, successor=TOWNSHIP),
    Entry(
        "GROUP", f"{VILLAGE}/04", "04组", parent=VILLAGE, active=False, successor=f"{VILLAGE}/03"
    ),
    Entry("DEPARTMENT", "water", "水利局", active=False, successor="housing"),
    Entry("UNIT", "lake", "湖办", active=False, successor="housing"),  # a code like a department's
)


@pytest.fixture
def after_mergers(session: Session) -> dict[str, Paper]:
    directory.put(session, *ENDED)
    papers = {
        "merged": Paper(village=MERGED),
        "closed": Paper(village=CLOSED),
        "group": Paper(village=VILLAGE, group="04"),
        "water": Paper(village=COUNTY, department="water"),
        "lake": Paper(village=COUNTY, department="lake"),
        "co-handled": Paper(village=COUNTY, co_handlers=["water"]),
        "other": Paper(village=VILLAGE, group="05"),
    }
    for name, paper in papers.items():
        paper.id = name
    session.add_all(papers.values())
    session.flush()
    return papers


@pytest.mark.parametrize(
    ("relation", "who", "his"),
    [
        (at("village"), actor(Role.VILLAGE_CLERK, OTHER_VILLAGE), {"merged"}),
        (within("village"), actor(Role.VILLAGE_CLERK, OTHER_VILLAGE), {"merged"}),
        (within("village"), actor(Role.TOWNSHIP_CLERK, f"{OTHER_VILLAGE[:9]}000"), set()),
        (within("village"), HEAD, {"merged", "closed", "group", "other"}),
        (below("village"), HEAD, {"merged", "closed", "group", "other"}),
        (below("village"), actor(Role.VILLAGE_CLERK, OTHER_VILLAGE), set()),
        (at("village", "group"), LEADER, {"group"}),
        (at("village", "group"), actor(Role.GROUP_LEADER, f"{VILLAGE}/04"), set()),
        (at("village"), actor(Role.VILLAGE_CLERK, MERGED), set()),
        (within("village"), actor(Role.VILLAGE_CLERK, MERGED), set()),
        (at("department"), HOUSING, {"water"}),
        (at("department"), actor(Role.DEPARTMENT_CLERK, "water"), set()),
        (listed("co_handlers"), HOUSING, {"co-handled"}),
        (listed("co_handlers"), actor(Role.DEPARTMENT_CLERK, "water"), set()),
        (
            within("village"),
            OFFICE,
            {*["merged", "closed", "group", "water", "lake", "co-handled", "other"]},
        ),
    ],
)
def test_f_15_what_ended_is_its_successors(
    session: Session, after_mergers: dict[str, Paper], relation: Relation, who: Actor, his: set[str]
):
    assert agreed(session, relation, who, list(after_mergers.values())) == his


def test_f_15_somebody_answers_for_every_place_that_ended(session: Session):
    directory.put(session, *ENDED)
    assert directory.answers_for(session, HEAD) == (TOWNSHIP, CLOSED)
    assert directory.answers_for(session, CLERK) == (VILLAGE,)
    assert directory.answers_for(session, actor(Role.VILLAGE_CLERK, MERGED)) == ()
    assert directory.answers_for(session, HOUSING) == ("housing", "water")
    directory.put(session, Entry("VILLAGE", CLOSED, "撤村", parent=TOWNSHIP))
    assert directory.answers_for(session, HEAD) == (TOWNSHIP,)


@pytest.mark.parametrize(
    ("relation", "who"), [(at("village"), CLERK), (at("village", "group"), LEADER)]
)
def test_f_15_an_index_on_the_place_is_still_used(session: Session, relation: Relation, who: Actor):
    """The successor's clause is read once a statement, before the rows are."""
    session.execute(text("CREATE INDEX paper_village ON paper (village)"))
    session.execute(text("SET LOCAL enable_seqscan = off"))
    statement = select(Paper.id).where(relation.where(who, Paper))
    compiled = statement.compile(session.connection(), compile_kwargs={"literal_binds": True})
    plan = "\n".join(session.execute(text(f"EXPLAIN {compiled}")).scalars())
    assert "Index Cond: ((village)::text = ANY" in plan, plan
