-- The chassis of every service: events out, events in, what could not be handled, what is due, files that came.

CREATE TABLE outbox (  -- columns as Debezium's Outbox Event Router expects them, plus our own
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id uuid NOT NULL DEFAULT uuidv7(),
    aggregatetype text NOT NULL,
    aggregateid text NOT NULL,
    type text NOT NULL,
    -- below the broker's limit of a megabyte, so that the door hears of an event too large
    payload text NOT NULL CHECK (octet_length(payload) <= 900000),
    created_at timestamptz NOT NULL DEFAULT now(),
    sent_at timestamptz
);
CREATE INDEX outbox_unsent ON outbox (seq) WHERE sent_at IS NULL;

-- A statement's trigger: nobody can forget to wake the relay, and PostgreSQL folds equal ones into one a transaction.
CREATE FUNCTION outbox_wake() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NOTIFY outbox; RETURN NULL; END $$;
CREATE TRIGGER outbox_wake AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION outbox_wake();

CREATE TABLE inbox (
    source text NOT NULL,
    id uuid NOT NULL,
    handled_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (source, id)
);

CREATE TABLE dead_letter (
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    key bytea,
    names text[] NOT NULL,
    contents bytea[] NOT NULL,
    value bytea,
    reason text NOT NULL,
    holds boolean NOT NULL DEFAULT true,  -- false: a type this version does not know; nothing waits behind it
    buried_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, partition, "offset")
);
CREATE INDEX dead_letter_key ON dead_letter (key) WHERE holds;

CREATE TABLE deadline (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name text NOT NULL,
    about text NOT NULL,
    at timestamptz NOT NULL,
    fired_at timestamptz,
    error text
);
CREATE UNIQUE INDEX deadline_open ON deadline (name, about) WHERE fired_at IS NULL;
CREATE INDEX deadline_due ON deadline (at, id) WHERE fired_at IS NULL;

CREATE TABLE sheet (  -- every sheet that came in, and what became of it
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    file text NOT NULL,
    title text NOT NULL,
    kind text NOT NULL,
    account text NOT NULL,
    came_at timestamptz NOT NULL,
    report jsonb NOT NULL
);
