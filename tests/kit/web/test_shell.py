"""What stands around a page, for made-up services."""

from datetime import UTC, date, datetime

from kit.dates import show_day, show_moment, show_month
from kit.web.shell import Link, Shell
from schemas.codes import Role

SHELL = Shell(
    titles={"north": "北", "south": "南"},
    useful={Role.HELPER: ("south",), Role.UNIT_CLERK: ("south", "north")},
    links=(Link("/keys", "钥匙", (Role.UNIT_CLERK,)),),
    unsearching=(Role.HELPER,),
    searched=("south",),
)


def test_a_role_is_led_to_what_it_uses_and_one_that_is_not_named_to_everything():
    assert SHELL.navigation(Role.HELPER) == {"south": "南"}
    assert list(SHELL.navigation(Role.UNIT_CLERK)) == ["south", "north"]
    assert list(SHELL.navigation(Role.COUNTY_CLERK)) == ["north", "south"]
    assert Shell().navigation(Role.HELPER) == {}


def test_a_link_is_shown_to_its_roles_alone():
    assert [one.href for one in SHELL.links_of(Role.UNIT_CLERK)] == ["/keys"]
    assert SHELL.links_of(Role.HELPER) == []


def test_who_searches_finds_the_box_where_he_has_something_to_do():
    assert SHELL.searches(Role.UNIT_CLERK, "south")
    assert not SHELL.searches(Role.HELPER, "south")
    assert not SHELL.searches(Role.UNIT_CLERK, "front")
    assert not SHELL.searches(Role.UNIT_CLERK, "north")  # it has no page to search with


def test_days_and_moments_are_written_as_the_clock_in_shanghai_shows_them():
    late = datetime(2026, 8, 31, 16, 30, tzinfo=UTC)
    assert (show_day(late), show_moment(late)) == ("2026年9月1日", "2026年9月1日 00:30")
    assert (show_day(date(2026, 9, 1)), show_month("2026-09")) == ("2026年9月1日", "2026年9月")
    assert show_day(None) == show_moment(None) == "—"
