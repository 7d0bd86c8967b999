"""Whose ID number stands in the register already (G-09)."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from kit.actor import Actor
from kit.database.columns import among
from kit.dates import show_day
from kit.errors import Refused
from kit.seal import id_hash
from services.village import directory
from services.village.duplicates.policy import policy
from services.village.register.forms import HouseholdDraft
from services.village.register.models import Household

HEAD = "身份证号码"
WHAT_TO_DO = "户编号变了的，在那一户的页面改户编号；迁来的，用原编号登记到新的村组；已经并户的，登记为那一户的成员"


class Clash(NamedTuple):
    """Why a household is not entered, and in which column of the sheet that stands."""

    column: str
    sentence: str


class Doubled(Refused):
    """Of a set some head another household already, or have a void number: `clashes` as `elsewhere`
    gives them.
    """

    def __init__(self, clashes: dict[int, Clash]) -> None:
        super().__init__(next(iter(clashes.values())).sentence)
        self.clashes = clashes


def called(session: Session, household: Any) -> str:
    """户编号H1（河湾镇石桥村）"""
    number = f"户编号{household.number}" if household.number else "不在册的一户"
    return f"{number}（{directory.names(session).full(household.village)}）"


def why_void(session: Session, household: Household) -> str:
    """户编号H1（河湾镇石桥村）已于2026年9月6日并入户编号N1（河湾镇石桥村）: of a merged one."""
    kept: Household | None = household
    while kept and kept.merged_on:
        kept = session.get(Household, kept.duplicate_of)
    into = called(session, kept) if kept else "另一户"
    return f"{called(session, household)}已于{show_day(household.merged_on)}并入{into}"


def elsewhere(session: Session, drafts: Sequence[HouseholdDraft]) -> dict[int, Clash]:
    """Drafts whose number is void, or whose head heads another household: place in `drafts` → a
    sentence that says which and what to do. A household whose head the same drafts change holds its
    number no longer.
    """
    hashes = [_hash(session, draft) for draft in drafts]
    heads = {row.id_hash: row for row in _heads(session, [h for h in hashes if h])}
    numbers = [draft.number for draft in drafts if draft.number]
    doubles = _known_doubles(session, numbers)
    after = {draft.number: h for draft, h in zip(drafts, hashes, strict=True) if draft.number}
    void = _void(session, numbers)
    clashes: dict[int, Clash] = {}
    first: dict[str, str | None] = {}  # hash → number of the draft that has it
    for at, (draft, hashed) in enumerate(zip(drafts, hashes, strict=True)):
        if merged := void.get(draft.number or ""):
            clashes[at] = Clash("户编号", f"{why_void(session, merged)}，请改那一户。")
            continue
        if hashed is None:
            continue
        named = f"户主{draft.head.name}的身份证号码已登记为"
        holder = heads.get(hashed)
        if draft.number and first.setdefault(hashed, draft.number) != draft.number:
            clashes[at] = Clash(HEAD, f"{named}户编号{first[hashed]}。{WHAT_TO_DO}。")
        elif (
            holder
            and doubles.get(draft.number or "") != holder.id
            and _is_other(holder, draft, after)
        ):
            clashes[at] = Clash(HEAD, f"{named}{called(session, holder)}。{WHAT_TO_DO}。")
    return clashes


def _void(session: Session, numbers: Sequence[str]) -> dict[str, Household]:
    """Of these numbers those that a merge has made void."""
    merged = among(Household.number, numbers), col(Household.merged_on).is_not(None)
    rows = session.exec(select(Household).where(*merged)).all()
    return {row.number: row for row in rows if row.number}


def _hash(session: Session, draft: HouseholdDraft) -> str | None:
    return id_hash(session, draft.head.id_number) if draft.head.id_number else None


def _heads(session: Session, hashes: Sequence[str]) -> Sequence[Any]:
    """A county's register comes at once: columns, no households."""
    columns: list[Any] = [Household.id, Household.id_hash, Household.number, Household.village]
    columns.append(Household.on_register)
    known = among(Household.id_hash, hashes), col(Household.duplicate_of).is_(None)
    return session.execute(select(*columns).where(*known)).all()


def _known_doubles(session: Session, numbers: Sequence[str]) -> dict[str, str]:
    """By number: whose double it is."""
    columns: list[Any] = [Household.number, Household.duplicate_of]
    known = among(Household.number, numbers), col(Household.duplicate_of).is_not(None)
    rows: list[Any] = list(session.execute(select(*columns).where(*known)))
    return dict(rows)


def _is_other(holder: Any, draft: HouseholdDraft, after: dict[str, str | None]) -> bool:
    """An entry that has no number yet gets the draft's."""
    if not draft.number or not holder.number or not holder.on_register:
        return False
    if holder.number in after and after[holder.number] != holder.id_hash:
        return False
    return holder.number != draft.number


def still_double(current: Household | None, hashed: str | None) -> str | None:
    """Whose double an entry stays when it is written again: not with another ID number."""
    return current.duplicate_of if current and current.id_hash == hashed else None


def doubles(session: Session, actor: Actor, action: str = "doubles") -> list[Household]:
    """Entries of somebody who has another one, to be looked into."""
    statement = select(Household).where(
        col(Household.duplicate_of).is_not(None),
        col(Household.merged_on).is_(None),
        policy.visible(actor, action, Household),
    )
    return list(session.exec(statement.order_by(Household.village, Household.id)))


def twin(session: Session, household: Household) -> Household | None:
    """The other entry of the same person: that one of them which stands in the first place. None
    of what was merged.
    """
    if household.id_hash is None or household.merged_on is not None:
        return None
    statement = select(Household).where(
        Household.id_hash == household.id_hash,
        Household.id != household.id,
        col(Household.merged_on).is_(None),
    )
    order = col(Household.duplicate_of).is_not(None), Household.id
    return session.exec(statement.order_by(*order)).first()


def merged_into(session: Session, household: Household) -> Household | None:
    """What was last merged into it."""
    statement = select(Household).where(
        Household.duplicate_of == household.id, col(Household.merged_on).is_not(None)
    )
    return session.exec(statement.order_by(col(Household.merged_on).desc())).first()
