"""dispatch: a meeting's item has all orders of its case, its notice goes to every department"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    for table, column in (
        ("meeting", "told"), ("agenda_item", "co_departments"), ("agenda_item", "orders"), ("decision", "orders"),
    ):
        op.add_column(table, sa.Column(column, ARRAY(sa.Text()), nullable=False, server_default=sa.text("'{}'")))
        op.alter_column(table, column, server_default=None)
    for table in ("agenda_item", "decision"):
        op.execute(f"""UPDATE {table} SET orders = ARRAY["order"] WHERE "order" IS NOT NULL""")
    op.execute("""UPDATE meeting SET told = ARRAY(SELECT DISTINCT department FROM agenda_item
        WHERE meeting = meeting.id AND department IS NOT NULL AND noticed_on IS NOT NULL ORDER BY 1)""")
