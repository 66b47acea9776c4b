"""The figure style: contrast in both themes, nothing but tokens, the same bytes, a whole dark twin."""

import base64
import io
import re

import matplotlib as mpl
import numpy as np
import pytest
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.figure import Figure
from PIL import Image

from annlib import activations
from annlib.errors import InputError, ShapeError
from annlib.explorers import ch01_neurons as explorers
from annlib.plots import ch03_loss as chapter_3
from annlib.plots import ch04_backpropagation as chapter_4
from annlib.plots import common, primer, style, training_fails
from annlib.plots.style import FILL_ALPHA, PALETTE, contrast, figure, styled, to_dark, to_svg

LIGHT = {light for light, _ in PALETTE.values()}
DARK = {dark for _, dark in PALETTE.values()}
THEMES = [pytest.param(0, id="light"), pytest.param(1, id="dark")]
TEXT = [name for name in PALETTE if name not in ("paper", "grid", "yellow")]
MARKS = [name for name in PALETTE if name not in ("paper", "grid")]
HUES = ("blue", "orange", "green", "purple", "red", "yellow")


@styled
def boundary() -> Figure:
    rng = np.random.default_rng(0)
    X = rng.normal(size=(60, 2))
    fig = figure()
    common.decision_boundary(
        fig.subplots(),
        lambda x: (x**2).sum(axis=1) - 1,
        X,
        ((X**2).sum(axis=1) > 1).astype(int),
        levels=[-0.5, 0.5],
    )
    return fig


@styled
def everything_by_default() -> Figure:
    """Draw with defaults: what nobody chose a color for must be a token (not so bar()'s error bars)."""
    fig = figure()
    axes = fig.subplots(2, 3).ravel()
    for k in range(8):
        axes[0].plot([0, 1], [k, k + 1], label=f"line {k}")
    axes[0].legend(title="lines")
    axes[0].set_title("title")
    axes[1].bar([1, 2], [3, 4], hatch="//")
    axes[1].grid(True)
    axes[2].boxplot([[1.0, 2, 3, 9]])
    axes[3].scatter([1, 2], [1, 2])
    axes[3].annotate("here", (1, 1), (1.5, 1.2), arrowprops={"arrowstyle": "->", "color": style.INK})
    axes[4].hist([1, 1, 2, 3])
    axes[5].fill_between([0, 1], [0, 1], alpha=FILL_ALPHA)
    axes[5].axhline(0.5)
    axes[5].text(0, 0.9, "$x^2$")
    return fig


