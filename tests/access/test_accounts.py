"""Accounts and posts: who gives whom what, what is told of it, and how it ends."""

from datetime import date

import pytest
from sqlmodel import select

from kit.errors import Conflict, Forbidden, Refused
from kit.messaging.outbox import emitted
from kit.seal import unseal
from rulebook.scopes import KIND_OF, ScopeKind
from schemas.access import AccountChanged
from schemas.codes import Role
from schemas.values import Name
from services.access.accounts import commands, queries
from services.access.accounts.forms import AccountForm, PostForm
from services.access.accounts.models import Account, Post
from services.access.accounts.rules import State
from services.access.cards import commands as cards
from services.access.identity_provider.models import Identity
from services.access.roles import OF_TWO, SIGNING
from services.access.sessions import commands as sessions
from services.access.sessions.rules import Kind
from tests.access.conftest import (
    ADMIN,
    COUNTY,
    FAR,
    GROUP,
    LEADER,
    NEXT,
    NOW,
    OFFICE,
    ON,
    SECOND,
    TOWN,
    TOWNSHIP,
    UNIT,
    VILLAGE,
    VILLAGER,
    opened,
    who,
)


def told(session) -> list[AccountChanged]:
    return [event for event in emitted(session) if isinstance(event, AccountChanged)]


def test_an_account_is_told_whole_with_the_name_sealed(places):
    with places.begin() as session:
        account = opened(session, Role.GROUP_LEADER, GROUP, actor=VILLAGER)
        (event,) = told(session)
        (post,) = event.posts
        assert (event.account, event.active) == (account.code, True)
        assert (post.role, post.place, post.since) == (Role.GROUP_LEADER, GROUP, ON)
        assert "王建国" not in event.model_dump_json()
        assert unseal(session, event.sealed, Name).name == "王建国"


@pytest.mark.parametrize("place", ["", "  ", VILLAGE, "990121100201/77", "990121100999/01", "U001"])
def test_g_02_a_post_at_a_place_that_is_blank_or_not_there_cannot_be(places, place):
    form = AccountForm.model_construct(
        name="王建国", phone=None, role=Role.GROUP_LEADER, place=place, since=None, until=None,
        deputy_for=None,
    )  # fmt: skip
    with places.begin() as session:
        with pytest.raises(Refused) as refused:
            commands.open_account(session, form, actor=ADMIN, now=NOW)
        assert refused.value.field == "place"
    with places() as session:
        assert session.exec(select(Post)).all() == []


@pytest.mark.parametrize(
    ("actor", "role", "place"),
    [
        (VILLAGER, Role.GROUP_LEADER, f"{NEXT}/01"),
        (VILLAGER, Role.VILLAGE_CLERK, VILLAGE),
        (TOWN, Role.VILLAGE_CLERK, FAR),
        (TOWN, Role.TOWNSHIP_CLERK, TOWNSHIP),
        (TOWN, Role.TOWNSHIP_HEAD, TOWNSHIP),
        (UNIT, Role.HELPER, "U002-01"),
        (UNIT, Role.UNIT_HEAD, "U001"),
        (OFFICE, Role.COUNTY_CLERK, COUNTY),
        (OFFICE, Role.ADMINISTRATOR, COUNTY),
        (OFFICE, Role.LEADING_GROUP, COUNTY),
        (LEADER, Role.GROUP_LEADER, GROUP),
        (who(Role.GROUP_LEADER, GROUP), Role.GROUP_LEADER, GROUP),
    ],
)
def test_nobody_gives_a_post_that_is_not_below_him(places, actor, role, place):
    with places.begin() as session, pytest.raises(Forbidden):
        opened(session, role, place, actor=actor)


@pytest.mark.parametrize(
    ("actor", "role", "place"),
    [
        (VILLAGER, Role.GROUP_LEADER, GROUP),
        (TOWN, Role.GROUP_LEADER, f"{NEXT}/01"),
        (TOWN, Role.VILLAGE_CLERK, VILLAGE),
        (TOWN, Role.TOWNSHIP_VILLAGE_LIAISON, NEXT),
        (VILLAGER, Role.GRID_WORKER, GROUP),
        (UNIT, Role.HELPER, "U001-01"),
        (OFFICE, Role.VILLAGE_SECRETARY, VILLAGE),
    ],
)
def test_the_level_above_gives_a_post_and_it_works_at_once(places, actor, role, place):
    with places.begin() as session:
        account = opened(session, role, place, actor=actor)
        assert account.state is State.ACTIVE
        assert [post.place for post in queries.posts_on(session, account.code, ON)] == [place]


