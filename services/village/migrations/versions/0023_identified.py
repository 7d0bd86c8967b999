"""village: dated changes of households, whom the county identified, and when an export reached the register of monitored households"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.add_column("national_import", sa.Column("compared_on", sa.Date()))
    op.add_column("national_import", sa.Column("differing", sa.Integer()))
    op.create_table(
        "household_change",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("id_hash", sa.String()),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("noted_on", sa.Date(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_household_change"),
    )
    op.create_index("ix_household_change_household", "household_change", ["household"])
    op.create_table(
        "identified",
        sa.Column("household", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("causes", ARRAY(sa.Text()), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("household", name="pk_identified"),
    )
