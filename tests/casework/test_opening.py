"""How a file begins: once, from the network or by the form, and not for what was before the service."""

import pytest
from pydantic import ValidationError
from sqlmodel import select

from kit.actor import SYSTEM, Actor
from kit.errors import Conflict, Forbidden, NotFound, Refused
from schemas.casework import IdentificationOpened
from schemas.codes import LeadChannel, Role
from services.casework.identification import commands, queries
from services.casework.identification.forms import EarlierForm, EnteredChannel, FileFilter, LeadForm
from services.casework.identification.models import Lead, NetworkCase
from services.casework.identification.rules import FileAction as A
from services.casework.identification.rules import FileState
from tests.casework.town import (
    BEGAN,
    CLERK,
    OFFICE,
    OTHER_TOWNSHIP,
    OTHER_VILLAGE,
    TOWNSHIP,
    TOWNSHIP_CLERK,
    VILLAGE,
    Casework,
    day,
    id_number,
)


def lead(casework: Casework, actor=CLERK, on=day(10), **form):
    form = {"channel": EnteredChannel.SELF_REPORT, "on": on, **form}
    return casework.do(commands.record_lead, LeadForm(**form), actor=actor, on=on)


def test_a_verified_case_opens_one_file_however_often_it_is_told(casework: Casework):
    opened, verified = casework.case(1, day(18))
    casework.hear(opened, verified)
    casework.hear(verified)  # the county tells it again when a finding was answered later
    (file,) = casework.files()
    assert file.number == "SB-990121-202609-0001"
    assert (file.household, file.village, file.channel) == ("h1", VILLAGE, LeadChannel.NETWORK)
    assert file.state is FileState.CONSENT
    assert file.verify_due == day(20)  # two days (s003 I-06), a Sunday worked before the holiday
    assert file.total_due == day(8, 10)  # fifteen days end in the holiday: the next working day
    (event,) = casework.said(IdentificationOpened)
    assert (event.household, event.lead_at, event.total_due) == ("h1", day(18), file.total_due)
    assert event.pack == file.pack


def test_what_the_county_verified_before_opens_nothing_and_stands_on_a_list(casework: Casework):
    casework.hear(*casework.case(1, day(20, 8)), at=BEGAN.replace(month=8, day=20))
    assert casework.files() == []
    with casework.sessions() as session:
        (case,) = session.exec(queries.earlier(OFFICE))
        assert (case.case, case.verified_on, case.earlier) == ("case-1", day(20, 8), True)
        assert casework.service.open_tasks(session, OFFICE, day(2))[0].href == "/casework/earlier"
    form = EarlierForm(opens=True)
    casework.do(commands.decide_earlier_case, "case-1", form, actor=OFFICE, on=day(3))
    (file,) = casework.files()
    assert (file.found_on, file.lead_at) == (day(20, 8), day(3))  # its limits run from the decision
    with pytest.raises(Conflict, match="已经决定过"):
        casework.do(commands.decide_earlier_case, "case-1", form, actor=OFFICE, on=day(3))


def test_no_file_for_an_earlier_case_needs_a_reason(casework: Casework):
    casework.hear(*casework.case(1, day(20, 8)), at=BEGAN.replace(month=8, day=20))
    form = EarlierForm(opens=False)
    with pytest.raises(Refused, match="写明理由"):
        casework.do(commands.decide_earlier_case, "case-1", form, actor=OFFICE, on=day(3))
    form = EarlierForm(opens=False, reason="已按原办法纳入")
    casework.do(commands.decide_earlier_case, "case-1", form, actor=OFFICE, on=day(3))
    with casework.sessions() as session:
        assert list(session.exec(queries.earlier(OFFICE))) == []
        assert session.get_one(NetworkCase, "case-1").reason == "已按原办法纳入"
    assert casework.files() == []
    with pytest.raises(NotFound):
        casework.do(commands.decide_earlier_case, "case-2", form, actor=OFFICE, on=day(3))


def test_a_lead_by_the_form_opens_a_file_and_a_second_one_joins_it(casework: Casework):
    file, opened = lead(casework, household="h2", found_on=day(8))
    assert opened
    assert (file.lead_at, file.found_on, file.verify_due) == (day(10), day(8), day(14))
    again, opened = lead(casework, OFFICE, day(11), household="h2", channel="COUNTY_PUSH")
    assert not opened
    assert again.id == file.id
    casework.hear(*casework.case(2, day(12)))
    assert len(casework.files()) == 1
    assert casework.deeds(file) == [A.OPEN, A.JOIN, A.JOIN]
    with casework.sessions() as session:
        channels = [row.channel for row in session.exec(select(Lead).order_by(Lead.on))]
        assert session.get_one(NetworkCase, "case-2").file == file.id
    assert channels == [LeadChannel.SELF_REPORT, LeadChannel.COUNTY_PUSH, LeadChannel.NETWORK]
    assert len(casework.said(IdentificationOpened)) == 1


