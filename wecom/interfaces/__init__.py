"""The ways in: no rules, no SQL."""
