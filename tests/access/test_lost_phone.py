"""What somebody had before lets nobody in afterwards: a lost phone, a card kept back, a deputy whose
principal left.
"""

from datetime import timedelta

import pytest

from kit.errors import Forbidden
from schemas.codes import Role
from services.access.accounts import commands as accounts
from services.access.accounts.forms import PostForm
from services.access.cards import commands as cards
from services.access.front import commands as front
from services.access.passwords.models import Password
from services.access.sessions import commands as sessions
from tests.access.conftest import (
    ADMIN,
    FAR,
    GROUP,
    LEADER,
    NOW,
    OFFICE,
    ON,
    OTHER,
    SECOND,
    TOWN,
    TOWNSHIP,
    VILLAGE,
    VILLAGER,
    opened,
    who,
)
from tests.access.test_front import PASSWORD, card_of, head, leader, set_up, signing  # noqa: F401

OWN = {"login": "小组长", "password": PASSWORD, "again": PASSWORD}


def entered(client, address: str):
    phone = client("access")
    assert phone.post(address).status_code == 303
    return phone


def signs_in(client, **form) -> int:
    return client("access").post("/access/sign-in", data=form).status_code


@pytest.mark.parametrize("remedy", ["shut out", "new card", "closed"])
def test_f_41_a_password_set_on_a_lost_phone_ends_with_it(client, signing, leader, remedy):  # noqa: F811
    entered(client, card_of(signing, leader))
    lost = client("access", who(Role.GROUP_LEADER, GROUP, account=leader))  # the finder holds it
    assert lost.post("/access/password", data=OWN).status_code == 303
    login = {"login": "小组长", "password": PASSWORD}
    assert signs_in(client, **login) == 303
    with signing.begin() as session:
        if remedy == "shut out":
            sessions.shut_out(session, leader, actor=VILLAGER, now=NOW)
        elif remedy == "closed":
            accounts.close_account(session, leader, reason="离任", actor=VILLAGER, now=NOW)
    if remedy == "new card":
        entered(client, card_of(signing, leader))
    assert signs_in(client, **login) == 422
    with signing() as session:
        assert session.get(Password, leader) is None


def test_f_41_a_closed_account_given_again_begins_anew(client, signing, leader):  # noqa: F811
    unused, old = card_of(signing, leader), client("access")
    with signing.begin() as session:
        (post,) = accounts.queries.posts_of(session, leader)
        secret = sessions.open_session(session, leader, post.id, sessions.Kind.PHONE, NOW)
    old.cookies.set("backstop-session", secret)
    with signing.begin() as session:
        accounts.close_account(session, leader, reason="离任", actor=VILLAGER, now=NOW)
        accounts.give_again(session, post.id, actor=VILLAGER, now=NOW)
        assert sessions.renew(session, secret, NOW) is None
    assert client("access").post(unused).status_code == 403


def becomes_head(signing, account: str) -> None:  # noqa: F811
    with signing.begin() as session:
        form = PostForm(role=Role.TOWNSHIP_HEAD, place=TOWNSHIP)
        post = accounts.add_post(session, account, form, actor=ADMIN, now=NOW)
        accounts.confirm(session, post.id, actor=LEADER, now=NOW)


def signing_post(signing, account: str) -> str:  # noqa: F811
    with signing() as session:
        posts = accounts.queries.posts_on(session, account, ON)
        return next(post.id for post in posts if post.role is Role.TOWNSHIP_HEAD)


def test_g_14_a_phone_of_before_opens_no_signing_post(client, signing):  # noqa: F811
    with signing.begin() as session:
        account = opened(session, Role.TOWNSHIP_CLERK, TOWNSHIP).code
    phone = entered(client, card_of(signing, account, actor=ADMIN))
    becomes_head(signing, account)
    answer = phone.post("/access/posts", data={"post": signing_post(signing, account)})
    assert answer.status_code == 403
    assert "密码和动态码" in answer.text


def test_g_14_a_card_of_before_opens_no_signing_post(client, signing):  # noqa: F811
    with signing.begin() as session:
        account = opened(session, Role.VILLAGE_CLERK, VILLAGE, actor=TOWN).code
    kept = card_of(signing, account, actor=TOWN)
    becomes_head(signing, account)
    assert client("access").post(kept).status_code == 403


