"""What the database itself refuses whatever the code above it does: triggers, as statements for each engine."""

_UNDECIDED = "SELECT 1 FROM contact WHERE id = NEW.{column} AND state IN ('undecided', 'excluded')"


def decided_only(table: str, column: str = "contact_id") -> dict[str, list[str]]:
    """Nobody who is 待判定 or 不纳入 gets a row in `table`, whose `column` names the contact (DOMAIN §2.4)."""
    found = _UNDECIDED.format(column=column)
    return {
        "sqlite": [
            f"CREATE TRIGGER {table}_decided_only BEFORE INSERT ON {table} WHEN EXISTS ({found}) "
            "BEGIN SELECT RAISE(ABORT, 'undecided'); END"
        ],
        "postgresql": [
            f"CREATE FUNCTION {table}_decided_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN IF EXISTS ({found}) THEN RAISE EXCEPTION 'undecided'; END IF; RETURN NEW; END $$",
            f"CREATE TRIGGER {table}_decided_only BEFORE INSERT ON {table} "
            f"FOR EACH ROW EXECUTE FUNCTION {table}_decided_only()",
        ],
    }
