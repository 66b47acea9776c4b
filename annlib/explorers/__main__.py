"""``python -m annlib.explorers``: draw all pictures ahead, or those of some (``... ch01_neurons``)."""

import sys

from annlib.explorers._ahead import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
