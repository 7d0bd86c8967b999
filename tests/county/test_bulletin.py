"""The monthly bulletin: figures frozen at the cut-off, names one by one, hash, errata (J-03,
D13).
"""

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from docx import Document
from fastapi.testclient import TestClient
from openpyxl import load_workbook
from sqlalchemy import text

from backstop.services import service_named
from kit import deadlines
from kit.behalf import Behalf
from kit.clock import local_date
from kit.deadlines import sweep
from kit.errors import Conflict, Forbidden, NotFound, Refused
from kit.seal import seal
from rulebook.calendar import state_council
from rulebook.months import start_of
from schemas.codes import OrderState, ReplyResult, Role, Stratum
from schemas.county import BulletinIssued
from schemas.dispatch import (
    DepartmentNamed,
    OrderAccepted,
    OrderClosed,
    OrderFellOverdue,
    OrderIssued,
    OrderReported,
    OrderReturnAgreed,
    OrderReturned,
)
from schemas.unit import UnitListMissed
from schemas.values import Answerable
from schemas.village import GroupReportMissed, ListMissed, ReporterExempted, TownshipMissed
from services.county.bulletin import commands as bulletin_commands
from services.county.bulletin import queries
from services.county.bulletin.models import (
    Bulletin,
    BulletinName,
    BulletinState,
    NameKind,
    NameState,
)
from services.county.figures import Count, Figures, Mean, OfficeDay, Rate
from services.county.ledger import commands as ledger_commands
from services.county.ledger.forms import MonitoredForm
from services.county.months import commands as months_commands
from services.county.organisation import commands as organisation_commands
from services.county.organisation.forms import ResponsibleForm
from services.county.statistics.queries import orders as order_figures
from tests.conftest import actor, at
from tests.county.orders import order
from tests.county.personas import (
    MONTH,
    OTHER_VILLAGE,
    TOWNSHIP,
    VILLAGE,
    a_team,
    agreed,
    day,
    group_report,
    open_tasks,
    signed,
    submitted,
    unit_list,
    unit_signed,
)

CLERK, LEADER = actor(Role.COUNTY_CLERK, name="钱经办"), actor(Role.COUNTY_LEADER, name="赵县长")
CUT_OFF, REPLY_DUE, ISSUED = date(2026, 10, 8), date(2026, 10, 10), date(2026, 10, 12)


def draft(county, on: date = CUT_OFF) -> Bulletin:
    return county.do(bulletin_commands.draft_bulletin, MONTH, actor=CLERK, on=on)


def names(county) -> dict[str, BulletinName]:
    with county.sessions() as session:
        return {name.label: name for name in queries.proposed_names(session, MONTH)}


def decider(name: BulletinName):
    """Nobody judges himself."""
    return LEADER if name.kind is NameKind.OFFICE else CLERK


def heard(county) -> None:
    """September: one village on time and nil, one missing; the unit late; the township signed
    without the missing one.
    """
    county.hear(
        group_report(nil=True),
        submitted(nil=True, on=day(18)),
        unit_list(nil=True, on=day(25)),
        unit_signed(nil=True, on=day(26)),
        ListMissed(village=OTHER_VILLAGE, township=TOWNSHIP, month=MONTH, due=day(20)),
        GroupReportMissed(village=OTHER_VILLAGE, group="01", month=MONTH, due=day(17)),
        signed(on=day(30), missing=(OTHER_VILLAGE,)),
        TownshipMissed(township="990121200000", month=MONTH, due=day(30)),
    )


def ledger(county) -> None:
    """R-01…R-03: 3,879 households with 14,293 persons ever, 2,600 with 9,704 eliminated, 80 with
    336 new in the year.
    """
    blocks = [  # category, households, persons, new households, new persons
        (Stratum.UNSTABLE_EX_POOR, 1470, 5528, 6, 30),
        (Stratum.MARGINAL, 2181, 7807, 6, 31),
        (Stratum.SUDDEN_HARDSHIP, 228, 958, 68, 275),
    ]
    gone, gone_persons = 2600, 9704
    entries = []
    for category, households, persons, new, new_persons in blocks:
        for count, total, year in (
            (new, new_persons, 2026),
            (households - new, persons - new_persons, 2023),
        ):
            for index in range(count):
                size = total // count + (index < total % count)
                left = year == 2023 and gone > 0
                gone -= left
                entries.append(
                    MonitoredForm(
                        village=VILLAGE,
                        head_name=f"户{len(entries)}",
                        category=category,
                        persons=size,
                        identified_on=date(year, 3, 1),
                        number=f"N{len(entries):05}",
                        eliminated_on=date(2025, 12, 20) if left else None,
                    )
                )
    removed = [number for number, entry in enumerate(entries) if entry.eliminated_on]
    surplus = gone_persons - sum(entries[number].persons for number in removed)
    for number in removed[: abs(surplus)]:
        entry = entries[number]
        entries[number] = MonitoredForm(
            **vars(entry) | {"persons_eliminated": entry.persons + (1 if surplus > 0 else -1)}
        )
    county.do(ledger_commands.enter_monitored_households, entries, actor=CLERK)


def test_r_01_to_r_03_totals_with_numerator_and_denominator(county):
    ledger(county)
    totals = draft(county).figures.totals
    whole = totals.all
    assert whole.cumulative == Count(households=3879, persons=14293)
    assert whole.new_in_year == Count(households=80, persons=336)
    assert whole.eliminated == Count(households=2600, persons=9704)
    assert whole.uneliminated == Count(households=1279, persons=4589)
    assert whole.rate_by_persons == Rate(part=9704, whole=14293, percent="67.89%")
    assert whole.rate_by_households == Rate(part=2600, whole=3879, percent="67.03%")
    assert [
        (row.label, row.cumulative.households, row.cumulative.persons) for row in totals.categories
    ] == [("脱贫不稳定户", 1470, 5528), ("边缘易致贫户", 2181, 7807), ("突发严重困难户", 228, 958)]


