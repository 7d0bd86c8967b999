"""What `check` finds in a table that somebody has spoilt."""

from dataclasses import replace

import pytest

from kit.deadlines import Deadline
from kit.procedure import END, Clock, Owner, Procedure, State, check
from schemas.codes import Coded


class S(Coded):
    DRAFT = "draft", "草稿"
    SENT = "sent", "已报"
    SIGNED = "signed", "已签发"


class A(Coded):
    OPEN = "open", "开始"
    SEND = "send", "上报"
    SIGN = "sign", "签发"
    BACK = "back", "退回"


class C(Coded):
    SIGN = "sign", "签发"


CLERK, HEAD = Owner("经办人"), Owner("主要领导")
SIGN = Clock(C.SIGN, HEAD, {A.SEND: "limits.sign"}, then="逾期未签发", deadline=Deadline("sign"))
STATES = {
    S.DRAFT: State(CLERK, "填写并上报", actions={A.SEND: S.SENT}),
    S.SENT: State(HEAD, "签发", (SIGN,), {A.SIGN: S.SIGNED, A.BACK: S.DRAFT}),
    S.SIGNED: END,
}
LIST = Procedure(
    "名单", "份", (A.OPEN, S.DRAFT), {A.SEND: CLERK, A.SIGN: HEAD, A.BACK: HEAD}, STATES
)


def clock(**changed) -> Clock:
    was = {"code": C.SIGN, "owner": HEAD, "starts": SIGN.starts, "then": SIGN.then}
    return Clock(**was | {"deadline": SIGN.deadline} | changed)


def sent(**changed) -> dict[Coded, State]:
    return STATES | {S.SENT: replace(STATES[S.SENT], **changed)}


def test_a_sound_table_has_nothing_wrong():
    assert check(LIST, {"limits.sign": 1}.__getitem__) == []


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ({S.DRAFT: STATES[S.DRAFT], S.SENT: STATES[S.SENT]}, "state signed is not in the table"),
        (sent(actions={A.SIGN: S.SENT}), "state sent has no exit"),
        (sent(actions={A.BACK: S.DRAFT}), "from state sent no end can be reached"),
        (sent(actions={A.BACK: S.DRAFT}), "state signed cannot be reached"),
        (sent(actions={A.BACK: S.DRAFT}), "action sign is allowed in no state"),
        (sent(owner=CLERK), "state sent: 经办人 owes and can do nothing that leads on"),
        (sent(owner=CLERK), "state sent: its first clock sign is not its owner's"),
        (sent(owes=""), "state sent: nothing is owed"),
        (STATES | {S.SIGNED: State(clocks=(SIGN,))}, "is an end and yet something is owed"),
        (sent(clocks=(clock(after=CLERK),)), "state sent: 经办人 owes later and can do nothing"),
        (sent(clocks=(clock(then=""),)), "clock sign: nothing follows"),
        (sent(clocks=(clock(deadline=None),)), "clock sign has no deadline"),
        (sent(clocks=(clock(starts={A.SIGN: "limits.sign"}),)), "nobody set it going"),
        (sent(clocks=(clock(starts={S.SENT: "limits.sign"}),)), "is no action of the table"),
        (sent(clocks=(SIGN, clock())), "two clocks are called sign"),
        (sent(clocks=(clock(starts={A.SEND: "limits.sing"}),)), "the pack has no limits.sing"),
        # set going on one way into the state and not on the other
        (
            STATES | {S.DRAFT: State(CLERK, "上报", actions={A.SEND: S.SENT, A.BACK: S.SENT})},
            "state sent: clock sign runs and on some way there nobody set it going",
        ),
    ],
)
def test_what_is_wrong_is_named(states, found):
    wrong = check(replace(LIST, states=states), {"limits.sign": 1}.__getitem__)
    assert any(found in one for one in wrong), wrong
