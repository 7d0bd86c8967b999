"""A household gets another number; two entries of one person become one."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.database.columns import among
from kit.database.locks import hold
from kit.errors import Conflict, Refused
from kit.messaging.outbox import emit
from kit.seal import id_hash
from services.village.duplicates import queries
from services.village.duplicates.policy import policy
from services.village.persons import commands as persons_commands
from services.village.persons import queries as persons_queries
from services.village.persons.commands import PERSONS
from services.village.register import queries as register_queries
from services.village.register import views as register_views
from services.village.register.models import Household


def renumber_household(session: Session, id: str, *, number: str, actor: Actor) -> Household:
    """The national system gave it another 户编号."""
    household = register_queries.household(session, id)
    policy.require(actor, "renumber_household", household)
    if household.merged_on:
        raise Conflict(f"{queries.why_void(session, household)}，不能再改编号。")
    other = register_queries.by_number(session, [number]).get(number)
    if other and other.id != household.id:
        raise Refused(f"{queries.called(session, other)}已有这个编号，请核对。", field="number")
    household.number = number
    _tell(session, household)
    return household


def merge_households(
    session: Session, id: str, *, keep: str, reason: str, actor: Actor, on: date
) -> Household:
    """Of two entries of one person one remains; the other one's number is void, and what was said
    of it stays where it was said. Gives back the one that remains.
    """
    hold(session, PERSONS)
    household = register_queries.household(session, id)
    policy.require(actor, "merge_households", household)
    twin = queries.twin(session, household)
    _require_unmerged(session, household, twin)
    if twin is None:
        raise Conflict("这一户没有重复登记，不用并户。")
    policy.require(actor, "merge_households", twin)
    _lock(session, household, twin)
    _require_unmerged(session, household, twin)  # while we waited somebody else may have done it
    if keep not in (household.id, twin.id):
        raise Refused("请选择保留哪一户。", field="keep")
    kept, void = (household, twin) if keep == household.id else (twin, household)
    void.duplicate_of, void.merged_on = kept.id, on
    void.merged_by, void.merged_reason, void.on_register = actor.label, reason, False
    session.flush()  # the number is free before the other one holds it
    kept.duplicate_of = None
    persons_commands.settle(session, {void.id: ()}, on=on)
    _tell(session, void, kept)
    return kept


def place_person(
    session: Session, id: str, person: int, *, keep: str, reason: str, actor: Actor, on: date
) -> Household:
    """Of a person of household `id` who is in another one too somebody says where he belongs:
    `keep`, a household's id. He leaves the others.
    """
    hold(session, PERSONS)
    household = register_queries.household(session, id)
    policy.require(actor, "place_person", household)
    claims = {claim.person.id: claim for claim in queries.claims(session, household)}
    if (claim := claims.get(person)) is None:
        raise Conflict("这个人只登记在一户，不用再核对。")
    households = [household, *claim.others]
    if keep not in (one.id for one in households):
        raise Refused("请选择属于哪一户。", field="keep")
    for left in households:
        if left.id != keep:
            policy.require(actor, "place_person", left)
            _leave(session, left, claim, reason=reason, actor=actor, on=on)
    return household


def _leave(
    session: Session,
    household: Household,
    claim: queries.Claim,
    *,
    reason: str,
    actor: Actor,
    on: date,
) -> None:
    """A head leaves with another one in his place, or by a merging; never like this."""
    hashed = claim.person.id_hash
    if household.id_hash == hashed:
        where = queries.called(session, household)
        raise Refused(f"{claim.name}是{where}的户主，请先改那一户的户主，或者并户。", field="keep")
    stay = [
        member
        for member in household.members
        if not member.get("id_number") or id_hash(session, member["id_number"]) != hashed
    ]
    gone = len(household.members) - len(stay)
    household.members, household.size = stay, max(household.size - gone, 1)
    row = persons_queries.open_row(session, household.id, hashed)
    row.by, row.reason = actor.label, reason
    own = persons_queries.hashes_of(session, stay)
    persons_commands.settle(session, {household.id: own}, on=on)
    _tell(session, household)


def _lock(session: Session, *households: Household) -> None:
    """In one order, whichever of them was asked for: two sessions wait, never for each other."""
    rows = select(Household).where(among(Household.id, [row.id for row in households]))
    latest = rows.order_by(Household.id).with_for_update()
    session.exec(latest.execution_options(populate_existing=True)).all()


def _require_unmerged(session: Session, household: Household, twin: Household | None) -> None:
    """`Conflict` that says which was merged into which, and when."""
    merged = next((row for row in (household, twin) if row and row.merged_on), None)
    if merged is None and twin is None:
        merged = queries.merged_into(session, household)
    if merged is None:
        return
    raise Conflict(f"{queries.why_void(session, merged)}，不用再并户。")


def join(
    session: Session, named: Household, registered: Household, *, on: date, actor: Actor
) -> None:
    """Whom a report had named heads a household of the register now."""
    named.duplicate_of, named.merged_on = registered.id, on
    named.merged_by, named.merged_reason = actor.label, "已登记入册"
    persons_commands.settle(session, {named.id: ()}, on=on)
    _tell(session, named)


def free_heads(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Before households get other heads: two may have changed with each other, and rows are
    written one by one. Who had the same number as one of them is no double any more.
    """
    hashes = {row["id"]: row["id_hash"] for row in rows}
    before = select(Household.id, Household.id_hash).where(among(Household.id, hashes))
    others = [id for id, hashed in session.exec(before) if hashed and hashed != hashes[id]]
    changed = register_queries.known_households(session, others).values() if others else ()
    if not changed:
        return
    ids = [household.id for household in changed if household.duplicate_of is None]
    for household in changed:
        household.id_hash = None
    session.flush()
    doubles = among(Household.duplicate_of, ids), col(Household.merged_on).is_(None)
    first: dict[str, str] = {}  # whom they doubled → the one that takes the place
    for double in session.exec(select(Household).where(*doubles).order_by(Household.id)):
        if first.setdefault(double.duplicate_of or "", double.id) == double.id:
            double.duplicate_of = None
        else:
            double.duplicate_of = first[double.duplicate_of or ""]
    session.flush()


def _tell(session: Session, *households: Household) -> None:
    events = (register_views.registered(session, row.model_dump()) for row in households)
    emit(session, *events)
