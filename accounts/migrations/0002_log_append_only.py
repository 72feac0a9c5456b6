"""The log refuses every change and removal in the database itself, whoever asks."""

from django.db import migrations

POSTGRESQL = [
    """
    CREATE FUNCTION accounts_log_append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'accounts_logentry is append-only'; END $$
    """,
    """
    CREATE TRIGGER log_append_only BEFORE UPDATE OR DELETE ON accounts_logentry
    FOR EACH ROW EXECUTE FUNCTION accounts_log_append_only()
    """,
]
SQLITE = [
    f"""
    CREATE TRIGGER log_append_only_{verb.lower()} BEFORE {verb} ON accounts_logentry
    BEGIN SELECT RAISE(ABORT, 'accounts_logentry is append-only'); END
    """
    for verb in ("UPDATE", "DELETE")
]


def shut(apps, editor):
    for statement in POSTGRESQL if editor.connection.vendor == "postgresql" else SQLITE:
        editor.execute(statement)


def open_again(apps, editor):
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP TRIGGER log_append_only ON accounts_logentry")
        editor.execute("DROP FUNCTION accounts_log_append_only()")
    else:
        for verb in ("update", "delete"):
            editor.execute(f"DROP TRIGGER log_append_only_{verb}")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]
    operations = [migrations.RunPython(shut, open_again)]
