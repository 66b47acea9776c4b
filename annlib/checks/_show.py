"""Put a verdict or a hint before the learner: the same words in a terminal and in Jupyter, read or heard."""

import html
import re
import sys
from itertools import groupby

__all__ = ["show", "to_html"]

# A theme's own colors for code need not fit the ground that it gives to a cell's output.
_PLAIN = 'style="color: inherit; background: none; border: none"'
_BLOCK = 'style="color: inherit; background: none; border: none; margin: 0 0 0.5em 1em; padding: 0"'


def show(text: str) -> None:
    """Display a text whose first line is its heading: as HTML with a live region in Jupyter, else printed.

    Parameters
    ----------
    text : str
        Plain text; lines that begin with four spaces are set in a fixed-width font.
    """
    ipython = sys.modules.get("IPython")
    if ipython is not None and ipython.get_ipython() is not None:
        ipython.display.display({"text/plain": text, "text/html": to_html(text)}, raw=True)
    else:
        print(text)


_MARKED = re.compile(r"`([^`]+)`|(?<![\w*])\*([^\s*](?:[^*\n]*[^\s*])?)\*(?![\w*])")


def _mark(found: re.Match[str]) -> str:
    """Return `code` and *emphasis* as HTML."""
    return f"<code {_PLAIN}>{found[1]}</code>" if found[1] else f"<em>{found[2]}</em>"


def to_html(text: str) -> str:
    r"""Return the text as a small piece of HTML that is announced when it appears (``role="status"``).

    The colors are those of the page, so it serves in a light and in a dark theme.

    Examples
    --------
    >>> to_html("Passed.\n`a < b` holds.").split("<p>")[2]
    '<code style="color: inherit; background: none; border: none">a &lt; b</code> holds.</p></div>'
    >>> to_html("Passed.\nIt *computes* 2 * a * b.").split("<p>")[2]
    'It <em>computes</em> 2 * a * b.</p></div>'
    """
    heading, _, rest = text.partition("\n")
    parts = [f"<p><strong>{html.escape(heading)}</strong></p>"]
    for is_block, group in groupby(rest.splitlines(), key=lambda line: line.startswith("    ")):
        lines = [html.escape(line, quote=False) for line in group]
        if is_block:
            parts.append(f"<pre {_BLOCK}>" + "\n".join(line[4:] for line in lines) + "</pre>")
        else:
            words = "<br>\n".join(lines)
            parts.append("<p>" + _MARKED.sub(_mark, words) + "</p>")
    style = "border-left: 4px solid currentColor; padding-left: 0.8em; white-space: normal"
    return f'<div role="status" style="{style}">' + "\n".join(parts) + "</div>"
