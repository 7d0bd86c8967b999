"""No free text leaves in clear (G-07)."""

import json
from functools import partial

import pytest
from joserfc import jwe
from joserfc.jwk import OctKey
from sqlalchemy import text

from kit.errors import Refused
from kit.messaging import words
from kit.messaging.outbox import emit, emitted
from kit.seal import seal_for
from schemas.codes import GapItem, OrderNotice, OrderState
from schemas.dispatch import DepartmentOrderChanged, OrderDueMoved
from schemas.unit import UnitListSigned, UnitNamed
from schemas.values import Verdict

SAID = "田一生（990121198001010016，16000007777）不在家"
KEY = bytes(range(32))


@pytest.fixture
def session(village_sessions):
    with village_sessions() as open_session:
        yield open_session


def payloads(session) -> list[dict]:
    return [json.loads(row.payload) for row in session.execute(text("SELECT payload FROM outbox"))]


def moved(**more) -> OrderDueMoved:
    facts = {"order": "o", "number": "DQ-1", "case": "c", "household": "h", "village": "v"}
    return OrderDueMoved(
        **facts,
        gap_item=GapItem.JOB,
        department="housing",
        state=OrderState.ACCEPTED,
        on="2026-09-01",
        solve_due="2026-09-30",
        **more,
    )


def changed(**more) -> DepartmentOrderChanged:
    return DepartmentOrderChanged(
        department="housing",
        order="o",
        number="DQ-1",
        state=OrderState.ACCEPTED,
        on="2026-09-01",
        **more,
    )


def test_g_07_a_phrase_stands_in_clear_and_the_words_are_sealed(session):
    emit(session, moved(reason=SAID))
    (body,) = payloads(session)
    assert body["reason"] == "理由已密封"
    assert "田一生" not in json.dumps(body, ensure_ascii=False)
    (heard,) = emitted(session)
    assert (heard.reason, heard.words) == (SAID, None)


def test_g_07_words_of_a_part_are_sealed_and_come_back_to_their_place(session):
    verdicts = (Verdict(finding="a", agreed=True), Verdict(finding="b", agreed=False, reason=SAID))
    signed = UnitListSigned(
        unit="U001",
        month="2026-09",
        signed_on="2026-09-20",
        late=False,
        nil=False,
        required=1,
        contacted=1,
        unreached=0,
        verdicts=verdicts,
    )
    emit(session, signed)
    (body,) = payloads(session)
    assert [verdict["reason"] for verdict in body["verdicts"]] == [None, "理由已密封"]
    assert emitted(session) == [signed]


def test_g_07_an_event_of_before_passes_in_clear(session):
    event = moved(reason=SAID)
    assert words.heard(session, event) is event


def test_h_08_words_for_a_department_are_sealed_with_its_key_alone(session):
    event = changed(what=OrderNotice.REOPENED.label, reason=SAID)
    with pytest.raises(ValueError, match="its key"):
        emit(session, event)
    emit(session, event, seal=partial(seal_for, "housing-1", KEY))
    (body,) = payloads(session)
    assert (body["what"], body["reason"]) == ("退回重新办理", "理由已密封")
    opened = jwe.decrypt_compact(body["words"], OctKey.import_key(KEY))
    assert json.loads(opened.plaintext) == {"reason": SAID}


def test_g_07_what_is_no_phrase_of_its_list_does_not_leave(session):
    with pytest.raises(ValueError, match="no phrase of OrderNotice"):
        emit(session, changed(what=SAID), seal=partial(seal_for, "housing-1", KEY))


@pytest.mark.parametrize("number", ["990121198001010016", "16000007777", "13800138000"])
def test_g_07_a_number_of_somebody_in_a_name_or_a_code_is_refused(session, number):
    with pytest.raises(Refused, match="不能写身份证号码或手机号码"):
        emit(session, UnitNamed(unit="U001", name=f"县残联（电话{number}）"))
    with pytest.raises(Refused, match="不能写身份证号码或手机号码"):
        emit(session, UnitNamed(unit=number, name="县残联"))


@pytest.mark.parametrize(
    "name", ["县残联", "县第110107015号单位", "019a0000-0000-7000-8000-139123456789"]
)
def test_a_name_that_only_looks_like_a_number_leaves(session, name):
    emit(session, UnitNamed(unit="U001", name=name))
    assert payloads(session)[0]["name"] == name
