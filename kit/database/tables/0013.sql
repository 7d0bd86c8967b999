-- What one did in another's name, and what that other says of it.
CREATE TABLE acted_for (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    at timestamptz NOT NULL DEFAULT now(),
    object text NOT NULL,        -- the row it was done on, as kit.database.rows calls it
    deed text NOT NULL,          -- the action's name in the policy
    label text NOT NULL,         -- what people call it
    role text NOT NULL,          -- of whom it really is: role, place and name
    place text NOT NULL,
    name text NOT NULL,
    reason text NOT NULL,
    by_account text NOT NULL,
    by_label text NOT NULL,
    above_role text NOT NULL,    -- the office that looks into an objection
    above_place text NOT NULL,
    "on" date NOT NULL,
    seen_on date,
    objection text,
    objected_on date,
    objected_by text,
    settled_on date,
    settled_by text,
    settlement text,
    UNIQUE (object, deed, name, by_account, "on")
);
CREATE INDEX acted_for_unseen ON acted_for (role, place) WHERE seen_on IS NULL;
CREATE INDEX acted_for_objected ON acted_for (above_role, above_place)
    WHERE objected_on IS NOT NULL AND settled_on IS NULL;

-- What one person did alone by a written mandate of the pack.
CREATE TABLE mandated (
    id uuid PRIMARY KEY DEFAULT uuidv7(),
    at timestamptz NOT NULL DEFAULT now(),
    object text NOT NULL,
    deed text NOT NULL,
    label text NOT NULL,
    account text NOT NULL,
    by_label text NOT NULL,
    number text NOT NULL,        -- of the paper
    dated date NOT NULL,
    "on" date NOT NULL
);
CREATE INDEX mandated_object ON mandated (object);
