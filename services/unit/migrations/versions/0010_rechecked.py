"""unit: a township has looked again at a case; whose word an exemption was"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.add_column("case_copy", sa.Column("rechecked_on", sa.Date()))
    op.add_column("unit_month", sa.Column("exempted_account", sa.String()))
    # What followed from a closing was exempted by the service, under this name.
    op.execute("UPDATE unit_month SET exempted_account = 'system' WHERE exempted_by = '系统'")
