"""case accounts: who decided an order's case does not close it"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    accounts: sa.Column[list[str]] = sa.Column(
        "case_accounts", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}"
    )
    op.add_column("dispatch_order", accounts)
    op.alter_column("dispatch_order", "case_accounts", server_default=None)
