"""dispatch: data comparisons on their way to departments"""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.create_table(
        "comparison",
        sa.Column("comparison", sa.String(), nullable=False),
        sa.Column("department", sa.String(), nullable=False),
        sa.Column("village", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("due", sa.Date()),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("answered_on", sa.Date()),
        sa.PrimaryKeyConstraint("comparison", name="pk_comparison"),
    )
    op.create_index("ix_comparison_department", "comparison", ["department"])
