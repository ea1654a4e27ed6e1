"""``python -m uns`` is ``uns``."""

import sys

from uns.cli import main

if __name__ == "__main__":
    sys.exit(main())
