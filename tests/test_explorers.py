"""Explorers: every callback runs, the static page's widgets are joined rightly, live work is never stale.

What a reader sees in a browser is tested in test_book.py and test_live.py; here is what can be known without.
"""

import asyncio
import base64
import dataclasses
import functools
import gc
import gzip
import html
import importlib
import itertools
import json
import re
import sys
import threading
import time
from pathlib import Path

import ipywidgets
import nbformat
import numpy as np
import pytest
from ipywidgets import embed
from ipywidgets.widgets.widget import _instances as widget_registry
from ipywidgets.widgets.widget_link import Link
from nbclient import NotebookClient

from annlib import (
    BinaryCrossEntropy,
    Dense,
    MeanSquaredError,
    Network,
    Sigmoid,
    SumOfSquaredErrors,
    activations,
)
from annlib.errors import InputError
from annlib.explorers import (
    Choice,
    Explorer,
    Frame,
    Numbers,
    _ahead,
    _backends,
    _frames,
    ch01_neurons,
    ch03_loss,
    ch04_backpropagation,
)
from annlib.plots import ch03_loss as chapter_3
from annlib.plots import ch04_backpropagation as chapter_4
from annlib.plots import style
from annlib.plots.style import BLUE, PALETTE, figure

ALL = [
    pytest.param(functools.partial(_ahead.make, module, name), id=f"{module.rpartition('.')[2]}.{name}")
    for module, name in _ahead.names()
]

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in ("ANNLIB_FRAMES_DIR", "ANNLIB_FRAMES_URL", "ANNLIB_FRAMES", "JPY_SESSION_NAME"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def site(monkeypatch, tmp_path):
    monkeypatch.setenv("ANNLIB_FRAMES_DIR", str(tmp_path / "frames"))
    monkeypatch.setenv("ANNLIB_FRAMES_URL", "../_frames")
    return tmp_path / "frames"


def tiny(size, word="up"):
    """Draw a bar: small, and every setting has a picture and a sentence of its own."""
    fig = figure(2, 1, layout=None)
    fig.add_axes((0, 0, 1, 1)).barh([0], [size if word == "up" else -size], color=BLUE)
    return Frame(fig, f"The bar goes {word} to <{size:g}>.")


def example(draw=tiny, **options) -> Explorer:
    return Explorer(
        draw,
        size=Numbers("size", stops=[0, 1, 2, 3], default=1, step=0.25),
        word=Choice("word", options=["up", "down"], default="up"),
        **options,
    )


# Every explorer of the course


@pytest.mark.parametrize("make", ALL)
def test_callback_at_ends_and_middle_of_every_control(make):
    explorer = make()
    seen = {}
    for values in explorer.corners():
        picture = explorer.picture(**values)
        assert len(picture.sentence.split()) >= 5
        assert picture.sentence.endswith(".")
        seen[tuple(values.items())] = picture.sentence
        assert set(re.findall(r"#[0-9a-fA-F]{6}\b", picture.svg)) <= {light for light, _ in PALETTE.values()}
        assert len(gzip.compress(picture.svg.encode())) < 25_000
    assert len(set(seen.values())) == len(seen), "two settings share one sentence"


@pytest.mark.parametrize("make", ALL)
def test_controls_can_be_named_and_offer_enough(make):
    explorer = make()
    assert sum(1 for _ in explorer.settings()) <= 500
    numbers = [parameter for parameter in explorer.parameters.values() if isinstance(parameter, Numbers)]
    assert max(len(parameter.stops) for parameter in numbers) >= 7
    for control in _backends._controls(explorer, live=False).values():
        assert control.description.strip()
        assert control.tooltip.strip()
    for parameter in explorer.parameters.values():
        assert set(parameter.stops) <= set(parameter.live)


def test_a_callback_that_raises_turns_the_run_red():
    def broken(size, word):
        if size == 3:
            raise ZeroDivisionError("the canary")
        return tiny(size, word)

    def always_broken(size, word):
        raise ZeroDivisionError("the canary")

    explorer = example(broken)
    with pytest.raises(ZeroDivisionError, match="canary"):
        [explorer.picture(**values) for values in explorer.corners()]
    with pytest.raises(ZeroDivisionError, match="canary"):
        example(broken, backend="static").widget  # noqa: B018
    with pytest.raises(ZeroDivisionError, match="canary"):
        example(always_broken, backend="live").widget  # noqa: B018


def test_corners_reach_the_ends_and_the_middle_of_both_grids():
    sizes = {values["size"] for values in example().corners()}
    assert sizes == {0, 1, 2, 3, 1.5}
    assert {values["word"] for values in example().corners()} == {"up", "down"}


# One at a time


def one_at_a_time(**options) -> Explorer:
    """Three controls, of which `word` and `tall` are moved one at a time in the page."""

    def draw(size, word, tall):
        fig = figure(2, 1, layout=None)
        fig.add_axes((0, 0, 1, 1)).barh([0], [size], height=0.1 + tall, color=BLUE)
        return Frame(fig, f"The bar goes {word} to {size:g} and is {tall:g} tall.")

    return Explorer(
        draw,
        one_at_a_time=["word", "tall"],
        size=Numbers("size", stops=[0, 1, 2, 3], default=1),
        word=Choice("word", options=["up", "down", "away"], default="up", more=["along"]),
        tall=Numbers("tall", stops=[0, 1, 2], default=2, more=[0.5]),
        **options,
    )


def test_one_at_a_time_makes_few_pictures_and_drops_no_value():
    settings = list(one_at_a_time().settings())
    assert len(settings) == 4 * (1 + 2 + 2)
    for size in range(4):
        assert {setting["word"] for setting in settings if setting["size"] == size} == {"up", "down", "away"}
        assert {setting["tall"] for setting in settings if setting["size"] == size} == {0, 1, 2}
    assert all(setting["word"] == "up" or setting["tall"] == 2 for setting in settings)


def test_where_two_are_moved_at_once_the_page_says_so_and_keeps_the_room(site):
    explorer = one_at_a_time(backend="static")
    widget = explorer.widget
    for (i, size), (j, word), (k, tall) in itertools.product(
        enumerate(range(4)), enumerate(["up", "down", "away"]), enumerate(range(3))
    ):
        shown = follow(widget, size=i, word=j, tall=k).value
        if word == "up" or tall == 2:
            assert f"The bar goes {word} to {size} and is {tall} tall." in shown
        else:
            assert "Two of word and tall are moved" in shown
            assert "aspect-ratio:192/96" in shown
            starts = json.loads(html.unescape(re.search('data-starts="([^"]*)"', shown)[1]))
            assert starts == {"word": 0, "tall": 2}
    rule = widget.children[1].children[1]
    assert "of word and tall one at a time differs from its start" in rule.value


def test_live_all_are_free_and_offer_more():
    widget = one_at_a_time(backend="live").widget
    _, word, tall = widget.children[1].children
    assert word.options == ("up", "down", "away", "along")
    assert [value for _, value in tall.options] == [0, 0.5, 1, 2]
    word.value, tall.value = "along", 0.5
    assert "The bar goes along to 1 and is 0.5 tall." in widget.children[0].children[0].value


def test_playground_holds_every_value_with_seven_rates():
    explorer = _ahead.make("annlib.explorers.playground", "playground")
    settings = list(explorer.settings())
    assert 200 <= len(settings) <= 500
    assert list(explorer.parameters) == ["data", "rate", "layers", "bend", "optimizer", "dropout"]
    for name, parameter in explorer.parameters.items():
        for value in parameter.stops:
            assert name == "rate" or len({s["rate"] for s in settings if s[name] == value}) >= 7


# Drawn ahead


def test_drawing_ahead_fills_the_cache_that_the_page_takes_from(site, capsys, monkeypatch):
    passes = ("annlib.explorers.ch04_backpropagation", "passes")
    monkeypatch.setattr(_ahead, "names", lambda wanted: [passes])
    assert _ahead.main() == 0
    said = capsys.readouterr().out
    assert "Drawing 34 pictures" in said
    assert "34 pictures  ch04_backpropagation.passes" in said
    monkeypatch.setattr("annlib.explorers._explorer.to_svg", lambda fig, short: pytest.fail("drawn again"))
    ch04_backpropagation.passes("static").widget  # noqa: B018
    assert _ahead.main() == 0
    assert capsys.readouterr().out == "", "there is nothing left to draw"


def test_drawing_ahead_knows_every_explorer_of_the_course():
    pages = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.*"))
    assert set(re.findall(r"from annlib\.explorers import ([a-z]\w+)", pages)) == set(_ahead.modules())
    assert {module.rpartition(".")[2] for module, _ in _ahead.names(["ch01_neurons"])} == {"ch01_neurons"}


def test_drawing_ahead_needs_a_place(capsys):
    assert _ahead.main() == 2
    assert "ANNLIB_FRAMES_DIR" in capsys.readouterr().err


# Chapter 1 says what annlib computes


@pytest.mark.parametrize("w1", [-2, 0, 0.5])
@pytest.mark.parametrize("w2", [-1, 0, 2])
@pytest.mark.parametrize("b", [-1.5, 0, 1])
def test_neuron_sentence_tells_the_truth(w1, w2, b):
    sentence = ch01_neurons.neuron().picture(w1=w1, w2=w2, b=b).sentence.replace("\N{MINUS SIGN}", "-")
    outputs = activations.step(ch01_neurons.CORNERS @ np.array([w1, w2]) + b)
    assert ch01_neurons.GATES[tuple(outputs.astype(int))] in sentence
    crossing = re.search(r"x1-axis at (\S+) and the x2-axis at (\S+)\.$", sentence)
    if crossing:
        np.testing.assert_allclose(
            [w1 * float(crossing[1]) + b, w2 * float(crossing[2]) + b], 0, atol=5e-3 * (abs(b) + 1)
        )
    assert bool(crossing) == (w1 != 0 and w2 != 0 and b != 0)


def test_no_neuron_of_the_explorer_is_xor():
    grid = ch01_neurons.neuron().parameters["w1"].live
    found = set()
    for w1, w2, b in itertools.product(grid, grid, ch01_neurons.neuron().parameters["b"].live):
        found.add(tuple((ch01_neurons.CORNERS @ np.array([w1, w2]) + b >= 0).astype(int)))
    assert found == set(ch01_neurons.GATES)
    assert (0, 1, 1, 0) not in found


def test_gates_can_be_reached_in_the_static_page():
    explorer = ch01_neurons.neuron()
    stops = [parameter.stops for parameter in explorer.parameters.values()]
    for gate, setting in {"AND": (1, 1, -1.5), "OR": (1, 1, -0.5), "NAND": (-1, -1, 1.5)}.items():
        assert all(value in grid for value, grid in zip(setting, stops, strict=True))
        sentence = explorer.picture(**dict(zip(("w1", "w2", "b"), setting, strict=True))).sentence
        assert f"which is {gate};" in sentence


def test_hidden_units_find_what_the_text_promises():
    right = {
        (shape, units): int(re.search(r"epochs (\d+) of", sentence)[1])
        for shape, units in itertools.product(("XOR", "ring", "moons"), (1, 2, 3, 4))
        for sentence in [ch01_neurons.hidden_units().picture(shape=shape, units=units).sentence]
    }
    assert right["XOR", 1] <= 0.8 * ch01_neurons.N_POINTS
    assert right["XOR", 2] == ch01_neurons.N_POINTS
    assert right["ring", 2] < 0.95 * ch01_neurons.N_POINTS
    assert right["ring", 3] >= 0.98 * ch01_neurons.N_POINTS
    assert right["moons", 4] >= 0.98 * ch01_neurons.N_POINTS
    stuck = ch01_neurons.hidden_units().picture(shape="XOR", units=2, start=2).sentence
    assert int(re.search(r"epochs (\d+) of", stuck)[1]) < 0.8 * ch01_neurons.N_POINTS


# Chapter 3 says what annlib computes


def said(sentence: str) -> list[float]:
    """Return the numbers of a sentence."""
    return [
        float(number) for number in re.findall(r"-?\d+(?:\.\d+)?", sentence.replace("\N{MINUS SIGN}", "-"))
    ]


@pytest.mark.parametrize("slope", ch03_loss.line().parameters["slope"].stops)
@pytest.mark.parametrize("intercept", [-4, 4, 14])
def test_line_sentence_tells_the_truth(slope, intercept):
    output = (slope * chapter_3.RIDES + intercept)[:, np.newaxis]
    target = chapter_3.MINUTES[:, np.newaxis]
    numbers = said(ch03_loss.line().picture(slope=slope, intercept=intercept).sentence)
    assert numbers[:2] == [slope, intercept]
    assert numbers[2] == pytest.approx(SumOfSquaredErrors()(output, target)[0], rel=6e-3)
    assert numbers[3] == pytest.approx(MeanSquaredError()(output, target)[0], rel=6e-3)


@pytest.mark.parametrize("z", ch03_loss.two_losses().parameters["z"].stops)
@pytest.mark.parametrize("y", [0, 1])
def test_two_losses_say_what_annlib_computes(z, y):
    numbers = said(ch03_loss.two_losses().picture(z=z, target=f"y = {y}").sentence)
    layer = Sigmoid()
    a = layer.forward(np.array([[float(z)]]))
    squared, grad = MeanSquaredError()(a, np.array([[float(y)]]))
    entropy, slope = BinaryCrossEntropy()(np.array([[float(z)]]), np.array([y]))
    expected = [z, a[0, 0], y, squared, layer.backward(grad)[0, 0], entropy, slope[0, 0]]
    assert numbers == pytest.approx(expected, rel=0.06, abs=1e-7)


# Chapter 4 says what annlib computes


@pytest.mark.parametrize("target", [0, 1])
def test_passes_have_the_gradients_that_annlib_finds(target):
    values = chapter_4.passes(target)
    net = Network([Dense(2, 2), Sigmoid(), Dense(2, 1)], rng=np.random.default_rng(0), dtype=np.float64)
    first, _, last = net.layers
    first.W[:] = [[values["w11"], values["w12"]], [values["w21"], values["w22"]]]
    first.b[:] = values["b1"], values["b2"]
    last.W[:] = [[values["v1"]], [values["v2"]]]
    last.b[:] = values["c"]
    loss, grad = BinaryCrossEntropy()(net.forward([[values["x1"], values["x2"]]]), [target])
    dx = net.backward(grad, input_grad=True)
    assert values["L"] == pytest.approx(loss)
    assert first.dW.ravel() == pytest.approx([values[f"dw{k}"] for k in ("11", "12", "21", "22")])
    assert first.db == pytest.approx([values["db1"], values["db2"]])
    assert last.dW.ravel() == pytest.approx([values["dv1"], values["dv2"]])
    assert last.db == pytest.approx([values["dc"]])
    assert dx.ravel() == pytest.approx([values["dx1"], values["dx2"]])


def test_every_step_of_the_passes_says_another_number():
    explorer = ch04_backpropagation.passes()
    assert explorer.parameters["step"].stops == tuple(range(chapter_4.LAST_STEP + 1))
    sentences = [
        explorer.picture(step=step, target=target).sentence
        for step in explorer.parameters["step"].stops
        for target in ("0", "1")
    ]
    assert len(set(sentences)) == len(sentences) == 34
    assert [sentence.split(", ")[1] for sentence in sentences[::2]] == (
        ["start"] + 7 * ["forward"] + 9 * ["backward"]
    )


def sizes(start: str, bend: str) -> tuple[np.ndarray, np.ndarray]:
    """The size of activations and gradients, layer by layer."""
    said, heard = ch04_backpropagation.signals(start, bend)
    return tuple(np.array([np.sqrt(np.mean(part**2)) for part in parts]) for parts in (said, heard))


def test_starts_do_what_the_text_promises():
    said, heard = sizes("too small", "tanh")
    assert said[-1] < 1e-6 * said[0]
    assert heard[0] < 1e-6 * heard[-1]
    _, heard = sizes("too large", "tanh")
    assert heard[0] > 100 * heard[-1]
    for start, bend in (("Glorot", "tanh"), ("He", "ReLU")):
        said, heard = sizes(start, bend)
        assert 0.2 < heard[0] / heard[-1] < 5
        assert 0.2 < said[0] / said[-1] < 5
    assert sizes("Glorot", "ReLU")[1][0] < 0.1 * sizes("He", "ReLU")[1][0]
    for start in ("too small", "Glorot", "He", "all equal"):
        _, heard = sizes(start, "sigmoid")
        assert heard[0] < 1e-4 * heard[-1]
    for bend in ch04_backpropagation.BENDS:
        assert not sizes("zeros", bend)[1].any()
        equal = ch04_backpropagation.signals("all equal", bend)
        assert all(np.ptp(part, axis=1).max() < 1e-12 for parts in equal for part in parts)
        assert equal.gradients[0].any()


# Static: what the page carries


def follow(widget, **indexes):
    """Walk down the Stacks as the browser does for these control indexes, and return the frame shown."""
    links = [link for link in widget_registry.values() if isinstance(link, Link)]
    source = {id(link.target[0]): link.source for link in links if link.target[1] == "selected_index"}
    place = widget.children[0]
    while isinstance(place, ipywidgets.Stack):
        control, trait = source[id(place)]
        assert trait == "index"
        place = place.children[indexes[control.description]]
    return place


def test_static_shows_for_each_setting_its_own_picture(site):
    explorer = example()
    widget = explorer.widget
    for i, size in enumerate([0, 1, 2, 3]):
        for j, word in enumerate(["up", "down"]):
            shown = follow(widget, size=i, word=j)
            picture = explorer.picture(size=size, word=word)
            assert html.escape(f"The bar goes {word} to <{size}>.") in shown.value
            assert f'src="../_frames/{picture.name}.svg"' in shown.value


def test_static_starts_at_the_default():
    widget = example().widget
    size, word = widget.children[1].children
    assert (size.value, word.value) == (1, "up")
    outer = widget.children[0]
    assert outer.selected_index == word.index
    assert all(inner.selected_index == size.index for inner in outer.children)


def playable(backend: str) -> Explorer:
    return Explorer(tiny, backend=backend, size=Numbers("size", stops=[0, 1, 2], default=1, play=2))


def test_a_slider_runs_by_itself_in_a_page_only_where_asked_and_only_when_started():
    slider, row = playable("static").widget.children[1].children
    player, pace = row.children
    assert isinstance(player, ipywidgets.Play)
    assert not player.playing
    assert (player.min, player.max, player.value, player.interval) == (0, 2, slider.index, 2000)
    assert (pace.value, pace.min) == (2000, 400)
    links = [link for link in widget_registry.values() if type(link) is Link]
    joined = [(link.source, link.target) for link in links]
    assert ((player, "value"), (slider, "index")) in joined
    assert ((pace, "value"), (player, "interval")) in joined
    assert len(example().widget.children[1].children) == 2, "others have no such buttons"


def test_a_slider_runs_by_itself_live_waits_for_each_picture_and_can_be_stopped(monkeypatch):
    monkeypatch.setattr(_backends, "_FASTEST", 1)
    seen = []

    def slow(size, word="up"):
        yield 0.5
        seen.append(size)
        yield tiny(size, word)

    explorer = Explorer(slow, backend="live", size=Numbers("size", stops=range(9), default=0, play=0.5))
    slider, row = explorer.widget.children[1].children
    play, back, pace = row.children
    assert [button.description for button in (play, back)] == ["Play", "Back to the start"]
    explorer.widget.explorer.players[0].seconds = 0.01

    async def run():
        play.value = True
        assert play.description == "Pause"
        while slider.index < 4:
            await asyncio.sleep(0.01)
        play.value = False
        stopped = slider.index
        await asyncio.sleep(0.1)
        assert slider.index == stopped
        assert seen[: stopped + 1] == list(range(stopped + 1)), "every picture on the way was shown"
        play.value = True
        while play.value:
            await asyncio.sleep(0.01)
        assert slider.index == 8
        assert play.description == "Play"
        back.click()
        assert slider.index == 0

    asyncio.run(asyncio.wait_for(run(), 20))
    assert {label for label, _ in pace.options} == {"slow", "normal", "fast"}
    assert len(example(backend="live").widget.children[1].children) == 2, "others have no such buttons"


def test_static_structure_and_contract(site):
    explorer = example()
    widget = explorer.widget
    assert "annlib-explorer" in widget._dom_classes
    assert "annlib-explorer-controls" in widget.children[1]._dom_classes
    assert isinstance(widget.children[1].children[0], ipywidgets.SelectionSlider)
    assert isinstance(widget.children[1].children[1], ipywidgets.ToggleButtons)
    # The control with the fewest stops is outermost: 1 + 2 Stacks, not 1 + 4.
    assert len(widget.children[0].children) == 2
    value = follow(widget, size=1, word=0).value
    name, alt = explorer.picture().name, "The bar goes up to &lt;1&gt;."
    size = f'width="192" height="96" alt="{alt}"'
    start, rest = value.split(">", 1)
    assert re.fullmatch(r'<figure class="annlib-frame" data-near="[^"]+"', start)
    assert rest == (
        f'<img class="annlib-light only-light" src="../_frames/{name}.svg" {size}>'
        f'<img class="annlib-dark only-dark" src="../_frames/{name}.svg#dark" {size}>'
        f'<figcaption style="min-height:1.45em">{alt}</figcaption></figure>'
    )


def test_prefetch_names_the_pictures_one_step_away(site):
    explorer = example()
    near = re.search(r'data-near="([^"]+)"', follow(explorer.widget, size=1, word=0).value)[1].split()
    beside = [{"size": 0}, {"size": 2}, {"word": "down"}]
    assert sorted(near) == sorted(f"../_frames/{explorer.picture(**values).name}.svg" for values in beside)
    at_the_end = re.search(r'data-near="([^"]+)"', follow(explorer.widget, size=3, word=1).value)[1].split()
    beside = [{"size": 2, "word": "down"}, {"size": 3, "word": "up"}]
    assert sorted(at_the_end) == sorted(
        f"../_frames/{explorer.picture(**values).name}.svg" for values in beside
    )


def test_site_files_are_light_and_dark_in_one(site):
    example().widget  # noqa: B018
    files = list(site.iterdir())
    assert len(files) == 7, "eight settings, of which two (size 0) look the same"
    for file in files:
        text = file.read_text(encoding="utf-8")
        for theme, start in enumerate((":root{", ":target{")):
            rule = re.search(re.escape(start) + r"([^}]*)", text)[1]
            assert f"--blue:{PALETTE['blue'][theme]}" in rule
            assert f"--paper:{PALETTE['paper'][theme]}" in rule
        assert set(re.findall(r"(?:fill|stroke):([^;\"]+)", text)) <= {
            "none",
            *map("var(--{})".format, PALETTE),
        }


def test_elsewhere_pictures_are_inlined_and_light():
    value = follow(example().widget, size=1, word=0).value
    assert 'src="data:image/svg+xml;base64,' in value
    assert "only-dark" not in value
    assert "data-near" not in value


def test_state_stays_small(site, monkeypatch):
    explorer = ch01_neurons.neuron("static")
    one = explorer.picture(w1=-2, w2=0.5, b=0.5)
    # The size of the state does not depend on what is seen, so one picture stands for 343 different ones.
    stand_in = lambda self, **values: dataclasses.replace(one, svg=f"{one.svg}<!-- {values} -->")  # noqa: E731
    monkeypatch.setattr(Explorer, "picture", stand_in)
    monkeypatch.setattr(_backends, "publish", lambda picture: f"../_frames/{picture.name}.svg")
    state = embed.dependency_state(explorer.widget, drop_defaults=False)
    kinds = [model["model_name"] for model in state.values()]
    assert kinds.count("HTMLModel") == 7**3
    assert kinds.count("StackModel") == kinds.count("DirectionalLinkModel") == 1 + 7 + 49
    # One Layout for all frames and Stacks, a few for controls and boxes; one style for all frames.
    assert kinds.count("LayoutModel") <= 10
    assert kinds.count("HTMLStyleModel") == 1
    text = json.dumps(state)
    assert len(text) < 700_000
    assert len(gzip.compress(text.encode())) < 60_000


def test_lean_state_leaves_out_only_defaults():
    widget = _backends._Html("x")
    lean, full = widget.get_state(), ipywidgets.HTML.get_state(widget)
    lean_keys = set(super(_backends._Lean, widget).get_state()) - set(lean)
    assert {"_model_name", "_model_module", "_model_module_version", "_view_name", "value", "layout"} <= set(
        lean
    )
    for key in lean_keys:
        assert full.get(key, widget.traits()[key].default_value) == widget.traits()[key].default_value


def test_under_nbval_only_the_default_and_the_ends_are_drawn(monkeypatch):
    monkeypatch.setenv("ANNLIB_FRAMES", "ends")
    drawn = []

    def counting(size, word):
        drawn.append((size, word))
        return tiny(size, word)

    widget = example(counting).widget
    assert sorted(drawn) == [(0, "up"), (1, "down"), (1, "up"), (3, "up")]
    assert "drawn in the book" in follow(widget, size=2, word=1).value
    assert "goes up to" in follow(widget, size=3, word=0).value


def test_backend_is_chosen_by_the_environment(monkeypatch, tmp_path):
    assert example().backend == "static"
    monkeypatch.setenv("JPY_SESSION_NAME", "notebook.ipynb")
    assert example().backend == "live"
    assert example(backend="static").backend == "static"
    monkeypatch.setenv("ANNLIB_FRAMES_DIR", str(tmp_path))
    assert example().backend == "static"


def test_display_has_a_picture_for_readers_without_widgets(site, capsys, monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.display.display", lambda data, **options: shown.append(data))
    explorer = example()
    explorer._ipython_display_()
    bundle, still = shown
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == explorer.widget.model_id
    assert bundle["image/svg+xml"].startswith("<svg ")
    assert bundle["text/plain"] == "The bar goes up to <1>."
    assert still["text/html"].startswith('<noscript><figure class="annlib-frame"')
    assert "The bar goes up to &lt;1&gt;." in still["text/html"]
    rooms = re.findall('class="annlib-room annlib-([A-Za-z]+)"', still["text/html"])
    assert rooms == [type(control).__name__ for control in explorer.widget.children[1].children]
    shown.clear()
    example(backend="live")._ipython_display_()
    assert "The bar goes up to &lt;1&gt;." in shown[1]["text/html"]
    monkeypatch.delenv("ANNLIB_FRAMES_DIR")
    shown.clear()
    example()._ipython_display_()
    assert len(shown) == 1


# The cache


def test_a_cached_picture_is_not_drawn_again(site, monkeypatch):
    first = ch01_neurons.neuron().picture(w1=2)
    assert list((site.parent / "frame-cache").glob("*.json.gz"))

    def forbidden(fig, short):
        raise AssertionError("drawn again")

    monkeypatch.setattr("annlib.explorers._explorer.to_svg", forbidden)
    assert ch01_neurons.neuron().picture(w1=2) == first
    with pytest.raises(AssertionError, match="drawn again"):
        ch01_neurons.neuron().picture(w1=-2)


def test_another_source_is_another_key(site, monkeypatch):
    ch01_neurons.neuron().picture()
    monkeypatch.setattr(_frames, "fingerprint", lambda module: "after an edit")
    monkeypatch.setattr(
        "annlib.explorers._explorer.to_svg", lambda fig, short: (_ for _ in ()).throw(LookupError)
    )
    with pytest.raises(LookupError):
        ch01_neurons.neuron().picture()


def test_fingerprint_follows_imports_and_nothing_else(tmp_path, monkeypatch):
    package = tmp_path / "pretend"
    (package / "parts").mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "parts" / "__init__.py").write_text("")
    (package / "parts" / "used.py").write_text("A = 1\n")
    (package / "parts" / "unused.py").write_text("B = 1\n")
    (package / "draws.py").write_text("def draw():\n    from .parts import used\n")
    monkeypatch.syspath_prepend(str(tmp_path))

    def now():
        _frames.fingerprint.cache_clear()
        importlib.invalidate_caches()
        return _frames.fingerprint("pretend.draws")

    before = now()
    (package / "parts" / "unused.py").write_text("B = 2\n")
    assert now() == before
    (package / "parts" / "used.py").write_text("A = 2\n")
    assert now() != before
    for name in [name for name in sys.modules if name.startswith("pretend")]:
        monkeypatch.delitem(sys.modules, name)
    _frames.fingerprint.cache_clear()


def test_fingerprint_of_chapter_1_covers_what_draws_it():
    seen = set()
    original = _frames._source
    _frames.fingerprint.cache_clear()
    try:
        _frames._source = lambda name: seen.add(name) or original(name)
        _frames.fingerprint("annlib.explorers.ch01_neurons")
    finally:
        _frames._source = original
        _frames.fingerprint.cache_clear()
    assert {"annlib.plots.style", "annlib.plots.common", "annlib.activations", "annlib.training"} <= seen
    assert not [name for name in seen if "quizzes" in name or "checks" in name or "explorers._" in name]


def test_a_damaged_cache_file_is_drawn_again(site):
    first = ch01_neurons.neuron().picture()
    (kept,) = (site.parent / "frame-cache").glob("*.json.gz")
    whole = kept.read_bytes()
    for damaged in (b"", b"no archive", whole[:100], whole[:-1], gzip.compress(b'{"svg": "<sv')):
        kept.write_bytes(damaged)
        assert ch01_neurons.neuron().picture() == first
        assert kept.read_bytes() == whole


def test_functions_outside_annlib_are_never_cached(site):
    example().picture()
    assert not (site.parent / "frame-cache").exists()


def _write_often(path, letter):
    for _ in range(50):
        _frames._write(path, letter * 100_000)


def test_writes_are_whole_under_concurrency(tmp_path):
    path = tmp_path / "one.json"
    _frames._write(path, b"a" * 100_000)
    writers = [threading.Thread(target=_write_often, args=(path, letter)) for letter in (b"a", b"b")]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        text = path.read_text()
        assert len(text) == 100_000
        assert len(set(text)) == 1
    assert [entry.name for entry in tmp_path.iterdir()] == ["one.json"]


# Live


def settle(live, seconds=2.0):
    """Let the event loop run until the last computation is done."""

    async def wait():
        await asyncio.wait_for(asyncio.gather(live._task, return_exceptions=True), seconds)

    return wait()


def test_live_answers_a_change_on_a_finer_grid():
    async def run():
        live = _backends.Live(example(backend="live"))
        assert "to &lt;1&gt;" in live.picture.value
        assert 'src="data:image/svg+xml' in live.picture.value
        live.controls["size"].value = 1.25
        await settle(live)
        assert "to &lt;1.25&gt;" in live.picture.value
        live.controls["word"].value = "down"
        await settle(live)
        assert "goes down to &lt;1.25&gt;" in live.picture.value

    asyncio.run(run())


def test_live_works_without_an_event_loop_too():
    live = _backends.Live(example(backend="live"))
    live.controls["size"].value = 2
    assert "to &lt;2&gt;" in live.picture.value


def test_dragging_computes_only_the_last_value():
    drawn = []

    def counting(size, word):
        drawn.append(size)
        return tiny(size, word)

    async def run():
        live = _backends.Live(example(counting, backend="live"))
        for size in np.arange(0, 3, 0.25):
            live.controls["size"].value = float(size)
        await settle(live)
        assert drawn == [1, 2.75]
        assert "to &lt;2.75&gt;" in live.picture.value

    asyncio.run(run())


def test_a_single_change_does_not_wait_and_a_dragged_slider_does(monkeypatch):
    waited, sleep = [], asyncio.sleep

    async def noted(seconds):
        if seconds not in (_backends._REST, _backends._ARRIVAL):  # the waits of who draws ahead
            waited.append(seconds)
        await sleep(0)

    async def run():
        live = _backends.Live(example(tiny, backend="live"))
        for size, drag in ((2, 1e9), (3, 1e9), (1, 0.0)):  # as if no time had gone by, and then some
            monkeypatch.setattr(_backends, "_DRAG", drag)
            live.controls["size"].value = size
            await settle(live)

    monkeypatch.setattr(_backends.asyncio, "sleep", noted)
    monkeypatch.setattr(_backends.Live, "last_change", -1e9)
    asyncio.run(run())
    assert [seconds for seconds in waited if seconds] == [_backends._SETTLE], "for the second change only"


def test_a_live_picture_is_the_same_drawing_said_at_length():
    (frame,) = example(tiny).steps(size=2)
    long = style.to_svg(frame.figure, short=False)
    assert long.startswith("<svg")
    assert style._lean(long) == style.to_svg(frame.figure)
    live = _backends.Live(example(tiny, backend="live"))
    live.controls["size"].value = 2
    assert base64.b64encode(long.encode()).decode() in live.picture.value


@pytest.mark.parametrize("make", ALL)
def test_a_prepared_figure_shows_the_same_picture(make):
    explorer = make()

    def draw():
        return [item for item in explorer.steps() if isinstance(item, Frame)][-1].figure

    fresh = draw()
    style.make_spare(fresh)
    spare = style._spare[fresh.asked]
    axes = set(spare.spare.values())
    assert axes
    prepared = draw()
    assert prepared is spare
    assert set(prepared.axes) >= axes, "what was prepared is what is shown"
    assert style.to_svg(prepared) == style.to_svg(fresh)
    assert draw() is not prepared, "a figure is given away once"


def test_a_figure_for_the_next_picture_is_prepared_while_this_one_is_looked_at(monkeypatch):
    monkeypatch.setattr(style, "_spare", {})
    asked = (2, 1, None)  # of tiny's figure

    async def run():
        live = _backends.Live(example(tiny, backend="live"))
        live.controls["size"].value = 2
        await settle(live)
        assert asked not in style._spare, "in a drag there is no time for it"
        live.controls["size"].value = 3
        await settle(live)
        await live._ahead
        assert list(style._spare[asked].spare) == [(0, 0, 1, 1)]
        assert not live._kept, "annlib cannot know on what else this function depends"

    asyncio.run(run())


def counted(explorer):
    """Let the explorer note what it draws, unnoticed."""
    drawn, draw = [], explorer.draw

    @functools.wraps(draw)
    def noted(**values):
        drawn.append(values)
        return draw(**values)

    explorer.draw = noted
    return drawn


def test_the_pictures_one_step_away_are_drawn_ahead(monkeypatch):
    monkeypatch.setattr(_backends, "_AHEAD", 60.0)

    async def run():
        live = _backends.Live(ch01_neurons.neuron("live"))
        drawn, bias = counted(live.explorer), live.controls["b"]
        grid, start = live.explorer.parameters["b"].live, bias.index

        async def move(by):
            bias.index += by
            await settle(live)
            sentence = ch01_neurons.draw_neuron(**live.values).sentence
            assert html.escape(sentence, quote=False) in live.picture.value

        await move(-1)
        await live._ahead
        assert [values["b"] for values in drawn[:3]] == [grid[start + by] for by in (-1, -2, 0)], (
            "on, and back"
        )
        others = [(values["w1"], values["w2"]) for values in drawn[3:]]
        assert len(set(others)) == 4, "a step up and down of either weight"
        for by in (-1, 2, -1):  # the first two were drawn ahead, the third has been seen
            await move(by)
        live.controls["w2"].index -= 1
        await settle(live)
        assert len(drawn) == 7

    asyncio.run(run())


def test_the_first_step_is_drawn_ahead_too(monkeypatch):
    monkeypatch.setattr(_backends, "_ARRIVAL", 0.0)
    monkeypatch.setattr(_backends, "_AHEAD", 60.0)

    async def run():
        live = _backends.Live(ch01_neurons.neuron("live"))
        drawn, first = counted(live.explorer), live.controls["w1"]
        grid, start = live.explorer.parameters["w1"].live, first.index
        assert not drawn, "the cell comes first"
        await live._ahead
        assert [values["w1"] for values in drawn[:2]] == [grid[start + 1], grid[start - 1]]
        assert len(drawn) == 6, "a step up and down of each"
        first.index += 1
        await settle(live)
        assert len(drawn) == 6
        assert (
            html.escape(ch01_neurons.draw_neuron(**live.values).sentence, quote=False) in live.picture.value
        )

    asyncio.run(run())


def test_what_takes_long_or_was_stopped_is_not_drawn_ahead(monkeypatch):
    monkeypatch.setattr(_backends, "_AHEAD", 0.0)

    async def run():
        live = _backends.Live(ch01_neurons.neuron("live"))
        drawn = counted(live.explorer)
        live.controls["b"].index += 1
        await live._ahead
        assert len(drawn) == 1
        monkeypatch.setattr(_backends, "_AHEAD", 60.0)
        live.controls["b"].index += 1
        live._stopped()
        await asyncio.gather(live._task, live._ahead, return_exceptions=True)
        assert len(drawn) == 1

    asyncio.run(run())


@pytest.mark.parametrize("fault", ["raises", "endless"])
def test_a_neighbor_that_raises_or_takes_long_is_left_alone(monkeypatch, fault):
    lost, begun, closed = [], [], []

    async def run():
        asyncio.get_running_loop().set_exception_handler(lambda loop, context: lost.append(context))
        live = _backends.Live(ch01_neurons.neuron("live"))
        bias, draw = live.controls["b"], live.explorer.draw
        wrong = live.explorer.parameters["b"].live[bias.index + 2]

        @functools.wraps(draw)
        def some(**values):
            if values["b"] != wrong:
                return draw(**values)
            if fault == "raises":
                raise InputError("this bias is out of stock.")
            return endless(values)

        def endless(values):
            begun.append(values)
            try:
                while True:
                    yield 0.5
            finally:
                closed.append(values)

        live.explorer.draw = some
        bias.index += 1
        await settle(live)
        await asyncio.wait_for(live._ahead, 10)
        assert "alert" not in live.picture.value, "nobody asked for it"
        assert live.status.value == ""
        assert begun == closed
        assert len(begun) == (fault == "endless")
        if fault == "raises":
            bias.index += 1
            await settle(live)
            assert "this bias is out of stock" in live.picture.value

    asyncio.run(run())
    gc.collect()
    assert not lost


def test_only_so_many_pictures_are_kept(monkeypatch):
    monkeypatch.setattr(_backends, "_KEPT", 2)

    async def run():
        live = _backends.Live(ch01_neurons.neuron("live"))
        for by in (1, 1, 1):
            live.controls["b"].index += by
            await settle(live)
        grid, index = live.explorer.parameters["b"].live, live.controls["b"].index
        assert [key[2] for key in live._kept] == [grid[index - 1], grid[index]], "the newest"

    asyncio.run(run())


def test_the_next_change_stops_a_long_computation():
    steps, closed = [], []

    def long(size, word):
        try:
            for step in range(1, 1000 if size == 3 else 3):
                steps.append(size)
                yield step / 1000
        finally:
            closed.append(size)
        yield tiny(size, word)

    async def run():
        live = _backends.Live(example(long, backend="live"))
        live.controls["size"].value = 3
        await asyncio.sleep(_backends._SETTLE)
        while steps.count(3) < 10:
            await asyncio.sleep(0)
        live.controls["size"].value = 2
        await settle(live)
        assert steps.count(3) < 100, "it went on after the change"
        assert closed == [1, 3, 2]
        assert "to &lt;2&gt;" in live.picture.value

    asyncio.run(run())


def test_who_waits_is_told_how_far_it_is(monkeypatch):
    monkeypatch.setattr(_backends, "_PATIENCE", 0.0)
    told = []

    def long(size, word):
        yield 0.25
        yield 0.5
        yield tiny(size, word)

    async def run():
        live = _backends.Live(example(long, backend="live"))
        live.status.observe(lambda change: told.append(change["new"]), names="value")
        live.controls["size"].value = 2
        await settle(live)
        assert live.status.value == ""

    asyncio.run(run())
    assert "25%" in told[0]
    assert "<progress" in told[0]
    assert "50%" in told[1]


def test_who_waits_can_stop_it(monkeypatch):
    monkeypatch.setattr(_backends, "_PATIENCE", 0.0)
    yielded = []

    def endless(size, word):
        if size == 1:
            yield tiny(size, word)
            return
        while True:
            yielded.append(size)
            yield 0.5

    async def run():
        live = _backends.Live(example(endless, backend="live"))
        assert live.stop.layout.display == "none"
        live.controls["size"].value = 2
        while live.stop.layout.display == "none":
            await asyncio.sleep(0.01)
        live.stop.click()
        await settle(live)
        so_far = len(yielded)
        await asyncio.sleep(0.05)
        assert len(yielded) == so_far > 0
        assert live.stop.layout.display == "none"
        assert "Stopped" in live.status.value
        live.controls["size"].value = 1
        await settle(live)
        assert live.status.value == ""

    asyncio.run(asyncio.wait_for(run(), 20))


def test_stop_holds_the_player_and_says_nothing_wrong_when_it_was_done_just_before():
    def endless(size, word):
        yield tiny(size, word)
        while size == 2:
            yield 0.5

    async def run():
        explorer = Explorer(
            endless,
            size=Numbers("size", stops=[1, 2, 3], default=1, play=0.5),
            word=Choice("word", options=["up", "down"], default="up"),
            backend="live",
        )
        live = _backends.Live(explorer)
        (player,) = live.players
        player.play.value = True
        while live.controls["size"].value != 2:
            await asyncio.sleep(0.01)
        live.stop.click()
        assert not player.play.value
        assert "Stopped" in live.status.value
        await asyncio.gather(player._task, return_exceptions=True)
        assert live.controls["size"].value == 2, "it stays where it was stopped"
        live.controls["size"].value = 3
        await settle(live)
        live.stop.click()
        assert live.status.value == "", "what is seen is what the controls say"

    asyncio.run(asyncio.wait_for(run(), 20))


def test_what_another_thread_moves_is_drawn_where_cells_run():
    threads = []

    def noted(size, word):
        threads.append(threading.current_thread())
        return tiny(size, word)

    async def run():
        explorer = Explorer(
            noted,
            size=Numbers("size", stops=[1, 2, 3], default=1, play=0.5),
            word=Choice("word", options=["up", "down"], default="up"),
            backend="live",
        )
        live = _backends.Live(explorer)
        (player,) = live.players

        async def subshell(move):  # as JupyterLab's: with an event loop of its own
            move()

        async def moved(move, sentence):
            await asyncio.to_thread(asyncio.run, subshell(move))
            while sentence not in live.picture.value:
                await asyncio.sleep(0.01)

        size, word = live.controls["size"], live.controls["word"]
        await moved(lambda: size.set_trait("index", 1), "goes up to &lt;2&gt;")
        await moved(lambda: word.set_trait("index", 1), "goes down to &lt;2&gt;")
        await moved(lambda: player.play.set_trait("value", True), "goes down to &lt;3&gt;")
        await moved(lambda: player.back.click(), "goes down to &lt;1&gt;")
        assert len(threads) >= 5
        assert set(threads) == {threading.current_thread()}

    asyncio.run(asyncio.wait_for(run(), 20))


def test_intermediate_frames_are_shown():
    shown = []

    def growing(size, word):
        for part in (0.5, 1.0):
            yield tiny(size * part, word)

    async def run():
        live = _backends.Live(example(growing, backend="live"))
        live.picture.observe(lambda change: shown.append(change["new"]), names="value")
        live.controls["size"].value = 3
        await settle(live)

    asyncio.run(run())
    assert ["to &lt;1.5&gt;" in shown[0], "to &lt;3&gt;" in shown[1]] == [True, True]
    assert example(growing).picture(size=2).sentence == "The bar goes up to <2>."


def test_an_exception_is_shown_in_words_and_the_next_change_recovers():
    def broken(size, word):
        if size == 3:
            raise InputError("size must be below 3, got <3>; move it back.")
        return tiny(size, word)

    async def run():
        live = _backends.Live(example(broken, backend="live"))
        live.controls["size"].value = 3
        await settle(live)
        assert 'role="alert"' in live.picture.value
        assert "There is no picture for size = 3, word = up." in live.picture.value
        assert "size must be below 3, got &lt;3&gt;; move it back." in live.picture.value
        assert "test_explorers.py" in live.picture.value, "the place is named"
        live.controls["size"].value = 2
        await settle(live)
        assert "to &lt;2&gt;" in live.picture.value
        assert 'role="alert"' not in live.picture.value

    asyncio.run(run())


def test_hidden_units_can_be_stopped_while_they_train():
    items = ch01_neurons.hidden_units().steps(units=8)
    first = next(items)
    assert isinstance(first, float)
    start = time.monotonic()
    next(items)
    assert time.monotonic() - start < 0.3, "a slider's message waits no longer than this"
    items.close()


# Wrong use is named


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (lambda: Explorer(tiny), "at least one parameter"),
        (lambda: Explorer(tiny, size=3), "'size' must be Numbers"),
        (lambda: example(backend="dead"), "backend must be"),
        (lambda: Numbers("a", stops=[1], default=1), "two or more"),
        (lambda: Numbers("a", stops=[2, 1], default=1), "increasing"),
        (lambda: Numbers("a", stops=[1, 2], default=3), "default"),
        (lambda: Numbers("a", stops=[1, 2], default=1, step=0), "step"),
        (lambda: Numbers("a", stops=[1, 2], default=1, play=0.1), "play"),
        (lambda: Choice("a", options=["x"], default="x"), "two or more"),
        (lambda: Choice("a", options=["x", "y"], default="z"), "default"),
        (lambda: Choice("a", options=["x", "y"], default="x", more=["y"]), "different"),
        (lambda: example(one_at_a_time=["size"]), "two or more of"),
        (lambda: example(one_at_a_time=["size", "color"]), "two or more of"),
        (lambda: Frame("no figure", "words"), "matplotlib Figure"),
        (lambda: Frame(figure(1, 1), " "), "sentence"),
        (lambda: example().picture(sizes=1), "'sizes'"),
        (lambda: example(lambda size, word: None).picture(), "return a Frame"),
        (lambda: example(lambda size, word: iter([0.5])).picture(), "yielded no Frame"),
        (lambda: example(lambda size, word: Frame(figure(1 + size, 1), "x")).widget, "one size"),
    ],
)
def test_wrong_use_is_named(wrong, message):
    with pytest.raises(InputError, match=message):
        wrong()


