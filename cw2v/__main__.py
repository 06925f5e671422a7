"""``python -m cw2v`` is the ``cw2v`` command."""

import sys

from cw2v.cli import main

if __name__ == "__main__":
    sys.exit(main())
