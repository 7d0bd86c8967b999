"""figures: who answers first and who directly; of departments too"""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    duty = sa.Column("duty", sa.String(), nullable=False, server_default="first")
    op.add_column("responsible", duty)
    op.alter_column("responsible", "duty", server_default=None)
    op.create_table(
        "department_people",
        sa.Column("department", sa.String(), primary_key=True),
        sa.Column("head", sa.String(), nullable=False),
        sa.Column("officer", sa.String(), nullable=False),
        sa.Column("phone", sa.String()),
    )
