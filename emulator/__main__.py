"""``python -m emulator``: the same as ``modem-emulator``."""

import sys

from .cli import main

sys.exit(main())
