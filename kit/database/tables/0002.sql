-- The trace in which an event was said, as Debezium's Outbox Event Router reads it.
ALTER TABLE outbox ADD COLUMN tracingspancontext text;
