"""Who may do a deed at a place."""

from kit.actor import Actor
from kit.errors import Forbidden, Refused
from rulebook.divisions import within
from schemas.codes import Role
from schemas.values import Receipt
from services.village.register.models import VillageGroup
from services.village.register.queries import Names

CLERKS = (Role.VILLAGE_CLERK, Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK)
RECEIVERS = (Role.TOWNSHIP_CLERK, Role.COUNTY_CLERK)
ORGANISERS = (Role.COUNTY_CLERK, Role.ADMINISTRATOR, Role.TOWNSHIP_CLERK)


def require(actor: Actor, *roles: Role, at: str, deed: str) -> None:
    """`Forbidden` unless the actor has one of `roles` and `at` (a division, or `<village>/<group>`)
    is or lies in the actor's place.
    """
    actor.require(*roles, deed=deed)
    division = at.partition("/")[0]
    inside = actor.place == at if actor.role is Role.GROUP_LEADER else within(division, actor.place)
    if not inside:
        raise Forbidden(f"这不是您管辖的地方,不能{deed}。")


def require_receiver(actor: Actor, receipt: Receipt) -> None:
    """Only who receives papers may say that one came earlier (补录)."""
    if receipt.entered_on is not None:
        actor.require(*RECEIVERS, deed="补录收到日期")


def behalf_of_leader(actor: Actor, leader: VillageGroup, named: str | None) -> str | None:
    """Whom a clerk enters for; None when the leader did it himself."""
    return None if actor.role is Role.GROUP_LEADER else named or leader.leader


def behalf_of_village(actor: Actor, village: str, names: Names, named: str | None) -> str | None:
    return None if actor.role is Role.VILLAGE_CLERK else named or f"{names[village]}村民委员会"


def said(text: str | None, what: str) -> str:
    """A reason that must be given."""
    if not (text or "").strip():
        raise Refused(f"请写明{what}。")
    return (text or "").strip()
