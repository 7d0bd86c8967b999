"""Forms: one model says what is asked, wherever it is asked.

    class VisitForm(Form):
        household: str = hidden("农户")
        result: ReplyResult = field("办理结果", widget="radio")
        since: Day | None = field("从哪天开始", None, hint="不清楚可不填")
        risk_point: str | None = text("风险点", None, lines=2)

The page takes `Annotated[VisitForm, Form()]`, the API `body: VisitForm`, the workbook's reader
`RowReader(VisitForm, sheet, month)` (`kit.forms.rows`). Labels, hints, limits, choices and the
sentences of a refusal come from the fields; `fill` and the macros of forms.html render them, and
`details` prints the row that keeps what was filled in. Types that understand what people write
(`Day`, `Fen`, `IdNumber`, `YesNo` …) are in `rulebook.types`.

A new field is one line here, one column of the table, one line of the event.
"""

from kit.forms.fields import Form, field, hidden, text
from kit.forms.filling import fill
from kit.forms.labels import label_of, unlabelled
from kit.forms.refusals import Refusal, refusals

__all__ = [
    "Form",
    "Refusal",
    "field",
    "fill",
    "hidden",
    "label_of",
    "refusals",
    "text",
    "unlabelled",
]
