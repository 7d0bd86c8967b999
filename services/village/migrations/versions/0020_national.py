"""village: what the register knows of house, water, land and income; exports of the national system"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    op.add_column("household", sa.Column("facts", JSONB(), server_default="{}", nullable=False))
    op.alter_column("household", "facts", server_default=None)
    op.create_table(
        "national_import",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("file", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("year", sa.Integer()),
        sa.Column("unread", JSONB(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("came_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("decided_on", sa.Date()),
        sa.Column("decided_by", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_national_import"),
    )
    op.create_table(
        "national_row",
        sa.Column("id", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("of", sa.String(), nullable=False),
        sa.Column("entry", JSONB(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_national_row"),
    )
    op.create_index("ix_national_row_of", "national_row", ["of"])
    op.create_table(
        "national_entry",
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("entry", JSONB(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("household", name="pk_national_entry"),
    )
