"""village: what data checks found in the register, and when each village was looked at"""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    texts = ("id", "code", "household", "village", "person", "sentence", "facts")
    op.create_table(
        "data_finding",
        *(sa.Column(name, sa.String(), nullable=False) for name in texts),
        sa.Column("group", sa.String()),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("mends", sa.String(), nullable=False),
        sa.Column("department", sa.String()),
        sa.Column("lead", sa.Boolean(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("reason", sa.String()),
        sa.Column("by", sa.String()),
        sa.PrimaryKeyConstraint("id", name="pk_data_finding"),
    )
    op.create_index("ix_data_finding_household", "data_finding", ["household"])
    op.create_index("ix_data_finding_village_state", "data_finding", ["village", "state"])
    op.create_table(
        "checked_village",
        sa.Column("village", sa.String(), nullable=False),
        sa.Column("on", sa.Date(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("village", name="pk_checked_village"),
    )
