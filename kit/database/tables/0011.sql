-- Which keys of encrypted columns this database needs, and by what one is known to be the right one.
CREATE TABLE field_key (
    kid text PRIMARY KEY,
    proof text NOT NULL,  -- an encrypted nothing
    first_used_at timestamptz NOT NULL DEFAULT now()
);

-- What is counted in a sheet's report stands beside it: the report is encrypted.
ALTER TABLE sheet ADD COLUMN refused integer NOT NULL DEFAULT 0;
UPDATE sheet SET refused = jsonb_array_length(report->'refused') WHERE report ? 'refused';
