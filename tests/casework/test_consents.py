"""承诺授权: one signature a household, the absent later, nobody's refusal is another's."""

import pytest

from kit.clock import SimulatedClock
from kit.errors import Conflict, Forbidden, Refused
from kit.seal import unseal
from schemas.casework import ConsentSigned, ConsentWords, IdentificationEnded
from schemas.codes import IdentificationEnd
from services.casework.consents import commands, queries
from services.casework.consents.forms import ConsentForm, GiveUpForm
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState as S
from tests.casework.household import family, keys
from tests.casework.town import CLERK, OFFICE, OTHER_CLERK, TOWNSHIP_CLERK, Casework, day
from tests.conftest import at


@pytest.fixture
def file(casework: Casework):
    """Of household 1, a couple with two children; the county verified on the 18th."""
    return family(casework)


def sign(casework: Casework, file, *covered: str, on=day(19), refused=(), actor=CLERK):
    known = keys(casework, file)
    form = ConsentForm(
        covered=[known[name] for name in covered],
        refused=[known[name] for name in refused],
        method="HANDWRITTEN",
        on=on,
    )
    return casework.do(commands.sign_consent, file.id, form, actor=actor, on=on)


def unsigned(casework: Casework, file) -> list[str]:
    with casework.sessions() as session:
        stored = queries.see(session, TOWNSHIP_CLERK, file.id)
        return [person.name for person in queries.unsigned(session, stored, day(20))]


def test_the_households_signature_moves_its_file_on_and_who_was_away_signs_later(casework, file):
    sign(casework, file, "户主1")
    (stored,) = casework.files()
    assert stored.state is S.VERIFY
    assert unsigned(casework, file) == ["配偶1"]  # no child, and before his data are compared
    with casework.sessions() as session:
        tasks = casework.service.open_tasks(session, TOWNSHIP_CLERK, day(20))
    assert f"/casework/files/{file.id}/consent" in [task.href for task in tasks]
    sign(casework, file, "配偶1", on=day(20))
    assert unsigned(casework, file) == []
    assert casework.deeds(file) == [A.OPEN, A.CONSENT, A.NOTE]
    told = casework.said(ConsentSigned)
    assert [(event.covered, event.unsigned) for event in told] == [(1, 1), (2, 0)]
    with casework.sessions() as session:
        words = unseal(session, told[0].sealed, ConsentWords)
    assert (words.covered, words.unsigned) == (("户主1",), ("配偶1",))


def test_one_members_refusal_is_not_the_households(casework, file):
    sign(casework, file, "户主1", refused=["配偶1"])
    assert casework.files()[0].state is S.VERIFY
    assert unsigned(casework, file) == ["配偶1"]
    with casework.sessions() as session:  # he was asked: nothing waits for him
        assert queries.waiting(session, TOWNSHIP_CLERK, day(20)) == []
    sign(casework, file, "配偶1", on=day(20))  # and may sign after all
    assert unsigned(casework, file) == []


@pytest.mark.parametrize(
    ("who", "sentence"),
    [
        ({"covered": ()}, "请选签字的人"),
        ({"covered": (), "refused": ("户主1", "配偶1")}, "请登记自愿放弃"),
        ({"covered": ("户主1",), "refused": ("户主1",)}, "既同意又不同意"),
        ({"covered": ("户主1", "长子1")}, "未满18岁"),
        ({"covered": ("户主1",), "on": day(17)}, "不能早于"),
    ],
)
def test_what_a_consent_lacks_is_said(casework, file, who, sentence):
    with pytest.raises(Refused, match=sentence):
        sign(casework, file, *who.pop("covered"), **who)
    assert casework.files()[0].state is S.CONSENT
    assert casework.said(ConsentSigned) == []


def test_the_same_person_does_not_sign_twice_and_nobody_from_the_future(casework, file):
    sign(casework, file, "户主1")
    with pytest.raises(Conflict, match="已经签过"):
        sign(casework, file, "户主1")
    form = ConsentForm(covered=[keys(casework, file)["配偶1"]], method="ELECTRONIC", on=day(21))
    with pytest.raises(Refused, match="不能晚于今天"):
        casework.do(commands.sign_consent, file.id, form, actor=CLERK, on=day(20))
    form = ConsentForm(covered=["of-another"], method="ELECTRONIC", on=day(20))
    with pytest.raises(Refused, match="重新打开"):
        casework.do(commands.sign_consent, file.id, form, actor=CLERK, on=day(20))
    assert len(casework.said(ConsentSigned)) == 1


def give_up(casework: Casework, file, actor=CLERK):
    form = GiveUpForm(signer="陈试", reason="不愿意核对存款", method="FINGERPRINT", on=day(19))
    return casework.do(commands.give_up, file.id, form, actor=actor, on=day(19))


def test_giving_up_is_a_signed_reason_and_ends_the_file(casework, file):
    stored = give_up(casework, file)
    assert (stored.state, stored.ended_on) == (S.GIVEN_UP, day(19))
    assert stored.reason == "陈试（按指印）：不愿意核对存款"
    (event,) = casework.said(IdentificationEnded)
    assert (event.identification, event.on, event.reason) == (file.id, day(19), stored.reason)
    assert event.ended is IdentificationEnd.GIVEN_UP
    with pytest.raises(Conflict):
        give_up(casework, file)
    with pytest.raises(Conflict):
        sign(casework, file, "户主1")


def test_only_the_households_village_and_township_enter_it(casework, file):
    for actor in (OTHER_CLERK, OFFICE):
        with pytest.raises(Forbidden):
            sign(casework, file, "户主1", actor=actor)
        with pytest.raises(Forbidden):
            give_up(casework, file, actor)
    sign(casework, file, "户主1", actor=TOWNSHIP_CLERK)


def test_by_page_and_on_paper(casework, file, client, clock: SimulatedClock):
    clock.set(at(2026, 9, 19))
    browser, to = client("casework", CLERK), f"/casework/files/{file.id}/consent"
    page = browser.get(to).text
    assert "配偶1（配偶，" in page
    assert "还没有签" in page
    known = keys(casework, file)
    form = {
        "covered": [known["户主1"], known["配偶1"]],
        "method": "HANDWRITTEN",
        "on": "2026-09-19",
    }
    assert browser.post(to, data=form).status_code == 303
    assert casework.files()[0].state is S.VERIFY
    assert "已授权，2026年9月19日，手写签名" in browser.get(to).text
    assert browser.get(f"{to}.docx").content[:2] == b"PK"
    assert browser.post(to, data=form).status_code == 409
    page = browser.get(f"/casework/files/{file.id}").text
    assert f'href="{to}"' in page


def test_by_program(casework, file, client, clock: SimulatedClock):
    clock.set(at(2026, 9, 19))
    browser, to = client("casework", TOWNSHIP_CLERK), f"/casework/api/files/{file.id}/consent"
    before = browser.get(to).json()
    assert before["required"]
    assert [one["owed"] for one in before["people"]] == [True, True, False, False]
    body = {"covered": [before["people"][0]["key"]], "method": "ELECTRONIC", "on": "2026-09-19"}
    after = browser.post(to, json=body).json()
    assert [one["answer"] for one in after["people"]] == ["signed", None, None, None]
    assert client("casework", OTHER_CLERK).get(to).status_code == 403
    ended = browser.post(
        f"/casework/api/files/{file.id}/give-up",
        json={"signer": "陈试", "reason": "外出", "method": "ELECTRONIC", "on": "2026-09-19"},
    )
    assert ended.json()["ended_on"] == "2026-09-19"
