"""Pictures of explorers: drawn once, cached by the content of what draws them, written as files of a site.

Two environment variables, which the book's build sets, say where a site's pictures live:
``ANNLIB_FRAMES_DIR`` is the folder that they are written to, ``ANNLIB_FRAMES_URL`` is that folder as a page
sees it. Without them pictures are inlined. A cache of drawn pictures lies beside that folder.
"""

from __future__ import annotations

import ast
import base64
import functools
import gzip
import hashlib
import html
import importlib.util
import json
import os
import re
import tempfile
import textwrap
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from annlib.plots.style import to_both

__all__ = [
    "Cache",
    "Picture",
    "caption_lines",
    "figure_html",
    "fingerprint",
    "frames_folder",
    "inline",
    "publish",
]

_FORMAT = "2"
"""Another number where these modules change what is kept of a picture: then all are drawn anew."""

_CHARACTERS_A_LINE = 36
"""Of a caption on a phone: what reserves its lines, so that nothing below it jumps."""


@dataclass(frozen=True)
class Picture:
    """A drawn frame: the SVG text, and the sentence that says what is seen."""

    svg: str
    sentence: str

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in CSS pixels."""
        width, height = re.findall(r'\b(?:width|height)="([\d.]+)pt"', self.svg[:600])[:2]
        return round(float(width) * 4 / 3), round(float(height) * 4 / 3)  # a point is 4/3 CSS pixels

    @property
    def name(self) -> str:
        """A file name stem that only this content has."""
        return hashlib.sha256(self.svg.encode()).hexdigest()[:12]


def frames_folder() -> tuple[Path, str] | None:
    """Return the folder for pictures and its URL prefix, or None where pictures are inlined."""
    if not (folder := os.environ.get("ANNLIB_FRAMES_DIR")):
        return None
    return Path(folder), os.environ.get("ANNLIB_FRAMES_URL", "_frames").rstrip("/")


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none: a second process never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.chmod(temporary, 0o644)  # mkstemp's own 600 would keep a web server out
        os.replace(temporary, path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def inline(picture: Picture) -> str:
    """Return the picture as a data URI."""
    return "data:image/svg+xml;base64," + base64.b64encode(picture.svg.encode()).decode("ascii")


def publish(picture: Picture) -> str:
    """Return the URL of a picture: a file of the site (dark where ``#dark`` is added), or a data URI."""
    if (site := frames_folder()) is None:
        return inline(picture)
    folder, url = site
    if not (path := folder / f"{picture.name}.svg").exists():
        _write(path, to_both(picture.svg).encode())
    return f"{url}/{picture.name}.svg"


def caption_lines(sentences: Iterable[str]) -> int:
    """Return how many lines the longest sentence takes on a phone."""
    return max(len(textwrap.wrap(sentence, _CHARACTERS_A_LINE)) for sentence in sentences)


def figure_html(picture: Picture, url: str, *, near: Iterable[str] = (), lines: int = 1) -> str:
    """Return the picture with its sentence as HTML, in light and, in a site, in dark.

    Parameters
    ----------
    picture : Picture
        What to show.
    url : str
        Where it is, from `publish`.
    near : iterable of str
        URLs of the pictures one step away, for the page to fetch ahead.
    lines : int
        Lines to reserve for the sentence.
    """
    width, height = picture.size
    alt = html.escape(picture.sentence)
    size = f'width="{width}" height="{height}" alt="{alt}"'
    if url.startswith("data:"):
        images = f'<img class="annlib-light" src="{url}" {size} style="max-width:100%;height:auto">'
    else:
        images = (  # one file, which a browser fetches once
            f'<img class="annlib-light only-light" src="{url}" {size}>'
            f'<img class="annlib-dark only-dark" src="{url}#dark" {size}>'
        )
    neighbors = " ".join(dict.fromkeys(near))
    ahead = f' data-near="{neighbors}"' if neighbors else ""
    return (
        f'<figure class="annlib-frame"{ahead}>{images}'
        f'<figcaption style="min-height:{1.45 * lines:g}em">{alt}</figcaption></figure>'
    )


@functools.cache
def fingerprint(module: str) -> str:
    """Return a hash of what can change a module's pictures: its sources within annlib, and the libraries.

    The sources are followed through the import statements, so a change in another chapter leaves this
    chapter's pictures in the cache; so does one in the private modules beside this one, which hand finished
    pictures on.
    """
    digest = hashlib.sha256(_FORMAT.encode())
    for package in ("numpy", "matplotlib"):
        digest.update(f"{package} {version(package)}\n".encode())
    todo, seen = [module], set[str]()
    while todo:
        name = todo.pop()
        if name in seen or name.split(".")[0] != module.split(".")[0] or name.startswith(f"{__package__}._"):
            continue
        seen.add(name)
        if "." in name:
            todo.append(name.rpartition(".")[0])  # importing a module runs its packages first
        path = _source(name)
        if path is not None:
            todo.extend(_imports(name, path))
    for name in sorted(seen):
        if (path := _source(name)) is not None:
            digest.update(name.encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _source(name: str) -> Path | None:
    """Return the file of a module, or None if the name is no module (a function imported from one)."""
    try:
        spec = importlib.util.find_spec(name)
    except (ModuleNotFoundError, ValueError):  # its parent is no package; or it is __main__
        return None
    return Path(spec.origin) if spec is not None and spec.origin is not None else None


def _imports(name: str, path: Path) -> list[str]:
    """Return every name that a module's import statements may load, wherever in the file they stand."""
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    found = []
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parent = package.rsplit(".", node.level - 1)[0] if node.level > 1 else package
                base = f"{parent}.{base}".rstrip(".")
            found += [base, *(f"{base}.{alias.name}" for alias in node.names)]
    return found


def is_ours(draw: Any) -> bool:
    """Tell whether it is a function at the top of an annlib module: its picture depends on the values alone.

    What else a function depends on cannot be seen from outside.
    """
    module, name = getattr(draw, "__module__", "") or "", getattr(draw, "__qualname__", "")
    return module.startswith("annlib.") and name.isidentifier()


class Cache:
    """Drawn pictures of one drawing function on disk, where there is a place for them.

    Parameters
    ----------
    draw : callable
        Only a function at the top of an annlib module is cached: what else a function depends on cannot be
        seen from outside.
    """

    def __init__(self, draw: Any) -> None:
        module, name = getattr(draw, "__module__", "") or "", getattr(draw, "__qualname__", "")
        site = frames_folder()
        self._folder = site[0].parent / "frame-cache" if site is not None else None
        if not is_ours(draw):
            self._folder = None
        self._key = f"{module}.{name} {fingerprint(module)}" if self._folder is not None else ""

    def _path(self, values: Mapping[str, Any]) -> Path | None:
        if self._folder is None:
            return None
        key = f"{self._key} {sorted(values.items())!r}"
        return self._folder / f"{hashlib.sha256(key.encode()).hexdigest()[:32]}.json.gz"

    def has(self, values: Mapping[str, Any]) -> bool:
        """Tell whether the picture for these parameters was drawn before."""
        return (path := self._path(values)) is not None and path.exists()

    def get(self, values: Mapping[str, Any]) -> Picture | None:
        """Return the picture for these parameters, or None if it must be drawn."""
        if (path := self._path(values)) is None:
            return None
        try:
            kept = json.loads(gzip.decompress(path.read_bytes()))
            return Picture(kept["svg"], kept["sentence"])
        except (
            OSError,
            EOFError,
            zlib.error,
            ValueError,
            KeyError,
        ):  # not there, or not whole: draw it again
            return None

    def put(self, values: Mapping[str, Any], picture: Picture) -> None:
        """Keep a picture."""
        if (path := self._path(values)) is not None:
            kept = json.dumps({"sentence": picture.sentence, "svg": picture.svg})
            _write(path, gzip.compress(kept.encode(), compresslevel=6, mtime=0))
