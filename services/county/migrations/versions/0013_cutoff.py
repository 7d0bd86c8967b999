"""county: what stood before a later deed, so that a cut-off counts it; whose word an exemption was; which
items left an agenda by themselves; where a household lived before
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0013"
down_revision = "0012"

# What followed from a closing was exempted by the service, under this name and reason.
BY_ITSELF = """
    UPDATE reporter_month SET exempt_account = 'system'
    WHERE kind = 'TEAM' AND exempt_reason LIKE '已撤并：%'"""
GONE = "UPDATE agenda_item SET gone = true WHERE removed_by = '系统'"


def upgrade() -> None:
    op.add_column("reporter_month", sa.Column("former", JSONB()))
    op.add_column("reporter_month", sa.Column("exempt_account", sa.String()))
    op.add_column("case_source", sa.Column("struck_out_on", sa.Date()))
    op.add_column(
        "agenda_item", sa.Column("gone", sa.Boolean(), server_default="false", nullable=False)
    )
    op.alter_column("agenda_item", "gone", server_default=None)
    op.add_column("household", sa.Column("lived", JSONB()))
    for statement in (BY_ITSELF, GONE):
        op.execute(statement)
