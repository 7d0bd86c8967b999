-- What an account did under a key that it gave, so that the same act sent again is not done again.
CREATE TABLE idempotency (
    account text NOT NULL,
    key text NOT NULL,
    request bytea NOT NULL,     -- SHA-256 of method, address and body
    at timestamptz NOT NULL,
    status integer NOT NULL,    -- the answer
    headers jsonb NOT NULL,     -- [[name, value], …]
    body bytea NOT NULL,
    PRIMARY KEY (account, key)
);
CREATE INDEX idempotency_at ON idempotency (at);
