"""The one figure style of the course: a few color tokens, each with a light and a dark value.

Every color in a figure is a token, at most with an alpha. So a light figure becomes its dark twin by
exchanging hex values in the SVG's text, and nothing is drawn twice. Hues differ in lightness as well as in
hue where they meet often (blue, orange), every token but `grid` can carry text (4.5:1 against the paper;
`yellow` marks only, 3:1), and no drawing may tell things apart by color alone.

How a chapter draws::

    from annlib.plots.style import PALETTE, figure, styled

    @styled                                  # the style holds inside, whatever the notebook has set
    def two_lines() -> Figure:
        fig = figure()                       # no pyplot: shown once, nothing to close
        ax = fig.subplots()
        ax.plot([0, 1], [0, 1], color=BLUE, label="up")
        return fig
"""

from __future__ import annotations

import base64
import functools
import io
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, Literal, ParamSpec, TypeVar
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import matplotlib as mpl
import numpy as np
from cycler import cycler
from matplotlib.axes import Axes
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure
from matplotlib.path import Path
from PIL import Image

from annlib.errors import InputError

__all__ = [
    "BLUE",
    "CLASS_COLORS",
    "CLASS_HATCHES",
    "CLASS_MARKERS",
    "FILL_ALPHA",
    "GREEN",
    "GRID",
    "INK",
    "LINE_STYLES",
    "MUTED",
    "ORANGE",
    "PALETTE",
    "PAPER",
    "PURPLE",
    "RED",
    "YELLOW",
    "StyledFigure",
    "contrast",
    "figure",
    "make_spare",
    "style",
    "styled",
    "to_both",
    "to_dark",
    "to_svg",
    "token_colormap",
    "use_style",
]

P = ParamSpec("P")
R = TypeVar("R")

PALETTE: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "paper": ("#ffffff", "#14181e"),
        "ink": ("#1b1f27", "#e8ebf0"),
        "muted": ("#5b6472", "#a3adbb"),
        "grid": ("#d9dde3", "#343c48"),  # decoration only: it carries no information, so no contrast is asked
        "blue": ("#0072b2", "#56b4e9"),
        "orange": ("#b85c00", "#f0a030"),
        "green": ("#008060", "#2cc295"),
        "purple": ("#8f4a9e", "#c99be0"),
        "red": ("#d01c3c", "#ff7d73"),
        "yellow": ("#a08000", "#f0e442"),
    }
)
"""Token name -> (hex on light paper, hex on dark paper)."""

PAPER, INK, MUTED, GRID, BLUE, ORANGE, GREEN, PURPLE, RED, YELLOW = (light for light, _ in PALETTE.values())

CLASS_COLORS = (BLUE, ORANGE, GREEN, PURPLE)
CLASS_MARKERS = ("o", "^", "s", "D")
CLASS_HATCHES = ("", "//", "..", "xx")
LINE_STYLES = ("-", "--", "-.", ":")
FILL_ALPHA = 0.16
"""Alpha of a filled region: ink and muted text stay at 4.5:1 on every hue filled so (a test computes it)."""

_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}

