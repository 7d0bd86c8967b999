"""directory"""

from alembic import op

from kit.database.migrations import chassis

revision = "0003"
down_revision = "0002"

# What the tables of this service already name.
DIVISIONS = """INSERT INTO directory (kind, code, name, parent)
    SELECT level, code, name, parent FROM division"""
GROUPS = """INSERT INTO directory (kind, code, name, parent)
    SELECT 'GROUP', village || '/' || group_no, group_no || '组', village FROM village_group"""
UNITS = "INSERT INTO directory (kind, code, name) SELECT 'UNIT', code, name FROM unit"
HELPERS = """INSERT INTO directory (kind, code, name, parent)
    SELECT 'HELPER', code, name, unit FROM helper"""
TEAMS = "INSERT INTO directory (kind, code, name) SELECT 'TEAM', code, name FROM team"
DEPARTMENTS = """INSERT INTO directory (kind, code, name)
    SELECT 'DEPARTMENT', code, name FROM department"""
# Two names of one place may have resolved to the same code.
POSTS = """INSERT INTO directory (kind, code, name, parent)
    SELECT DISTINCT 'POST', place || '/' || post, post, place FROM responsible WHERE place IS NOT NULL"""


def upgrade() -> None:
    op.execute(chassis("0003"))
    op.execute(DIVISIONS)
    op.execute(GROUPS)
    op.execute(UNITS)
    op.execute(HELPERS)
    op.execute(TEAMS)
    op.execute(DEPARTMENTS)
    op.execute(POSTS)
