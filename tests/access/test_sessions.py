"""Sessions: made, renewed by use, over, ended."""

from datetime import timedelta

import pytest
from sqlmodel import select

from kit.errors import Conflict, Forbidden
from kit.messaging.outbox import emitted
from schemas.access import SessionEnded, SigningKeyPublished
from schemas.codes import Role
from services.access.accounts import commands as accounts
from services.access.accounts import queries as account_queries
from services.access.accounts.forms import PostForm
from services.access.keys import commands as keys
from services.access.sessions import commands, queries
from services.access.sessions.models import SignedIn
from services.access.sessions.rules import Kind
from tests.access.conftest import GROUP, NEXT, NOW, OFFICE, TOWN, VILLAGE, VILLAGER, opened, who


@pytest.fixture
def leader(places):
    with places.begin() as session:
        return opened(session, Role.GROUP_LEADER, GROUP, actor=VILLAGER).code


def test_a_session_is_renewed_by_its_secret_alone(places, leader):
    with places.begin() as session:
        secret = commands.open_session(session, leader, None, Kind.PHONE, NOW)
        (post,) = account_queries.posts_of(session, leader)
        (row,) = session.exec(select(SignedIn))
        assert commands.renew(session, secret, NOW) == (leader, post.id, row.id)
        assert secret not in row.model_dump_json()
        for wrong in ("", "x", row.secret_hash, row.id):
            assert commands.renew(session, wrong, NOW) is None


@pytest.mark.parametrize(
    ("kind", "idle"), [(Kind.PHONE, timedelta(days=90)), (Kind.OFFICE, timedelta(hours=4))]
)
def test_use_keeps_a_session_and_idleness_ends_it(places, leader, kind, idle):
    with places.begin() as session:
        secret = commands.open_session(session, leader, None, kind, NOW)
        later = NOW + idle
        assert commands.renew(session, secret, later)
        assert commands.renew(session, secret, later + idle)
        assert commands.renew(session, secret, later + 2 * idle + timedelta(minutes=6)) is None


def test_an_office_signs_in_every_day_however_busy_it_is(places, leader):
    with places.begin() as session:
        secret = commands.open_session(session, leader, None, Kind.OFFICE, NOW)
        for hours in range(13):
            assert commands.renew(session, secret, NOW + timedelta(hours=hours))
        assert commands.renew(session, secret, NOW + timedelta(hours=12, minutes=1)) is None


def test_f_41_signing_out_ends_the_session_for_good(places, leader):
    with places.begin() as session:
        secret = commands.open_session(session, leader, None, Kind.PHONE, NOW)
        (row,) = session.exec(select(SignedIn))
        me = who(Role.GROUP_LEADER, GROUP, leader)
        for _ in range(2):
            commands.end_session(session, row.id, actor=me, now=NOW)
        assert commands.renew(session, secret, NOW) is None
        ended = [event for event in emitted(session) if isinstance(event, SessionEnded)]
        assert ended == [SessionEnded(account=leader, session=row.id)]


def test_a_lost_phone_is_shut_out_by_the_level_above_and_by_nobody_else(places, leader):
    with places.begin() as session:
        secret = commands.open_session(session, leader, None, Kind.PHONE, NOW)
        for other in (who(Role.VILLAGE_CLERK, NEXT), who(Role.GROUP_LEADER, GROUP)):
            with pytest.raises(Forbidden):
                commands.shut_out(session, leader, actor=other, now=NOW)
        assert commands.renew(session, secret, NOW)
        assert commands.shut_out(session, leader, actor=VILLAGER, now=NOW) == 1
        assert commands.renew(session, secret, NOW) is None
        assert queries.open_of(session, leader, NOW) == []


def test_a_post_that_is_taken_back_gives_no_token_and_no_other_post_by_itself(places, leader):
    with places.begin() as session:
        form = PostForm(role=Role.VILLAGE_CLERK, place=VILLAGE)
        clerk = accounts.add_post(session, leader, form, actor=OFFICE, now=NOW)
        (post, _) = account_queries.posts_of(session, leader)
        secret = commands.open_session(session, leader, None, Kind.PHONE, NOW)
        assert commands.renew(session, secret, NOW) is None  # he has to choose
        row = queries.by_secret(session, secret)
        commands.choose_post(session, row, post.id, NOW)
        assert commands.renew(session, secret, NOW) == (leader, post.id, row.id)
        accounts.take_back_post(session, post.id, reason="离任", actor=TOWN)
        assert commands.renew(session, secret, NOW) is None
        with pytest.raises(Conflict):
            commands.choose_post(session, row, post.id, NOW)
        commands.choose_post(session, row, clerk.id, NOW)
        assert commands.renew(session, secret, NOW) == (leader, clerk.id, row.id)


def test_an_account_that_is_closed_gives_no_token(places, leader):
    with places.begin() as session:
        secret = commands.open_session(session, leader, None, Kind.PHONE, NOW)
        accounts.close_account(session, leader, reason="离任", actor=VILLAGER, now=NOW)
        assert commands.renew(session, secret, NOW) is None


def test_signing_keys_are_told_once_and_again_when_they_go(places):
    one, two = (
        SigningKeyPublished(key=kid, x=f"x-{kid}", valid_from=NOW) for kid in ("one", "two")
    )
    ending = one.model_copy(update={"valid_until": NOW + timedelta(hours=1)})
    with places.begin() as session:
        for published in ([one], [one], [one, two], [ending, two], [ending, two], [two]):
            keys.publish(session, published)
        told = [event for event in emitted(session) if isinstance(event, SigningKeyPublished)]
        assert told == [one, two, ending]