_RC: dict[Any, Any] = {
    "figure.figsize": (6.4, 4.0),
    "figure.dpi": 100,
    "figure.facecolor": PAPER,
    "figure.edgecolor": PAPER,
    "figure.constrained_layout.use": True,
    "savefig.facecolor": PAPER,
    "savefig.edgecolor": PAPER,
    "savefig.bbox": None,
    "font.family": ["DejaVu Sans"],  # comes with matplotlib: the same glyphs on every platform
    "font.size": 12,
    "mathtext.fontset": "dejavusans",
    "text.color": INK,
    "axes.facecolor": PAPER,
    "axes.edgecolor": MUTED,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 13,
    "axes.titleweight": "normal",
    "axes.labelsize": 12,
    "axes.linewidth": 1.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": False,
    "axes.axisbelow": True,
    "axes.unicode_minus": True,
    "axes.prop_cycle": cycler(
        color=[BLUE, ORANGE, GREEN, PURPLE, RED, YELLOW],
        linestyle=["-", "--", "-.", ":", (0, (6, 1.5, 1.5, 1.5, 1.5, 1.5)), (0, (1, 1))],
    ),
    "grid.color": GRID,
    "grid.linewidth": 1.0,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 11,
    "ytick.labelsize": 11,
    "lines.linewidth": 2.25,
    "lines.markersize": 8,
    "lines.color": BLUE,
    "patch.facecolor": BLUE,
    "patch.edgecolor": INK,
    "patch.linewidth": 1.0,
    "hatch.color": INK,
    "hatch.linewidth": 1.0,
    "scatter.edgecolors": PAPER,
    "legend.frameon": True,
    "legend.framealpha": 0.9,
    "legend.facecolor": PAPER,
    "legend.edgecolor": GRID,
    "legend.labelcolor": INK,
    "legend.fontsize": 11,
    "legend.title_fontsize": 11,
    "legend.handlelength": 2.6,  # long enough to see the dashes, which tell lines apart without color
    "boxplot.boxprops.color": INK,
    "boxplot.whiskerprops.color": INK,
    "boxplot.capprops.color": INK,
    "boxplot.flierprops.color": INK,
    "boxplot.flierprops.markeredgecolor": INK,
    "boxplot.medianprops.color": ORANGE,
    "boxplot.meanprops.color": GREEN,
    "svg.fonttype": "path",
    "svg.hashsalt": "annlib",
    "path.simplify": True,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw with the style inside a ``with`` block and leave matplotlib's settings as they were.

    Examples
    --------
    >>> with style():
    ...     mpl.rcParams["text.color"]
    '#1b1f27'
    """
    with mpl.rc_context(_RC):
        yield


def styled(draw: Callable[P, R]) -> Callable[P, R]:
    """Let a drawing function run inside `style`, whatever the caller has set.

    Parameters
    ----------
    draw : callable
        A function that draws and returns something, usually a Figure.

    Returns
    -------
    callable
        The same function under the course's style.

    Examples
    --------
    >>> @styled
    ... def text_color() -> str:
    ...     return mpl.rcParams["text.color"]
    >>> text_color()
    '#1b1f27'
    """

    @functools.wraps(draw)
    def inside(*args: P.args, **kwargs: P.kwargs) -> R:
        with style():
            return draw(*args, **kwargs)

    return inside


def use_style() -> None:
    """Make the style the default of this process, and SVG the format in which Jupyter shows figures.

    Notebooks call it once at their top, so that the learner's own ``plt.plot`` looks like the book and gets
    a dark twin there.

    Examples
    --------
    >>> with mpl.rc_context():  # here only so that the example changes nothing after itself
    ...     use_style()
    ...     mpl.rcParams["figure.facecolor"]
    '#ffffff'
    """
    mpl.rcParams.update(_RC)
    try:
        from IPython import get_ipython
        from matplotlib_inline.backend_inline import set_matplotlib_formats
        from matplotlib_inline.config import InlineBackend
    except ImportError:  # plain Python: there is nothing to configure
        return
    if (shell := get_ipython()) is None:
        return
    inline = InlineBackend.instance(parent=shell)
    # The whole figure, not the tight box: pictures of one series keep one size. No date: the same bytes.
    inline.print_figure_kwargs = {"bbox_inches": None, "metadata": dict(_METADATA)}  # type: ignore[dict-item]
    set_matplotlib_formats("svg")  # type: ignore[no-untyped-call]


Asked = tuple[float, float, Literal["constrained"] | None]


class StyledFigure(Figure):
    """A figure outside pyplot: Jupyter shows it as deterministic SVG, once, with nothing to close."""

    def __init__(self, asked: Asked) -> None:
        super().__init__(figsize=asked[:2])
        self.asked = asked  # of `figure`
        self.placed: dict[tuple[float, ...], Axes] = {}
        self.spare: dict[tuple[float, ...], Axes] = {}

    def add_axes(self, *args: Any, **kwargs: Any) -> Any:
        """Do what matplotlib's does, and take axes from those that `make_spare` made for this place."""
        if len(args) != 1 or kwargs or not isinstance(args[0], tuple):
            return super().add_axes(*args, **kwargs)
        place = args[0]
        axes = super().add_axes(self.spare.pop(place, place))
        self.placed[place] = axes
        return axes

    def _repr_svg_(self) -> str:
        return to_svg(self)


_spare: dict[Asked, StyledFigure] = {}


def make_spare(fig: StyledFigure) -> None:
    """Make an empty figure as large as this one, with its axes and as many ticks, for who asks for it next.

    To make them takes a quarter of a picture's time. A live explorer does it while its picture is looked at;
    the next call of `figure` with the same size gets it.
    """
    if (kept := _spare.pop(fig.asked, None)) is not None and kept.spare.keys() == fig.placed.keys():
        _spare[fig.asked] = kept
        return
    width, height, layout = fig.asked
    spare = figure(width, height, layout=layout)
    with style():
        for place, axes in fig.placed.items():
            spare.spare[place] = ready = Axes(spare, place)  # type: ignore[arg-type]
            ready.xaxis.get_major_ticks(len(axes.xaxis.majorTicks))
            ready.yaxis.get_major_ticks(len(axes.yaxis.majorTicks))
    _spare[fig.asked] = spare


def figure(
    width: float = 6.4, height: float = 4.0, *, layout: Literal["constrained"] | None = "constrained"
) -> StyledFigure:
    """Return an empty figure in the course's style, without pyplot's global state.

    Parameters
    ----------
    width, height : float
        Inches. The default is legible on a phone at 375 px: text of 12 points stays above 9 px there.
    layout : {"constrained", None}
        None where the axes must stand still from picture to picture (explorers): then place them by
        ``fig.add_axes`` or ``fig.subplots(gridspec_kw=...)``.

    Returns
    -------
    StyledFigure
        Call ``.subplots()`` on it, inside a function marked `styled`.

    Raises
    ------
    InputError
        If a side is not positive.

    Examples
    --------
    >>> fig = figure(4.0, 3.0)
    >>> ax = fig.subplots()
    >>> tuple(map(float, fig.get_size_inches()))
    (4.0, 3.0)
    """
    if not (width > 0 and height > 0):
        raise InputError(
            f"width and height must be positive inches, got {width!r} x {height!r}; "
            "a full-width figure is 6.4 x 4.0."
        )
    asked = width, height, layout
    if (spare := _spare.pop(asked, None)) is not None:
        return spare
    with style():
        fig = StyledFigure(asked)
        fig.set_layout_engine(layout if layout is not None else "none")
    return fig


def to_svg(fig: Figure, *, short: bool = True) -> str:
    """Return the figure as one ``<svg>`` element: the same figure gives the same text, always.

    Text is drawn as paths (no font needed), ids are salted with a constant, and no date, program name, XML
    prolog or document type is written. Coordinates are rounded to a hundredth of a point, and vertices on a
    straight line are left out, which nobody sees.

    Parameters
    ----------
    fig : Figure
        Any matplotlib figure; for the dark twin its colors must be tokens.
    short : bool
        Whether to leave out what nobody sees. It takes a tenth of the time, which a picture that is seen once
        and never sent over a network does not give back.

    Returns
    -------
    str
        Starts with ``<svg`` and ends with ``</svg>`` and a newline.

    Examples
    --------
    >>> svg = to_svg(figure(2.0, 1.0))
    >>> svg[:4], 'width="144pt"' in svg
    ('<svg', True)
    """
    buffer = io.StringIO()
    with style():
        # The backend itself: ``savefig`` would draw everything twice to find out what fits.
        dpi, canvas = fig.dpi, fig.canvas
        FigureCanvasSVG(fig).print_svg(buffer, metadata=dict(_METADATA))  # type: ignore[no-untyped-call]
        fig.dpi = dpi
        fig.set_canvas(canvas)
    svg = buffer.getvalue()
    return _lean(svg) if short else svg[svg.index("<svg") :]


_SVG, _XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
_TOLERANCE = 0.05
"""Points (0.07 CSS pixels) that a line may be moved when vertices that nobody misses are left out."""


def _lean(svg: str) -> str:
    """Leave out of matplotlib's SVG what no browser draws, and say the rest with fewer bytes."""
    ElementTree.register_namespace("", _SVG)
    ElementTree.register_namespace("xlink", _XLINK)
    root = ElementTree.fromstring(svg)  # drops the comments: the drawn words again; alt text says them
    for metadata in root.findall(f"{{{_SVG}}}metadata"):
        root.remove(metadata)
    text = ElementTree.tostring(root, encoding="unicode")
    used = set(re.findall(r'(?:url\(#|href="#)([^")]+)', text))
    for element in root.iter():
        element.text = (element.text or "").strip() or None
        element.tail = None
        if element.get("id", "") not in used:
            element.attrib.pop("id", None)
        if (transform := element.get("transform")) is not None:
            element.set("transform", re.sub(r"translate\([^)]*\)", _rounded, transform))
            moved = re.fullmatch(r"translate\((\S+) (\S+)\)", element.attrib["transform"])
            if moved and element.tag == f"{{{_SVG}}}use":
                del element.attrib["transform"]
                element.attrib |= {"x": moved[1], "y": moved[2]}
        if (path := element.get("d")) is not None:
            glyph = element.get("transform") == "scale(0.015625)"  # in a font's units, far finer than points
            element.set("d", _shorter_path(path, 10, 1) if glyph else _shorter_path(path))
            if glyph:
                element.set("transform", "scale(.15625)")
        if (look := element.get("style")) is not None:
            element.set("style", re.sub(r"([:;]) ", r"\1", look))
        for name in {"x", "y", "width", "height"} & set(element.attrib) if element is not root else ():
            element.set(name, _number(float(element.attrib[name])))
    _flatten(root)
    return ElementTree.tostring(root, encoding="unicode").replace(" />", "/>") + "\n"


def _flatten(parent: Element) -> None:
    """Take out groups that say nothing, and let a group say what all the markers in it say."""
    children: list[Element] = []
    for child in parent:
        _flatten(child)
        if child.tag == f"{{{_SVG}}}path" and child.get("style") == "fill:none":
            continue  # neither filled nor stroked
        if child.tag != f"{{{_SVG}}}g":
            children.append(child)
        elif not child.attrib:
            children += child
        elif len(child):
            children.append(child)
    parent[:] = children
    looks = {child.get("style", "") if child.tag == f"{{{_SVG}}}use" else "" for child in children}
    if parent.tag == f"{{{_SVG}}}g" and len(children) > len(looks) == 1 and "style" not in parent.attrib:
        look = looks.pop()
        if look and "opacity" not in look:  # the one property of markers that is not inherited
            parent.set("style", look)
            for child in children:
                child.attrib.pop("style")


def _number(value: float) -> str:
    """Write a coordinate with 2 decimals at most: a hundredth of a point, which nobody sees."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    text = text.replace("0.", ".", 1) if text.startswith(("0.", "-0.")) else text
    return "0" if text in ("-0", "") else text


def _rounded(match: re.Match[str]) -> str:
    return re.sub(r"-?\d+\.\d+", lambda number: _number(float(number[0])), match[0])


def _shorter_path(path: str, unit: float = 0.01, written: float = 0.01) -> str:
    """Say an SVG path with relative coordinates, rounded, without the vertices that lie on a straight line.

    A contour has a vertex for each cell of its grid; most of them lie on a line with their neighbors.
    Coordinates become multiples of `unit`, each written as so many times `written`.
    """
    said: list[str] = []
    for part in re.findall(r"M[^M]*", path):
        if part.count("L") > 1 and re.search("[CQ]", part) is None:
            part = _without_straight_vertices(part)
        x = y = 0  # in units: where the short path is, so that what is rounded does not add up
        before = ""
        for command, arguments in re.findall(r"([MLCQz])([^MLCQz]*)", part):
            numbers = [round(float(number) / unit) for number in arguments.split()]
            steps = [number - (x, y)[i % 2] for i, number in enumerate(numbers)]
            if command == "L" and not any(steps) and part.count("L") > 1:
                continue
            if command != before:
                said.append(command if command == "M" else command.lower())
            said += [_number(step * written) for step in steps]
            if numbers:
                x, y = numbers[-2:]
            before = command
    return re.sub(r" ?([a-zA-Z]) ?| (?=-)", r"\1", " ".join(said))


def _without_straight_vertices(part: str) -> str:
    """Leave out vertices of a polyline that are less than `_TOLERANCE` beside the line without them."""
    vertices = np.array(re.findall(r"-?[\d.]+", part), dtype=float).reshape(-1, 2)
    line = Path(vertices)
    line.simplify_threshold = _TOLERANCE
    kept = np.asarray(line.cleaned(simplify=True).vertices)[:-1]  # the last is the path's end mark
    close = "z" if part.rstrip().endswith("z") else ""
    return "M" + "L".join(f"{x} {y} " for x, y in kept) + close


def to_both(svg: str) -> str:
    """Return one SVG for both themes: light, and dark where the address it is shown from ends in ``#dark``.

    Parameters
    ----------
    svg : str
        What `to_svg` returned, without embedded pictures (what was drawn with ``rasterized=True``).

    Returns
    -------
    str
        The same drawing, its colors variables that a rule for ``:target`` sets anew: a browser fetches and
        keeps one file for both themes, without JavaScript, also from a disk.

    Examples
    --------
    >>> to_both('<svg><path style="fill: #ffffff"/></svg>')
    '<svg id="dark"><style>:root{--paper:#ffffff}:target{--paper:#14181e}</style><path style="fill: \
var(--paper)"/></svg>'
    """
    used = {name: pair for name, pair in PALETTE.items() if pair[0] in svg}
    light, dark = (";".join(f"--{name}:{pair[theme]}" for name, pair in used.items()) for theme in (0, 1))
    for name, pair in used.items():
        svg = svg.replace(pair[0], f"var(--{name})")
    rules = f"<style>:root{{{light}}}:target{{{dark}}}</style>"
    return re.sub("<svg([^>]*)>", rf'<svg id="dark"\1>{rules}', svg, count=1)


def to_dark(svg: str) -> str:
    """Return the dark twin of a light figure: each token's hex replaced by its dark hex.

    Pictures embedded in the SVG (what was drawn with ``rasterized=True``) are recolored too: each pixel takes
    the dark value of the token that is nearest to it, and keeps its alpha.

    Parameters
    ----------
    svg : str
        What `to_svg` returned.

    Returns
    -------
    str
        The same drawing on dark paper.

    Examples
    --------
    >>> to_dark('<path style="fill: #ffffff; stroke: #0072b2"/>')
    '<path style="fill: #14181e; stroke: #56b4e9"/>'
    """
    dark = dict(PALETTE.values())

    def twin(match: re.Match[str]) -> str:
        return dark.get(match[0].lower(), match[0])

    # Data URIs first: base64 has no "#", so the exchange of hex values cannot touch them afterwards.
    svg = re.sub(r"(?<=data:image/png;base64,)[A-Za-z0-9+/=\s]+", lambda m: _dark_picture(m[0]), svg)
    return re.sub(r"#[0-9a-fA-F]{6}\b", twin, svg)  # one pass: a dark value is never exchanged again


def _dark_picture(encoded: str) -> str:
    """Recolor a base64 PNG: nearest light token -> its dark value, alpha kept."""
    pixels = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGBA")).copy()
    light, dark = (np.array([_rgb(pair[i]) for pair in PALETTE.values()]) for i in (0, 1))
    colors, where = np.unique(pixels[..., :3].reshape(-1, 3), axis=0, return_inverse=True)
    nearest = ((colors[:, None, :].astype(float) - light) ** 2).sum(axis=2).argmin(axis=1)
    pixels[..., :3] = dark[nearest][where.reshape(-1)].reshape(*pixels.shape[:2], 3)
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, format="PNG")
    return base64.b64encode(buffer.getvalue()).decode("ascii")


def token_colormap(color: str) -> LinearSegmentedColormap:
    """Return a colormap of ONE token from transparent to opaque: it has a dark twin, unlike a ramp of hues.

    Parameters
    ----------
    color : str
        The light hex of a token.

    Returns
    -------
    LinearSegmentedColormap
        Value 0 is transparent, 1 is the token itself.

    Raises
    ------
    InputError
        If the color is no token.

    Examples
    --------
    >>> low, high = token_colormap(BLUE)([0.0, 1.0])
    >>> float(low[3]), float(high[3])
    (0.0, 1.0)
    """
    if color not in dict(PALETTE.values()):
        raise InputError(
            f"color must be the light hex of a token, got {color!r}; take one of PALETTE, such as BLUE."
        )
    red, green, blue = (channel / 255 for channel in _rgb(color))
    return LinearSegmentedColormap.from_list(
        f"token-{color}", [(red, green, blue, 0.0), (red, green, blue, 1.0)]
    )


def _rgb(color: str) -> tuple[int, int, int]:
    """Return the three channels, 0-255, of a hex color."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def contrast(color: str, paper: str, *, alpha: float = 1.0, over: str | None = None) -> float:
    """Return the contrast ratio of two colors, 1 to 21, as WCAG 2 defines it.

    Parameters
    ----------
    color, paper : str
        Hex colors in front and behind.
    alpha : float
        With `over`: how strongly `over` covers the paper before `color` is laid on it.
    over : str, optional
        A hex color that fills the paper with `alpha` first: text on a shaded region.

    Returns
    -------
    float
        (lighter + 0.05) / (darker + 0.05) of the relative luminances.

    Notes
    -----
    Source: Web Content Accessibility Guidelines 2.2, success criteria 1.4.3 (text 4.5:1) and 1.4.11 (graphics
    3:1).

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    >>> contrast(INK, PAPER) > contrast(INK, PAPER, over=BLUE, alpha=0.16) > 4.5
    True
    """
    behind = _rgb(paper)
    if over is not None:
        behind = tuple(  # type: ignore[assignment]
            alpha * top + (1 - alpha) * bottom for top, bottom in zip(_rgb(over), behind, strict=True)
        )

    def luminance(channels: tuple[float, float, float]) -> float:
        linear = [
            value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
            for value in (channel / 255 for channel in channels)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    darker, lighter = sorted((luminance(_rgb(color)), luminance(behind)))
    return float((lighter + 0.05) / (darker + 0.05))
