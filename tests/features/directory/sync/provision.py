"""Makes an Active Directory domain in a folder, with what Debian gives its own Python: no root is needed for it."""

import logging
import sys

from samba.auth import system_session
from samba.param import LoadParm
from samba.provision import FILL_FULL, provision

FUNCTIONS_OF_2008_R2 = 4

place, realm, domain, password = sys.argv[1:]
provision(
    logging.getLogger(),
    system_session(),
    targetdir=place,
    samdb_fill=FILL_FULL,
    realm=realm,
    domain=domain,
    hostname="dc1",
    hostip="127.0.0.1",
    adminpass=password,
    dns_backend="NONE",
    serverrole="active directory domain controller",
    dom_for_fun_level=FUNCTIONS_OF_2008_R2,
    lp=LoadParm(),
    skip_sysvolacl=True,  # for file shares, of which there are none, and it needs root
    batch_mode=True,
)