def test_a_household_identified_again_is_counted_once(county):
    entry = MonitoredForm(
        village=VILLAGE,
        head_name="甲",
        category=Stratum.MARGINAL,
        persons=3,
        number="N1",
        identified_on=date(2022, 5, 1),
        eliminated_on=date(2023, 6, 1),
    )
    again = MonitoredForm(
        **vars(entry) | {"identified_on": date(2025, 5, 1), "eliminated_on": None, "persons": 4}
    )
    county.do(ledger_commands.enter_monitored_households, [entry, again], actor=CLERK)
    whole = draft(county).figures.totals.all
    assert whole.cumulative == Count(households=1, persons=4)
    assert whole.eliminated.households == 0


def test_who_reported_is_counted_from_what_was_frozen(county):
    heard(county)
    tiers = draft(county).figures.tiers
    rows = {row.kind: row for row in tiers.summary}
    keys = ("expected", "on_time", "late", "missing", "nil")
    assert [getattr(rows["VILLAGE"], key) for key in keys] == [2, 1, 0, 1, 1]
    assert [getattr(rows["UNIT"], key) for key in keys] == [1, 0, 1, 0, 1]
    assert [getattr(rows["TOWNSHIP"], key) for key in keys] == [2, 1, 0, 1, 0]
    assert tiers.townships[0].own.content_label == "2个村中1个村没有报"  # F-02
    assert rows["VILLAGE"].on_time_rate == Rate(part=1, whole=2, percent="50.00%")
    (unit,) = tiers.units
    assert unit.contact_rate == Rate(part=5, whole=6, percent="83.33%")
    assert unit.unreached == 1
    assert [row.code for row in tiers.townships] == ["990121100000", "990121200000"]
    assert tiers.townships[0].named_missing == 1


def test_an_exempt_reporter_is_shown_and_owes_nothing(county):
    heard(county)
    county.hear(
        ReporterExempted(division=OTHER_VILLAGE, month=MONTH, reason="整村搬迁", on=day(21))
    )
    row = next(row for row in draft(county).figures.tiers.summary if row.kind == "VILLAGE")
    assert (row.expected, row.exempt, row.on_time_rate.percent) == (2, 1, "100.00%")
    assert "上坝村" not in names(county)


def test_what_comes_after_the_cut_off_is_not_in_it(county):
    """Figures are those of the bulletin day's first instant, although the draft is made later."""
    heard(county)
    county.hear(submitted(nil=True, on=CUT_OFF, village=OTHER_VILLAGE, late=True))
    found = draft(county, on=date(2026, 10, 9))
    assert found.cut_off == start_of(CUT_OFF)
    assert next(row for row in found.figures.tiers.summary if row.kind == "VILLAGE").missing == 1
    assert names(county)["上坝村"].timeliness == "missing"
    assert draft(county, on=ISSUED).figures == found.figures  # drafted once


def test_no_draft_before_the_cut_off(county):
    with pytest.raises(Refused, match="10月8日"):
        draft(county, on=date(2026, 10, 7))


def issue(
    number: int, on: date, first: date | None = None, report_due: date = day(22), **more
) -> OrderIssued:
    return OrderIssued(
        **order(number, on, OrderState.ISSUED, **more),
        first_issued_on=first or on,
        accept_due=day(10),
        return_due=day(11),
        report_due=report_due,
        solve_due=report_due,
    )


def orders(county) -> None:
    county.hear(
        DepartmentNamed(department="housing", name="县住房和城乡建设局"),
        DepartmentNamed(department="water", name="县水利局"),
        issue(1, day(9)),
        OrderAccepted(**order(1, day(10), OrderState.ACCEPTED), late=False),
        OrderReported(
            **order(1, day(21), OrderState.SOLVED), result=ReplyResult.SOLVED, late=False
        ),
        OrderClosed(**order(1, day(24), OrderState.CLOSED), days=11),
        issue(2, day(9)),
        OrderAccepted(**order(2, day(14), OrderState.ACCEPTED), late=True),
        OrderFellOverdue(**order(2, day(23), OrderState.ACCEPTED), clock="report", due=day(22)),
        issue(3, day(9)),
        OrderReturned(
            **order(3, day(10), OrderState.RETURNED),
            reason="应由水利办理",
            proposed="water",
            decide_by=day(11),
        ),
        OrderReturnAgreed(**order(3, day(14), OrderState.RETURNED), decided_late=True),
        issue(3, day(14), first=day(9), report_due=date(2026, 10, 12), department="water"),
        times=2,
    )


def test_the_departments_table_counts_from_the_first_issue(county):
    """Section 3: days run on through a return (B-29); late and returned stand with their
    denominators.
    """
    orders(county)
    table = draft(county).figures.dispatch
    assert (table.since, table.as_of) == (day(7), date(2026, 10, 7))
    housing, water = table.departments
    assert (housing.issued, housing.returned, housing.closed, housing.open) == (2, 1, 1, 1)
    assert housing.accepted_on_time == Rate(part=1, whole=2, percent="50.00%")
    assert housing.reported_on_time == Rate(part=1, whole=2, percent="50.00%")
    assert (housing.unreported, housing.unsolved) == (1, 1)
    assert (water.unreported, water.carried, water.issued) == (0, 0, 1)
    # 10 to 30 September has 15 working days: order 3, although given to water on the 14th
    assert water.days == Mean(total=15, count=1, average="15.0")
    late = {row.code: row for row in draft(county).figures.office}
    assert late["returns"].late == 1


