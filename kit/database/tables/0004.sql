CREATE TABLE pack_used (  -- the rules that records were made under, as their files said them
    ref text PRIMARY KEY,  -- name and hash of the content, what a record keeps
    name text NOT NULL,
    valid_from date NOT NULL,
    content text NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