FIGURES = {
    "defaults": everything_by_default,
    "boundary": boundary,
    "network": lambda: common.network_diagram([3, 4, 1]),
    "network with weights": lambda: common.network_diagram(
        [2, 2, 1], weights=[[[1, 1], [1, 1]], [[1], [-2]]], biases=[[-0.5, -1.5], [-0.5]]
    ),
    "large network": lambda: common.network_diagram([10, 64, 3, 1], highlight=(2, 1)),
    "neuron": common.neuron_diagram,
    "neuron with numbers": lambda: common.neuron_diagram(
        x=[1, 2],
        w=[0.5, -1],
        b=0.25,
        activation=activations.tanh,
        activation_name="tanh",
        names=["heat", "grip"],
    ),
    "two lines": lambda: chapter_3.two_lines((2.5, 4.0), (1.0, 10.0)),
    "squares": lambda: chapter_3.squares(2.5, 4.0),
    "contours": lambda: chapter_3.contours({"A": (2.5, 4.0)}),
    "landscape": lambda: chapter_3.landscape({"A": (2.5, 4.0)}),
    "surprise": chapter_3.surprise,
    "loss and metric": lambda: chapter_3.loss_and_metric([0, 1, 2], [0.5, 0.4, 0.6], [0.7, 0.8, 0.8]),
    "two losses": lambda: chapter_3.logit_losses(0, 2.0),
    "slow start": lambda: chapter_3.slow_start({"one": [0.0, 0.1], "other": [0.0, 0.9]}),
    "between": lambda: chapter_3.between([0, 0.5, 1], [0.1, 0.7, 0.1], [0.6, 0.3, 0.5]),
    "straight tails": chapter_3.straight_tails,
    "outlier": lambda: chapter_3.outlier([1, 2, 3], [1, 9, 3], {"one": (2, 1), "other": (1, 0)}),
    "both passes": chapter_4.two_two_one,
    "nudge": chapter_4.ripple,
    "chain": chapter_4.nudge_chain,
    "paths that meet": chapter_4.two_paths,
    "shapes": chapter_4.matrix_shapes,
    "kink": chapter_4.kink,
    "step sizes": lambda: chapter_4.step_sizes([1e-6, 1e-3], {"central": [1e-9, 1e-6], "other": [1e-3, 1]}),
    "spread": lambda: chapter_4.spread({"small": [[0.1, 0.2], [0.01, 0.3]]}, "size", limits=(1e-4, 1)),
    "learning": lambda: chapter_4.learning({"one": [1.0, 0.5], "other": [2.0, 0.7]}, 0.7),
    "cost": lambda: chapter_4.cost({"forward": 1e4, "nudging": 1e8}),
    "sum of arrows": lambda: primer.arrow_sum([3, 1], [1, 2]),
    "row times column": lambda: primer.row_times_column([[1, 2, 0]], [[2], [0], [1]], 0, 0),
    "stretched": lambda: primer.stretched([([[1], [2]], [3, 4])]),
    "map of a bowl": primer.hill_and_map,
    "two cuts": lambda: primer.two_cuts(2, -1),
    "questions": training_fails.questions,
    "sketches": training_fails.sketches,
    "curves": lambda: training_fails.curves({"one": {"a": [2, 1], "b": [2, 2]}}, chance=2.3),
    "labelled pictures": lambda: training_fails.shown(np.eye(8), [3]),
    "bars": lambda: training_fails.bars({"one": 0.5}, 0.6, "expected", "accuracy"),
    "explorer": styled(lambda: explorers.draw_neuron(1, -2, 0.5).figure),
    "explorer of activations": styled(lambda: explorers.draw_activation(2, -1, "ReLU").figure),
}


def test_no_two_of_many_loss_curves_look_alike():
    fig = training_fails.curves({"one healthy, six sick": {f"run {k}": [2, 1] for k in range(7)}})
    lines = fig.axes[0].lines
    assert len({(line.get_color(), str(line._unscaled_dash_pattern)) for line in lines}) == 7


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", TEXT)
def test_text_contrast(name, theme):
    color, paper = PALETTE[name][theme], PALETTE["paper"][theme]
    assert contrast(color, paper) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", MARKS)
def test_mark_contrast(name, theme):
    assert contrast(PALETTE[name][theme], PALETTE["paper"][theme]) >= 3


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("hue", HUES)
def test_text_and_marks_stay_legible_on_a_filled_region(hue, theme):
    paper, fill = PALETTE["paper"][theme], PALETTE[hue][theme]
    for name in ("ink", "muted"):
        assert contrast(PALETTE[name][theme], paper, over=fill, alpha=FILL_ALPHA) >= 4.5
    for name in HUES:
        if name != "yellow":
            assert contrast(PALETTE[name][theme], paper, over=fill, alpha=FILL_ALPHA) >= 3


def test_contrast_is_that_of_wcag():
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#000000", "#ffffff", over="#ffffff", alpha=1.0) == pytest.approx(21)
    assert contrast("#ffffff", "#ffffff") == 1


@pytest.mark.parametrize("name", FIGURES)
def test_figures_hold_only_tokens_and_the_dark_twin_only_dark_ones(name):
    svg = to_svg(FIGURES[name]())
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", svg)) <= LIGHT
    assert set(re.findall(r"#[0-9a-fA-F]{6}\b", to_dark(svg))) <= DARK
    assert not re.search(r"(?:fill|stroke): ?(?:rgb|black|white)", svg)
    # SVG paints black what has no color of its own: every group of glyphs must have one.
    groups = re.findall(r"<g ([^>]*transform=[^>]*)>", svg)
    assert groups
    for text in groups:
        assert re.search(r"fill:#[0-9a-f]{6}", text), text