def test_an_overdue_department_is_proposed_with_the_event_behind_it(county):
    orders(county)
    draft(county)
    name = names(county)["县住房和城乡建设局"]
    assert (name.kind, name.timeliness, name.state) == ("DEPARTMENT", "overdue", NameState.OPEN)
    (fact,) = name.facts
    assert fact["text"].startswith("DQ-990121-202609-0002（石桥村）：逾期未反馈、逾期未解决")
    assert fact["origin"].startswith("/backstop/990121000000/dispatch#")


def test_late_and_missing_are_proposed_with_both_levels_responsible(county):
    """N-02, N-18; each traceable to the event behind it."""
    county.do(
        organisation_commands.enter_responsibles,
        [
            ResponsibleForm(level="乡镇", place="河湾镇", post="乡镇长", name="徐梅杰"),
            ResponsibleForm(level="村", place="上坝村", post="村支部书记", name="宋强敏"),
        ],
        actor=CLERK,
    )
    heard(county)
    draft(county)
    found = names(county)
    assert {label: name.timeliness for label, name in found.items()} == {
        "上坝村01组": "missing",
        "上坝村": "missing",
        "青岭乡": "missing",
        "单位1": "late",
    }
    assert [(one["level"], one["post"], one["name"]) for one in found["上坝村"].responsible] == [
        ("第一责任人", "乡镇长", "徐梅杰"),
        ("直接责任人", "村支部书记", "宋强敏"),
    ]
    assert found["单位1"].facts[0]["text"] == "应于2026年9月25日前完成，2026年9月26日完成，迟报"
    assert found["上坝村"].facts[0]["origin"].startswith("/backstop/990121000000/village#")


def test_the_office_stands_in_its_own_table_and_is_proposed_too(county):
    """The office's own due dates: a meeting of the month before that was never held."""
    county.do(
        organisation_commands.enter_teams,
        [a_team("D1", "第一督导组", "黄某", TOWNSHIP)],
        actor=CLERK,
    )
    county.do(months_commands.open_month, "2026-08", on=date(2026, 8, 1))
    figures = draft(county).figures
    rows = {
        (row.month, row.code): row.timeliness
        for row in figures.office
        if isinstance(row, OfficeDay)
    }
    assert rows[("2026-08", "meeting")] == "missing"
    assert "守望县农业农村局（牵头部门）" in names(county)


def test_names_are_explained_and_decided_one_by_one(county):
    heard(county)
    found = draft(county)
    assert found.reply_due == REPLY_DUE
    unit, village, group = (names(county)[label] for label in ("单位1", "上坝村", "上坝村01组"))
    with pytest.raises(Conflict, match="先听取说明"):
        county.do(bulletin_commands.approve_name, village.id, actor=CLERK, on=CUT_OFF)
    with pytest.raises(Forbidden):
        county.do(
            bulletin_commands.explain,
            unit.id,
            "不是我",
            actor=actor(Role.UNIT_CLERK, "U002"),
            on=CUT_OFF,
        )
    county.do(
        bulletin_commands.explain,
        unit.id,
        "领导出差",
        actor=actor(Role.UNIT_CLERK, "U001"),
        on=REPLY_DUE,
    )
    with pytest.raises(Refused, match="说明人的姓名"):
        county.do(bulletin_commands.explain, group.id, "手机没信号", actor=CLERK, on=REPLY_DUE)
    told = county.do(
        bulletin_commands.explain,
        group.id,
        "手机没信号",
        actor=replace(CLERK, account="clerk-2", name="孙经办"),
        on=REPLY_DUE,
        on_behalf=Behalf("01组组长", "来电"),
    )
    assert (told.explained_by, told.on_behalf) == ("孙经办（县级牵头部门经办人）", "01组组长")
    with pytest.raises(Conflict, match="期限"):
        county.do(
            bulletin_commands.explain,
            village.id,
            "晚了",
            actor=actor(Role.VILLAGE_CLERK, OTHER_VILLAGE),
            on=date(2026, 10, 11),
        )
    county.do(
        bulletin_commands.approve_name, unit.id, actor=CLERK, on=REPLY_DUE
    )  # explained: no need to wait
    county.do(bulletin_commands.accept_explanation, group.id, actor=CLERK, on=REPLY_DUE)
    with pytest.raises(Conflict, match="没有审定"):
        county.do(bulletin_commands.issue_bulletin, MONTH, actor=LEADER, on=ISSUED)
    with pytest.raises(Refused, match="原因"):
        county.do(bulletin_commands.drop_name, village.id, " ", actor=CLERK, on=ISSUED)
    county.do(bulletin_commands.drop_name, village.id, "道路中断", actor=CLERK, on=ISSUED)
    with pytest.raises(Conflict, match="已经审定"):
        county.do(bulletin_commands.approve_name, village.id, actor=CLERK, on=ISSUED)


def test_f_11_what_was_explained_stands_and_what_was_decided_is_not_explained_anew(county):
    heard(county)
    draft(county)
    unit, clerk = names(county)["单位1"], actor(Role.UNIT_CLERK, "U001")

    def explain(text: str, on: date) -> str | None:
        told = county.do(bulletin_commands.explain, unit.id, text, actor=clerk, on=on)
        return told.explanation

    assert explain("领导出差", CUT_OFF) == "领导出差"
    assert explain("领导出差", CUT_OFF) == "领导出差"
    both = "领导出差。2026年10月10日补充：已经补报"
    assert explain("已经补报", REPLY_DUE) == both
    county.do(bulletin_commands.approve_name, unit.id, actor=CLERK, on=REPLY_DUE)
    with pytest.raises(Conflict, match="已经审定（同意点名），不能再改说明"):
        explain("没有迟报", REPLY_DUE)
    assert names(county)["单位1"].explanation == both
    county.do(bulletin_commands.reopen_name, unit.id, actor=CLERK)
    assert explain("没有迟报", REPLY_DUE).endswith("补充：没有迟报")


