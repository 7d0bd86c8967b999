"""A set of values as one array."""

import pytest
from sqlalchemy import Text, column, select, values

from kit.database.columns import among

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
