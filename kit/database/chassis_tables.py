"""The chassis' tables that hold what people wrote, as far as their statements and a rotation need."""

from sqlalchemy import BigInteger, Column, Integer, MetaData, String, Table, Uuid

from kit.database.encryption import Encrypted, EncryptedBytes, EncryptedJson

CHASSIS = MetaData()
SHEET = Table(
    "sheet", CHASSIS, Column("id", Uuid, primary_key=True), Column("report", EncryptedJson)
)
IDEMPOTENCY = Table(
    "idempotency",
    CHASSIS,
    Column("account", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("body", EncryptedBytes),
)
DEAD_LETTER = Table(
    "dead_letter",
    CHASSIS,
    Column("topic", String, primary_key=True),
    Column("partition", Integer, primary_key=True),
    Column("offset", BigInteger, primary_key=True),
    Column("value", EncryptedBytes),
)
CLOSING = Table(
    "closing",
    CHASSIS,
    Column("id", Uuid, primary_key=True),
    Column("reason", Encrypted),
    Column("undone_reason", Encrypted),
)
ACTED_FOR = Table(
    "acted_for",
    CHASSIS,
    Column("id", Uuid, primary_key=True),
    Column("reason", Encrypted),
    Column("objection", Encrypted),
    Column("settlement", Encrypted),
)
