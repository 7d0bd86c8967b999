"""directory"""

from alembic import op

from kit.database.migrations import chassis

revision = "0003"
down_revision = "0002"

# What the tables of this service already name.
DIVISIONS = """INSERT INTO directory (kind, code, name, parent)
    SELECT level, code, name, parent FROM division"""
GROUPS = """INSERT INTO directory (kind, code, name, parent)
    SELECT 'GROUP', village || '/' || code, code || '组', village FROM village_group"""
# A source is a helping unit, or a supervision team; its notices know which.
SOURCES = """INSERT INTO directory (kind, code, name)
    SELECT CASE WHEN EXISTS (SELECT FROM notice WHERE notice.source = source.code AND tier = 'COUNTY')
    THEN 'TEAM' ELSE 'UNIT' END, code, name FROM source"""


def upgrade() -> None:
    op.execute(chassis("0003"))
    op.execute(DIVISIONS)
    op.execute(GROUPS)
    op.execute(SOURCES)
