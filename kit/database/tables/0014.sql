-- What the service knows of access by its events (kit/access): whoever shows a token is looked up here.
CREATE TABLE known_account (
    account text PRIMARY KEY,
    name text NOT NULL,         -- what a page prints beside a signature
    active boolean NOT NULL
);
CREATE TABLE known_post (
    account text NOT NULL,
    id text NOT NULL,
    role text NOT NULL,
    place text NOT NULL,
    since date NOT NULL,        -- both days are Shanghai's
    until date,                 -- the last day
    deputy_for text,            -- the account whose post it is
    active boolean NOT NULL,
    PRIMARY KEY (account, id)
);
CREATE TABLE known_ended_session (
    session text PRIMARY KEY,
    account text NOT NULL,
    at timestamptz NOT NULL DEFAULT now()
);
CREATE TABLE known_key (
    kid text PRIMARY KEY,
    x text NOT NULL,            -- an Ed25519 public key, as a JWK's x
    since timestamptz NOT NULL,
    until timestamptz
);
-- When the service began; events from before it fill projections only (kit/messaging/beginning.py).
CREATE TABLE beginning (
    id boolean PRIMARY KEY DEFAULT true CHECK (id),  -- one row
    at timestamptz NOT NULL
);
