"""dispatch: needs that wait for the county's decision"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    op.create_table(
        "held_needs",
        *(
            sa.Column(name, sa.String(), nullable=False)
            for name in ("id", "case", "case_number", "household", "village")
        ),
        sa.Column("told", JSONB(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date()),
        sa.Column("end", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_held_needs"),
    )
    op.create_index("ix_held_needs_case", "held_needs", ["case"])
    op.create_index("ix_held_needs_household", "held_needs", ["household"])
    op.create_table(
        "decided",
        sa.Column("identification", sa.String(), nullable=False),
        sa.Column("case", sa.String()),
        sa.Column("household", sa.String()),
        sa.Column("admitted", sa.Boolean()),
        sa.Column("on", sa.Date()),
        sa.PrimaryKeyConstraint("identification", name="pk_decided"),
    )
    op.create_index("ix_decided_case", "decided", ["case"])
    op.create_index("ix_decided_household", "decided", ["household"])
