"""Write the table of contents of a book without the solutions (`make book SOLUTIONS=no`)."""

from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]


def without_solutions(toc: dict) -> dict:
    """Return a table of contents without the pages in ``solutions/``, and without parts that they emptied."""
    parts = []
    for part in toc["parts"]:
        pages = [page for page in part["chapters"] if not page["file"].startswith("solutions/")]
        if pages:
            parts.append(part | {"chapters": pages})
    return toc | {"parts": parts}


def main() -> None:
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    target = ROOT / "_build" / "toc-without-solutions.yml"
    target.parent.mkdir(exist_ok=True)
    target.write_text(yaml.safe_dump(without_solutions(toc), sort_keys=False), encoding="utf-8")


if __name__ == "__main__":
    main()
