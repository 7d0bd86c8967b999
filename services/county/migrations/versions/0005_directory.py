"""directory: names stand in it alone"""

from alembic import op

revision = "0005"
down_revision = "0004"

# What was named since the directory began, into tables that nobody reads any more.
LATER = """ON CONFLICT (code, kind) DO UPDATE SET name = excluded.name, parent = excluded.parent,
    at = excluded.at"""
NAMED = (
    "SELECT level, code, name, parent FROM division",
    "SELECT 'GROUP', village || '/' || group_no, group_no || '组', village FROM village_group",
    "SELECT 'UNIT', code, name, NULL FROM unit",
    "SELECT 'HELPER', code, name, unit FROM helper",
    "SELECT 'TEAM', code, name, NULL FROM team",
    "SELECT 'DEPARTMENT', code, name, NULL FROM department",
    """SELECT DISTINCT 'POST', place || '/' || post, post, place FROM responsible
        WHERE place IS NOT NULL""",
)


def upgrade() -> None:
    for names in NAMED:
        op.execute(f"INSERT INTO directory (kind, code, name, parent) {names} {LATER}")
    for table in ("division", "unit", "helper", "department"):
        op.drop_table(table)
