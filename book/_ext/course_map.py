"""Where in the course a reader is: the map on the first page, the line under each chapter's title.

Chapters are what ``_toc.yml`` lists under the part "The course"; title and time to read stand in the chapters
themselves and are read from there, so nothing is said twice.
"""

import html
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import course_zip
import yaml
from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import SphinxDirective, SphinxRole

PART = "The course"


@dataclass(frozen=True)
class Chapter:
    """One chapter: ``docname`` is its page, ``minutes`` what its author needs a reader to bring."""

    docname: str
    title: str
    minutes: int

    @property
    def number(self) -> int:
        """The number of its file."""
        return int(Path(self.docname).name.partition("-")[0])


def chapters(root: Path) -> list[Chapter]:
    """Return the chapters of the course in their order.

    Parameters
    ----------
    root : Path
        The folder with ``_toc.yml``.

    Raises
    ------
    ExtensionError
        If a chapter has no title, or does not say how long it takes.
    """
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    files = [
        entry["file"]
        for part in toc.get("parts", [])
        if part.get("caption") == PART
        for entry in part["chapters"]
        if re.match(r"\d\d-", Path(entry["file"]).name)
    ]
    return [_read(root, docname) for docname in files]


def _read(root: Path, docname: str) -> Chapter:
    cells = json.loads((root / f"{docname}.ipynb").read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
    title = re.search(r"^# (.+)$", text, flags=re.MULTILINE)
    minutes = re.search(r"\*\*Time to read:\*\* about (an hour|(\d+) minutes)", text)
    if title is None or minutes is None:
        raise ExtensionError(
            f"{docname}: a chapter needs a title (# ...) and a line '**Time to read:** about 50 minutes'."
        )
    return Chapter(docname, title[1].strip(), int(minutes[2] or 60))


class CourseMap(SphinxDirective):
    """List the chapters with their time to read: ``01-name: the question that it answers``."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Return the map as an ordinary list, so that it also stands in the EPUB and the PDF."""
        root = Path(self.env.srcdir)
        self.env.note_dependency(str(root / "_toc.yml"))
        questions = dict(line.split(": ", 1) for line in self.content if line.strip())
        course = chapters(root)
        lines = []
        for chapter in course:
            self.env.note_dependency(str(root / f"{chapter.docname}.ipynb"))
            name = Path(chapter.docname).name
            if name not in questions:
                raise self.error(f"course-map: say which question {name} answers: '{name}: What ...?'")
            link = f"{{doc}}`{chapter.title} <{name}>`"
            lines.append(f"- [{chapter.number}]{{.annlib-number}} {link} ({chapter.minutes} minutes)\n")
            lines.append(f"  {questions[name]}\n")
        total = round(sum(chapter.minutes for chapter in course) / 60)
        lines.append(f"\nTogether about {total} hours of reading, and as much again for the exercises.")
        box = nodes.container(classes=["annlib-map"])
        self.state.nested_parse(StringList("\n".join(lines).split("\n")), self.content_offset, box)
        box += nodes.raw("", '<p class="annlib-map-count" aria-live="polite"></p>', format="html")
        return [box]


class CourseZip(SphinxRole):
    """Link to the file with everything: {course-zip}`the course as one file`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return the link, relative to this page; `forms` leaves the words alone in the EPUB and the PDF."""
        up = "../" * self.env.docname.count("/")
        link = f'<a class="annlib-zip" href="{up}{course_zip.NAME}.zip" download>{html.escape(self.text)}</a>'
        return [nodes.raw("", link, format="html")], []


def chapter_line(course: list[Chapter], docname: str, context: dict[str, Any]) -> str:
    """Return the HTML under a chapter's title: where it stands in the course, its time, its notebook.

    Parameters
    ----------
    course : list of Chapter
    docname : str
        A page; the empty string is returned if it is no chapter.
    context : dict
        Sphinx's context of the page, with ``pathto``.
    """
    here = next((chapter for chapter in course if chapter.docname == docname), None)
    if here is None:
        return ""
    steps = []
    for chapter in course:
        now = ' aria-current="page"' if chapter is here else ""
        name = html.escape(f"Chapter {chapter.number}: {chapter.title}", quote=True)
        steps.append(
            f'<li><a href="{context["pathto"](chapter.docname)}" data-chapter="{chapter.docname}" '
            f'aria-label="{name}" title="{name}"{now}>{chapter.number}</a></li>'
        )
    notebook = f"{context['pathto']('_sources', 1)}/{docname}.ipynb"
    return (
        f'<nav class="annlib-course" aria-label="Chapters"><ol>{"".join(steps)}</ol></nav>\n'
        f'<p class="annlib-facts">About {here.minutes} minutes. '
        f'<a href="{notebook}" download>Download this notebook</a></p>'
    )


def finish_button() -> str:
    """Return the HTML at a chapter's end with which a reader keeps track (progress.js); hidden without it."""
    return '<p><button type="button" class="annlib-finish" aria-pressed="false">Finished</button></p>'


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_directive("course-map", CourseMap)
    app.add_role("course-zip", CourseZip())
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
