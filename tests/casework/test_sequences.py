"""Random sequences of commands, legal and not, under three packs: whatever people do in whatever order,
every file has one owner and an exit, every step its predecessor, every clock its row, and every
household one row in each view.
"""

import random
from collections import Counter
from datetime import date, timedelta
from itertools import pairwise

import pytest
from sqlmodel import Session, select

from kit.errors import Refused
from kit.packs import pack_of
from rulebook.packs import load_pack
from services.casework.decisions.rules import Verdict
from services.casework.green_channel import queries as green
from services.casework.green_channel.forms import GreenFilter
from services.casework.green_channel.rules import Part
from services.casework.identification import commands, queries
from services.casework.identification.deadlines import BACKFILL_CLOCK, FILE_CLOCK
from services.casework.identification.forms import FileFilter, LeadForm
from services.casework.identification.models import Identification
from services.casework.identification.procedure import WHOLE_LIMITS, table_of
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from services.casework.identification.views import FILES
from services.casework.monitored import queries as register
from services.casework.monitored.forms import MonitoredFilter
from services.casework.monitored.rules import Standing
from tests.casework.carried import GROUP, HEAD
from tests.casework.played import Played, under
from tests.casework.town import CLERK, OFFICE, VILLAGE, Casework, id_number

STARTS = {
    "five-step-2020": date(2020, 4, 20),
    "neimenggu-2023": date(2023, 4, 20),
    "default": date(2026, 9, 14),
}
# What leads on from a state; whatever else is chosen is mostly illegal there.
LEGAL = {
    S.CONSENT: ("consent", "consent", "give_up"),
    S.VERIFY: ("visit",),
    S.ASSESS: ("assess", "assess", "reject"),
    S.REVISIT: ("visit",),
    S.POST: ("post",),
    S.NOTICE: ("close", "ask", "answer"),
    S.REVIEW: ("review", "disagree"),
    S.DECIDE: ("ask", "answer", "recheck", "admit", "refuse", "send_back", "reassess"),
    S.ANNOUNCE: ("announce",),
    S.REGISTER: ("enter",),
}
GREEN = ("ask_green", "agree_green", "help_first")  # at any time, legal where the pack has it
ANY = tuple(dict.fromkeys(deed for deeds in LEGAL.values() for deed in deeds)) + GREEN
# Straight on from each state, to see that an end is always near.
ON = {state: deeds[0] for state, deeds in LEGAL.items()} | {S.DECIDE: "admit"}
CHANNELS = ("SELF_REPORT", "CADRE", "COUNTY_PUSH")
DEEDS, STEPS_TO_AN_END = 40, 12


class Anybody(Played):
    """Whoever does anything, in the words of this test."""

    def reject(self, on: date) -> None:
        self.assess(on, in_favour=3)

    def disagree(self, on: date) -> None:
        self.review(on, agreed=False)

    def admit(self, on: date) -> None:
        self.decide(on)

    def refuse(self, on: date) -> None:
        self.decide(on, Verdict.NOT_ADMIT)

    def send_back(self, on: date) -> None:
        self.decide(on, Verdict.SEND_BACK)

    def reassess(self, on: date) -> None:
        self.decide(on, Verdict.REASSESS)


def all_of(session: Session, kind) -> list:
    return list(session.exec(select(kind)).all())


# What a refused deed and a second event leave as it is.
KEPT = """SELECT (SELECT count(*) FROM outbox), (SELECT count(*) FROM file_entry),
    (SELECT count(*) FROM lead), (SELECT count(*) FROM green_channel), (SELECT count(*) FROM green_measure), (SELECT count(*) FROM monitored_risk),
    (SELECT string_agg(state || version, ',' ORDER BY id) FROM identification),
    (SELECT string_agg(standing || version, ',' ORDER BY id) FROM monitored)"""


def kept(casework: Casework) -> tuple:
    with casework.sessions() as session:
        return tuple(session.connection().exec_driver_sql(KEPT).one())


class World:
    """Five households, one of them in no register at first."""

    def __init__(self, casework: Casework, pack: str, seed: int) -> None:
        self.casework, self.on = under(casework, pack), STARTS[pack]
        self.chance = random.Random(seed)
        self.played = [Anybody(casework, household=f"h{n}") for n in range(1, 5)]
        self.stranger = Anybody(casework, household="h9")

    def tick(self) -> None:
        """Days pass, and what was due rings."""
        for _ in range(self.chance.randrange(3)):
            self.casework.ring(self.on)
            self.on += timedelta(1)

    def act(self) -> None:
        played = self.chance.choice([*self.played, self.stranger])
        roll = self.chance.random()
        if not played.id or roll < 0.1:
            self.begin(played)
        elif roll < 0.25:
            self.attempt(played, self.chance.choice(ANY))
        elif roll < 0.45:
            for deed in GREEN[: self.chance.choice((1, 3, 3))]:
                self.attempt(played, deed)
        else:
            self.attempt(played, self.chance.choice(LEGAL.get(played.file.state, ANY)))

    def begin(self, played: Anybody) -> None:
        """A lead by the form or from the network, told twice; the stranger comes by name, and is
        registered later.
        """
        channel = self.chance.choice(CHANNELS)
        if played is self.stranger:
            if played.id:
                self.hear(self.casework.household(9))
            form = LeadForm(
                head_name="户主9",
                id_number=id_number(9),
                village=VILLAGE,
                channel=channel,
                on=self.on,
            )
            file, _ = self.casework.do(commands.record_lead, form, actor=OFFICE, on=self.on)
            played.id = file.id
        elif self.chance.random() < 0.4:
            number = int(played.household[1:])
            self.hear(*self.casework.case(number, self.on, case=f"case-{number}-{self.on}"))
            with self.casework.sessions() as session:
                played.id = queries.standing(session, played.household, None).id
        else:
            played.lead(self.on, channel)

    def hear(self, *events) -> None:
        self.casework.hear(*events, times=1)
        before = kept(self.casework)
        self.casework.hear(*events, times=1)
        assert kept(self.casework) == before

    def attempt(self, played: Anybody, deed: str) -> bool:
        """Whether it was done; what is refused has a sentence and leaves nothing behind."""
        before = kept(self.casework)
        try:
            getattr(played, deed)(self.on)
        except (Refused, IndexError):  # IndexError: there is no doubt to look at again
            assert deed == "visit" or kept(self.casework) == before
            return False
        return True

    def end(self, played: Anybody) -> None:
        for _ in range(STEPS_TO_AN_END):
            state = played.file.state
            if played.file.ended_on:
                return
            if state is S.DECIDE:
                for deed in ("ask", "answer", "recheck"):
                    self.attempt(played, deed)
            if not self.attempt(played, ON[state]):
                self.casework.ring(self.on)
                self.on += timedelta(7)  # a notice has to hang, a comparison has its limit
        raise AssertionError(f"{played.file.state} has no end")


