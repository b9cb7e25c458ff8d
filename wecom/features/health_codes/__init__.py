"""Health codes: policies that make a person green, yellow or red, what their phone shows at a gate, and what gates saw.

`rules/` judges, `passes/` reads and verifies what is shown; both are functions of what is handed in.
"""
