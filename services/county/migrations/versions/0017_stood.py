"""county: how cases, findings, orders, candidates and units' contacts stood before a later deed, so that a
cut-off counts it; of which returns was decided late; whose explanation it is; what a household was merged into
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0017"
down_revision = "0016"

DATED = ("case_file", "case_source", "candidate", "dispatch_order", "visits_month")
# Until now a return counted as decided late with its order, once one of the order's was.
LATE = """
    UPDATE order_entry SET late = true FROM dispatch_order
    WHERE dispatch_order."order" = order_entry."order" AND dispatch_order.decided_late > 0
    AND order_entry.what IN ('return-agreed', 'return-refused')"""


def upgrade() -> None:
    for table in DATED:
        op.add_column(table, sa.Column("former", JSONB()))
    op.add_column("visits_month", sa.Column("told_on", sa.Date()))
    op.add_column(
        "order_entry", sa.Column("late", sa.Boolean(), server_default="false", nullable=False)
    )
    op.alter_column("order_entry", "late", server_default=None)
    op.execute(LATE)
    op.add_column("agenda_item", sa.Column("explained_account", sa.String()))
    op.add_column("household", sa.Column("merged_into", sa.String()))
    op.create_index(op.f("ix_household_merged_into"), "household", ["merged_into"])
