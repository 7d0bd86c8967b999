"""Votes of the democratic assessment: they add up, and what they come to."""

import pytest

from rulebook.assessment import Body, Outcome, Votes, assess, bodies
from rulebook.packs import load_pack

DEFAULT, FIVE_STEP = load_pack("default"), load_pack("five-step-2020")


@pytest.mark.parametrize(
    ("votes", "text"),
    [
        ((30, 31, 20, 5), "到会31人，多于应到30人"),
        ((30, 24, 20, 3, 2), "同意、反对、弃权共25票，多于到会24人，"),
        ((30, 24, 20, 3, 1, 1), "共24票，多于到会24人减去回避1人"),
        ((30, 24, -1, 3), "不能是负数"),
        ((30, 2, 0, 0, 0, 3), "回避3人，多于到会2人"),
    ],
)
def test_i_10_votes_that_do_not_add_up_are_refused(votes, text):
    with pytest.raises(ValueError, match=text):
        Votes(*votes)


@pytest.mark.parametrize(
    ("pack", "votes", "outcome", "sentence"),
    [
        (
            DEFAULT,
            Votes(30, 24, 20, 3, 1),
            Outcome.CARRIED,
            "应到30人，到会24人；同意20票、反对3票、弃权1票，同意票超过到会人数的二分之一，评议通过。",
        ),
        (  # two thirds exactly are enough, one half exactly is not
            DEFAULT,
            Votes(30, 20, 10, 10),
            Outcome.NOT_CARRIED,
            (
                "应到30人，到会20人；同意10票、反对10票、弃权0票，同意票没有超过到会人数的二分之一，"
                "评议没有通过，连同票数一并上报。"
            ),
        ),
        (
            DEFAULT,
            Votes(30, 19, 19, 0),
            Outcome.NO_QUORUM,
            "应到30人，到会19人，没有达到应到人数的三分之二，不能表决。",
        ),
        (  # who does not vote counts among those who attend
            DEFAULT,
            Votes(30, 24, 12, 0),
            Outcome.NOT_CARRIED,
            (
                "应到30人，到会24人；同意12票、反对0票、弃权0票，同意票没有超过到会人数的二分之一，"
                "评议没有通过，连同票数一并上报。"
            ),
        ),
        (  # a relative steps out (I-24)
            DEFAULT,
            Votes(30, 24, 12, 11, 0, 1),
            Outcome.CARRIED,
            (
                "应到30人，到会24人，其中回避1人；同意12票、反对11票、弃权0票，"
                "同意票超过未回避的到会人数的二分之一，评议通过。"
            ),
        ),
        (FIVE_STEP, Votes(9, 2, 2, 0), Outcome.CARRIED, None),
        (FIVE_STEP, Votes(9, 0, 0, 0), Outcome.NOT_CARRIED, None),
    ],
)
def test_b_12_quorum_and_majority_are_the_packs(pack, votes, outcome, sentence):
    found = assess(pack, votes)
    assert found.outcome == outcome
    assert sentence in (None, found.sentence)


@pytest.mark.parametrize(("in_favour", "carried"), [(15, False), (16, True)])
def test_b_12_a_majority_may_be_at_least_a_share(in_favour, carried):
    identify = DEFAULT.identify.model_copy(update={"assessment_pass_ratio": "2/3"})
    pack = DEFAULT.model_copy(update={"identify": identify})
    found = assess(pack, Votes(24, 24, in_favour, 24 - in_favour))
    assert (found.outcome == Outcome.CARRIED) == carried
    assert "到会人数的三分之二" in found.sentence


def test_b_12_who_may_meet():
    assert [body.label for body in bodies(DEFAULT)] == ["村民代表会议", "村两委扩大会议"]
    assert bodies(FIVE_STEP) == (Body.ALL_MONITORS,)