def decided(county) -> None:
    for name in names(county).values():
        county.do(bulletin_commands.approve_name, name.id, actor=CLERK, on=ISSUED)


def test_the_issued_bulletin_stands_and_is_corrected_by_numbered_errata(county):
    heard(county)
    draft(county)
    decided(county)
    issued = county.do(bulletin_commands.issue_bulletin, MONTH, actor=LEADER, on=ISSUED)
    assert (issued.state, issued.issued_on) == (BulletinState.ISSUED, ISSUED)
    assert '"named":[{' in issued.snapshot
    with county.sessions() as session:
        assert queries.is_unchanged(session, MONTH)
    for deed in (
        lambda: county.do(bulletin_commands.edit_demands, MONTH, "改", actor=CLERK),
        lambda: county.do(bulletin_commands.issue_bulletin, MONTH, actor=LEADER, on=ISSUED),
        lambda: county.do(
            bulletin_commands.explain,
            names(county)["上坝村"].id,
            "晚",
            actor=CLERK,
            on=ISSUED,
            on_behalf=Behalf("村", "来电"),
        ),
    ):
        with pytest.raises(Conflict, match="已经签发"):
            deed()
    county.hear(submitted(nil=True, on=date(2026, 10, 13), village=OTHER_VILLAGE, late=True))
    first = county.do(
        bulletin_commands.add_erratum, MONTH, "单位1应为按时", actor=LEADER, on=date(2026, 10, 14)
    )
    second = county.do(
        bulletin_commands.add_erratum, MONTH, "另有一处", actor=LEADER, on=date(2026, 10, 15)
    )
    assert (first.number, second.number) == (1, 2)
    with county.sessions() as session:
        kept = queries.bulletin(session, MONTH)
    assert (kept.sha256, kept.snapshot) == (issued.sha256, issued.snapshot)
    assert [(event.erratum, event.sha256) for event in county.said(BulletinIssued)] == [
        (0, issued.sha256),
        (1, first.sha256),
        (2, second.sha256),
    ]


def test_g_11_twenty_presses_issue_one_numbered_erratum(county, client, clock):
    heard(county)
    draft(county)
    decided(county)
    county.do(bulletin_commands.issue_bulletin, MONTH, actor=LEADER, on=ISSUED)
    clock.set(at(2026, 10, 14))
    page = client("county", LEADER).get(f"/county/bulletins/{MONTH}").text
    form = page[page.index(f'action="/county/bulletins/{MONTH}/errata"') :]
    key = re.search(r'name="(idempotency_key)" value="([^"]+)"', form)
    assert key

    def press(browser: TestClient) -> tuple[int, str]:
        answer = browser.post(
            f"/county/bulletins/{MONTH}/errata", data={"text": "第二节一处", key[1]: key[2]}
        )
        assert "backstop-message" in answer.cookies, (answer.status_code, answer.text[:3000])
        return answer.status_code, answer.cookies["backstop-message"]

    browsers = [client("county", LEADER) for _ in range(20)]  # each knows who he is before
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(press, browsers))) == 1
    assert [event.erratum for event in county.said(BulletinIssued)] == [0, 1]


def test_figures_that_were_changed_behind_the_hash_are_noticed(county):
    heard(county)
    frozen = draft(county).figures
    decided(county)
    county.do(bulletin_commands.issue_bulletin, MONTH, actor=LEADER, on=ISSUED)
    office = [one.model_copy(update={"findings": 1}) for one in frozen.office]
    with county.sessions.begin() as session:
        queries.bulletin(session, MONTH).figures = frozen.model_copy(update={"office": office})
    with county.sessions() as session:
        assert not queries.is_unchanged(session, MONTH)


def test_what_an_earlier_release_froze_beside_stays(county):
    """The figures are read as they lie there, written again word by word, and answered whole."""
    frozen = draft(county).figures.model_dump(mode="json", exclude_unset=True)
    frozen["totals"]["basis"] = "PERSONS"  # 0.1.0 froze it
    with county.sessions.begin() as session:
        queries.bulletin(session, MONTH).figures = Figures.model_validate(frozen)
    with county.sessions() as session:
        read = queries.seen(session, MONTH, CLERK).figures
        kept = session.execute(text("SELECT figures FROM bulletin")).scalar_one()
    assert read.model_dump(mode="json", exclude_unset=True) == kept == frozen


def test_nothing_in_it_is_personal_data_of_a_household(county):
    """D13; nobody is ranked by the number of households found: rows stand in the order of the
    codes.
    """
    finding = county.finding(1, on_register=False, words={"risk_point": "住院"})
    county.hear(submitted(finding))
    county.hear(signed(*agreed(finding)))
    orders(county)
    draft(county)
    for name in names(county).values():
        county.do(bulletin_commands.drop_name, name.id, "试", actor=decider(name), on=ISSUED)
    issued = county.do(bulletin_commands.issue_bulletin, MONTH, actor=LEADER, on=ISSUED)
    assert "户主" not in issued.snapshot
    assert county.id_number(1) not in issued.snapshot
    with county.sessions() as session:
        (row,) = queries.bulletin(session, MONTH).figures.quality.reporters
    assert (row.not_on_register, row.incomplete) == (1, 1)


