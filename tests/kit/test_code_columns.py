"""Columns that hold several members of a code list."""

import pytest
from sqlalchemy import text
from sqlalchemy.exc import StatementError
from sqlmodel import Field, SQLModel, select

from kit.database.columns import coded_items, several
from kit.database.upsert import upsert
from kit.service import own_registry
from schemas.codes import RiskCause


class Table(SQLModel, registry=own_registry()):
    pass


class Told(Table, table=True):
    id: int = Field(primary_key=True)
    causes: list[RiskCause] = several(RiskCause)
    more: list[RiskCause] = coded_items(RiskCause)


def test_members_of_a_code_list_come_back_as_members(engine, sessions):
    Table.metadata.create_all(engine)
    causes = [RiskCause.ILLNESS, RiskCause.NATURAL_DISASTER]
    with sessions.begin() as session:
        session.add_all([Told(id=1, causes=causes, more=causes), Told(id=2)])
        upsert(session, Told, [{"id": n, "causes": causes, "more": causes} for n in (3, 4)], "id")
    with sessions() as session:
        kept = {one.id: (one.causes, one.more) for one in session.exec(select(Told))}
        stored = session.execute(text("SELECT DISTINCT causes::text, more::text FROM told")).all()
    assert kept == {1: (causes, causes), 2: ([], []), 3: (causes, causes), 4: (causes, causes)}
    assert all(
        isinstance(one, RiskCause) for both in kept.values() for some in both for one in some
    )
    assert set(stored) == {
        ("{ILLNESS,NATURAL_DISASTER}", '["ILLNESS", "NATURAL_DISASTER"]'),
        ("{}", "[]"),
    }


def test_what_is_no_member_is_not_written(engine, sessions):
    Table.metadata.create_all(engine)
    with pytest.raises(StatementError, match="unheard"), sessions.begin() as session:
        session.add(Told(id=1, more=["unheard"]))
