"""division"""

from alembic import op

revision = "0005"
down_revision = "0004"

# What was named between the directory's beginning and its use.
LATER = "ON CONFLICT (code, kind) DO NOTHING"
DIVISIONS = f"""INSERT INTO directory (kind, code, name, parent)
    SELECT level, code, name, parent FROM division {LATER}"""
UNITS = f"INSERT INTO directory (kind, code, name) SELECT 'UNIT', code, name FROM unit {LATER}"
HELPERS = f"""INSERT INTO directory (kind, code, name, parent)
    SELECT 'HELPER', code, name, unit FROM helper {LATER}"""


def upgrade() -> None:
    op.execute(DIVISIONS)
    op.execute(UNITS)
    op.execute(HELPERS)
    op.drop_table("division")