def test_g_14_nor_does_one_made_while_the_post_was_taken_back(client, signing):  # noqa: F811
    account, _ = head(signing)
    with signing.begin() as session:
        post = accounts.queries.posts_of(session, account)[0]
        accounts.take_back_post(session, post.id, reason="误点", actor=ADMIN)
        more = PostForm(role=Role.TOWNSHIP_CLERK, place=TOWNSHIP)
        further = accounts.add_post(session, account, more, actor=ADMIN, now=NOW)
        accounts.confirm(session, further.id, actor=SECOND, now=NOW)
        _, secret = cards.hand_out_card(session, account, actor=ADMIN, now=NOW)
        assert secret is None  # it can be given again: two people still
        accounts.give_again(session, post.id, actor=ADMIN, now=NOW)
        accounts.confirm(session, post.id, actor=SECOND, now=NOW)
        assert [card.state.name for card in cards.queries.cards_of(session, account)] == [
            "PROPOSED",  # still for its second person
            "WITHDRAWN",
        ]


def test_a_guessed_code_is_delayed_wherever_it_comes_from(client, signing, clock):  # noqa: F811
    _, address = head(signing)
    set_up(entered(client, address), clock)
    clock.set(NOW + timedelta(minutes=5))
    said = ""
    for number in range(8):
        with signing.begin() as session:
            attempt = front.begin_sign_in(
                session, "赵镇长", address=f"10.0.0.{number}", mark="", now=clock()
            )
            assert not isinstance(attempt, str)
            _, said = front.finish_sign_in(
                session, attempt, fits=True, code="000000", device=None, now=clock()
            )
    assert "错得太多" in said


def test_leaving_the_code_empty_forgives_no_mistake(client, signing, clock):  # noqa: F811
    _, address = head(signing)
    set_up(entered(client, address), clock)
    clock.set(NOW + timedelta(minutes=5))
    login = {"login": "赵镇长", "password": PASSWORD}
    answers = [signs_in(client, **login, code=code) for code in ("000000", "000000", "") * 4]
    assert 429 in answers


def test_a_deputy_ends_with_his_principal(signing):  # noqa: F811
    with signing.begin() as session:
        clerk = opened(session, Role.VILLAGE_CLERK, VILLAGE, actor=TOWN).code
        other = opened(session, Role.GROUP_LEADER, GROUP, actor=VILLAGER, name="李四").code
        form = PostForm(
            role=Role.VILLAGE_CLERK, place=VILLAGE, until=ON + timedelta(days=90), deputy_for=clerk
        )
        accounts.add_post(session, other, form, actor=TOWN, now=NOW)
        assert len(accounts.queries.posts_on(session, other, ON)) == 2
        accounts.close_account(session, clerk, reason="调离", actor=TOWN, now=NOW)
        roles = [post.role for post in accounts.queries.posts_on(session, other, ON)]
    assert roles == [Role.GROUP_LEADER]


def test_whoever_left_is_taken_up_again_only_by_who_keeps_him(signing):  # noqa: F811
    with signing.begin() as session:
        clerk = opened(session, Role.TOWNSHIP_CLERK, TOWNSHIP).code
        accounts.close_account(session, clerk, reason="调离", actor=ADMIN, now=NOW)
        form = PostForm(role=Role.GROUP_LEADER, place=GROUP)
        with pytest.raises(Forbidden):
            accounts.add_post(session, clerk, form, actor=VILLAGER, now=NOW)


def test_another_township_takes_nobody_out_of_his_keepers_hands(signing):  # noqa: F811
    elsewhere = who(Role.TOWNSHIP_CLERK, OTHER)
    with signing.begin() as session:
        clerk = opened(session, Role.VILLAGE_CLERK, VILLAGE, actor=TOWN).code
        form = PostForm(role=Role.VILLAGE_WORK_TEAM, place=FAR)
        post = accounts.add_post(session, clerk, form, actor=elsewhere, now=NOW)
        with pytest.raises(Forbidden):
            accounts.confirm(session, post.id, actor=elsewhere, now=NOW)
        assert len(accounts.queries.posts_on(session, clerk, ON)) == 1
        assert sessions.shut_out(session, clerk, actor=TOWN, now=NOW) == 0  # still his to keep
        accounts.confirm(session, post.id, actor=OFFICE, now=NOW)  # who keeps both
        assert len(accounts.queries.posts_on(session, clerk, ON)) == 2
