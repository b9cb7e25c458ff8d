"""What clients hear of health reports: that there is something to look at, never what."""

from typing import ClassVar

from wecom.foundation.streams import Event


class HealthReportChanged(Event):
    """A report began or ended for the member, is due, or was answered on another device or by somebody for them."""

    kind: ClassVar[str] = "health.report_changed"
    job_id: int
