"""What a service may do in its own database.

Tables belong to an owner that nobody logs in as; migrations act as the owner. The service's login
reads and writes rows, and can neither change a table nor take a guard off it: a stolen login, or a
statement smuggled into one, alters no record of who did what.
"""

from sqlalchemy import Connection, text

ROWS = frozenset({"SELECT", "INSERT", "UPDATE", "DELETE"})
# What is kept for ever is only added to; what the service itself has to mark in it, it may.
LESS = {
    "alembic_version": {"SELECT"},
    "audit": {"SELECT", "INSERT", "UPDATE (hash, number)"},
    "outbox": {"SELECT", "INSERT", "UPDATE (sent_at)"},
    "inbox": {"SELECT", "INSERT"},
    "pack_used": {"SELECT", "INSERT", "UPDATE (kept_at)"},
    "sheet": {"SELECT", "INSERT", "DELETE", "UPDATE (report)"},  # re-encrypted; old ones removed
    "field_key": {"SELECT", "INSERT", "DELETE"},
}
HELD = text("""SELECT relname, pg_get_userbyid(relowner) AS owner,
    ARRAY(SELECT what FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE',
        'REFERENCES', 'TRIGGER', 'MAINTAIN']) AS what
        WHERE has_table_privilege(:login, pg_class.oid, what)) AS rights,
    ARRAY(SELECT CAST(attname AS text) FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0
        AND NOT attisdropped AND has_column_privilege(:login, pg_class.oid, attnum, 'UPDATE')
        ORDER BY attname) AS columns
    FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace
    ORDER BY relname""")
OWNS = text("""SELECT EXISTS (SELECT FROM pg_shdepend WHERE deptype = 'o'
    AND refclassid = 'pg_authid'::regclass AND refobjid = to_regrole(:quoted)
    AND dbid IN (0, (SELECT oid FROM pg_database WHERE datname = current_database())))""")
POWERS = text("""SELECT rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls OR rolreplication
    OR pg_has_role(:login, :owner, 'MEMBER') OR has_schema_privilege(:login, 'public', 'CREATE')
    OR has_database_privilege(:login, current_database(), 'CREATE')
    FROM pg_roles WHERE rolname = :login""")


def owner_of(login: str) -> str:
    """The role that owns what this login works with."""
    return f"{login}_owner"


def become_owner(connection: Connection, login: str) -> None:
    """Act as the owner until this transaction ends. What the login itself still owns (it did up to
    release 0.1.0) is the owner's from now on. The connection is an administrator's.
    """
    mine, owners = _quoted(connection, login), _quoted(connection, owner_of(login))
    if connection.execute(OWNS, {"quoted": mine}).scalar():
        connection.exec_driver_sql(f"REASSIGN OWNED BY {mine} TO {owners}")
    connection.exec_driver_sql(f"SET LOCAL ROLE {owners}")


def grant(connection: Connection, login: str) -> None:
    """Exactly what the login may do with each table, where it is not so already. The owner's
    transaction.
    """
    to = _quoted(connection, login)
    for table, held, _ in _tables(connection, login):
        wanted = LESS.get(table, ROWS)
        if held != wanted:
            on = f"ON {_quoted(connection, table)}"
            connection.exec_driver_sql(f"REVOKE ALL {on} FROM {to}, PUBLIC")
            connection.exec_driver_sql(f"GRANT {', '.join(sorted(wanted))} {on} TO {to}")


def amiss(connection: Connection, login: str) -> list[str]:
    """What is not as it should be, in words; empty: all is."""
    found = []
    for table, held, owner in _tables(connection, login):
        if owner != owner_of(login):
            found.append(f"表 {table} 属于 {owner}，应当属于 {owner_of(login)}")
        wanted = LESS.get(table, ROWS)
        found += [f"{login} 对表 {table} 不该有 {right}" for right in sorted(held - wanted)]
        found += [f"{login} 对表 {table} 缺少 {right}" for right in sorted(wanted - held)]
    who = {"login": login, "owner": owner_of(login)}
    if connection.execute(POWERS, who).scalar() is not False:
        found.append(f"{login} 能做的不止读写数据")
    return found


def _tables(connection: Connection, login: str) -> list[tuple[str, set[str], str]]:
    """Each table, what the login holds on it, and its owner."""
    found = []
    for row in connection.execute(HELD, {"login": login}):
        held = set(row.rights)
        if row.columns and "UPDATE" not in held:
            held.add(f"UPDATE ({', '.join(row.columns)})")
        found.append((row.relname, held, row.owner))
    return found


def _quoted(connection: Connection, name: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(name)
