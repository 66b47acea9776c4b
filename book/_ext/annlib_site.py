"""Make the built site stand on its own: no other host, no stale output, light and dark figures.

What Jupyter Book does not do by itself, and the course needs:

- the widget manager and MathJax are files of the site (`npm_assets` fetches them at build time);
- a change in annlib, NumPy or matplotlib executes the chapters again, because the execution cache and
  Sphinx's own environment are tied to a fingerprint of what the cells run on;
- explorers' pictures are drawn ahead, on all processors, and written into one folder of the site, from which
  pages load them as they need them;
- a chapter has the number of its file;
- each SVG figure of a notebook is shown in light or dark colors, as the reader's theme asks;
- a few faults of the theme that keep people with screen readers out are mended.
"""

import functools
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from importlib.metadata import version
from pathlib import Path
from typing import Any

import course_map
import course_zip
import formulas
import npm_assets
from docutils import nodes
from sphinx.application import Sphinx

from annlib.plots import to_dark

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "_build"
FRAMES = BUILD / "frames"
STATIC = BUILD / "static"
SVG_SIZE = re.compile(r'<svg\b[^>]*\bwidth="([\d.]+)pt" height="([\d.]+)pt"')
WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WHEN_PAINTED = "text/when-painted"
"""The type of a script that annlib.js starts once the page is painted: to a browser it is no script."""
STILL = r'<div class="annlib-still">\1</div>'


def fingerprint() -> str:
    """Return a hash of everything that a chapter's output depends on besides the chapter itself."""
    digest = hashlib.sha256(os.environ.get("ANNLIB_FRAMES", "all").encode())
    for name in ("numpy", "matplotlib", "ipywidgets", "pandas", "scikit-learn"):
        digest.update(f"{name} {version(name)}\n".encode())
    for path in sorted((ROOT / "annlib").rglob("*")):
        if path.suffix in {".py", ".js", ".css"}:
            digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()[:16]


def configure(app: Sphinx, config: Any) -> None:
    """Point Sphinx and the notebooks' kernels at the site's own files."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    config.project, config.version, config.release = config.html_title, project["version"], project["version"]
    config.html_theme_options["extra_footer"] = f"Version {project['version']}."
    config.html_baseurl = os.environ.get("ANNLIB_SITE_URL", config.html_baseurl)
    mark = fingerprint()
    config.annlib_fingerprint = mark
    config.nb_execution_cache_path = str(BUILD / "execution-cache" / mark)
    config.nb_ipywidgets_js = {"widgets/embed.js": {"type": WHEN_PAINTED}}
    config.templates_path = [*config.templates_path, str(Path(__file__).parent / "templates")]
    # Kernels inherit these; annlib.explorers reads them. They are pages' neighbors: book/x.html -> _frames/.
    os.environ["ANNLIB_FRAMES_DIR"] = str(FRAMES)
    os.environ["ANNLIB_FRAMES_URL"] = "../_frames"
    os.environ.pop("JPY_SESSION_NAME", None)  # a build started from a Jupyter terminal is still a build
    os.environ["ANNLIB_CHURN_CSV"] = "simulated"  # the page says so, whoever builds it
    collect_static_files()
    config.html_static_path = [*config.html_static_path, str(STATIC)]


def collect_static_files() -> None:
    """Gather the third-party files that pages load: the widget manager, and MathJax's fonts and styles."""
    manager = npm_assets.fetch("@jupyter-widgets/html-manager@1.0.15") / "dist"
    mathjax = npm_assets.fetch(formulas.PACKAGE) / "es5"
    partial = STATIC.with_suffix(".partial")
    shutil.rmtree(partial, ignore_errors=True)
    (partial / "widgets").mkdir(parents=True)
    (partial / "mathjax").mkdir()
    for path in [manager / "embed.js", *manager.glob("*.woff2")]:
        shutil.copy(path, partial / "widgets")
    (partial / "mathjax" / "formulas.css").write_text(formulas.stylesheet(), encoding="utf-8")
    shutil.copytree(mathjax / formulas.FONTS, partial / "mathjax" / formulas.FONTS)
    shutil.rmtree(STATIC, ignore_errors=True)
    partial.rename(STATIC)


def draw_ahead(app: Sphinx, env: Any, docnames: list[str]) -> None:
    """Draw the explorers of the notebooks that are about to be read, on all processors and not one by one."""
    sources = (Path(app.env.doc2path(name)) for name in docnames)
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    named = sorted(set(re.findall(r"from annlib\.explorers import (\w+)", text)))
    modules = [name for name in named if (ROOT / "annlib" / "explorers" / f"{name}.py").is_file()]
    if modules and os.environ.get("ANNLIB_FRAMES") != "ends":
        subprocess.run([sys.executable, "-m", "annlib.explorers", *modules], check=True, cwd=ROOT)


