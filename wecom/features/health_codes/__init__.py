"""Health codes: policies that make a person green, yellow or red, what their phone shows at a gate, and what gates saw.

`rules/` judges, `passes/` reads and verifies what is shown; both are functions of what is handed in. A code is judged
in the commit of whatever it follows from: an answer, a fact, an officer's word, another version of the policy; and by
a job when time alone makes it another. A policy's codes, and what makes them, are seen by those alone who hold the
role of a health officer *and* whom the policy names. docs/health-codes.md says more.
"""

from . import jobs
from .certifying import Certified, certify, challenge
from .deciding import (
    answer_appeal,
    appeal,
    end_override,
    override,
    own_appeals,
    withdraw_fact,
    write_fact,
)
from .gates import (
    Told,
    add_gate,
    change_gate,
    end_gate,
    enrol,
    gate_with_key,
    gates_of,
    may_see_face,
    offer_enrolment,
    tell_gate,
)
from .judging import judge_members
from .keys import keys, rotate, signing_key
from .looking import (
    Behind,
    count_waiting,
    own_codes,
    read_appeals,
    read_code,
    read_codes,
    read_counts,
)
from .model import (
    Admission,
    Appeal,
    Code,
    Everyone,
    Gate,
    Passage,
    Policy,
    Seen,
    Terms,
    Word,
    WrittenFact,
)
from .passing import TakenIn, begin_export, decide, passages_for_export, read_passages, take_in
from .policies import (
    add_policy,
    change_policy,
    end_policy,
    officers_of,
    policies_of,
    read_policy,
    read_version,
)
from .queries.certificates import Key
from .queries.passages import Wanted
from .reporting import report

__all__ = [
    "Admission",
    "Appeal",
    "Behind",
    "Certified",
    "Code",
    "Everyone",
    "Gate",
    "Key",
    "Passage",
    "Policy",
    "Seen",
    "TakenIn",
    "Terms",
    "Told",
    "Wanted",
    "Word",
    "WrittenFact",
    "add_gate",
    "add_policy",
    "answer_appeal",
    "appeal",
    "begin_export",
    "certify",
    "challenge",
    "change_gate",
    "change_policy",
    "count_waiting",
    "decide",
    "end_gate",
    "end_override",
    "end_policy",
    "enrol",
    "gate_with_key",
    "gates_of",
    "jobs",
    "judge_members",
    "keys",
    "may_see_face",
    "offer_enrolment",
    "officers_of",
    "override",
    "own_appeals",
    "own_codes",
    "passages_for_export",
    "policies_of",
    "read_appeals",
    "read_code",
    "read_codes",
    "read_counts",
    "read_passages",
    "read_policy",
    "read_version",
    "report",
    "rotate",
    "signing_key",
    "take_in",
    "tell_gate",
    "withdraw_fact",
    "write_fact",
]