def test_only_the_leader_issues(county):
    draft(county)
    for other in (
        CLERK,
        actor(Role.ADMINISTRATOR),
        actor(Role.TOWNSHIP_HEAD, TOWNSHIP),
        actor(Role.COUNTY_LEADER, TOWNSHIP),
    ):
        with pytest.raises(Forbidden):
            county.do(bulletin_commands.issue_bulletin, MONTH, actor=other, on=ISSUED)
        with pytest.raises(Forbidden):
            county.do(bulletin_commands.add_erratum, MONTH, "改", actor=other, on=ISSUED)
    with pytest.raises(Forbidden):
        county.do(
            bulletin_commands.draft_bulletin, "2026-08", actor=actor(Role.ADMINISTRATOR), on=ISSUED
        )


def test_gt_30_the_draft_fires_at_the_first_instant_of_8_october(county):
    """Bulletin day 5 October with NEXT is 8 October; three working days are 10-08, 10-09 and the
    Saturday 10-10.
    """

    county.do(
        organisation_commands.enter_teams,
        [a_team("D1", "第一督导组", "黄某", TOWNSHIP)],
        actor=CLERK,
    )
    county.do(months_commands.open_month, MONTH, on=day(1))
    with county.sessions() as session:
        assert deadlines.pending(session, "bulletin draft", MONTH) == start_of(CUT_OFF)
    sweep(county.sessions, service_named("county").jobs, at(2026, 10, 7, 23, 59))
    with county.sessions() as session:
        assert not queries.is_drafted(session, MONTH)
    sweep(county.sessions, service_named("county").jobs, at(2026, 10, 8, 0, 0))
    with county.sessions() as session:
        found = queries.bulletin(session, MONTH)
        assert local_date(deadlines.pending(session, "bulletin missed", MONTH)) == ISSUED
    assert (found.drafted_on, found.reply_due) == (CUT_OFF, REPLY_DUE)
    assert names(county)["第一督导组"].timeliness == "missing"


def test_an_earlier_bulletin_can_be_entered_as_issued(county):
    """August's, by the ordinary commands with its own days."""
    found = county.do(bulletin_commands.draft_bulletin, "2026-08", actor=CLERK, on=day(7))
    assert local_date(found.cut_off) == day(7)
    issued = county.do(
        bulletin_commands.issue_bulletin, "2026-08", actor=LEADER, on=day(14), issued_on=day(10)
    )
    assert (issued.issued_on, issued.entered_on) == (day(10), day(14))


def test_the_doors_and_the_files(county, client, clock):
    heard(county)
    ledger(county)
    orders(county)
    county.hear(
        UnitListMissed(unit="U002", month=MONTH, due=day(25), required=0, contacted=0, unreached=0)
    )
    clock.set(at(2026, 10, 8))
    clerk, leader = client("county", CLERK), client("county", LEADER)
    url = f"/county/api/bulletins/{MONTH}"
    assert clerk.get(url).status_code == 404
    drafted = clerk.post(f"{url}/draft")
    assert drafted.status_code == 201
    assert client("county", actor(Role.TOWNSHIP_HEAD, TOWNSHIP)).get(url).status_code == 403
    own = client("county", actor(Role.VILLAGE_CLERK, OTHER_VILLAGE))
    seen = own.get(url).json()
    assert "figures" not in seen
    assert {one["code"] for one in seen["names"]} == {OTHER_VILLAGE, f"{OTHER_VILLAGE}/01"}
    village = next(one for one in seen["names"] if one["code"] == OTHER_VILLAGE)
    said = own.post(f"{url}/names/{village['id']}/explanation", json={"text": "山洪断路"})
    assert (said.status_code, said.json()["explanation"]) == (200, "山洪断路")
    assert own.get(f"{url}/bulletin.docx").status_code == 403
    assert "（送审稿）" in words_of(clerk.get(f"{url}/bulletin.docx").content)
    clock.set(at(2026, 10, 12))
    for one in drafted.json()["names"]:
        if one["code"] == OTHER_VILLAGE:
            answer = clerk.post(
                f"/county/api/names/{one['id']}/approval", json={"accept_explanation": True}
            )
        elif one["code"] == "U001":
            answer = clerk.post(f"/county/api/names/{one['id']}/drop", json={"reason": "首次"})
        else:
            decides = leader if one["kind"] == NameKind.OFFICE else clerk
            answer = decides.post(f"/county/api/names/{one['id']}/approval", json={})
        assert answer.status_code == 200, answer.text
    assert clerk.post(f"{url}/issue", json={}).status_code == 403
    issued = leader.post(f"{url}/issue", json={})
    assert (issued.status_code, issued.json()["state"]) == (200, "issued")
    assert clerk.post(f"{url}/errata", json={"text": "改"}).status_code == 403
    assert leader.post(f"{url}/errata", json={"text": "第二节一处"}).status_code == 201
    content = own.get(f"{url}/bulletin.docx").content
    words = words_of(content)
    assert "按人数为67.89%（9704/14293人），按户数为67.03%（2600/3879户）" in words
    assert "青岭乡（未报）" in words
    assert issued.json()["sha256"] in Document(BytesIO(content)).core_properties.comments
    assert "更正第1号" in words
    assert "单位1（迟报）" not in words
    book = load_workbook(BytesIO(own.get(f"{url}/bulletin.xlsx").content))
    totals = [cell.value for cell in list(book.worksheets[0].rows)[-1]]
    assert totals[:3] == ["合计", 3879, 14293]
    assert totals[-6:] == [9704, 14293, 0.6789, 2600, 3879, 0.6703]
    named = [row[0].value for row in book.worksheets[-1].iter_rows(min_row=4)]
    assert "上坝村" not in named
    assert "青岭乡" in named


