"""papers: the numbers of the office's letters; a meeting without a place has none"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "letter_number",
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("about"),
        sa.UniqueConstraint("year", "number", name="uq_letter_number_year"),
    )
    op.execute("UPDATE meeting SET place = '' WHERE place = '地点另行通知'")