@pytest.mark.parametrize(
    ("role", "place"),
    [
        (Role.TOWNSHIP_CLERK, TOWNSHIP),
        (Role.TOWNSHIP_HEAD, TOWNSHIP),
        (Role.UNIT_CLERK, "U001"),
        (Role.UNIT_HEAD, "U001"),
        (Role.SUPERVISOR, "D1"),
        (Role.DEPARTMENT_CLERK, "housing"),
        (Role.DEPARTMENT_HEAD, "housing"),
        (Role.COUNTY_CLERK, COUNTY),
        (Role.COUNTY_LEADER, COUNTY),
        (Role.LEADING_GROUP, COUNTY),
        (Role.ADMINISTRATOR, COUNTY),
    ],
)
def test_g_14_a_signing_post_needs_a_second_person(places, role, place):
    with places.begin() as session:
        account = opened(session, role, place, actor=ADMIN)
        (post,) = queries.posts_of(session, account.code)
        assert queries.posts_on(session, account.code, ON) == []
        assert [event.posts[0].active for event in told(session)] == [False]
        with pytest.raises(Forbidden, match="由另一个人确认"):
            commands.confirm(session, post.id, actor=ADMIN, now=NOW)
        own = who(Role.COUNTY_LEADER, account=account.code)
        with pytest.raises(Forbidden):
            commands.confirm(session, post.id, actor=own, now=NOW)
        commands.confirm(session, post.id, actor=SECOND, now=NOW)
        assert queries.posts_on(session, account.code, ON) == [post]
        assert told(session)[-1].posts[0].active


@pytest.mark.parametrize(
    ("role", "place"), [(Role.VILLAGE_CLERK, VILLAGE), (Role.HELPER, "U001-01")]
)
def test_g_14_nothing_that_an_administrator_gives_works_by_him_alone(places, role, place):
    """He sees no household: neither by a post of his own making nor by a card for somebody's."""
    with places.begin() as session:
        account = opened(session, role, place, actor=ADMIN)
        (post,) = queries.posts_of(session, account.code)
        with pytest.raises(Forbidden, match="由另一个人确认"):
            commands.confirm(session, post.id, actor=ADMIN, now=NOW)
        assert queries.waiting(session, ADMIN) == []
        assert queries.waiting(session, OFFICE) == [post]
        commands.confirm(session, post.id, actor=OFFICE, now=NOW)
        card, secret = cards.hand_out_card(session, account.code, actor=ADMIN, now=NOW)
        assert secret is None
        with pytest.raises(Forbidden, match="由另一个人确认"):
            cards.confirm_card(session, card.id, actor=ADMIN, now=NOW)
        assert cards.confirm_card(session, card.id, actor=OFFICE, now=NOW)


def test_g_14_every_post_that_sees_more_than_a_village_is_of_two():
    kinds = {ScopeKind.GROUP, ScopeKind.VILLAGE, ScopeKind.HELPER}
    assert {KIND_OF[role] for role in KIND_OF if role not in OF_TWO} == kinds
    assert set(SIGNING) <= set(OF_TWO)


@pytest.mark.parametrize("role", [Role.SUPERVISOR, Role.TOWNSHIP_HEAD])
@pytest.mark.parametrize("kind", [Kind.PHONE, Kind.OFFICE, Kind.PROVIDER])
def test_g_14_what_one_person_gave_ends_with_the_first_post_of_two(places, role, kind):
    """A phone, a password, an identity at the provider: each may be in the hands of whoever gave it."""
    place = "D1" if role is Role.SUPERVISOR else TOWNSHIP
    with places.begin() as session:
        account = opened(session, Role.GROUP_LEADER, GROUP, actor=VILLAGER).code
        secret = sessions.open_session(session, account, None, kind, NOW)
        session.add(Identity(hash="known", account=account, bound_at=NOW))
        form = PostForm(role=role, place=place)
        post = commands.add_post(session, account, form, actor=ADMIN, now=NOW)
        assert sessions.renew(session, secret, NOW)  # as long as it is only proposed
        commands.confirm(session, post.id, actor=SECOND, now=NOW)
        assert sessions.renew(session, secret, NOW) is None
        assert session.get(Identity, "known") is None
        mine = sessions.open_session(session, account, post.id, Kind.COMMAND, NOW)
        more = PostForm(role=Role.SUPERVISOR, place="D1", until=date(2026, 10, 1))
        further = commands.add_post(session, account, more, actor=ADMIN, now=NOW)
        commands.confirm(session, further.id, actor=SECOND, now=NOW)
        assert sessions.renew(session, mine, NOW)  # two gave what he has now


def test_g_14_the_administrator_gives_himself_nothing(places):
    with places.begin() as session:
        account = opened(session, Role.ADMINISTRATOR, COUNTY, confirmed_by=SECOND)
        actor = who(Role.ADMINISTRATOR, account=account.code)
        for role in (Role.COUNTY_LEADER, Role.COUNTY_CLERK):
            form = PostForm(role=role, place=COUNTY)
            with pytest.raises(Forbidden, match="给自己"):
                commands.add_post(session, account.code, form, actor=actor, now=NOW)