@pytest.mark.parametrize("way", ["names", f"bulletins/{MONTH}/names"])
def test_a_decision_about_a_name_is_taken_back_over_the_api(county, client, clock, way):
    heard(county)
    draft(county)
    clock.set(at(2026, 10, 12))
    clerk, other = client("county", CLERK), client("county", actor(Role.ADMINISTRATOR))
    url = f"/county/api/{way}/{names(county)['单位1'].id}"
    unheard = clerk.post(f"{url}/approval", json={"accept_explanation": True})
    assert (unheard.status_code, unheard.json()["detail"]) == (409, "对方还没有说明情况。")
    assert names(county)["单位1"].state is NameState.OPEN
    assert clerk.post(f"{url}/drop", json={"reason": "首次"}).json()["state"] == "dropped"
    assert other.post(f"{url}/reopening").status_code == 403
    assert names(county)["单位1"].state is NameState.DROPPED
    reopened = clerk.post(f"{url}/reopening")
    assert (reopened.status_code, reopened.json()["state"]) == (200, "open")
    assert names(county)["单位1"].reason is None


def test_the_offices_demands_are_put_over_the_api(county, client):
    before = draft(county).demands
    url = f"/county/api/bulletins/{MONTH}"
    clerk, demands = client("county", CLERK), {"text": "一、按时上报。"}
    other = client("county", actor(Role.ADMINISTRATOR))
    assert other.post(f"{url}/demands", json=demands).status_code == 403
    assert clerk.get(url).json()["demands"] == before
    assert clerk.post(f"{url}/demands", json=demands).json()["demands"] == "一、按时上报。"


def words_of(content: bytes) -> str:
    letter = Document(BytesIO(content))
    cells = [cell.text for table in letter.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in letter.paragraphs] + cells)


def test_the_pages_show_every_state(county, client, clock):
    heard(county)
    orders(county)
    clock.set(at(2026, 10, 8))
    clerk, leader = client("county", CLERK), client("county", LEADER)
    page = f"/county/bulletins/{MONTH}"
    assert "还没有通报" in clerk.get("/county/bulletins").text
    assert "10月8日零时自动起草" in clerk.get(page).text
    assert clerk.post(f"{page}/draft").status_code == 303
    shown = clerk.get(page).text
    assert "（1/2）" in shown
    assert "<summary>明细</summary>" in shown  # F-51: what a program needs stays behind it
    assert "event?kind=VILLAGE" in shown
    assert "第一责任人：河湾镇主要负责人（姓名未报" in shown  # N-18
    assert '<a href="/imports">用“主要负责人”表导入</a>' in shown
    assert '<a href="/dispatch/departments">在部门页登记</a>' in shown
    assert (
        "/backstop/990121000000/village#"
        in clerk.get(f"{page}/event?kind=VILLAGE&code={OTHER_VILLAGE}").text
    )
    unit = names(county)["单位1"]
    assert "提交说明" in client("county", actor(Role.UNIT_HEAD, "U001")).get(page).text
    steps = [
        (
            client("county", actor(Role.UNIT_HEAD, "U001")),
            f"/county/names/{unit.id}/explanation",
            {"text": "开会"},
        ),
        (clerk, f"/county/names/{unit.id}/acceptance", {}),
        (clerk, f"/county/names/{unit.id}/reopening", {}),
        (clerk, f"/county/names/{unit.id}/approval", {}),
        (clerk, f"{page}/demands", {"text": "一、按时上报。"}),
    ]
    steps += [
        (
            leader if name.kind is NameKind.OFFICE else clerk,
            f"/county/names/{name.id}/drop",
            {"reason": "试"},
        )
        for name in names(county).values()
        if name.id != unit.id
    ]
    steps += [(leader, f"{page}/issue", {}), (leader, f"{page}/errata", {"text": "一处更正"})]
    for who, url, form in steps:
        answer = who.post(url, data=form)
        assert answer.status_code == 303, (url, answer.text)
        assert clerk.get(page).status_code == 200
    shown = client("county", actor(Role.TOWNSHIP_CLERK, TOWNSHIP)).get(page).text
    assert "更正第1号" in shown
    assert "单位1" in shown
    assert "内容与校验码不符" not in shown
    assert "已印发" in clerk.get("/county/bulletins").text


def test_a_refused_explanation_comes_back_on_the_bulletins_page(county, client, clock):
    heard(county)
    draft(county)
    clock.set(at(2026, 10, 11))  # a day too late
    name, page = names(county)["单位1"], f"/county/bulletins/{MONTH}"
    unit = client("county", actor(Role.UNIT_HEAD, "U001"))
    assert "代谁登记" not in unit.get(page).text
    answer = unit.post(
        f"/county/names/{name.id}/explanation",
        data={"text": "负责人出差"},
        headers={"referer": f"http://testserver{page}"},
    )
    assert answer.status_code == 409
    assert "负责人出差" in answer.text
    assert "期限（2026年10月10日）已过" in answer.text


