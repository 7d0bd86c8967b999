-- For whom somebody acted; no row comes with a seal of its own; who asks by object, account or period finds.
ALTER TABLE audit ADD COLUMN on_behalf text;  -- an account, or who the policy's table says
CREATE INDEX audit_objects ON audit USING gin (objects);
CREATE INDEX audit_account ON audit (account, at);
CREATE INDEX audit_at ON audit (at);

CREATE FUNCTION audit_unsealed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a row of audit is sealed after it was written, never before';
END $$;
CREATE TRIGGER audit_unsealed BEFORE INSERT ON audit FOR EACH ROW
    WHEN (NEW.number IS NOT NULL OR NEW.hash IS NOT NULL) EXECUTE FUNCTION audit_unsealed();