def number_by_file(app: Sphinx, env: Any) -> list[str]:
    """Give a chapter the number of its file: 08-churn is chapter 8, also while others are missing."""
    renumbered = []
    for docname, sections in env.toc_secnumbers.items():
        file_number = re.match(r"book/(\d\d)-", docname)
        if not file_number or sections[""][0] == int(file_number[1]):
            continue
        chapter = int(file_number[1])
        renumbered.append(docname)
        env.toc_secnumbers[docname] = {
            anchor: number and (chapter, *number[1:]) for anchor, number in sections.items()
        }
        env.toc_fignumbers[docname] = {
            kind: {name: (chapter, *number[1:]) for name, number in numbers.items()}
            for kind, numbers in env.toc_fignumbers.get(docname, {}).items()
        }
        numbered = [env.titles[docname], env.longtitles[docname], *env.tocs[docname].findall(nodes.reference)]
        for node in numbered:
            if node.get("secnumber"):
                node["secnumber"] = [chapter, *node["secnumber"][1:]]
    return renumbered


def pair_figures(app: Sphinx, doctree: nodes.document) -> None:
    """Put a dark twin beside each SVG figure that a notebook drew; the theme shows one of the two."""
    for image in list(doctree.findall(nodes.image)):
        path = Path(app.srcdir, image["uri"].lstrip("/"))
        if path.suffix != ".svg" or BUILD not in path.parents:
            continue
        dark_path = path.with_name(f"{path.stem}-dark.svg")
        content = to_dark(path.read_text(encoding="utf-8"))
        # Exercises and solutions share figures: a file written anew for the one would outdate the other.
        if not dark_path.exists() or dark_path.read_text(encoding="utf-8") != content:
            dark_path.write_text(content, encoding="utf-8")
        dark = image.deepcopy()
        dark["uri"] = image["uri"].removesuffix(".svg") + "-dark.svg"
        image["classes"] += ["only-light"]
        dark["classes"] += ["only-dark"]
        image.parent.insert(image.parent.index(image) + 1, dark)


def copy_frames(app: Sphinx, error: Exception | None) -> None:
    """Copy the explorers' pictures that the pages name into the site."""
    if error is not None or app.builder.name != "html":
        return
    target = Path(app.outdir, "_frames")
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    named = set()
    for page in Path(app.outdir).rglob("*.html"):
        named.update(re.findall(r"_frames/([0-9a-f]+\.svg)", page.read_text(encoding="utf-8")))
    for name in sorted(named):
        try:
            os.link(FRAMES / name, target / name)  # one file on the disk, not two
        except OSError:  # another file system, or one without links
            shutil.copy(FRAMES / name, target / name)


def pack_course(app: Sphinx, error: Exception | None) -> None:
    """Put the whole course as one file beside the pages."""
    if error is None and app.builder.name == "html":
        course_zip.pack(ROOT, Path(app.outdir))


@functools.cache
def changed_days() -> dict[str, str]:
    """Return, where there is git, the day on which each file was last changed."""
    if shutil.which("git") is None:
        return {}
    command = ["git", "log", "--format=%x00%cs", "--name-only", "--relative", "--", "."]
    log = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False).stdout
    days: dict[str, str] = {}
    for entry in log.split("\0")[1:]:  # the newest is first
        day, *files = entry.split("\n")
        for file in filter(None, files):
            days.setdefault(file, day)
    return days


def last_updated(app: Sphinx, pagename: str) -> str | None:
    """Return the day on which a page was last changed; without git, that of its file."""
    if pagename not in app.env.found_docs:
        return None
    source = Path(app.env.doc2path(pagename))
    day = date.fromtimestamp(source.stat().st_mtime).isoformat()
    return changed_days().get(source.relative_to(ROOT).as_posix(), day)


def asks_for_thebe(script: Any) -> bool:
    """Tell whether a script belongs to thebe, which runs code on a server that the course does not need."""
    body = getattr(script, "attributes", {}).get("body") or ""
    return "thebe" in f"{getattr(script, 'filename', script)} {body}".lower()


def is_widget_state(script: Any) -> bool:
    """Tell whether a script holds what the page's widgets are made of."""
    return bool(getattr(script, "attributes", {}).get("type") == WIDGET_STATE)


