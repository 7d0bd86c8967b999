"""What a village reports may be longer than a message (F-22), and no cell may stop it (F-21)."""

from datetime import date, timedelta

import pytest
from sqlmodel import select

from kit.messaging.outbox import LONGEST, emitted
from rulebook.ids import make_id
from schemas.village import ListSubmitted, TownshipSigned
from services.village.findings.models import Finding
from services.village.lists.models import VillageList
from services.village.townships import commands as townships_commands
from tests.village.personas import HEAD, HEWAN, MONTH, SHIQIAO, on
from tests.village.test_village_sheets import ILL, row, take

FLOOD = ("因自然灾害", "洪水进屋，墙体开裂。" * 20, "请住建部门鉴定房屋等级。" * 16)


def parts_of(session, kind):
    return [event for event in emitted(session) if isinstance(event, kind)]


@pytest.fixture
def flooded(session, register):
    """420 households of one village with texts of 200 characters."""
    rows = [row("01", "洪某某", 1, *FLOOD) for _ in range(420)]
    for at, line in enumerate(rows):
        line[3] = make_id("990121", date(1940, 1, 1) + timedelta(at), 7)
        line[-1] = "水位线离地一米四，照片已拍。" * 14
    return take(session, rows, submit=True)


def test_case_06_f_22_a_list_of_420_households_is_sent_whole(session, flooded):
    assert (flooded.taken, flooded.refused, flooded.submitted) == (420, [], True)
    parts = parts_of(session, ListSubmitted)
    assert len(parts) > 1
    assert all(len(part.model_dump_json().encode()) <= LONGEST for part in parts)
    sent = [finding.finding for part in parts for finding in part.findings]
    stored = session.exec(select(Finding).where(Finding.supplement == 0)).all()
    assert sorted(sent) == sorted(finding.id for finding in stored)
    assert len(sent) == 420
    assert [(part.supplement, part.part, part.more) for part in parts] == [
        (0, at, at < len(parts) - 1) for at in range(len(parts))
    ]
    lists = session.exec(select(VillageList)).all()
    assert [(sent.village, sent.supplement, sent.nil) for sent in lists] == [(SHIQIAO, 0, False)]


def test_case_06_f_22_the_townships_signature_covers_all_of_them(session, flooded):
    for finding in session.exec(select(Finding)).all()[:200]:
        finding.township_agreed, finding.township_reason = False, "水" * 500
    townships_commands.sign_township(
        session, HEWAN, MONTH, actor=HEAD, on=on(28), missing_reason="其余村已电话核实"
    )
    parts = parts_of(session, TownshipSigned)
    verdicts = [verdict for part in parts for verdict in part.verdicts]
    assert (len(verdicts), sum(verdict.agreed for verdict in verdicts)) == (420, 220)
    assert all(len(part.model_dump_json().encode()) <= LONGEST for part in parts)


def test_case_04_f_21_a_cell_of_19132_characters_is_refused_with_its_column_and_limit(session):
    long = row("02", "钱一舟", 901)
    long[-1] = "药费自付较多。" * 2_733 + "。"
    assert len(long[-1]) == 19_132
    report = take(session, [long, row("02", "白石岩", 902)], submit=True, send_without=True)
    (cell,) = report.refused
    assert (cell.name, cell.reason) == ("备注", "太长，最多500字")
    assert len(cell.value) < 120
    assert "共19132字" in cell.value
    assert report.submitted
    assert report.taken == 1
    (sent,) = parts_of(session, ListSubmitted)
    assert [finding.village for finding in sent.findings] == [SHIQIAO]


@pytest.mark.parametrize("at", range(12))
def test_f_21_no_cell_of_a_list_goes_through_without_a_limit(session, at):
    line = row("02", "钱一舟", 901, *ILL)
    line[at] = "一" * 19_132
    assert len(take(session, [line]).refused) == 1
