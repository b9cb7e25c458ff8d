"""Alembic migrations, written as SQL, and `schema.sql`, their result, for reading."""
