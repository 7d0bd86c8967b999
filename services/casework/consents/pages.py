"""The page of a household's consent: signed at the visit, on the phone or on paper."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Request, Response

from kit.forms import fill
from kit.packs import pack_of
from kit.web import Today, Transaction, Who, done, page
from services.casework.consents import commands, documents, queries
from services.casework.consents.forms import ConsentForm, GiveUpForm
from services.casework.consents.policy import policy
from services.casework.consents.rules import PAPER
from services.casework.identification import queries as files
from services.casework.identification.procedure import table_of
from services.casework.identification.rules import FileAction, FileState

router = policy.router()


@router.get("/files/{id}/consent")
def consent(request: Request, id: str, session: Transaction, actor: Who, today: Today) -> Response:
    file = queries.see(session, actor, id)
    everybody = queries.standings(session, file, today)
    first = file.state is FileState.CONSENT
    begun = any(one.consent for one in everybody)
    askable = {
        one.person.key: f"{one.person.name}（{one.person.relationship}）"
        for one in everybody
        if not one.signed and one.person.is_adult(today) is not False
    }
    owed = [one.person.key for one in everybody if one.owed]
    to = PAPER.format(id)
    return page(
        request,
        "consent.html",
        file=file,
        line=files.lines(session, [file], today)[0],
        required=pack_of(session, file.pack).identify.consent_required,
        everybody=everybody,
        first=first,
        open=bool(askable) and file.ended_on is None and (first or begun),
        form=fill(
            request,
            ConsentForm,
            to,
            {"on": today, "covered": owed if first else []},
            options={"covered": askable, "refused": askable},
        ),
        may_end=FileAction.GIVE_UP in table_of(session, file).allowed(file),
        ending=fill(request, GiveUpForm, f"/casework/files/{id}/give-up", {"on": today}),
    )


@router.post("/files/{id}/consent")
def sign_consent(
    id: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[ConsentForm, FromPage()],
) -> Response:
    rows = commands.sign_consent(session, id, form, actor=actor, on=today)
    return done(PAPER.format(id), f"已登记{len(rows)}人的答复。")


@router.post("/files/{id}/give-up")
def give_up(
    id: str, session: Transaction, actor: Who, today: Today, form: Annotated[GiveUpForm, FromPage()]
) -> Response:
    commands.give_up(session, id, form, actor=actor, on=today)
    return done(f"/casework/files/{id}", "已登记自愿放弃，识别结束。已交办的帮扶照常办理。")


@router.get("/files/{id}/consent.docx", name="consent")
def consent_paper(id: str, session: Transaction, actor: Who, today: Today) -> Response:
    """授权书, to be signed."""
    return documents.consent_letter(session, actor, id, today).answer()