def test_whoever_is_to_be_named_finds_it_on_the_desk(county):
    heard(county)
    draft(county)

    def titles(who, on: date = REPLY_DUE) -> list[str]:
        with county.sessions() as session:
            return [task.title for task in open_tasks(session, who, on) if "点名" in task.title]

    assert titles(actor(Role.UNIT_CLERK, "U001")) == ["2026年9月通报拟点名单位1，可以说明情况"]
    assert titles(actor(Role.VILLAGE_CLERK, OTHER_VILLAGE)) == [
        "2026年9月通报拟点名上坝村，可以说明情况"
    ]
    leader = actor(Role.GROUP_LEADER, f"{OTHER_VILLAGE}/01")
    assert len(titles(leader)) == 1
    assert titles(actor(Role.VILLAGE_CLERK, VILLAGE)) == []
    assert titles(actor(Role.UNIT_CLERK, "U001"), on=ISSUED) == []
    assert titles(CLERK, on=ISSUED) == ["审定2026年9月通报点名"]


def test_the_office_answers_for_its_own_late_verification(county):
    """T-10: decided after its third working day, the office stands in its own table and among the
    names.
    """
    finding = county.finding(1)
    county.hear(submitted(finding))
    county.hear(signed(*agreed(finding), on=day(14)))
    figures = draft(county).figures
    assert next(row.late for row in figures.office if row.code == "cases") == 1
    facts = names(county)["守望县农业农村局（牵头部门）"].facts
    assert [fact["text"] for fact in facts] == ["县级核实（逐户）超过时限1件"]


@pytest.mark.parametrize("month", ["2026-13", "2199-01", "九月"])
def test_a_wrong_month_is_refused(county, client, clock, month):
    clerk = client("county", CLERK)
    assert clerk.post(f"/county/api/bulletins/{month}/draft").status_code == 422
    assert clerk.post("/county/api/meetings", json={"month": month}).status_code == 422
    assert clerk.get(f"/county/bulletins/{month}").status_code == 422


def test_an_erratum_mends_what_was_issued_and_says_how(county):
    def mend(words: str):
        return county.do(
            bulletin_commands.add_erratum, MONTH, words, actor=LEADER, on=date(2026, 10, 14)
        )

    with pytest.raises(NotFound):
        mend("单位1应为按时")
    heard(county)
    draft(county)
    with pytest.raises(Conflict, match="还没有签发"):
        mend("单位1应为按时")
    decided(county)
    county.do(bulletin_commands.issue_bulletin, MONTH, actor=LEADER, on=ISSUED)
    with pytest.raises(Refused, match="更正的内容"):
        mend(" ")


def test_an_explanation_has_words(county):
    heard(county)
    draft(county)
    with pytest.raises(Refused, match="情况说明"):
        county.do(
            bulletin_commands.explain,
            names(county)["上坝村"].id,
            " ",
            actor=CLERK,
            on=CUT_OFF,
            on_behalf=Behalf("村文书", "来电"),
        )


def responsible_of(county, label: str) -> list[tuple[str, str, str]]:
    return [(one["level"], one["post"], one["name"]) for one in names(county)[label].responsible]


def test_n_18_f_51_a_department_has_one_first_and_one_direct_responsible_person(county):
    """It often is a helping unit too, of the same name, with heads of its own."""
    with county.sessions() as session:
        sealed = seal(session, Answerable(head="何局", officer="周办"))
    orders(county)
    county.do(
        organisation_commands.enter_responsibles,
        [
            ResponsibleForm(place="县住房和城乡建设局", post="主要负责人", name="甲"),
            ResponsibleForm(place="县住房和城乡建设局", post="局长", name="乙"),
        ],
        actor=CLERK,
    )
    county.hear(DepartmentNamed(department="housing", name="县住房和城乡建设局", sealed=sealed))
    draft(county)
    assert responsible_of(county, "县住房和城乡建设局") == [
        ("第一责任人", "主要负责人", "何局"),
        ("直接责任人", "经办人", "周办"),
    ]


def test_n_18_secretary_and_head_of_a_township_answer_first_and_its_work_team_directly(county):
    county.do(
        organisation_commands.enter_responsibles,
        [
            ResponsibleForm(place="河湾镇", post="党委书记", name="甲"),
            ResponsibleForm(place="河湾镇", post="镇长", name="乙"),
            ResponsibleForm(place="上坝村", post="驻村工作队队长", name="丙", duty="direct"),
            ResponsibleForm(place="单位1", post="局长", name="丁"),
            ResponsibleForm(place="单位1", post="驻村干部", name="戊", duty="direct"),
        ],
        actor=CLERK,
    )
    heard(county)
    draft(county)
    assert responsible_of(county, "上坝村") == [
        ("第一责任人", "党委书记", "甲"),
        ("第一责任人", "镇长", "乙"),
        ("直接责任人", "驻村工作队队长", "丙"),
    ]
    assert responsible_of(county, "单位1") == [
        ("第一责任人", "局长", "丁"),
        ("直接责任人", "驻村干部", "戊"),
    ]


def test_f_51_no_word_stands_twice_in_a_responsible_persons_post(county):
    heard(county)
    draft(county)
    (first, direct) = names(county)["青岭乡"].responsible
    assert (first["place"] + first["post"], direct["place"] + direct["post"]) == (
        "青岭乡主要负责人",
        "青岭乡专干",
    )


def test_f_51_the_offices_own_dates_are_tasks_when_they_can_be_done(county):
    """Not five weeks early, and without a doubled word."""
    team = a_team("D1", "第一督导组", "黄某", TOWNSHIP)
    county.do(organisation_commands.enter_teams, [team], actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))

    def own(on: date) -> set[str]:
        with county.sessions() as session:
            tasks = open_tasks(session, CLERK, on)
        return {task.title for task in tasks if task.kind in ("meeting", "bulletin")}

    assert own(day(20)) == set()
    assert own(CUT_OFF) >= {"起草2026年9月通报"}
    assert own(date(2026, 10, 30)) == {"起草2026年9月通报", "2026年9月联席会议"}


