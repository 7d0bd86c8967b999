-- Letters are counted by kind; of what others send only the first of a kind are kept (H-05).
ALTER TABLE dead_letter
    ADD COLUMN type text NOT NULL DEFAULT '',  -- of the event; empty: none that this version knows
    ADD COLUMN kind text NOT NULL DEFAULT '';  -- of the failure: its class

CREATE TABLE dead_letter_count (  -- what came from others and could not be handled, kept or not
    topic text NOT NULL,
    type text NOT NULL,
    kind text NOT NULL,
    partition integer NOT NULL,
    count bigint NOT NULL,
    first_offset bigint NOT NULL,
    last_offset bigint NOT NULL,
    first_at timestamptz NOT NULL DEFAULT now(),
    last_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (topic, type, kind, partition)
);
