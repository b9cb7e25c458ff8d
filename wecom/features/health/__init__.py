"""Health reports: jobs that ask people questions on days, who answered what, and who may read it.

What is answered is health data, the most sensitive that is kept here. A job's answers are read by those alone who hold
the role of a health officer *and* whom the job names; each reading leaves a record; and they are erased after the time
that the job says. Streams, pushes, jobs, logs and the audit log never hold any of it. docs/health-reports.md says more.
"""

from . import jobs
from .answering import Sent, Taken, answer
from .asking import ask_directory, open_periods
from .due import Due, Opened, history, open_form, reports, wards
from .form import Bounds, Checked, Faulty, Form, Option, Place, Question, Shown, Value, checked
from .form_fit import Misfit, misfits
from .making import add_job, change_job, copy_job, end_job, set_form, start_job
from .model import Answered, Asked, Delegate, FormVersion, Period, ReportJob, Terms, Window
from .queries.people import Ward
from .queries.periods import usage_on
from .reading import Filter
from .statistics import Sums, sums
from .tables import in_words

__all__ = [
    "Answered",
    "Asked",
    "Bounds",
    "Checked",
    "Delegate",
    "Due",
    "Faulty",
    "Filter",
    "Form",
    "FormVersion",
    "Misfit",
    "Opened",
    "Option",
    "Period",
    "Place",
    "Question",
    "ReportJob",
    "Sent",
    "Shown",
    "Sums",
    "Taken",
    "Terms",
    "Value",
    "Ward",
    "Window",
    "add_job",
    "answer",
    "ask_directory",
    "change_job",
    "checked",
    "copy_job",
    "end_job",
    "history",
    "in_words",
    "jobs",
    "misfits",
    "open_form",
    "open_periods",
    "reports",
    "set_form",
    "start_job",
    "sums",
    "usage_on",
    "wards",
]
