"""A set of values as one array; members of a code list as one column."""

import pytest
from sqlalchemy import Text, column, literal, select, values

from kit.database.columns import Codes, among
from schemas.codes import RiskCause

ODD = ["H1", "", "NULL", 'a"b', "a\\b", "a,b", "{a}", " a ", "户主", "'", "a\nb", '\\"']


@pytest.mark.parametrize("value", ODD)
def test_every_text_is_found_among_others_and_only_it(sessions, value):
    row = values(column("value", Text), name="one").data([(value,)])
    others = [one for one in ODD if one != value]
    with sessions.begin() as session:
        found = [
            session.execute(select(row.c.value).where(among(row.c.value, some))).scalars().all()
            for some in (ODD, others, [])
        ]
    assert found == [[value], [], []]


def test_members_of_a_code_list_come_back_as_members(sessions):
    asked = [RiskCause.ILLNESS, "DISABILITY"]
    with sessions.begin() as session:
        found = session.execute(select(literal(asked, Codes(RiskCause)))).scalar_one()
    assert found == [RiskCause.ILLNESS, RiskCause.DISABILITY]
    assert all(type(one) is RiskCause for one in found)
