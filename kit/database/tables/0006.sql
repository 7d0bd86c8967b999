-- What is no longer there, and who answers for what is still open at it.
ALTER TABLE directory ADD COLUMN successor text;  -- the code that answers for it since it ended
CREATE INDEX directory_successor ON directory (successor) INCLUDE (code, kind) WHERE successor IS NOT NULL;

CREATE TABLE closing (  -- what an office said: a place's last month, until it is taken back
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    kind text NOT NULL,
    code text NOT NULL,
    last_month text NOT NULL,           -- YYYY-MM
    successor text,                     -- what it was merged into; NULL: the office above answers
    reason text NOT NULL,
    said_by text NOT NULL,
    said_on date NOT NULL,
    with_code text,                     -- the village that ended, and its groups with it
    ended_on date,                      -- since when others answer; NULL: its last month is not over
    moved text[] NOT NULL DEFAULT '{}', -- keys of the rows that went to the successor then
    undone_by text,
    undone_on date,
    undone_reason text
);
CREATE UNIQUE INDEX closing_in_force ON closing (kind, code) WHERE undone_on IS NULL;