@pytest.mark.parametrize("name", FIGURES)
def test_the_same_figure_gives_the_same_bytes(name):
    first, second = to_svg(FIGURES[name]()), to_svg(FIGURES[name]())
    assert first == second
    assert first.startswith("<svg ")
    assert not re.search(r"\d{4}-\d\d-\d\d|matplotlib\.org|DOCTYPE|<text|<metadata", first)


def matplotlibs_svg(fig: Figure) -> str:
    buffer = io.StringIO()
    with style.style():
        FigureCanvasSVG(fig).print_svg(buffer)
    return buffer.getvalue()


def parts(path: str) -> list[np.ndarray]:
    """Return the points of each part of an SVG path, those that steer its curves too."""
    found, at = [], np.zeros(2)
    for command, arguments in re.findall(r"([a-zA-Z])([^a-zA-Z]*)", path):
        numbers = [float(number) for number in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", arguments)]
        if command == "M":
            found.append([])
        for step in np.array(numbers).reshape(-1, {"q": 2, "c": 3}.get(command.lower(), 1), 2):
            found[-1] += list(step + at * command.islower())
            at = found[-1][-1]
    return [np.array(part) for part in found]


def farthest(points: np.ndarray, line: np.ndarray) -> float:
    """Return how far from a polyline the farthest of some points is."""
    start, way = line, np.diff(line, axis=0, append=line[-1:])
    along = ((points[:, None] - start) * way).sum(axis=2) / np.maximum((way**2).sum(axis=1), 1e-12)
    nearest = start + along.clip(0, 1)[:, :, None] * way
    return np.linalg.norm(points[:, None] - nearest, axis=2).min(axis=1).max()


@pytest.mark.parametrize("name", FIGURES)
def test_lean_paths_go_where_matplotlibs_went(name):
    """Nothing moves by more than a tenth of a point, a letter by far less."""
    drawn = r'<path (?:id="([^"]*)" )?d="([^"]*)"'
    full = re.findall(drawn + '(?!.*fill: none"/>)', matplotlibs_svg(FIGURES[name]()))
    lean = re.findall(drawn, to_svg(FIGURES[name]()))
    assert [identifier for identifier, _ in full if identifier.startswith("Deja")] == [
        identifier for identifier, _ in lean if identifier.startswith("Deja")
    ]
    assert len(full) == len(lean)
    for (identifier, before), (_, after) in zip(full, lean, strict=True):
        unit = 10 if identifier.startswith("Deja") else 1  # a letter in units of its font
        for old, new in zip(parts(before), parts(after), strict=True):
            if re.search("[CQ]", before):
                np.testing.assert_allclose(unit * new, old, atol=0.51 * unit if unit > 1 else 0.006)
            else:
                assert len(new) <= len(old)
                assert farthest(old, unit * new) < 0.1 * unit**2
                assert farthest(unit * new, old) < 0.1 * unit**2


def test_saving_changes_nothing_about_the_figure():
    fig = figure()
    before = fig.canvas, fig.dpi, tuple(fig.get_size_inches())
    assert to_svg(fig) == to_svg(fig)
    assert before == (fig.canvas, fig.dpi, tuple(fig.get_size_inches()))


def test_dark_twin_exchanges_in_one_pass_and_leaves_the_rest():
    assert to_dark("#FFFFFF #123456 url(#h14181e0a)") == "#14181e #123456 url(#h14181e0a)"
    assert len(LIGHT) == len(DARK) == len(PALETTE)
    assert LIGHT.isdisjoint(DARK), "a dark value that is also a light one could be exchanged twice"


@styled
def rasterized() -> Figure:
    fig = figure(2, 2, layout=None)
    ax = fig.add_axes((0, 0, 1, 1))
    ax.plot([0, 1], [0.5, 0.5], color=style.BLUE, linewidth=40, rasterized=True)
    return fig


def test_dark_twin_recolors_rasterized_parts():
    def pixels(svg):
        encoded = re.search(r"data:image/png;base64,([A-Za-z0-9+/=\s]+)", svg)[1]
        picture = np.asarray(Image.open(io.BytesIO(base64.b64decode(encoded))).convert("RGBA"))
        return {
            f"#{r:02x}{g:02x}{b:02x}" for r, g, b in np.unique(picture[picture[..., 3] == 255][:, :3], axis=0)
        }

    svg = to_svg(rasterized())
    assert pixels(svg) == {PALETTE["blue"][0]}
    assert pixels(to_dark(svg)) == {PALETTE["blue"][1]}


def test_style_stays_inside():
    with mpl.rc_context():
        mpl.rcParams["text.color"] = "red"
        with style.style():
            assert mpl.rcParams["text.color"] == style.INK
        assert mpl.rcParams["text.color"] == "red"
        boundary()
        assert mpl.rcParams["text.color"] == "red"
        style.use_style()
        assert mpl.rcParams["text.color"] == style.INK


def test_phone_sizes():
    with style.style():
        assert mpl.rcParams["lines.linewidth"] >= 2
        for name in ("font.size", "axes.labelsize", "xtick.labelsize", "ytick.labelsize", "legend.fontsize"):
            assert mpl.rcParams[name] >= 11, name
    assert tuple(figure().get_size_inches()) == (6.4, 4.0)


def test_jupyter_shows_a_figure_as_svg_even_without_use_style():
    assert figure(1, 1)._repr_svg_().startswith("<svg ")


def test_colormap_is_one_token():
    ramp = style.token_colormap(style.GREEN)(np.linspace(0, 1, 5))
    assert np.ptp(ramp[:, :3], axis=0).max() == 0
    assert np.all(np.diff(ramp[:, 3]) > 0)
    with pytest.raises(InputError, match="token"):
        style.token_colormap("#123456")


# Drawings say what they are given.


def words(fig: Figure) -> list[str]:
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def test_network_has_an_edge_for_each_weight_and_counts_no_input_as_neuron():
    fig = common.network_diagram([3, 4, 1])
    assert len(fig.axes[0].lines) == 3 * 4 + 4 * 1
    assert "inputs\n3 numbers" in words(fig)
    assert "hidden layer\n4 neurons" in words(fig)
    assert "output layer\n1 neuron" in words(fig)


def test_negative_weights_differ_by_dash_and_color():
    ax = common.network_diagram([1, 2], weights=[[[2.0, -2.0]]]).axes[0]
    positive, negative = ax.lines
    assert positive.get_linestyle() == "-"
    assert negative.get_linestyle() == "--"
    assert positive.get_color() != negative.get_color()
    assert {"2", "\N{MINUS SIGN}2"} <= set(words(ax.figure))


def test_neuron_diagram_computes_sum_and_output():
    fig = common.neuron_diagram(
        x=[1, 2], w=[0.5, -1], b=0.25, activation=activations.relu, activation_name="relu"
    )
    assert "$z$ = \N{MINUS SIGN}1.25" in words(fig)
    assert "$a$ = 0" in words(fig)


def test_boundary_lies_where_the_score_is_zero():
    fig = figure()
    scores = common.decision_boundary(
        fig.subplots(), lambda x: x[:, :1] - 0.25, limits=((0, 1), (0, 1)), resolution=5
    )
    np.testing.assert_allclose(scores[0], [-0.25, 0, 0.25, 0.5, 0.75])
    line = next(c for c in fig.axes[0].collections if len(c.get_facecolor()) == 0)
    np.testing.assert_allclose(line.get_paths()[0].vertices[:, 0], 0.25, atol=1e-12)


def test_classes_differ_by_marker():
    ax = figure().subplots()
    handles = common.scatter_classes(ax, np.eye(4, 2), [0, 1, 2, 3], labels=["a", "b", "c", "d"])
    assert len({handle.get_marker() for handle in handles}) == 4
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["a", "b", "c", "d"]


@pytest.mark.parametrize(("slope", "intercept"), [(2.5, 4.0), (1.0, 10.0), (0.0, -4.0), (5.0, 14.0)])
def test_squares_are_as_wide_as_high_on_paper_and_lie_off_the_line(slope, intercept):
    ax = chapter_3.squares(slope, intercept).axes[0]
    errors = slope * chapter_3.RIDES + intercept - chapter_3.MINUTES
    for patch, x, y, error in zip(ax.patches, chapter_3.RIDES, chapter_3.MINUTES, errors, strict=True):
        (left, low), (right, high) = ax.transData.transform(
            [(x, y), (x + patch.get_width(), y + patch.get_height())]
        )
        assert patch.get_height() == pytest.approx(error)
        assert abs(right - left) == pytest.approx(abs(high - low))
        middle = x + patch.get_width() / 2, y + error / 2
        above = slope * middle[0] + intercept < middle[1]
        assert above == (error < 0), "the line must not run through the middle of the square"


def test_contour_lines_are_as_high_as_they_say():
    ax = chapter_3.contours({}).axes[0]
    lines = [patch for patch in ax.patches if not patch.get_fill()]
    assert len(lines) == len(chapter_3.LEVELS)
    for patch, level in zip(lines, reversed(chapter_3.LEVELS), strict=True):
        # A smooth curve is made of corners and handles: the corners lie on the line.
        path = patch.get_transform().transform_path(patch.get_path())
        corners = ax.transData.inverted().transform(path.interpolated(1).to_polygons(closed_only=False)[0])
        assert chapter_3.mean_squares(*corners.T) == pytest.approx(level, rel=0.02)
    assert chapter_3.mean_squares(*chapter_3.LOWEST) < min(
        chapter_3.mean_squares(chapter_3.LOWEST[0] + a, chapter_3.LOWEST[1] + b)
        for a, b in ((0.01, 0), (-0.01, 0), (0, 0.01), (0, -0.01))
    )


@pytest.mark.parametrize(
    ("wrong", "error", "message"),
    [
        (lambda: figure(0, 1), InputError, "positive inches"),
        (lambda: chapter_3.logit_losses(2), InputError, "0 or 1"),
        (lambda: chapter_4.two_two_one(17), InputError, "0 to 16"),
        (lambda: chapter_4.two_two_one(1, target=2), InputError, "target 0 or 1"),
        (lambda: common.network_diagram([3]), InputError, "at least two"),
        (lambda: common.network_diagram([2, 0]), InputError, "positive"),
        (lambda: common.network_diagram([2, 1], weights=[[[1, 1]]]), ShapeError, r"\(2, 1\).*\(1, 2\)"),
        (lambda: common.network_diagram([2, 1], biases=[[1, 2]]), ShapeError, "biases"),
        (lambda: common.network_diagram([2, 1], titles=["one"]), ShapeError, "titles"),
        (lambda: common.neuron_diagram(x=[1, 2], w=[1]), ShapeError, "lengths"),
        (
            lambda: common.scatter_classes(figure().subplots(), [[1, 2]], [0, 1]),
            ShapeError,
            "one label for each row",
        ),
        (lambda: common.scatter_classes(figure().subplots(), [[1, 2]], [0.5]), InputError, "integers from 0"),
        (lambda: common.decision_boundary(figure().subplots(), np.sum), InputError, "X or limits"),
        (
            lambda: common.decision_boundary(figure().subplots(), lambda x: x, limits=((0, 1), (0, 1))),
            ShapeError,
            "one score",
        ),
        (
            lambda: common.decision_boundary(
                figure().subplots(), lambda x: np.full(len(x), np.nan), limits=((0, 1), (0, 1))
            ),
            InputError,
            "diverged",
        ),
    ],
)
def test_wrong_arguments_are_named(wrong, error, message):
    with pytest.raises(error, match=message):
        wrong()