def test_a_cadres_finding_is_verified_on_its_day(casework: Casework):
    file, _ = lead(casework, household="h2", channel="CADRE")
    assert file.verify_due == day(10)


def test_who_is_in_no_register_has_a_file_and_finds_his_household_later(casework: Casework):
    who = {"head_name": "户主9", "id_number": id_number(9), "village": VILLAGE}
    file, opened = lead(casework, **who)
    assert opened
    assert (file.household, file.head_name) == (None, "户主9")
    _, again = lead(casework, on=day(11), **who)
    assert not again
    casework.hear(casework.household(9))
    (file,) = casework.files()
    assert (file.household, file.id_hash) == ("h9", None)
    assert casework.deeds(file) == [A.OPEN, A.JOIN, A.ATTACH]


def test_a_number_that_the_register_knows_is_its_household(casework: Casework):
    file, _ = lead(casework, head_name="别名", id_number=id_number(3), village=VILLAGE)
    assert file.household == "h3"


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({}, "请填写户主姓名、身份证号码和村"),
        ({"household": "h77"}, "名册里没有这一户"),
        (
            {"head_name": "户主9", "id_number": id_number(9), "village": "990121100299"},
            "没有这个村",
        ),
        ({"household": "h1", "on": day(11)}, "不能晚于今天"),
        ({"household": "h1", "found_on": day(11)}, "不能晚于收到日期"),
        ({"household": "h1", "on": day(1).replace(year=1999)}, "没有适用于"),
    ],
)
def test_what_a_lead_lacks_is_said(casework: Casework, form, sentence):
    entered = LeadForm(**{"channel": "CADRE", "on": day(10), **form})
    with pytest.raises(Refused, match=sentence):
        casework.do(commands.record_lead, entered, actor=CLERK, on=day(10))
    assert casework.files() == []


def test_nobody_enters_leads_of_other_places_or_what_the_county_hands_down(casework: Casework):
    for form in ({"household": "h5"}, {"household": "h1", "channel": "COUNTY_PUSH"}):
        for actor in (CLERK, TOWNSHIP_CLERK):
            with pytest.raises(Forbidden):
                lead(casework, actor, **form)
    lead(casework, TOWNSHIP_CLERK, household="h1")
    lead(casework, OFFICE, household="h5")
    assert [file.village for file in casework.files()] == [VILLAGE, OTHER_VILLAGE]


def test_a_household_that_is_monitored_has_a_new_risk_and_no_second_file(casework: Casework):
    file, _ = lead(casework, household="h2")
    with casework.sessions.begin() as session:
        taken = commands.take(session, file.id)
        taken.state = FileState.REGISTER
        commands.advance(session, taken, A.REGISTER, actor=SYSTEM, on=day(20))
        assert taken.ended_on == day(20)
    again, opened = lead(casework, household="h2", on=day(25))
    assert (again.id, opened) == (file.id, False)
    assert casework.deeds(file)[-1] == A.JOIN


def test_gt_19_codes_say_whose_county_township_and_village_a_household_is(casework: Casework):
    with pytest.raises(ValidationError, match="村的代码例如"):
        LeadForm(channel="CADRE", on=day(10), village=TOWNSHIP)  # ends in zeros
    who = {"head_name": "户主9", "id_number": id_number(9)}
    for village in ("350582100201", "990121100202"):  # of another county; of none
        with pytest.raises(Refused, match="没有这个村"):
            lead(casework, OFFICE, village=village, **who)
    file, _ = lead(casework, OFFICE, village=VILLAGE, **who)
    assert (file.village, file.township, file.number[:9]) == (VILLAGE, TOWNSHIP, "SB-990121")
    for role, place, sees in (
        (Role.VILLAGE_CLERK, VILLAGE, 1),
        (Role.VILLAGE_CLERK, "990121100202", 0),
        (Role.TOWNSHIP_CLERK, TOWNSHIP, 1),
        (Role.TOWNSHIP_CLERK, OTHER_TOWNSHIP, 0),
    ):
        with casework.sessions() as session:
            asked = queries.files(Actor("a", "某某", role, place), day(10), FileFilter())
            assert len(session.exec(asked).all()) == sees
