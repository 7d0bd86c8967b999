"""One household's way through the real commands, step by step, under whichever packs a test chooses."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import select

from kit.actor import Actor
from rulebook.book import Book
from rulebook.calendar import state_council
from rulebook.packs import load_pack
from schemas.codes import NoticeRound, RiskCause, Role, Stratum
from services.casework.assessments import commands as assessments
from services.casework.assessments.forms import AssessmentForm, VoteForm
from services.casework.comparisons import commands as comparisons
from services.casework.comparisons.forms import AnswerForm, AskForm, RecheckForm
from services.casework.comparisons.models import ComparisonLine
from services.casework.comparisons.rules import Answer, Recheck
from services.casework.consents import commands as consents
from services.casework.consents.forms import ConsentForm, GiveUpForm
from services.casework.decisions import commands as decisions
from services.casework.decisions.forms import AnnounceForm, DecisionsForm, EntryForm, LineForm
from services.casework.decisions.rules import Verdict
from services.casework.green_channel import commands as green
from services.casework.green_channel.forms import AnswerForm as GreenAnswerForm
from services.casework.green_channel.forms import MeasureForm, OpenForm
from services.casework.green_channel.models import GreenChannel
from services.casework.identification import commands as files
from services.casework.identification.forms import LeadForm
from services.casework.identification.models import Identification
from services.casework.notices import commands as notices
from services.casework.notices.forms import CloseForm, PostForm
from services.casework.notices.models import NoticedHousehold
from services.casework.reviews import commands as reviews
from services.casework.reviews.forms import ReviewForm
from services.casework.verification import commands as verification
from services.casework.verification.forms import CategoryForm
from tests.casework.carried import GROUP, HEAD, VISITOR
from tests.casework.household import visit
from tests.casework.town import CLERK, OFFICE, VILLAGE, Casework

ENTERS = {Role.COUNTY_CLERK: OFFICE, Role.TOWNSHIP_CLERK: HEAD}


def under(casework: Casework, *packs: str) -> Casework:
    """These packs, and no other, are in force at the county, each within its own years."""
    info = casework.sessions.kw["info"]
    info["book"] = Book(state_council(), tuple(load_pack(name) for name in packs))
    return casework


@dataclass
class Played:
    """A household under way. Every deed is a command, done and entered on the same day; whose it is,
    the pack of the file says.
    """

    casework: Casework
    id: str = ""
    household: str = "h1"

    @property
    def file(self) -> Identification:
        with self.casework.sessions() as session:
            session.expire_on_commit = False
            return session.get_one(Identification, self.id)

    @property
    def rules(self):
        """Of the file's pack, its identification."""
        book = self.casework.sessions.kw["info"]["book"]
        return next(pack for pack in book.packs if pack.ref == self.file.pack).identify

    def do(self, command, *args, actor: Actor, on: date):
        return self.casework.do(command, *args, actor=actor, on=on)

    def lead(self, on: date, channel: str = "SELF_REPORT") -> None:
        form = LeadForm(household=self.household, channel=channel, on=on)
        file, _ = self.do(files.record_lead, form, actor=OFFICE, on=on)
        self.id = file.id

    def consent(self, on: date) -> None:
        key = visit(self.casework, self.file).shares[0]
        form = ConsentForm(covered=[key], method="HANDWRITTEN", on=on)
        self.do(consents.sign_consent, self.id, form, actor=VISITOR, on=on)

    def give_up(self, on: date) -> None:
        form = GiveUpForm(signer="户主", reason="不愿授权", method="HANDWRITTEN", on=on)
        self.do(consents.give_up, self.id, form, actor=VISITOR, on=on)

    def ask_green(self, on: date) -> None:
        facts, who = "翻车住院，急需押金", "村民代表吴平"
        form = OpenForm(cause=RiskCause.ACCIDENT, facts=facts, attested_by=who)
        self.do(green.open_green_channel, self.id, form, actor=VISITOR, on=on)

    def agree_green(self, on: date) -> None:
        form = GreenAnswerForm(agrees=True)
        self.do(green.agree_green_channel, self.asked_green, form, actor=HEAD, on=on)

    def help_first(self, on: date) -> None:
        form = MeasureForm(what="临时救助3000元", by="民政局", on=on)
        self.do(green.record_measure, self.asked_green, form, actor=VISITOR, on=on)

    @property
    def asked_green(self) -> str:
        """The last asking."""
        asked = [row.id for row in self.rows(GreenChannel) if row.file == self.id]
        return max(asked, default="none")

    def visit(self, on: date) -> None:
        """Two go, the form is whole, and somebody says what the household is."""
        whole = {"causes": ["ILLNESS"], "house": "A", "water_ok": True, "insured": True}
        form = visit(self.casework, self.file, on=on, wage=300_000, **whole)
        self.do(verification.verify, self.id, form, actor=VISITOR, on=on)
        category = CategoryForm(category=Stratum.MARGINAL, reason="入户所见")
        self.do(verification.choose_category, self.id, category, actor=VISITOR, on=on)

    def assess(self, on: date, in_favour: int = 24) -> None:
        form = AssessmentForm(
            village=VILLAGE,
            body=self.rules.assessment_bodies[0],
            held_on=on,
            place="村部会议室",
            chair="周安",
            recorder="吕静",
            should_attend=30,
            attended=25,
            votes=[VoteForm(file=self.id, in_favour=in_favour, against=25 - in_favour)],
        )
        self.do(assessments.record_assessment, form, actor=CLERK, on=on)

    def post(self, on: date) -> None:
        form = PostForm(
            posted_on=on,
            place="村务公开栏",
            posted_by="吕静",
            round=NoticeRound.VILLAGE,
            files=[self.id],
        )
        self.do(notices.post_notice, form, actor=CLERK, on=on)

    def close(self, on: date) -> None:
        hung = [line.notice for line in self.rows(NoticedHousehold) if line.file == self.id]
        self.do(
            notices.close_notice, max(hung, default="none"), CloseForm(on=on), actor=CLERK, on=on
        )

    def ask(self, on: date) -> None:
        self.do(comparisons.ask_comparison, AskForm(files=[self.id]), actor=OFFICE, on=on)

    def answer(self, on: date) -> None:
        """All departments answer; the first has a doubt."""
        for number, line in enumerate(self.lines()):
            said = {"answer": Answer.DOUBT, "text": "名下有车"} if not number else {}
            form = AnswerForm(
                **{"files": [self.id], "answer": Answer.CLEAR, "answered_on": on, **said}
            )
            self.do(comparisons.answer_comparison, line.request, form, actor=OFFICE, on=on)

    def recheck(self, on: date) -> None:
        doubt = self.doubts()[0]
        form = RecheckForm(line=doubt.id, result=Recheck.DISPELLED, text="车已报废")
        self.do(comparisons.recheck_doubt, form, actor=HEAD, on=on)

    def doubts(self) -> list[ComparisonLine]:
        return [line for line in self.lines() if line.answer is Answer.DOUBT]

    def lines(self) -> list[ComparisonLine]:
        """What the departments were asked of it."""
        return [line for line in self.rows(ComparisonLine) if line.file == self.id]

    def review(self, on: date, agreed: bool = True) -> None:
        meeting = on if self.rules.township_party_meeting_required else None
        reason = None if agreed else "收入核实不清"
        form = ReviewForm(files=[self.id], agreed=agreed, reason=reason, meeting_on=meeting)
        self.do(reviews.review, form, actor=HEAD, on=on)

    def decide(self, on: date, verdict: Verdict = Verdict.ADMIT) -> None:
        admits = {"category": Stratum.MARGINAL, "primary_cause": RiskCause.ILLNESS}
        says = {"reason": "income", "words": "人均收入高于监测范围"}
        line = LineForm(
            file=self.id, verdict=verdict, **(admits if verdict is Verdict.ADMIT else says)
        )
        group = self.rules.county_decider == "LEADING_GROUP"
        form = DecisionsForm(on=on, title="领导小组第5次会议" if group else "", lines=[line])
        self.do(decisions.decide_all, form, actor=GROUP if group else OFFICE, on=on)

    def announce(self, on: date) -> None:
        form = AnnounceForm(files=[self.id], on=on, where="县政府网站")
        self.do(decisions.announce, form, actor=OFFICE, on=on)

    def enter(self, on: date) -> None:
        actor = ENTERS[self.rules.registry_entry_role]
        self.do(decisions.record_entry, EntryForm(file=self.id), actor=actor, on=on)

    def rows(self, kind) -> Sequence:
        """Of this kind, in the order of their making."""
        with self.casework.sessions() as session:
            session.expire_on_commit = False
            rows = list(session.exec(select(kind)))
        return sorted(rows, key=lambda row: row.id)
