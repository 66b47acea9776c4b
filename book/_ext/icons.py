"""Keep only the icons that the site shows: Font Awesome brings some 1,400, and the pages use about thirty.

Its font and the rules for its icons are a third of what a plain page weighs.
"""

import logging
import re
from pathlib import Path
from typing import Any

from fontTools import subset
from sphinx.application import Sphinx

logging.getLogger("fontTools").setLevel(logging.WARNING)  # it would tell of every table that it keeps

# Such as .fa-house:before,.fa-home:before{content:"\f015"}
ICON = re.compile(r'((?:\.fa-[\w-]+:{1,2}before,?)+)\{content:"\\[0-9a-f]+"\}')
CHARACTER = re.compile(r'"(?:\\([ef][0-9a-f]{3})|([\ue000-\uf8ff]))"')  # its code, or itself
NAME = re.compile(r"\bfa-[a-z0-9-]+")


def keep_used_icons(site: Path) -> None:
    """Take out of style sheets and fonts the icons that no page and no script of the theme names."""
    static = site / "_static"
    scripts = [*static.glob("*.js"), *static.glob("scripts/*theme.js")]  # the others bring icons of their own
    texts = (path.read_text(encoding="utf-8") for path in [*site.rglob("*.html"), *scripts])
    named = {name for text in texts for name in NAME.findall(text)}

    def keep(rule: re.Match[str]) -> str:
        return rule[0] if named.intersection(NAME.findall(rule[1])) else ""

    shown = set()
    for sheet in static.rglob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        if (kept := ICON.sub(keep, text)) != text:
            sheet.write_text(kept, encoding="utf-8")
        shown.update(int(code, 16) if code else ord(itself) for code, itself in CHARACTER.findall(kept))
    options = subset.Options(notdef_outline=True, layout_features=["*"])
    for path in static.glob("vendor/fontawesome/webfonts/*"):
        options.flavor = "woff2" if path.suffix == ".woff2" else None
        font = subset.load_font(path, options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=shown)
        subsetter.subset(font)
        subset.save_font(font, path, options)


def slim(app: Sphinx, error: Exception | None) -> None:
    """Do so in the site that was built."""
    if error is None and app.builder.name == "html":
        keep_used_icons(Path(app.outdir))


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("build-finished", slim, priority=900)  # after everything has been copied
    return {"parallel_read_safe": True, "parallel_write_safe": True}
