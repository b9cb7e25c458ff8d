"""The cast: who the tests are about."""
