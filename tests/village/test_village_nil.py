"""Nil is declared by whoever answers for it, after a look at who is silent; nothing goes out without
that look.
"""

import pytest

from kit.errors import Refused
from kit.seal import unseal
from schemas.codes import Content
from schemas.values import ReasonWords
from schemas.village import ListSubmitted, TownshipSigned
from services.village.findings import commands as findings_commands
from services.village.lists import commands as lists_commands
from services.village.months import commands as months_commands
from services.village.months import queries as months_queries
from services.village.months.rules import Reporter
from services.village.screening import commands as screening_commands
from services.village.townships import commands as townships_commands
from tests.village.personas import (
    ASKED,
    BAISHUI,
    CLERK,
    HEAD,
    HEWAN,
    MAJIA,
    MONTH,
    OFFICE,
    SHIQIAO,
    UNWAITED,
    at,
    on,
)

VILLAGES = (SHIQIAO, MAJIA, BAISHUI)


def declare(session, village=SHIQIAO, day=18, reason=ASKED):
    return lists_commands.submit_list(
        session, village, MONTH, nil=True, actor=OFFICE, on=on(day), silent_reason=reason
    )


def sign(session, day=25, reason=None):
    return townships_commands.sign_township(
        session, HEWAN, MONTH, actor=HEAD, on=on(day), missing_reason=reason
    )


def content(session):
    return months_queries.reporter(session, MONTH, Reporter.TOWNSHIP, HEWAN).content


def test_f_02_a_village_declares_nil_over_silent_groups_only_with_a_reason(session, heard):
    for reason in (None, "  "):
        with pytest.raises(Refused, match="01组、02组、03组、04组还没有报") as refused:
            declare(session, reason=reason)
        assert refused.value.field == "silent_reason"
    assert heard(session, ListSubmitted) == []
    screening_commands.report_group(
        session, SHIQIAO, "02", MONTH, nil=True, actor=OFFICE, on=on(16)
    )
    sent = declare(session)
    assert (sent.silent, sent.silent_reason) == (["01", "03", "04"], ASKED)
    (event,) = heard(session, ListSubmitted)
    assert (event.nil, event.silent) == (True, ("01", "03", "04"))
    assert unseal(session, event.sealed, ReasonWords).reason == ASKED


def test_f_02_when_each_group_reported_or_is_exempt_nil_needs_no_reason(session, heard):
    for group in ("01", "02", "03"):
        screening_commands.report_group(
            session, SHIQIAO, group, MONTH, nil=True, actor=OFFICE, on=on(16)
        )
    months_commands.exempt_reporter(
        session, MONTH, Reporter.GROUP, f"{SHIQIAO}/04", reason="组长去世", actor=OFFICE, on=on(16)
    )
    assert declare(session, reason=None).silent == []
    (event,) = heard(session, ListSubmitted)
    assert (event.silent, event.sealed) == ((), None)


def test_f_02_a_township_is_nil_only_when_each_of_its_villages_declared_nil(session, heard):
    declare(session)
    with pytest.raises(Refused, match="马家村、白水村还没有报") as refused:
        sign(session)
    assert refused.value.field == "missing_reason"
    signature = sign(session, reason=UNWAITED)
    assert (signature.missing, signature.missing_reason) == ([MAJIA, BAISHUI], UNWAITED)
    (event,) = heard(session, TownshipSigned)
    assert unseal(session, event.sealed, ReasonWords).reason == UNWAITED
    assert content(session) is None  # 3个村中2个村没有报
    declare(session, MAJIA, 26)
    sign(session, 26)
    assert content(session) is None
    declare(session, BAISHUI, 27)
    sign(session, 27)
    assert content(session) is Content.NIL


def test_f_02_an_exempt_village_is_not_waited_for_and_findings_are_findings(session, register):
    declare(session)
    declare(session, MAJIA)
    sign(session, reason=UNWAITED)
    months_commands.exempt_reporter(
        session, MONTH, Reporter.VILLAGE, BAISHUI, reason="整村搬迁", actor=OFFICE, on=on(26)
    )
    assert content(session) is Content.NIL
    findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(27)
    )
    lists_commands.submit_list(session, SHIQIAO, MONTH, nil=False, actor=CLERK, on=on(27))
    assert content(session) is Content.FINDINGS


def test_f_12_before_a_list_goes_its_page_says_who_is_silent_and_what_is_missing(
    session, client, clock, register
):
    clock.set(at(18))
    page, clerk = f"/village/villages/{SHIQIAO}/{MONTH}", client("village", CLERK)
    shown = clerk.get(page).text
    assert "上报以前先看" in shown
    assert "4个组没有报：01组组长11" in shown
    assert 'name="silent_reason"' in shown
    nil = {"village": SHIQIAO, "month": MONTH, "nil": "true"}
    refused = clerk.post("/village/lists", data=nil, headers={"referer": page})
    assert (refused.status_code, "01组、02组、03组、04组还没有报" in refused.text) == (422, True)
    findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1", matter=None), actor=CLERK, on=on(18)
    )
    session.commit()
    assert "还有1户没有审核或没有填全，审核后才能上报" in clerk.get(page).text
    clock.set(at(21))
    assert "现在上报记为迟报" in clerk.get(page).text


def test_f_04_the_townships_page_counts_villages_as_the_months_page_does(session, client, clock):
    """A village that was exempted and reported all the same is named: its list waits, too."""
    exempted = months_commands.exempt_reporter(
        session, MONTH, Reporter.VILLAGE, MAJIA, reason="整村搬迁", actor=OFFICE, on=on(16)
    )
    declare(session, MAJIA)
    session.commit()
    clock.set(at(18))
    assert exempted.reported
    head = client("village", HEAD)
    page = f"/village/townships/{HEWAN}/{MONTH}"
    words = "应报的村3个，免报1个（其中马家村也报了），已报0个，其中零报告0个，没有报的2个："
    assert words in head.get(page).text
    assert words in head.get(f"{page}/print").text
    counts = months_queries.reported(
        months_queries.reporters(session, MONTH, Reporter.VILLAGE, HEWAN[:9])
    )
    assert (counts.expected, counts.exempt) == (3, 1)


def test_f_12_before_the_signature_the_page_says_what_is_missing_late_or_unchecked(
    session, client, clock, register
):
    findings_commands.add_finding(
        session, SHIQIAO, MONTH, register.draft("H1"), actor=CLERK, on=on(18)
    )
    lists_commands.submit_list(session, SHIQIAO, MONTH, nil=False, actor=CLERK, on=on(21))
    declare(session, MAJIA)
    session.commit()
    clock.set(at(25))
    page, head = f"/village/townships/{HEWAN}/{MONTH}", client("village", HEAD)
    shown = head.get(page).text
    for words in (
        "应报的村3个，已报2个，其中零报告1个，没有报的1个：白水村。",
        "签发以前先看",
        "石桥村（迟报）、马家村（零报告）",
        "没有报的村：白水村",
        f"马家村零报告时，01组、02组、03组、04组没有报：{ASKED}",
        "还有1户没有复核，签发即表示同意",
        'name="missing_reason"',
    ):
        assert words in shown, words
    place = {"township": HEWAN, "month": MONTH}
    assert head.post("/village/signatures", data=place).status_code == 422
    signed = head.post("/village/signatures", data=place | {"missing_reason": UNWAITED})
    assert signed.status_code == 303
    assert f"当时未报：白水村（{UNWAITED}）" in head.get(page).text
    paper = head.get(f"/village/villages/{MAJIA}/{MONTH}/print").text
    assert f"上报时没有报的组：01组、02组、03组、04组（{ASKED}）" in paper
