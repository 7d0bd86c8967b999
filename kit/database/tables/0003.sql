-- What codes are called: names of places, units, people's posts and whatever else has a code, kept from events.
CREATE TABLE directory (
    code text NOT NULL,
    kind text NOT NULL,
    name text NOT NULL,
    also text[] NOT NULL DEFAULT '{}',  -- short and other names that people write
    parent text,                        -- the code of what it belongs to
    active boolean NOT NULL DEFAULT true,
    first_month text,                   -- YYYY-MM; NULL: since ever
    last_month text,                    -- YYYY-MM, the last one in which it was there; NULL: until further notice
    at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (code, kind)
);
CREATE INDEX directory_parent ON directory (kind, parent);
