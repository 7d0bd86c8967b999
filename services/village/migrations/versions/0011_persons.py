"""village: who belongs to which household; one ID number is open in one

The rows of those who are there already need the county's key: the service enters them as it starts
(services/village/persons/jobs.py).
"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.create_table(
        "person",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("id_hash", sa.String(), nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.Column("disputed", sa.Boolean(), nullable=False),
        sa.Column("by", sa.String()),
        sa.Column("reason", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_person"),
    )
    for name, columns, unique, where in (
        ("uq_person_open", ["id_hash"], True, "until IS NULL AND NOT disputed"),
        ("uq_person_household", ["household", "id_hash"], True, "until IS NULL"),
        ("ix_person_disputed", ["id_hash"], False, "until IS NULL AND disputed"),
    ):
        op.create_index(name, "person", columns, unique=unique, postgresql_where=sa.text(where))
