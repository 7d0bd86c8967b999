"""What the county's office, its leader, its team and the departments can do about what they owe."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

from schemas.codes import GapItem, OrderState, ReplyResult, Role
from schemas.values import Receipt
from services.county.answers import commands as answers
from services.county.answers.forms import AnswerForm, LateAnswerForm, NeedForm
from services.county.bulletin import commands as bulletin
from services.county.cases import commands as cases
from services.county.cases.rules import WhyNot
from services.county.hearings import commands as hearings
from services.county.meetings import commands as meetings
from services.county.minutes import commands as minutes
from services.county.minutes.forms import AttendeeForm
from services.county.supervision import commands as supervision
from services.county.supervision.forms import FindingForm
from services.county.verification import commands as verification
from services.county.verification.forms import DecisionForm, Ruling, VisitForm
from services.dispatch.closings import commands as closings
from services.dispatch.decisions import commands as decisions
from services.dispatch.issuing import commands as issuing
from services.dispatch.replies import commands as replies
from services.dispatch.replies.forms import ReplyDraft
from tests.people.acts import CAUSES, WORDS, Tiers, Way, _of
from tests.people.county import CLERK, DEPARTMENTS, HOUSEHOLDS, LEADER, SUPERVISOR, TEAM, told, who
from tests.people.owners import Owner, Thing

CHECKED = dict.fromkeys(("house", "water", "education", "medical", "income"), "已查看")
NOT_TRUE = WhyNot.UNTRUE
GAPS = (GapItem.MEDICAL_COST, GapItem.LIVING_COST, GapItem.HOUSING_UNSAFE, GapItem.JOB)


class People(Tiers):
    """Everybody."""

    def ways(self, thing: Thing, owner: Owner) -> list[Way]:
        """How its owner can deal with it today, the usual way first; none when something else has
        to come before.
        """
        return list(getattr(self, thing.kind.replace("-", "_"))(owner, *thing.key))

    def office(self, command: Any, *args: Any, service: str = "county", **more: Any) -> Way:
        """The office's clerk does it, today."""
        more.setdefault("actor", CLERK)
        return partial(self.world.do, service, command, *args, **more)

    def file(self, owner: Owner, id: str) -> list[Way]:
        """It waits for its household visit, which nobody here makes."""
        return []

    # Supervision

    def team_month(self, owner: Owner, month: str, place: str) -> Iterator[Way]:
        noted = self.world.ask(
            "county",
            "SELECT id FROM supervision_draft WHERE NOT reported AND month = %(month)s",
            month=month,
        )
        yield self.office(
            supervision.report_supervision,
            place,
            month,
            nil=not noted,
            receipt=Receipt(on=self.on),
            actor=SUPERVISOR,
            on=self.on,
        )

    def note_draft(self, month: str, village: str, name: str, id_number: str | None) -> None:
        form = FindingForm(
            village=village,
            head_name=name,
            id_number=id_number,
            problem="生活困难",
            causes=CAUSES[:1],
            found_on=self.on,
        )
        command = supervision.add_supervision_finding
        noted, fresh = self.world.do(
            "county", command, TEAM, month, form, actor=SUPERVISOR, on=self.on
        )
        if fresh:
            self.model.drafts.append(noted.id)

    def noted(self, owner: Owner, id: str) -> Iterator[Way]:
        month = self.world.ask(
            "county", "SELECT month FROM supervision_draft WHERE id = %(id)s", id=id
        )
        yield from self.team_month(owner, month[0].month, TEAM)
        yield lambda: self._drop(id)

    def _drop(self, id: str) -> None:
        self.world.do("county", supervision.drop_supervision_finding, id, actor=SUPERVISOR)
        self.model.drafts.remove(id)

    # Cases

    def unmatched(self, owner: Owner, finding: str) -> Iterator[Way]:
        yield self.office(cases.attach_source, finding, reason=told("名册里没有"), on=self.on)
        for case, of in list(self.model.cases.items())[:1]:
            if of.state == "open":
                yield self.office(cases.attach_source, finding, case=case, on=self.on)

    def case(self, owner: Owner, id: str) -> Iterator[Way]:
        known = self.model.cases[id]
        at = HOUSEHOLDS.index(known.household) if known.household in HOUSEHOLDS else 0
        yield partial(self.verify, id, GAPS[at % len(GAPS)])
        yield partial(self.turn_down, id)
        if known.state == "open":
            yield partial(self.decide, id, Ruling.RECHECK, question="请再看一次收入情况")

    def verify(self, id: str, gap: GapItem) -> None:
        needs = [NeedForm(gap_item=gap, question="请核实并落实")]
        answers = [AnswerForm(finding=finding, need=1) for finding in self._sources(id)]
        self.decide(
            id, Ruling.VERIFIED, primary_cause=CAUSES[0], needs=needs, answers=answers, **WORDS
        )

    def turn_down(self, id: str) -> None:
        sources = self._sources(id)
        reason = "反映情况不实"
        answers = [AnswerForm(finding=finding, why_not=NOT_TRUE) for finding in sources]
        self.decide(id, Ruling.NOT_QUALIFIED, reason=reason, answers=answers)

    def _sources(self, id: str) -> list[str]:
        statement = """SELECT finding FROM case_source
            WHERE "case" = %(case)s AND stage <> 'struck_out'"""
        return [row.finding for row in self.world.ask("county", statement, case=id)]

    def decide(self, id: str, ruling: Ruling, **more: Any) -> None:
        """After a visit the same day."""
        seen = VisitForm(on=self.on, visitors="县核实组", met="户主", **CHECKED)
        self.office(verification.record_visit, id, seen, on=self.on)()
        form = DecisionForm(decision=ruling, **more)
        self.office(verification.decide, id, form, on=self.on)()

    def answer(self, owner: Owner, finding: str) -> Iterator[Way]:
        new = NeedForm(gap_item=GAPS[1], question="请核实并落实")
        for form in (LateAnswerForm(why_not=NOT_TRUE), LateAnswerForm(new=new)):
            yield self.office(answers.answer_source, finding, form, on=self.on)

    def policy(self, owner: Owner, id: str) -> Iterator[Way]:
        actor = who(*_of(owner))
        yield self.office(minutes.report_decision, id, told("已修订"), actor=actor, on=self.on)

    def hearing(self, owner: Owner, id: str) -> Iterator[Way]:
        if owner.roles != (Role.COUNTY_CLERK,):
            actor = who(*_of(owner))
            yield self.office(
                hearings.hear_candidate,
                id,
                explanation=told("当时还没有发生"),
                actor=actor,
                on=self.on,
            )
        else:
            yield self.office(hearings.dismiss_candidate, id, reason=told("说明成立"), on=self.on)
            yield self.office(hearings.confirm_candidate, id, reason=told("情况属实"), on=self.on)

    # Meeting and bulletin

    def meeting(self, owner: Owner, month: str) -> Iterator[Way]:
        for row in self.facts.meetings:
            if row.month == month and row.state == "noticed" and row.meets_on <= self.on:
                people = [AttendeeForm(unit="县政府", name="分管县领导")]
                yield self.office(minutes.record_attendance, row.id, people, on=self.on)

    def minutes(self, owner: Owner, id: str) -> Iterator[Way]:
        if owner.roles == (Role.COUNTY_CLERK,):
            yield self.office(minutes.note_rest, id)
        else:
            yield self.office(minutes.issue_minutes, id, actor=LEADER, on=self.on)

    def line(self, owner: Owner, id: str) -> Iterator[Way]:
        actor = who(*_of(owner))
        yield self.office(meetings.explain_item, id, told("正在办理"), actor=actor, on=self.on)

    def bulletin_month(self, owner: Owner, month: str) -> Iterator[Way]:
        """It is drafted by itself and issued by the leader."""
        yield from ()

    def bulletin(self, owner: Owner, month: str) -> Iterator[Way]:
        yield self.office(bulletin.issue_bulletin, month, actor=LEADER, on=self.on)

    def name(self, owner: Owner, id: str) -> Iterator[Way]:
        row = next(row for row in self.facts.names if row.id == id)
        due = {row.month: row.reply_due for row in self.facts.bulletins}[row.month]
        actor = who(*_of(owner))
        decides = actor.role in (Role.COUNTY_CLERK, Role.COUNTY_LEADER)
        if not row.explained and self.on <= due and not decides:
            yield self.office(bulletin.explain, id, told("当时在外地"), actor=actor, on=self.on)
            return
        if row.explained:
            yield self.office(bulletin.accept_explanation, id, actor=actor, on=self.on)
        yield self.office(bulletin.approve_name, id, actor=actor, on=self.on)
        yield self.office(bulletin.drop_name, id, told("情况特殊"), actor=actor, on=self.on)

    # Orders

    def order(self, owner: Owner, id: str) -> Iterator[Way]:
        known = self.model.orders[id]
        act = partial(self.office, service="dispatch", on=self.on)
        mine = partial(act, actor=who(*_of(owner)))
        by_office = owner.roles == (Role.COUNTY_CLERK,)  # an ended department's too
        match known.state:
            case OrderState.TO_ROUTE:
                yield from self._route(act, issuing.route_order, id)
            case OrderState.ISSUED | OrderState.ACCEPTED | OrderState.UNDER_WAY if by_office:
                yield from self._route(act, closings.reroute_order, id)
            case OrderState.ISSUED:
                yield mine(replies.accept_order, id)
                yield self._reply(mine, id, ReplyResult.SOLVED)
                other = self._other(owner.place)
                if self._may_return(id):
                    yield mine(replies.return_order, id, reason=told("不归我们管"), proposed=other)
            case OrderState.ACCEPTED | OrderState.UNDER_WAY:
                yield self._reply(mine, id, ReplyResult.SOLVED)
                yield self._reply(mine, id, ReplyResult.PLANNED, self.on + timedelta(10))
                yield self._reply(mine, id, ReplyResult.NOT_ELIGIBLE)
            case OrderState.RETURNED:
                other = self._other(known.department)
                yield act(decisions.decide_return, id, agree=True, department=other)
                yield act(decisions.decide_return, id, agree=False, reason=told("仍由你部门办理"))
            case OrderState.SOLVED if by_office:
                # Who looked does not close (G-14): the office has two clerks.
                colleague = replace(who(Role.COUNTY_CLERK), account="county-clerk-2")
                note = told("已入户看过")
                yield act(decisions.confirm_by_office, id, note=note, actor=colleague)
            case OrderState.SOLVED:
                yield mine(decisions.confirm_help, id, received=True)
                yield mine(decisions.confirm_help, id, received=False, note=told("还没有到"))
            case OrderState.ANSWERED | OrderState.CONFIRMED:
                # Nor does who decided the case: two others have done their parts.
                yield act(decisions.close_order, id, actor=LEADER)
                yield act(decisions.reopen_order, id, reason=told("还要再办"))

    def _route(self, act: Any, command: Any, id: str) -> Iterator[Way]:
        for department in self.departments:
            yield act(command, id, department=department)

    @property
    def departments(self) -> list[str]:
        """Those that are there."""
        return [code for code in DEPARTMENTS if not self.model.has_ended(code, self.on)]

    def _other(self, department: str | None) -> str:
        return next(code for code in self.departments if code != department)

    def _reply(self, mine: Any, id: str, result: ReplyResult, expected: Any = None) -> Way:
        draft = ReplyDraft(result=result, explanation=told("已办理"), expected_on=expected)
        way: Way = mine(replies.report_order, id, draft)
        return way

    def _may_return(self, id: str) -> bool:
        """Within its limit; a second return goes to the meeting whenever it comes, once."""
        statement = "SELECT returns, return_due, for_meeting FROM dispatch_order WHERE id = %(id)s"
        row = self.world.ask("dispatch", statement, id=id)[0]
        return not row.for_meeting if row.returns else self.on <= row.return_due
