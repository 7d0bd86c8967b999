-- When the broker got it, where it set the time itself; a replay counts from then.
ALTER TABLE dead_letter ADD received_at timestamptz;
