"""Why LDAP could not be read, or a password not be tried there."""

from wecom.foundation.errors import Busy, Conflict, Denied, Missing


class LdapUnreachable(Busy):
    """No LDAP server answers: check `urls`, and that the servers can be reached from here."""


class LdapNotTrusted(Denied):
    """The LDAP server's certificate is not trusted: check `ca_file`, and the name that `urls` gives the server."""


class LdapBindRefused(Denied):
    """The LDAP server refuses the account to read with: check `bind_dn` and WECOM_LDAP_BIND_PASSWORD."""


class LdapPasswordExpired(Denied):
    """Your password has expired, or must be changed first: change it where you sign in to your computer."""


class LdapAccountClosed(Denied):
    """Your account has been disabled, or has come to its end: whoever looks after accounts can say why."""


class LdapNotThere(Missing):
    """A base is not there, or the account to read with may not see it: check the bases and the account's rights."""


class LdapIncomplete(Conflict):
    """The LDAP server did not give everything that was asked for, so nothing of it is used."""


class LdapHungUp(Busy):
    """The server is being stopped: LDAP is asked again once it is back."""


class LdapBeginAnew(Conflict):
    """The LDAP server no longer knows where listening stood: everything is read again."""
