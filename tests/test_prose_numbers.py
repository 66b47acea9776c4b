"""Every number in the prose of a chapter stands in a checked output above it, or in a list with its reason.

What counts as prose: the text of markdown cells and the captions of figures. What does not: code, display
formulas (they define), subscripts and powers, links, citations and cross-references, years, chapter numbers.
In a formula inside a line, the integers 0, 1 and 2 belong to it; every other number there is checked too.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = [
    *sorted(ROOT.glob("book/[0-9][0-9]-*.ipynb")),
    *(ROOT / "book" / f"{name}.ipynb" for name in ("primer", "training-fails")),
]
DEFINITIONS = json.loads((ROOT / "tests" / "prose_definitions.json").read_text(encoding="utf-8"))
REACH = 3
"""How many checked outputs back a number may stand: right above, with a figure or a short step between."""

# A number: not part of a word or of a longer number; thousands may be parted by commas.
NUMBER = re.compile(r"(?<![\w.])[-−]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?(?!\w)")
# A year: after a word that leads to one, and not followed by what it would count ("in 2000 epochs").
YEAR = re.compile(
    r"(?:\b(?:in|since|until|of|by|from|before|and|around) |\()(?:1[89]\d\d|20[0-3]\d)\b(?! [a-z]+s\b)", re.I
)
PROSE_DIRECTIVES = re.compile(
    r"\{(?:admonition|margin|note|tip|warning|important|seealso|dropdown|grid|grid-item-card|card|tab-.*)\}"
)
NOT_PROSE = [
    re.compile(r"\$\$.*?\$\$(?:\s*\([\w-]+\))?", re.S),  # display formulas and their labels
    re.compile(r"^\([\w-]+\)=\s*$", re.M),  # targets
    re.compile(r"\{[\w:-]+\}`[^`]*`"),  # roles: citations, references, terms
    re.compile(r"(`+)(?:(?!\1).)+\1", re.S),  # code spans
    re.compile(r"(?<=\])\([^)]*\)"),  # where links lead
    re.compile(r"<[^>]+>|https?://\S+"),
    re.compile(r"^ *\d(?: \d){3} *$", re.M),  # the columns of a grid
    re.compile(r"^\s*\d+\. ", re.M),  # the numbers of a list
    re.compile(r"\b[Cc]hapters? \d+(?:(?:,| and| to) \d+)*"),
]
IN_FORMULA = {"0", "1", "2", "-1", "-2"}


def numbers(text: str) -> Iterator[float]:
    """Yield the numbers of a text as they are written."""
    for match in NUMBER.finditer(text):
        yield float(match[0].replace("−", "-").replace(",", ""))


def outside_code(markdown: str) -> Iterator[str]:
    """Yield the lines that are text: no fenced code, and of the directives only those that hold text."""
    fences: list[tuple[str, bool]] = []  # the open fences, each with whether it holds text
    for line in markdown.splitlines():
        fence = re.match(r"\s*(`{3,}|~{3,}|:{3,})(?!.*`)(.*)", line)
        is_text = all(text for _, text in fences)
        if fence and fences and line.strip() == fences[-1][0]:
            fences.pop()
        elif fence and is_text:
            directive = PROSE_DIRECTIVES.match(fence[2].strip())
            fences.append((fence[1], bool(directive)))
            if directive:
                yield fence[2].strip()[directive.end() :]  # its title
        elif is_text and not (fences and re.match(r"\s*:[\w-]+:", line)):  # an option is no text
            yield line


def prose_numbers(markdown: str) -> list[float]:
    """Return the numbers that a reader takes for a statement."""
    markdown = "\n".join(outside_code(markdown))
    for pattern in NOT_PROSE:
        markdown = pattern.sub(" ", markdown)
    found = []

    def formula(match: re.Match[str]) -> str:
        inside = re.sub(r"[_^](?:\{[^{}]*\}|\w)|\\[a-zA-Z]+", " ", match[1])
        # A letter's factor, such as the 2 of 2b, is a number of the formula too.
        for number in re.findall(r"(?<![\w.])[-−]?\d+(?:\.\d+)?", inside):
            if number.replace("−", "-") not in IN_FORMULA:
                found.append(float(number.replace("−", "-")))
        return " "

    markdown = re.sub(r"\$([^$\n]+)\$", formula, markdown)
    markdown = YEAR.sub(" ", markdown)
    return found + list(numbers(markdown))


def unproved(cells: list[nbformat.NotebookNode], definitions: dict[str, dict[str, str]]) -> list[str]:
    """Return a line for each number in the prose that no checked output above it shows."""
    outputs: list[list[float]] = []
    missing = []
    used = {ident: set() for ident in definitions}
    for cell in cells:
        if cell.cell_type == "markdown":
            text = cell.source
        else:
            figure = cell.metadata.get("mystnb", {}).get("figure", {})
            text = figure.get("caption", "")
        known = {number for output in outputs[-REACH:] for number in output}
        defined = definitions.get(cell.id, {})
        for number in prose_numbers(text):
            if number in known:
                continue
            written = next((key for key in defined if float(key) == number), None)
            if written is None:
                missing.append(
                    f"cell {cell.id!r}: {number:g} is in none of the {REACH} checked outputs before it"
                )
            else:
                used[cell.id].add(written)
        if cell.cell_type == "code" and "nbval-check-output" in cell.metadata.get("tags", []):
            assert cell.outputs, f"cell {cell.id!r} is tagged as checked and has no stored output"
            shown = "".join(
                output.get("text", "") or output.get("data", {}).get("text/plain", "")
                for output in cell.outputs
            )
            outputs.append(list(numbers(shown)))
    for ident, defined in definitions.items():
        for key in defined.keys() - used[ident]:
            missing.append(
                f"cell {ident!r}: the definition of {key} is no longer needed: take it out of the list"
            )
    return missing


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_number_in_the_prose_is_in_a_checked_output(path):
    notebook = nbformat.read(path, as_version=4)
    assert unproved(notebook.cells, DEFINITIONS.get(path.stem, {})) == []


def test_definitions_belong_to_chapters_and_have_reasons():
    assert set(DEFINITIONS) <= {path.stem for path in CHAPTERS}
    for cells in DEFINITIONS.values():
        for defined in cells.values():
            assert all(len(reason.split()) >= 3 for reason in defined.values())


# The test itself is tested: it must find what is wrong, and leave alone what is not a statement.


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The loss falls to 0.35 after 2000 epochs.", [0.35, 2000]),
        ("It has 10,000 rows and 20.4 % leave.", [10000, 20.4]),
        ("The slope is −1.5, or -1.5.", [-1.5, -1.5]),
        ("Here $z = 0.8$ and $x_1 + 2 x_2 = 0$.", [0.8]),
        ("A 3-4-1 network", [3, 4, 1]),
        ("`x = 7` and ```y = 8``` say nothing", []),
        ("$$\nz = 17\n$$ (eq-z)", []),
        ("In 1943 {cite:p}`mcculloch1943` and later in chapter 6, see [here](sec-2).", []),
        ("(sec-7)=\n## Title\n\nText", []),
        ("```{margin}\nOnly 12 of them.\n```", [12]),
        ("```{admonition} A title with 5\n:class: tip-9\n\nText with 6.\n```", [5, 6]),
        ("```python\nx = 99\n```\nText with 4.", [4]),
        ("1. First\n2. Second with 30", [30]),
        ("| a | 44 |\n| --- | --- |", [44]),
        ("float32 and x2 are names", []),
        ("Accuracy of 79.63%.", [79.63]),
    ],
)
def test_extraction(text, found):
    assert sorted(prose_numbers(text)) == sorted(found)


def cell(kind: str, source: str, ident: str, output: str = "") -> nbformat.NotebookNode:
    if kind == "markdown":
        return nbformat.v4.new_markdown_cell(source, id=ident)
    made = nbformat.v4.new_code_cell(source, id=ident, metadata={"tags": ["nbval-check-output"]})
    made.outputs = [nbformat.v4.new_output("stream", text=output)]
    return made


def test_canary_a_wrong_number_is_found():
    cells = [cell("code", "print(a)", "a", "loss 0.35\n"), cell("markdown", "The loss is 0.35.", "b")]
    assert unproved(cells, {}) == []
    cells[1].source = "The loss is 0.36."
    assert unproved(cells, {}) == ["cell 'b': 0.36 is in none of the 3 checked outputs before it"]


def test_canary_a_number_before_its_output_or_far_below_it_is_found():
    first = cell("code", "print(a)", "a", "loss 0.35\n")
    claim = cell("markdown", "The loss is 0.35.", "b")
    assert unproved([claim, first], {}) != []
    others = [cell("code", "print(1)", f"c{i}", "1\n") for i in range(REACH)]
    assert unproved([first, *others, claim], {}) != []


def test_canary_an_unchecked_output_proves_nothing():
    first, claim = cell("code", "print(a)", "a", "loss 0.35\n"), cell("markdown", "The loss is 0.35.", "b")
    first.metadata["tags"] = ["keep_output"]
    assert unproved([first, claim], {}) != []


def test_canary_a_caption_is_prose():
    figure = nbformat.v4.new_code_cell(
        "draw()", id="f", metadata={"mystnb": {"figure": {"caption": "It is 7."}}}
    )
    assert unproved([figure], {}) != []
    assert unproved([figure], {"f": {"7": "defined by the picture"}}) == []


def test_canary_a_definition_that_nobody_needs_is_found():
    claim = cell("markdown", "Nothing to see.", "b")
    assert unproved([claim], {"b": {"7": "it was needed once"}}) != []
