"""Check-ins: who was at work, when and where, and what a rule makes of it.

Two layers that are never mixed. Punches are facts, written once. Results are a pure function (`results/`) of punches,
rules by date, shifts, holidays, approved facts and corrections; a change of one of these has exactly the days
recomputed that it touches. docs/check-ins.md says how days are judged.
"""
