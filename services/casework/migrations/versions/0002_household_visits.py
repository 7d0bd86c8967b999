"""household visits and consents"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table('added_member',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('relationship', sa.String(), nullable=False),
    sa.Column('id_number', sa.String(), nullable=True),
    sa.Column('born', sa.Date(), nullable=True),
    sa.Column('added_on', sa.Date(), nullable=False),
    sa.Column('entered_by', sa.String(), nullable=False),
    sa.Column('entered_account', sa.String(), nullable=False),
    sa.Column('removed_on', sa.Date(), nullable=True),
    sa.ForeignKeyConstraint(['file'], ['identification.id'], name=op.f('fk_added_member_file_identification')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_added_member'))
    )
    op.create_index(op.f('ix_added_member_file'), 'added_member', ['file'], unique=False)
    op.create_table('category_choice',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('category', sa.String(), nullable=False),
    sa.Column('suggested', sa.String(), nullable=True),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('entered_on', sa.Date(), nullable=False),
    sa.Column('entered_by', sa.String(), nullable=False),
    sa.Column('entered_account', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['file'], ['identification.id'], name=op.f('fk_category_choice_file_identification')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_category_choice'))
    )
    op.create_index(op.f('ix_category_choice_file'), 'category_choice', ['file'], unique=False)
    op.create_table('consent',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('person', sa.String(), nullable=False),
    sa.Column('name', sa.String(), nullable=False),
    sa.Column('answer', sa.String(), nullable=False),
    sa.Column('method', sa.String(), nullable=False),
    sa.Column('signed_on', sa.Date(), nullable=False),
    sa.Column('entered_on', sa.Date(), nullable=False),
    sa.Column('entered_by', sa.String(), nullable=False),
    sa.Column('entered_account', sa.String(), nullable=False),
    sa.Column('origin', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['file'], ['identification.id'], name=op.f('fk_consent_file_identification')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_consent')),
    sa.UniqueConstraint('file', 'person', name=op.f('uq_consent_file'))
    )
    op.create_index(op.f('ix_consent_file'), 'consent', ['file'], unique=False)
    op.create_table('department_value',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('line', sa.String(), nullable=False),
    sa.Column('amount', postgresql.JSONB(), nullable=False),
    sa.Column('department', sa.String(), nullable=False),
    sa.Column('received_on', sa.Date(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('entered_on', sa.Date(), nullable=False),
    sa.Column('entered_by', sa.String(), nullable=False),
    sa.Column('entered_account', sa.String(), nullable=False),
    sa.ForeignKeyConstraint(['file'], ['identification.id'], name=op.f('fk_department_value_file_identification')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_department_value'))
    )
    op.create_index(op.f('ix_department_value_file'), 'department_value', ['file'], unique=False)
    op.create_table('verification',
    sa.Column('id', sa.String(), nullable=False),
    sa.Column('file', sa.String(), nullable=False),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('visited_on', sa.Date(), nullable=False),
    sa.Column('sheet', postgresql.JSONB(), nullable=False),
    sa.Column('people', postgresql.JSONB(), nullable=False),
    sa.Column('visitors', postgresql.JSONB(), nullable=False),
    sa.Column('reason', sa.String(), nullable=True),
    sa.Column('complete', sa.Boolean(), nullable=False),
    sa.Column('entered_on', sa.Date(), nullable=False),
    sa.Column('entered_by', sa.String(), nullable=False),
    sa.Column('entered_account', sa.String(), nullable=False),
    sa.Column('origin', sa.String(), nullable=True),
    sa.ForeignKeyConstraint(['file'], ['identification.id'], name=op.f('fk_verification_file_identification')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_verification')),
    sa.UniqueConstraint('file', 'version', name=op.f('uq_verification_file'))
    )
    op.create_index(op.f('ix_verification_file'), 'verification', ['file'], unique=False)
