"""Pack the whole course into one file: unzip it, and `make lab`, `make book` and `make test` work there.

The site offers it for download. Run as a script (`make zip`), this file writes it into ``_build``. What goes
in is named here, so that nothing else that lies in the folder can slip in: no answers of a learner, no data.
The same files give the same bytes.
"""

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

NAME = "crux-of-deep-learning"
FOLDERS = (
    ".binder",
    ".ci",
    ".github",
    "annlib",
    "benchmarks",
    "book",
    "exercises",
    "solutions",
    "tests",
    "tools",
)
FILES = (
    *(
        "README.md",
        "LICENSE",
        "CHANGELOG.md",
        "CITATION.cff",
        "CONTRIBUTING.md",
        "Makefile",
        "pyproject.toml",
    ),
    *(
        "requirements.txt",
        "_config.yml",
        "_toc.yml",
        ".gitattributes",
        ".gitignore",
        ".pre-commit-config.yaml",
    ),
)
KINDS = {
    *(".bib", ".css", ".html", ".ipynb", ".js", ".json", ".md", ".npz", ".png", ".py", ".svg", ".toml"),
    *(".txt", ".typed", ".yml", ".yaml", ""),
}


def contents(root: Path) -> Iterator[str]:
    """Yield the path, relative to ``root``, of each file that belongs to the course."""
    yield from (name for name in FILES if (root / name).is_file())
    # A class that gets no solutions must not find them here, nor in the tests.
    kept_back = {"solutions", "tests"} if os.environ.get("ANNLIB_SOLUTIONS") == "no" else set()
    for folder in FOLDERS:
        if folder in kept_back:
            continue
        for path in sorted((root / folder).rglob("*")):
            inside = path.relative_to(root)
            hidden = any(part.startswith((".", "__pycache__")) for part in inside.parts[1:])
            if path.is_file() and path.suffix in KINDS and not hidden:
                yield inside.as_posix()


def pack(root: Path, target: Path) -> Path:
    """Write the file and return where it is.

    Parameters
    ----------
    root : Path
        The course's folder.
    target : Path
        The folder that the file is written to.
    """
    target.mkdir(parents=True, exist_ok=True)
    path = target / f"{NAME}.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in contents(root):
            entry = zipfile.ZipInfo(f"{NAME}/{name}", date_time=(2026, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            runs = name == ".ci/run"
            entry.external_attr = (0o100755 if runs else 0o100644) << 16
            archive.writestr(entry, (root / name).read_bytes())
    return path


if __name__ == "__main__":
    written = pack(Path(__file__).resolve().parents[2], Path(__file__).resolve().parents[2] / "_build")
    print(f"Wrote {written} ({written.stat().st_size / 1e6:.1f} MB).")
