"""The `wecom` command."""

import sys

from wecom.interfaces.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