def test_many_options_become_a_list():
    options = ["a", "b", "c", "d", "e", "f"]
    control = Choice("letter", options=options, default="c").control(options, 2, "4em")
    assert isinstance(control, ipywidgets.Dropdown)
    assert (control.index, control.value) == (2, "c")


def test_slider_shows_a_true_minus_sign():
    control = Numbers("b", stops=[-1.5, 2], default=2).control([-1.5, 2], 1, "4em")
    assert [label for label, _ in control.options] == ["\N{MINUS SIGN}1.5", "2"]


# The page "Write an explorer of your own"


@pytest.mark.parametrize("server", [False, True], ids=["a page", "live"])
def test_the_example_to_paste_runs_in_a_notebook_elsewhere(server, tmp_path, monkeypatch):
    page = nbformat.read(ROOT / "book" / "your-own-explorer.ipynb", as_version=4)
    example_cell = next(cell.source for cell in page.cells if cell.cell_type == "code")
    if server:
        monkeypatch.setenv("JPY_SESSION_NAME", "elsewhere.ipynb")
    more = """
explorer = _
slider = explorer.widget.children[1].children[1]
if explorer.backend == "live":
    slider.value = 43
    await explorer.widget.explorer.settled()
    print(explorer.widget.children[0].children[0].value)
else:
    from ipywidgets.embed import embed_minimal_html
    embed_minimal_html("throw.html", views=[explorer.widget])
"""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(example_cell), nbformat.v4.new_code_cell(more)],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}, timeout=120).execute()
    widget_view = "application/vnd.jupyter.widget-view+json"
    (shown,) = (output for output in notebook.cells[0].outputs if widget_view in output.data)
    distance, height = 100 * np.sin(np.radians(80)) / 9.81, (10 * np.sin(np.radians(40))) ** 2 / 2 / 9.81
    expected = f"the ball rises to {height:.1f} m and lands after {distance:.1f} m."
    assert shown.data["text/plain"] == f"Earth, 40 degrees: {expected}"
    if server:
        assert "Earth, 43 degrees: the ball rises" in notebook.cells[1].outputs[0].text
    else:
        assert (tmp_path / "throw.html").read_text(encoding="utf-8").count("data:image/svg+xml") == 3 * 8
