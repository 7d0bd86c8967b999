CREATE TABLE audit (  -- who did what: a row for each act, read of sensitive fields, export and refusal
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    at timestamptz NOT NULL,
    kind text NOT NULL,              -- act, read, export, refused
    deed text NOT NULL,              -- the action's name in the policy
    account text NOT NULL,
    role text NOT NULL,
    place text NOT NULL,
    objects text[] NOT NULL,         -- kind:id; codes and ids, never a name or a number of a person
    count integer,                   -- rows of an export
    request text NOT NULL,
    number bigint UNIQUE,            -- its place in the chain, given by the sealer
    hash bytea,                      -- SHA-256 of the previous hash and this row
    CHECK ((number IS NULL) = (hash IS NULL))
);
CREATE INDEX audit_unsealed ON audit (id) WHERE number IS NULL;

-- Against accidents; whoever owns the table can drop this, and then the chain tells.
CREATE FUNCTION audit_keep() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE seal CONSTANT text[] := ARRAY['number', 'hash'];
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.number IS NULL AND to_jsonb(NEW) - seal = to_jsonb(OLD) - seal THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of audit are neither changed nor removed';
END $$;
CREATE TRIGGER audit_keep BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_keep();
CREATE TRIGGER audit_keep_all BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_keep();