def test_one_person_has_several_posts_and_the_same_one_once(places):
    with places.begin() as session:
        account = opened(session, Role.TOWNSHIP_CLERK, TOWNSHIP, actor=OFFICE, confirmed_by=ADMIN)
        for village in (VILLAGE, NEXT, NEXT):
            form = PostForm(role=Role.VILLAGE_CLERK, place=village)
            commands.add_post(session, account.code, form, actor=OFFICE, now=NOW)
        posts = queries.posts_on(session, account.code, ON)
        assert [post.place for post in posts] == [TOWNSHIP, VILLAGE, NEXT]
        assert len(told(session)) == 4


def test_a_person_with_this_telephone_has_one_account(places):
    with places.begin() as session:
        opened(session, Role.GROUP_LEADER, GROUP, phone="16000000011")
        with pytest.raises(Conflict, match="已有王建国的账号"):
            opened(session, Role.GROUP_LEADER, f"{VILLAGE}/02", phone="16000000011")


def test_a_deputy_has_a_period_and_somebody_to_act_for(places):
    with places.begin() as session:
        head = opened(session, Role.TOWNSHIP_HEAD, TOWNSHIP, confirmed_by=SECOND)
        deputy = opened(session, Role.TOWNSHIP_CLERK, TOWNSHIP, name="李秀英")
        form = {"role": Role.TOWNSHIP_HEAD, "place": TOWNSHIP, "deputy_for": head.code}
        with pytest.raises(Refused, match="到哪天止"):
            commands.add_post(session, deputy.code, PostForm(**form), actor=ADMIN, now=NOW)
        other = PostForm(**form | {"deputy_for": deputy.code}, until=date(2026, 9, 10))
        with pytest.raises(Refused, match="没有乡镇主要领导的岗位"):
            commands.add_post(session, head.code, other, actor=ADMIN, now=NOW)
        period = PostForm(**form, since=date(2026, 9, 3), until=date(2026, 9, 10))
        post = commands.add_post(session, deputy.code, period, actor=ADMIN, now=NOW)
        commands.confirm(session, post.id, actor=SECOND, now=NOW)
        acts = [
            len(queries.posts_on(session, deputy.code, date(2026, 9, day)))
            for day in (2, 3, 10, 11)
        ]
        assert acts == [1, 2, 2, 1]
        assert told(session)[-1].posts[-1].deputy_for == head.code


def test_a_post_taken_back_by_mistake_is_given_again(places):
    with places.begin() as session:
        account = opened(session, Role.GROUP_LEADER, GROUP, actor=VILLAGER)
        (post,) = queries.posts_of(session, account.code)
        commands.take_back_post(session, post.id, reason="离任", actor=VILLAGER)
        assert queries.posts_on(session, account.code, ON) == []
        assert told(session)[-1].posts[0].active is False
        commands.give_again(session, post.id, actor=VILLAGER, now=NOW)
        assert queries.posts_on(session, account.code, ON) == [post]


def test_whoever_leaves_has_no_post_left(places):
    with places.begin() as session:
        account = opened(session, Role.VILLAGE_CLERK, VILLAGE)
        commands.add_post(
            session,
            account.code,
            PostForm(role=Role.GROUP_LEADER, place=GROUP),
            actor=TOWN,
            now=NOW,
        )
        with pytest.raises(Forbidden, match="还有不归您管的岗位"):
            commands.close_account(session, account.code, reason="调离", actor=VILLAGER, now=NOW)
        commands.close_account(session, account.code, reason="调离", actor=TOWN, now=NOW)
        last = told(session)[-1]
        assert not last.active
        assert not any(post.active for post in last.posts)


def test_the_last_administrator_stays(places):
    with places.begin() as session:
        account = opened(session, Role.ADMINISTRATOR, COUNTY, confirmed_by=SECOND)
        (post,) = queries.posts_of(session, account.code)
        with pytest.raises(Refused, match="唯一的系统管理员"):
            commands.take_back_post(session, post.id, reason="离任", actor=SECOND)


def test_each_sees_the_accounts_below_him(places):
    with places.begin() as session:
        for number, (role, place) in enumerate(
            [
                (Role.GROUP_LEADER, GROUP),
                (Role.GROUP_LEADER, f"{NEXT}/01"),
                (Role.GROUP_LEADER, f"{FAR}/01"),
                (Role.VILLAGE_CLERK, VILLAGE),
                (Role.HELPER, "U001-01"),
                (Role.TOWNSHIP_CLERK, TOWNSHIP),
            ]
        ):
            opened(session, role, place, name="甲乙丙丁戊己"[number] * 2)
        opened(session, Role.COUNTY_LEADER, COUNTY, name="庚庚", confirmed_by=SECOND)

        def seen(actor) -> str:
            names = session.exec(queries.visible(actor).order_by(Account.opened_at)).all()
            return "".join(sorted(account.name[0] for account in names))

        assert seen(VILLAGER) == "甲"
        assert seen(TOWN) == "丁乙甲"
        assert seen(UNIT) == "戊"
        assert seen(OFFICE) == "丁丙乙己戊甲"
        assert seen(ADMIN) == "丁丙乙己庚戊甲"
        assert seen(LEADER) == ""
