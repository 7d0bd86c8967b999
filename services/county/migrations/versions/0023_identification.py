"""identification: casework's files, and whom it identified; how many a household had before"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0023"
down_revision = "0022"


def upgrade() -> None:
    op.create_table(
        "identification_file",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("household", sa.String()),
        sa.Column("village", sa.String(), nullable=False),
        sa.Column("channel", sa.String()),
        sa.Column("case", sa.String()),
        sa.Column("opened_on", sa.Date()),
        sa.Column("total_due", sa.Date()),
        sa.Column("decided_on", sa.Date()),
        sa.Column("carried", sa.Boolean()),
        sa.Column("quorum", sa.Boolean(), nullable=False),
        sa.Column("agreed", sa.Boolean()),
        sa.Column("objections", postgresql.ARRAY(sa.Text()), nullable=False),
        sa.Column("upheld", sa.Boolean(), nullable=False),
        sa.Column("doubts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_identification_file")),
    )
    op.create_index(
        op.f("ix_identification_file_household"), "identification_file", ["household"]
    )
    op.add_column("monitored_household", sa.Column("file", sa.String()))
    op.create_unique_constraint(
        op.f("uq_monitored_household_file"), "monitored_household", ["file"]
    )
    op.add_column(
        "household", sa.Column("counted", postgresql.JSONB(astext_type=sa.Text()))
    )
