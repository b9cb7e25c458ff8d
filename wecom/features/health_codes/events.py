"""What clients hear of health codes: that there is something to look at, never what."""

from typing import ClassVar

from wecom.foundation.streams import Event


class HealthCodeChanged(Event):
    """The member's own code of this policy is another, or an appeal was answered: ask for it again."""

    kind: ClassVar[str] = "health.code_changed"
    policy_id: int


class HealthReplayed(Event):
    """Two gates let the same code in: whoever is an officer of the policy may look at what gates saw."""

    kind: ClassVar[str] = "health.replayed"
    policy_id: int
