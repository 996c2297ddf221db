"""``python -m citenet`` is the command line."""

import sys

from citenet.cli import main

if __name__ == "__main__":
    sys.exit(main())