def check_files(session: Session, on: date) -> None:
    files = all_of(session, Identification)
    tasks = [
        Counter(file.id for file, _ in queries.owed_by(session, actor, on))
        for actor in (CLERK, HEAD, OFFICE, GROUP)
    ]
    for file in files:
        table, entries = table_of(session, file), queries.history(session, file.id)
        open_ = file.ended_on is None
        assert (table.owed(file, on) is not None) == open_ == bool(table.allowed(file))
        assert sum(found[file.id] for found in tasks) == int(open_)
        moves = [entry for entry in entries if entry.moves]
        for entry in moves:
            assert table.leads_to(entry.from_state, entry.action) is entry.to_state
        for before, after in pairwise(moves):
            assert before.to_state is after.from_state
            assert before.on <= after.on
        assert (moves[-1].to_state if moves else table.begin[1]) is file.state
        assert entries[0].action is A.OPEN
        check_clocks(session, file, moves[-1].action if moves else A.OPEN, on)
        check_green(session, file, pack_of(session, file.pack).green_channel.enabled)


def check_clocks(session: Session, file: Identification, came_by: A, on: date) -> None:
    table = table_of(session, file)
    running = table.state_of(file).clocks
    said = {
        entry.text for entry in queries.history(session, file.id) if entry.action is A.FALL_OVERDUE
    }
    for clock in table.clocks:
        own = clock.deadline is BACKFILL_CLOCK
        rings = (
            BACKFILL_CLOCK.pending(session, file.id)
            if own
            else FILE_CLOCK.pending(session, f"{file.id}/{clock.code}")
        ) is not None
        due = clock.due(file)
        if clock not in running:
            assert not rings
            continue
        assert due is not None
        assert due >= file.lead_at
        assert rings or (due < on and f"{clock.code.label}：{clock.then}" in said)
        if clock.starts.get(came_by, WHOLE_LIMITS[0]) not in WHOLE_LIMITS:
            assert due >= file.stage_since or came_by is A.OPEN


def check_green(session: Session, file: Identification, pack_has_it: bool) -> None:
    """One limit of the whole, never both, and a file in the green channel in one part of its list."""
    agreed = [row for row in green.of_file(session, file.id) if row.agreed]
    assert len(agreed) == int(file.green_on is not None) <= int(pack_has_it)
    assert (file.backfill_due is not None) == (file.green_on is not None)
    for row in agreed:
        assert row.opened_on == row.answered_on == file.green_on
        assert row.opened_account != row.answered_account
        assert file.total_due is None
        assert file.backfill_due > file.green_on


def check_views(session: Session, on: date) -> None:
    """One open file and one row of the register a household; each file once in the list."""
    files = all_of(session, Identification)
    whose = Counter(file.household or file.id_hash for file in files if file.ended_on is None)
    assert set(whose.values()) <= {1}
    listed = FILES.every(session, queries.files(OFFICE, on, FileFilter()), FileFilter())
    assert Counter(row.id for row in listed) == Counter(file.id for file in files)
    parts = Counter(
        row.file
        for part in Part
        for row in session.exec(green.rows(OFFICE, GreenFilter(part=part), on))
    )
    assert parts == Counter(file.id for file in files if file.green_on)
    rows = session.exec(register.rows(OFFICE, MonitoredFilter())).all()
    named = Counter(row.household or row.id_hash for row in rows)
    assert set(named.values()) <= {1}
    assert named.keys() == {file.household or file.id_hash for file in files}
    admitted = {file.household or file.id_hash for file in files if file.state is S.ADMITTED}
    monitored = {row.household or row.id_hash for row in rows if row.standing is Standing.MONITORED}
    assert admitted <= monitored


@pytest.mark.parametrize(("pack", "seed"), [*zip(STARTS, (3, 8, 22), strict=True)])
def test_whatever_is_done_in_whatever_order(casework: Casework, pack, seed):
    world = World(casework, pack, seed)
    for _ in range(DEEDS):
        world.act()
        world.tick()
        with casework.sessions() as session:
            check_files(session, world.on)
            check_views(session, world.on)
    world.hear(casework.household(9))
    for played in [*world.played, world.stranger]:
        if played.id:
            world.end(played)
    with casework.sessions() as session:
        check_files(session, world.on)
        check_views(session, world.on)
        files = all_of(session, Identification)
        assert not [file for file in files if file.ended_on is None]
        assert any(file.green_on for file in files) is load_pack(pack).green_channel.enabled
