"""directory"""

from alembic import op

from kit.database.migrations import chassis

revision = "0003"
down_revision = "0002"

# What the tables of this service already name.
DIVISIONS = """INSERT INTO directory (kind, code, name, parent)
    SELECT level, code, name, parent FROM division"""
UNITS = "INSERT INTO directory (kind, code, name) SELECT 'UNIT', code, name FROM unit"
HELPERS = """INSERT INTO directory (kind, code, name, parent, active, last_month)
    SELECT 'HELPER', code, name, unit, left_on IS NULL, to_char(left_on, 'YYYY-MM') FROM helper"""


def upgrade() -> None:
    op.execute(chassis("0003"))
    op.execute(DIVISIONS)
    op.execute(UNITS)
    op.execute(HELPERS)
