"""The township's review by list: nothing ends here."""

import pytest

from kit.errors import Conflict, Forbidden, Refused
from rulebook.packs import load_pack
from schemas.casework import HouseholdReviewed
from schemas.codes import NoticeRound, ObjectionChannel
from services.casework.identification import commands as files
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from services.casework.notices.models import Notice, Objection
from services.casework.reviews import commands, queries
from services.casework.reviews.forms import ReviewForm
from tests.casework.carried import HEAD, VISITOR, carry, lead, several, state
from tests.casework.town import CLERK, OFFICE, TOWNSHIP_CLERK, Casework, day
from tests.conftest import at


def review(casework: Casework, chosen, actor=HEAD, on=day(18), **form):
    entered = ReviewForm(**{"files": [file.id for file in chosen], "agreed": True, **form})
    return casework.do(commands.review, entered, actor=actor, on=on)


def test_a_list_is_reviewed_and_what_is_not_agreed_to_goes_up_with_its_reason(casework: Casework):
    first, second, third = several(casework, S.REVIEW)
    assert len(review(casework, [first, second]).done) == 2
    with pytest.raises(Refused, match="请写明理由"):
        review(casework, [third], agreed=False)
    review(casework, [third], agreed=False, reason="收入核实不清")
    assert [state(casework, file) for file in (first, second, third)] == [S.DECIDE] * 3
    assert casework.deeds(third)[-1] == A.NOT_APPROVE
    said = casework.said(HouseholdReviewed)
    assert [event.agreed for event in said] == [True, True, False]
    assert said[-1].reason == "收入核实不清"
    with casework.sessions() as session:
        sent = "SELECT payload FROM outbox WHERE type LIKE '%%reviewed%%' ORDER BY seq DESC LIMIT 1"
        payload = session.connection().exec_driver_sql(sent).scalar_one()
        assert "理由已密封" in payload
        assert "收入核实不清" not in payload
        latest = queries.latest(session, [third.id])[third.id]
    assert (latest.agreed, latest.reason) == (False, "收入核实不清")


def test_a_vote_that_was_not_carried_is_reviewed_like_any_other(casework: Casework):
    file = lead(casework, "h1")
    carry(casework, file, S.ASSESS)
    with casework.sessions.begin() as session:
        taken = files.take(session, file.id)
        files.advance(
            session, taken, A.NOT_CARRY, actor=CLERK, on=day(12), text="同意9票，反对16票"
        )
    review(casework, [file])
    assert state(casework, file) is S.DECIDE


def test_one_that_falls_out_does_not_hold_the_others(casework: Casework):
    first, second = several(casework, S.REVIEW, ("h1", "h2"))
    early = lead(casework, "h3")
    taken = review(casework, [first, early, second])
    assert len(taken.done) == 2
    assert [number for number, _ in taken.fallen] == [early.number]
    assert "不能“乡镇审核同意”" in taken.said("已审核")
    assert state(casework, early) is S.CONSENT
    with pytest.raises(Conflict, match="不能“乡镇审核同意”"):
        review(casework, [first])
    assert len(casework.said(HouseholdReviewed)) == 2


def object_to(casework: Casework, file) -> None:
    """Somebody objects to the household on a notice that hangs."""
    entered = {"entered_on": day(18), "entered_by": "河湾镇", "entered_account": "a-1"}
    with casework.sessions.begin() as session:
        days = {"posted_on": day(12), "first": day(13), "last": day(17), "closes_from": day(18)}
        notice = Notice(
            round=NoticeRound.VILLAGE,
            village=file.village,
            township=file.township,
            place="村务公开栏",
            posted_by="陈文书",
            words="5天",
            **days,
            **entered,
        )
        session.add(notice)
        session.flush()
        session.add(
            Objection(
                notice=notice.id,
                file=file.id,
                village=file.village,
                township=file.township,
                channel=ObjectionChannel.PHONE,
                received_on=day(17),
                text="他家有工资收入",
                **entered,
            )
        )


def test_it_waits_for_what_is_not_answered_yet(casework: Casework):
    first, second = several(casework, S.REVIEW, ("h1", "h2"))
    object_to(casework, first)
    why = "公示中的异议还没有答复，答复后再审核。"
    assert review(casework, [first, second]).fallen == [(first.number, why)]
    assert [state(casework, file) for file in (first, second)] == [S.REVIEW, S.DECIDE]


def test_the_party_committees_day_is_asked_where_the_pack_asks(casework: Casework, monkeypatch):
    (file,) = several(casework, S.REVIEW, ("h1",))
    pack = load_pack("default")
    identify = pack.identify.model_copy(update={"township_party_meeting_required": True})
    asking = pack.model_copy(update={"identify": identify})
    monkeypatch.setattr(commands, "pack_of", lambda session, ref: asking)
    with pytest.raises(Refused, match="请填写党委会日期"):
        review(casework, [file])
    with pytest.raises(Refused, match="不能晚于今天"):
        review(casework, [file], meeting_on=day(19))
    review(casework, [file], meeting_on=day(17))
    assert casework.said(HouseholdReviewed)[0].meeting_on == day(17)


def test_nobody_reviews_what_he_visited_or_of_another_place(casework: Casework):
    (file,) = several(casework, S.REVIEW, ("h1",))
    (foreign,) = several(casework, S.REVIEW, ("h5",))
    with pytest.raises(Forbidden, match="登记过这一户的入户核实"):
        review(casework, [file], actor=VISITOR)
    for actor in (OFFICE, CLERK):
        with pytest.raises(Forbidden):
            review(casework, [file], actor=actor)
    with pytest.raises(Forbidden):
        review(casework, [file, foreign])
    assert [state(casework, one) for one in (file, foreign)] == [S.REVIEW] * 2
    review(casework, [file], actor=TOWNSHIP_CLERK)


def test_the_page_takes_a_list(casework: Casework, client, clock):
    first, second = several(casework, S.REVIEW, ("h1", "h2"))
    clock.set(at(2026, 9, 18))
    town = client("casework", HEAD)
    shown = town.get("/casework/reviews")
    assert first.number in shown.text
    assert second.number in shown.text
    sent = {"files": [first.id, second.id], "agreed": "true"}
    assert town.post("/casework/reviews", data=sent).status_code == 303
    assert "没有等待审核的农户" in town.get("/casework/reviews").text
