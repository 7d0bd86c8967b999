"""unit: what a void entry of the register was merged into"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("household", sa.Column("merged_into", sa.String()))
    op.create_index(op.f("ix_household_merged_into"), "household", ["merged_into"])
