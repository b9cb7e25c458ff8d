"""Work for later, as it is asked for."""

from pydantic import BaseModel


class JudgePolicy(BaseModel):
    """Judge everybody whom a policy names."""

    policy_id: int
    above: int = 0
    """Members up to this id have been judged."""
