"""directory"""

from alembic import op

from kit.database.migrations import chassis

revision = "0004"
down_revision = "0003"

# What the tables of this service already name.
DIVISIONS = """INSERT INTO directory (kind, code, name, parent)
    SELECT level, code, name, parent FROM division"""
DEPARTMENTS = """INSERT INTO directory (kind, code, name, also, active)
    SELECT 'DEPARTMENT', code, name, ARRAY(SELECT jsonb_array_elements_text(aliases)), active FROM department"""


def upgrade() -> None:
    op.execute(chassis("0003"))
    op.execute(DIVISIONS)
    op.execute(DEPARTMENTS)
