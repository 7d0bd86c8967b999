"""The list of key groups with its counts, and one household's tags."""

from typing import Annotated

from fastapi import Form as FromPage
from fastapi import Query, Request
from fastapi.responses import HTMLResponse, Response

from kit.forms import fill
from kit.web import Today, Transaction, Who, done, page
from services.village import directory
from services.village.key_groups import commands, queries
from services.village.key_groups.forms import KeyGroupFilter, TagForm, UntagForm
from services.village.key_groups.policy import policy
from services.village.register import queries as register_queries

router = policy.router()


@router.get("/key-groups", name="key_groups")
def key_groups(
    request: Request,
    session: Transaction,
    actor: Who,
    today: Today,
    asked: Annotated[KeyGroupFilter, Query()],
) -> HTMLResponse:
    pack, names = queries.pack_on(session, today), directory.names(session)
    villages = register_queries.villages_seen(session, actor)
    townships = dict.fromkeys(village.parent or "" for village in villages)
    places = {code: names[code] for code in townships if len(townships) > 1}
    places |= {village.code: names.full(village.code) for village in villages}
    options = {"place": places, "key_group": {one.code: one.name for one in pack.key_groups}}
    return page(
        request,
        "key_groups.html",
        households=queries.HOUSEHOLDS.page(session, queries.households(actor, asked), asked).map(
            lambda rows: queries.lines(session, rows, pack)
        ),
        counts=queries.counts(session, actor, asked, pack),
        place=asked.place,
        filter=fill(request, KeyGroupFilter, "/village/key-groups", asked, options=options),
    )


@router.get("/key-groups.xlsx", name="key_groups")
def key_groups_workbook(
    session: Transaction, actor: Who, today: Today, asked: Annotated[KeyGroupFilter, Query()]
) -> Response:
    rows = queries.HOUSEHOLDS.every(session, queries.households(actor, asked), asked)
    lines = queries.lines(session, rows, queries.pack_on(session, today))
    return queries.HOUSEHOLDS.export("重点人群名单", lines, on=today)


@router.get("/key-groups/{household}", name="key_groups")
def household_key_groups(
    household: str, request: Request, session: Transaction, actor: Who, today: Today
) -> HTMLResponse:
    row = register_queries.household(session, household)
    policy.permit(actor, "key_groups", row)
    pack, to = queries.pack_on(session, today), f"/village/key-groups/{household}"
    tags = queries.lines(session, queries.of_household(session, household), pack)
    options = {"key_group": queries.left_to_people(pack)}
    untagging = {
        tag.row.key_group: fill(
            request,
            UntagForm,
            f"{to}/untagging",
            {"key_group": tag.row.key_group},
            id=f"untag-{tag.row.key_group}",
        )
        for tag in tags
        if tag.row.sign is None
    }
    return page(
        request,
        "household_key_groups.html",
        household=row,
        tags=tags,
        untagging=untagging,
        form=fill(request, TagForm, to, options=options),
    )


@router.post("/key-groups/{household}", name="tag_household")
def tag_household(
    household: str,
    session: Transaction,
    actor: Who,
    today: Today,
    form: Annotated[TagForm, FromPage()],
) -> Response:
    commands.tag_household(session, household, form, actor=actor, on=today)
    return done(f"/village/key-groups/{household}", "已标注。")


@router.post("/key-groups/{household}/untagging", name="tag_household")
def untag_household(
    household: str, session: Transaction, actor: Who, form: Annotated[UntagForm, FromPage()]
) -> Response:
    commands.untag_household(session, household, form, actor=actor)
    return done(f"/village/key-groups/{household}", "标注已取消。")
