"""Running a migration's SQL as it is written: several statements, comments and all."""

from alembic import op


def run(statements: str) -> None:
    """Execute SQL text in the migration's transaction, past the one-statement limit of prepared ones."""
    bind = op.get_bind()
    bind.exec_driver_sql("SELECT 1")  # the adapter opens its transaction with its first statement
    bind.connection.dbapi_connection.run_async(lambda raw: raw.execute(statements))  # type: ignore[union-attr]
