"""Copy exercises and chapters to ``work/``, where the learner writes, never over a file there (`make lab`).

A copy appears under its name all at once or not at all, so an interrupted run leaves no half notebook, and
the next run completes it.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def copy_missing(source: Path, target: Path) -> tuple[list[str], list[str]]:
    """Copy each notebook that the target lacks.

    Parameters
    ----------
    source, target : Path
        The folders of the course's exercises and of the learner's; the second is made if it is not there.

    Returns
    -------
    (list of str, list of str)
        The names of the notebooks that were copied and of those that were left as they are.
    """
    target.mkdir(parents=True, exist_ok=True)
    copied, kept = [], []
    for notebook in sorted(source.glob("*.ipynb")):
        new = target / notebook.name
        part = target / f".{notebook.name}.part"
        if os.path.lexists(new):  # a broken link is the learner's too
            kept.append(notebook.name)
            continue
        part.write_bytes(notebook.read_bytes())
        try:
            _rename_to_free_name(part, new)
            copied.append(notebook.name)
        except FileExistsError:  # somebody else was faster
            kept.append(notebook.name)
        finally:
            part.unlink(missing_ok=True)
    return copied, kept


def _rename_to_free_name(part: Path, new: Path) -> None:
    """Give the file its name, or raise FileExistsError if the name is taken, in one step."""
    if os.name == "nt":
        part.rename(new)  # Windows never renames over a file
        return
    try:
        os.link(part, new)  # a link is never made over a file, a renaming would be
    except FileExistsError:
        raise
    except OSError:  # a file system without links
        if os.path.lexists(new):
            raise FileExistsError(new) from None
        part.rename(new)


def main() -> int:
    """Copy and say what was done; return 1 with a reason where it cannot be done."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--root", type=Path, default=ROOT, help=argparse.SUPPRESS)
    root = parser.parse_args().root
    places = {"exercises": "work", "book": "work/chapters"}
    some_kept = False
    for source, target in places.items():
        try:
            copied, kept = copy_missing(root / source, root / target)
        except OSError as error:
            print(f"The notebooks could not be copied to {target}/: {error}", file=sys.stderr)
            return 1
        for name in copied:
            print(f"Copied {target}/{name}.")
        for name in kept:
            print(f"Kept your {target}/{name} as it is.")
        if source == "exercises" and not copied and not kept:
            print("There are no exercises to copy. Run `make exercises` first.", file=sys.stderr)
            return 1
        some_kept = some_kept or bool(kept)
    if some_kept:
        print("To start a notebook afresh, rename your file in work/ and run this again.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
