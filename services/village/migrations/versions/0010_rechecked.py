"""village: whose word an exemption was; a township has looked again at a case"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("case_fate", sa.Column("rechecked_on", sa.Date()))
    op.add_column("reporter_month", sa.Column("exempt_account", sa.String()))
    # What followed from a closing was exempted by the service, under this name.
    op.execute("UPDATE reporter_month SET exempt_account = 'system' WHERE exempt_by = '系统'")
