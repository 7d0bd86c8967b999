"""cases: a decision answers every source; a household of the ledger is found in the register"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

# What was decided before has answered what had come by then.
ANSWERED = """
    UPDATE case_source SET answered_on = case_file.decided_on FROM case_file
    WHERE case_file.id = case_source.case AND case_file.decision IN ('verified', 'not_qualified')
    AND case_source.received_on <= case_file.decided_on AND case_source.stage <> 'struck_out'"""
# By its number, else by the ID number of its head or a member.
BY_NUMBER = """
    UPDATE monitored_household SET household = household.id FROM household
    WHERE household.number = monitored_household.number"""
BY_ID_NUMBER = """
    UPDATE monitored_household SET household = member.household
    FROM (SELECT id AS household, unnest(hashes) AS hash FROM household) AS member
    WHERE monitored_household.household IS NULL AND member.hash = monitored_household.id_hash"""


def upgrade() -> None:
    op.add_column("case_source", sa.Column("named_household", sa.String()))
    op.add_column("case_source", sa.Column("answered_on", sa.Date()))
    op.add_column("case_source", sa.Column("answered_need", sa.String(), sa.ForeignKey("need.id")))
    op.add_column("case_source", sa.Column("why_not", sa.String()))
    op.add_column("monitored_household", sa.Column("household", sa.String()))
    op.create_index(
        op.f("ix_monitored_household_household"), "monitored_household", ["household"]
    )
    for statement in (ANSWERED, BY_NUMBER, BY_ID_NUMBER):
        op.execute(statement)
