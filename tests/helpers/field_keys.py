"""The keys of encrypted columns in tests: the same in every process that works on one database."""

from kit.database.field_keys import FieldKeys, KeySet

KEYS = KeySet({"00000001": bytes(range(32))}, "00000001")
FIELD_KEYS = FieldKeys.of(KEYS)