def give_room(app: Sphinx, body: str) -> str:
    """Give each figure its size, so that nothing jumps when it arrives."""
    sources = {name: Path(app.srcdir, path) for path, name in app.builder.images.items()}

    def with_size(image: re.Match[str]) -> str:
        source = sources.get(Path(image[1]).name)
        if source is None or source.suffix != ".svg" or "width=" in image[0]:
            return image[0]
        size = SVG_SIZE.search(source.read_text(encoding="utf-8"))
        if size is None:
            return image[0]
        width, height = (round(float(points) * 4 / 3) for points in size.groups())
        return f'<img width="{width}" height="{height}"{image[0].removeprefix("<img")}'

    return re.sub(r'<img\b[^>]*\bsrc="([^"]*)"[^>]*>', with_size, body)


def load_when_near(body: str) -> str:
    """Let pictures, but for the first, wait until the reader comes near: each costs time before the first."""
    first, img, rest = body.partition("<img ")
    return first + img + rest.replace("<img ", '<img loading="lazy" ')


def let_names_break(body: str) -> str:
    """Let long names in the code of a table break between their parts, so that it fits on a phone."""

    def in_cell(cell: re.Match[str]) -> str:
        return re.sub(r'(?<=<span class="pre">)[^<]{9,}', in_name, cell[0])

    def in_name(name: re.Match[str]) -> str:
        return re.sub(r"(?<=[a-z])(?=[A-Z])|(?<=[A-Za-z0-9]_|[A-Za-z0-9)][/.(])(?=\w)", "<wbr>", name[0])

    return re.sub(r"<td\b.*?</td>", in_cell, body, flags=re.DOTALL)


def mend_page(app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: Any) -> None:
    """Take out scripts that pages do not need, and mend what axe-core finds in the theme's HTML."""
    context["script_files"] = [script for script in context["script_files"] if not asks_for_thebe(script)]
    states = [script for script in context["script_files"] if is_widget_state(script)]
    for script in context["script_files"]:
        # None holds up the drawing of the page; only the options are needed by what stands in it. The search
        # page has scripts of its own, which expect the others to be there. All pages share these objects.
        attributes = getattr(script, "attributes", {})
        if attributes.get("type") == WHEN_PAINTED:
            continue
        if getattr(script, "filename", None) and "documentation_options" not in str(script.filename):
            script.attributes.pop("defer", None)
            if pagename != "search":
                script.attributes["defer"] = "defer"
    context["last_updated"] = last_updated(app, pagename)
    body = context.get("body")
    if body:
        line = course_map.chapter_line(course_map.chapters(ROOT), pagename, context)
        if line and app.builder.name == "html":
            body = body.replace("</h1>", f"</h1>\n{line}", 1) + course_map.finish_button()
        # The corner of a table may be an empty header; Sphinx's list of citations has no items.
        body = re.sub(r"<th\b[^>]*>\s*(<p>\s*</p>)?\s*</th>", "<td></td>", body)
        body = re.sub(r' role="(doc-biblioentry|list)"', "", body)
        # The first picture of an explorer is there at once and keeps its room until the widget stands in it.
        body = re.sub(
            r"<noscript>(<figure class=\"annlib-frame\".*?)</noscript>", STILL, body, flags=re.DOTALL
        )
        body = give_room(app, body)
        if app.builder.name == "html":
            body = let_names_break(load_when_near(body))
            # A megabyte that nothing needs before the page is painted: it comes last.
            for state in states:
                context["script_files"].remove(state)
                body += f'<script type="{WIDGET_STATE}">{state.attributes["body"]}</script>'
        # MyST-NB's label hides from screen readers what the fold itself says.
        context["body"] = body.replace(' aria-label="Toggle hidden content"', "")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.add_config_value("annlib_fingerprint", "", "env")
    app.connect("config-inited", configure, priority=100)
    app.connect("env-before-read-docs", draw_ahead)
    app.connect("env-get-updated", number_by_file, priority=900)  # after Sphinx has numbered everything
    app.connect("doctree-read", pair_figures, priority=100)
    app.connect("html-page-context", mend_page, priority=900)
    app.connect("build-finished", copy_frames)
    app.connect("build-finished", pack_course)
    app.add_css_file("annlib.css")
    app.add_js_file("annlib.js", loading_method="defer")
    app.add_js_file("progress.js", loading_method="defer")
    app.setup_extension("course_map")
    app.setup_extension("execute_ahead")
    app.setup_extension("formulas")
    app.setup_extension("forms")
    app.setup_extension("icons")
    return {"parallel_read_safe": True, "parallel_write_safe": True, "version": "1"}
