"""The directory is the company's own: people, departments and tags as LDAP has them.

In two phases. First everything is read, every page of every base, into a `Staging` (`reading`, with
`mapping` for what an entry says); an answer that is not whole is an error, and an empty one too, so
that "there was a problem" can never look like "there is nobody". Then, in one transaction that keeps
every other change away, what is here is compared with what was read: `plan` is a pure function of the
two, `guards` refuse what a person should look at first, and `apply` does the rest through the same
engine as an import. `lifecycle` opens that transaction, since whoever is barred is also signed out.

Entries are known by an identity that survives renaming and moving (entryUUID, objectGUID). Who is
gone, or barred in LDAP, is disabled and never deleted; whom sync disabled, sync enables again, and
nobody else. Members who are linked to no entry are never touched. The last administrator stays.
A unit or a group that was made anew under its name is the department or tag that it was; of people
somebody has to say so (`relink`).
What LDAP says of a member is refused for changing anywhere else (`maintained`, beside this package).

Pictures come last and apart (`pictures`): they are large, and nothing depends on them.

Between complete readings `changes` hears who has changed: at once where the server tells (RFC 4533),
else by asking (uSNChanged, modifyTimestamp). All that is taken from there are identities to look at
again; they are read, planned and applied as above, with the same guards. When units or groups have
changed, all of these are read, and people are taken to be where they were last seen (`group_plan`).
What is missed, or cannot be told so, a complete reading puts right. Who was looked at while one went
on is looked at once more before it is applied: what was read last holds.

Every run that changes something, and every complete one, is recorded with its reasons per entry
(`wecom ldap runs`); every change has its own audit record.
"""

from . import queries
from .apply import Applied, apply
from .config import InvalidLdapConfig, LdapConfig, parse_config, read_config
from .current import load_current, load_groups, load_people
from .describe import described
from .group_plan import plan_groups, stand
from .guards import PlanOutdated, SyncRefused, check, check_place
from .looking import Branch, branches, counts_of, digest, found
from .model import (
    AlreadySyncing,
    Asked,
    NoSuchPlan,
    NoSuchRun,
    NothingToRelink,
    Overtaken,
    Person,
    Plan,
    Problem,
    Run,
    Staging,
    State,
    StillRead,
    StillThere,
)
from .plan import plan_all, plan_some
from .reading import read_all, read_groups, read_some
from .relink import Relink, plan_relinks
from .source import LdapSource, find_entry, open_source

__all__ = [
    "AlreadySyncing",
    "Applied",
    "Asked",
    "Branch",
    "InvalidLdapConfig",
    "LdapConfig",
    "LdapSource",
    "NoSuchPlan",
    "NoSuchRun",
    "NothingToRelink",
    "Overtaken",
    "Person",
    "Plan",
    "PlanOutdated",
    "Problem",
    "Relink",
    "Run",
    "Staging",
    "State",
    "StillRead",
    "StillThere",
    "SyncRefused",
    "apply",
    "branches",
    "check",
    "check_place",
    "counts_of",
    "described",
    "digest",
    "find_entry",
    "found",
    "load_current",
    "load_groups",
    "load_people",
    "open_source",
    "parse_config",
    "plan_all",
    "plan_groups",
    "plan_relinks",
    "plan_some",
    "queries",
    "read_all",
    "read_config",
    "read_groups",
    "read_some",
    "stand",
]
