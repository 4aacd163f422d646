"""The SQL of triggers that keep components from running on, or belonging to, themselves by way of others.

A check constraint sees one row only, so longer circles need a trigger: for SQLite and for PostgreSQL.
"""

RELATIONS = ("host", "group")
TABLE = "portmatrix_component"

CIRCLE = """
    WITH RECURSIVE above(id) AS (
        SELECT NEW.{relation}_id
        UNION
        SELECT component.{relation}_id FROM portmatrix_component AS component
        JOIN above ON component.id = above.id WHERE component.{relation}_id IS NOT NULL
    ) SELECT 1 FROM above WHERE id = NEW.id
"""

SQLITE = """
CREATE TRIGGER portmatrix_no_{relation}_circle_on_{event} AFTER {event} {columns} ON portmatrix_component
WHEN NEW.{relation}_id IS NOT NULL BEGIN
    SELECT RAISE(ABORT, 'component_is_not_in_a_{relation}_circle') WHERE EXISTS ({circle});
END
"""

POSTGRESQL = """
CREATE FUNCTION portmatrix_no_{relation}_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.{relation}_id IS NOT NULL AND EXISTS ({circle}) THEN
        RAISE EXCEPTION 'component_is_not_in_a_{relation}_circle' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER portmatrix_no_{relation}_circle AFTER INSERT OR UPDATE OF {relation}_id ON portmatrix_component
FOR EACH ROW EXECUTE FUNCTION portmatrix_no_{relation}_circle();
"""


def create(apps, schema_editor):
    """Create the triggers of the connected database."""
    for relation in RELATIONS:
        circle = CIRCLE.format(relation=relation)
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(POSTGRESQL.format(relation=relation, circle=circle))
            continue
        for event, columns in (("INSERT", ""), ("UPDATE", f"OF {relation}_id")):
            schema_editor.execute(SQLITE.format(relation=relation, circle=circle, event=event, columns=columns))


def drop(apps, schema_editor):
    """Take the triggers back."""
    for relation in RELATIONS:
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(f"DROP TRIGGER portmatrix_no_{relation}_circle ON {TABLE}")
            schema_editor.execute(f"DROP FUNCTION portmatrix_no_{relation}_circle()")
            continue
        for event in ("INSERT", "UPDATE"):
            schema_editor.execute(f"DROP TRIGGER portmatrix_no_{relation}_circle_on_{event}")