def test_f_07_a_silent_department_stands_in_the_share_of_every_bulletin_until_it_answers(county):
    """Order 2 was due on 22 September and is silent: each later cut-off counts it again."""
    orders(county)
    for since, as_of in ((day(7), date(2026, 10, 7)), (date(2026, 10, 8), date(2026, 11, 4))):
        with county.sessions() as session:
            table = order_figures.dispatch(session, state_council(), since, as_of)
        housing = next(row for row in table.departments if row.code == "housing")
        assert housing.unreported == 1
        kept, owed = housing.reported_on_time.part, housing.reported_on_time.whole
        assert owed - kept == housing.unreported
    assert (kept, owed) == (0, 1)  # never 100 % beside one that is overdue


def test_f_07_a_village_that_does_not_confirm_is_no_delay_of_the_department(county):
    county.hear(
        DepartmentNamed(department="housing", name="县住房和城乡建设局"),
        issue(1, day(9)),
        OrderAccepted(**order(1, day(10), OrderState.ACCEPTED), late=False),
        OrderReported(
            **order(1, day(21), OrderState.SOLVED), result=ReplyResult.SOLVED, late=False
        ),
        OrderFellOverdue(**order(1, day(29), OrderState.SOLVED), clock="confirm", due=day(28)),
    )
    with county.sessions() as session:
        late = order_figures.late(session, date(2026, 10, 7))
    assert (late.open, late.department, late.village, late.office) == (1, 0, 1, 0)
    draft(county)
    assert "县住房和城乡建设局" not in names(county)


def test_f_07_a_late_second_report_does_not_make_the_first_one_late(county):
    county.hear(
        issue(1, day(9)),
        OrderReported(
            **order(1, day(21), OrderState.UNDER_WAY), result=ReplyResult.PLANNED, late=False
        ),
        OrderReported(**order(1, day(29), OrderState.SOLVED), result=ReplyResult.SOLVED, late=True),
    )
    with county.sessions() as session:
        table = order_figures.dispatch(session, state_council(), day(7), date(2026, 10, 7))
    assert table.all.reported_on_time == Rate(part=1, whole=1, percent="100.00%")


def row_of(html: str, head: str) -> list[str]:
    """The cells of the first table row of a page that begins with this head, without their tags."""
    rows = re.findall(r"<tr>(.*?)</tr>", html, re.DOTALL)
    cells = (
        [plain(cell) for cell in re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)] for row in rows
    )
    return next(row for row in cells if row and row[0] == head)


def plain(cell: str) -> str:
    return re.sub(r"<[^>]+>|\s", "", cell)


def test_page_api_sheet_bulletin_letter_and_agenda_of_a_day_print_the_same(county, client, clock):
    """As of the end of 7 October: what the pages show that evening, the bulletin freezes."""
    team = a_team("D1", "第一督导组", "黄某", TOWNSHIP)
    county.do(organisation_commands.enter_teams, [team], actor=CLERK)
    county.do(months_commands.open_month, MONTH, on=day(1))
    heard(county)
    county.hear(ReporterExempted(division=TOWNSHIP, month=MONTH, reason="撤并", on=day(3)))
    clock.set(at(2026, 10, 7, 23, 50))
    clerk = client("county", CLERK)
    month = clerk.get(f"/county/months/{MONTH}").text
    told = clerk.get(f"/county/api/months/{MONTH}").json()["tiers"]
    meeting = clerk.post("/county/api/meetings", json={"month": MONTH}).json()["id"]
    agenda = clerk.get(f"/county/api/meetings/{meeting}").json()["lines"][0]["text"]
    clock.set(at(2026, 10, 8))
    clerk.post(f"/county/api/bulletins/{MONTH}/draft")
    bulletin = clerk.get(f"/county/bulletins/{MONTH}").text
    letter = clerk.get(f"/county/api/bulletins/{MONTH}/bulletin.docx").content
    book = load_workbook(BytesIO(clerk.get(f"/county/api/bulletins/{MONTH}/bulletin.xlsx").content))
    sheet = {row[0]: row[1:] for row in book.worksheets[1].iter_rows(values_only=True) if row[0]}
    for kind, wanted in (
        ("村民小组", [2, 0, 1, 0, 1, 1]),
        ("村", [2, 0, 1, 0, 1, 1]),
        ("乡镇", [2, 1, 0, 0, 1, 0]),
        ("帮扶单位", [1, 0, 0, 1, 0, 1]),
    ):
        expected, exempt, on_time, late, missing, nil = wanted
        whole = expected - exempt
        share = f"{on_time * 100 / whole:.2f}%（{on_time}/{whole}）"
        shown = row_of(month, kind)
        assert [int(cell) for cell in (*shown[1:6], shown[7])] == wanted
        assert shown[8] == share
        frozen = row_of(bulletin, kind)
        counts = [int(cell) for cell in frozen[1:8]]
        assert ([*counts[:5], counts[6]], counts[5], frozen[8]) == (wanted, 0, share)
        answer = next(tier for tier in told if tier["title"] == kind)
        keys = ("expected", "exempt", "on_time", "late", "missing", "nil")
        assert [answer[key] for key in keys] == wanted
        assert list(sheet[kind][:7]) == [*wanted[:5], 0, wanted[5]]
        printed = next(
            [cell.text for cell in row.cells]
            for table in Document(BytesIO(letter)).tables
            for row in table.rows
            if row.cells[0].text == kind
        )
        assert [str(number) for number in wanted] == printed[1:7]
        assert (
            f"{kind}应报{expected}、免报{exempt}、按时{on_time}、"
            f"迟报{late}、未报{missing}、未到期0、零报告{nil}"
        ) in agenda
