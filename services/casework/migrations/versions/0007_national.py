"""casework: what the national system says of who is monitored"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "national_entry",
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("imported", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("category", sa.String()),
        sa.Column("identified", sa.String()),
        sa.Column("eliminated", sa.Boolean(), nullable=False),
        sa.Column("eliminated_in", sa.String()),
        sa.Column("causes", ARRAY(sa.Text()), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("household", name="pk_national_entry"),
    )
    op.create_index("ix_national_entry_imported", "national_entry", ["imported"])
    op.create_index("ix_national_entry_number", "national_entry", ["number"])
