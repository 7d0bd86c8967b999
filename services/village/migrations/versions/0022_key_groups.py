"""village: which households are of which key groups"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "key_group_household",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("village", sa.String(), nullable=False),
        sa.Column("group", sa.String()),
        sa.Column("key_group", sa.String(), nullable=False),
        sa.Column("sign", sa.String()),
        sa.Column("persons", sa.String(), nullable=False),
        sa.Column("note", sa.String()),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("by", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_key_group_household"),
        sa.UniqueConstraint(
            "household",
            "key_group",
            "sign",
            name="uq_key_group_household_household",
            postgresql_nulls_not_distinct=True,
        ),
    )
    op.create_index("ix_key_group_household_village", "key_group_household", ["village"])
