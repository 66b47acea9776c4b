"""`python -m annlib.checks progress`: how many exercises of each chapter are done, tried and open."""

import argparse

from annlib.checks import progress


def main() -> None:
    """Read the command line and do what it says."""
    parser = argparse.ArgumentParser(prog="python -m annlib.checks", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    shown = commands.add_parser("progress", help="show what is done, tried and open")
    shown.add_argument(
        "file", nargs="?", default="progress.jsonl", help="the record (default: progress.jsonl here)"
    )
    progress(parser.parse_args().file)


if __name__ == "__main__":
    main()
