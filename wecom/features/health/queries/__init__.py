"""Statements of health reports, by table."""
