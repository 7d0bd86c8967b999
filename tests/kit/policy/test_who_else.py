"""Whoever may not judge his own work is told who can: only those to whom the table opens this row."""

from types import SimpleNamespace

import pytest

from kit.policy import Action, Policy, allow, anywhere, apart, at, did, having
from schemas.codes import Role
from tests.conftest import actor

CLERK = actor(Role.COUNTY_CLERK)
policy = Policy(
    decide=Action(
        "审定",
        allow(Role.COUNTY_CLERK, to=anywhere),
        allow(Role.UNIT_HEAD, to=at("unit")),
        allow(Role.COUNTY_LEADER, to=having(kind="office")),
        apart=apart(did("填报过", "by_account")),
    )
)


@pytest.mark.parametrize(
    ("kind", "others"),
    [
        ("village", "县级牵头部门经办人、帮扶单位主要领导"),
        ("office", "县级牵头部门经办人、帮扶单位主要领导、县领导"),
    ],
)
def test_a_duty_kept_apart_names_only_who_may_act_on_this_row(kind, others):
    row = SimpleNamespace(kind=kind, unit="U001", by_account=CLERK.account)
    assert policy.why_apart(CLERK, "decide", row) == (
        f"您填报过，不能再由您审定；请由另一人（{others}）办理。只有一人的，凭县里的书面授权办理。"
    )
