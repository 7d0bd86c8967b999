"""Households of key groups, as somebody may see them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import true
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from kit.actor import Actor
from kit.database.columns import among
from kit.database.searching import begins
from kit.lists import Column, Listing
from rulebook.packs import Pack
from rulebook.packs.procedure import KeyGroup
from services.village import directory
from services.village.checks.queries import prefix_of
from services.village.key_groups.forms import KeyGroupFilter
from services.village.key_groups.models import KeyGroupHousehold
from services.village.key_groups.policy import policy
from services.village.key_groups.rules import BY_HAND, KINDS
from services.village.register import queries as register_queries
from services.village.register.models import Household
from services.village.service import book, county


@dataclass(frozen=True)
class Line:
    """A household of a group, with what shows it."""

    row: KeyGroupHousehold
    household: Household
    place: str
    group: str

    @property
    def sign(self) -> str:
        words = self.row.sign.label if self.row.sign else BY_HAND
        more = self.row.persons or self.row.note
        return f"{words}（{more}）" if more else words


HOUSEHOLDS = Listing[Line](
    [
        Column("place", "村组", sort=col(KeyGroupHousehold.village)),
        Column(
            "head",
            "户主",
            lambda line: line.household.head_name,
            href=lambda line: f"/village/households/{line.household.id}",
        ),
        Column("number", "户编号", lambda line: line.household.number or "无编号"),
        Column("stratum", "类型", lambda line: line.household.stratum.label),
        Column("group", "重点人群", sort=col(KeyGroupHousehold.key_group)),
        Column("sign", "依据"),
        Column("since", "从哪天起", lambda line: line.row.since, sort=col(KeyGroupHousehold.since)),
    ],
    order=[
        KeyGroupHousehold.village,
        col(KeyGroupHousehold.group),
        KeyGroupHousehold.household,
        KeyGroupHousehold.key_group,
        col(KeyGroupHousehold.id),
    ],
)


def pack_on(session: Session, on: date) -> Pack:
    return book(session).pack(county(session), on)


def left_to_people(pack: Pack) -> dict[str, str]:
    """Groups that somebody may tag by hand: code → name."""
    by_hand = {rule.group for rule in pack.tags.rules if rule.by_hand}
    return {group.code: group.name for group in pack.key_groups if group.code in by_hand}


def households(actor: Actor, asked: KeyGroupFilter) -> SelectOfScalar[KeyGroupHousehold]:
    """A statement: what the actor may see and asks for."""
    place = prefix_of(asked.place) if asked.place else ""
    return select(KeyGroupHousehold).where(
        policy.visible(actor, "key_groups", KeyGroupHousehold),
        begins(col(KeyGroupHousehold.village), place) if place else true(),
        KeyGroupHousehold.key_group == asked.key_group if asked.key_group else true(),
    )


def lines(session: Session, rows: Sequence[KeyGroupHousehold], pack: Pack) -> list[Line]:
    names = directory.names(session)
    known = register_queries.known_households(session, {row.household for row in rows})
    called = {group.code: group.name for group in pack.key_groups}
    return [
        Line(
            row,
            known[row.household],
            f"{names.full(row.village)}{row.group + '组' if row.group else ''}",
            called.get(row.key_group, row.key_group),
        )
        for row in rows
    ]


@dataclass(frozen=True)
class GroupCount:
    """A group of the pack and how many households the actor sees of it; `by_hand`: of them tagged by
    people alone.
    """

    group: KeyGroup
    households: int
    by_hand: int

    @property
    def kind(self) -> str:
        return KINDS[self.group.kind]


def counts(session: Session, actor: Actor, asked: KeyGroupFilter, pack: Pack) -> list[GroupCount]:
    """Every group of the pack, also one without a household."""
    everywhere = households(actor, asked.model_copy(update={"key_group": None})).subquery()
    tags = select(
        everywhere.c.key_group,
        everywhere.c.household,
        func.bool_and(everywhere.c.sign.is_(None)).label("by_hand"),
    ).group_by(everywhere.c.key_group, everywhere.c.household)
    each = tags.subquery()
    counted = select(each.c.key_group, func.count(), func.count().filter(each.c.by_hand)).group_by(
        each.c.key_group
    )
    found = {code: (all_, by_hand) for code, all_, by_hand in session.execute(counted)}
    return [GroupCount(group, *found.get(group.code, (0, 0))) for group in pack.key_groups]


def of_household(session: Session, household: str) -> Sequence[KeyGroupHousehold]:
    statement = select(KeyGroupHousehold).where(KeyGroupHousehold.household == household)
    order = KeyGroupHousehold.key_group, col(KeyGroupHousehold.id)
    return session.exec(statement.order_by(*order)).all()


def of_village(
    session: Session, village: str, households: Sequence[Household]
) -> Sequence[KeyGroupHousehold]:
    """What stands of these households or of this village: one may have moved here."""
    there = among(KeyGroupHousehold.household, [household.id for household in households])
    statement = select(KeyGroupHousehold).where((KeyGroupHousehold.village == village) | there)
    return session.exec(statement.order_by(col(KeyGroupHousehold.id))).all()
