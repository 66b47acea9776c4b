"""The two backends of an explorer.

Static: every combination is drawn, and ipywidgets alone joins controls and pictures in the browser. A `Stack`
shows one of its children; there is one level of Stacks for each parameter, and each Stack follows the index
of its control. Live: the controls call the drawing function again, and only the last change counts.
"""

from __future__ import annotations

import asyncio
import functools
import gc
import html
import json
import math
import os
import sys
import time
import traceback
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from contextlib import aclosing, contextmanager
from typing import Any, ClassVar

import ipywidgets
from matplotlib.figure import Figure

from annlib.explorers._explorer import Explorer, Frame, Value
from annlib.explorers._frames import Picture, caption_lines, figure_html, inline, is_ours, publish
from annlib.plots.style import StyledFigure, make_spare

__all__ = ["Live", "static"]

_PATIENCE = 1.0
"""Seconds after which someone who waits is told how far it is."""

_FASTEST = 400
"""Milliseconds that a running slider shows a picture at least: faster flicker harms some people."""

_SETTLE = 0.01
"""Seconds that a change waits for a newer one before it computes: a dragged slider sends many."""

_DRAG = 0.3
"""Seconds after a change in which the next one is part of the same drag; a later one is answered at once."""


_REST = 0.05
"""Seconds without a change after which the next pictures are prepared: in a drag there is no time for it."""

_ARRIVAL = 1.0
"""Seconds after which a new explorer draws ahead for the first time: until then the next cell may begin."""

_AHEAD = 0.5
"""Seconds that may be spent on pictures that perhaps nobody asks for."""

_KEPT = 64
"""Pictures that a live explorer keeps, of some 80 KB each."""


class _Lean:
    """Leave defaults out of the state that a page must carry: there are hundreds of frames."""

    def get_state(self, key: Any = None, drop_defaults: bool = False) -> Any:
        state = super().get_state(key, drop_defaults)  # type: ignore[misc]
        if key is not None:
            return state
        traits = self.traits()  # type: ignore[attr-defined]
        return {
            name: value
            for name, value in state.items()
            if name.startswith(("_model", "_view_m", "_view_name")) or value != traits[name].default_value
        }


class _Html(_Lean, ipywidgets.HTML):  # type: ignore[misc]
    pass


class _Stack(_Lean, ipywidgets.Stack):  # type: ignore[misc]
    pass


def _controls(explorer: Explorer, live: bool) -> dict[str, Any]:
    """Return a control for each parameter, at its default."""
    longest = max(len(parameter.label) for parameter in explorer.parameters.values())
    width = f"{0.55 * longest + 1:.4g}em"
    made = {}
    for name, parameter in explorer.parameters.items():
        grid = parameter.live if live else parameter.stops
        made[name] = parameter.control(grid, grid.index(parameter.default), width)
    return made


def _player(control: Any, seconds: float) -> Any:
    """Return buttons that let a slider run, and how fast: the browser counts, no kernel is needed."""
    player = ipywidgets.Play(
        min=0,
        max=len(control.options) - 1,
        value=control.index,
        interval=round(1000 * seconds),
        show_repeat=False,
    )
    pace = ipywidgets.IntSlider(
        value=player.interval,
        min=_FASTEST,
        max=max(4000, player.interval),
        step=100,
        description="pace, ms a picture",
        tooltip=f"Milliseconds for which each picture is shown while {control.description} runs",
        style={"description_width": "10em"},
        layout={"width": "auto", "max_width": "34rem"},
    )
    ipywidgets.jslink((player, "value"), (control, "index"))  # both ways: it goes on from where one slid to
    ipywidgets.jslink((pace, "value"), (player, "interval"))
    return ipywidgets.VBox([player, pace]).add_class("annlib-player")


def _container(explorer: Explorer, picture: Any, controls: dict[str, Any], players: dict[str, Any]) -> Any:
    """Put the controls under the picture: there the hand does not cover what moves."""
    rows = []
    for name, control in controls.items():
        if explorer.backend == "static" and name == next(iter(explorer.one_at_a_time), None):
            rows.append(_Html(_rule(explorer)))
        rows.append(control)
        if name in players:
            rows.append(players[name])
    box = ipywidgets.VBox(rows)
    return ipywidgets.VBox([picture, box.add_class("annlib-explorer-controls")])


def _named(explorer: Explorer) -> str:
    """Name the controls of which one at a time is off its default."""
    *labels, last = (html.escape(explorer.parameters[name].label) for name in explorer.one_at_a_time)
    return f"{', '.join(labels)} and {last}"


def _rule(explorer: Explorer) -> str:
    """Say above the controls of which one at a time is off its default that it is so, and why."""
    return (
        f'<p class="annlib-rule">In this page, of {_named(explorer)} one at a time differs from its start; '
        'the others go back to it. In Jupyter all are free. <output class="annlib-went-back"></output></p>'
    )


def _not_in_page(explorer: Explorer, size: tuple[int, int], lines: int) -> str:
    """Return what stands where a picture would be if two of `one_at_a_time` are moved.

    The page's script moves the first of them back as soon as it sees this; without the script it is read.
    """
    labels = {explorer.parameters[name].label: explorer.parameters[name] for name in explorer.one_at_a_time}
    starts = {label: parameter.stops.index(parameter.default) for label, parameter in labels.items()}
    return (
        f'<figure class="annlib-frame annlib-not-in-page" data-starts="{html.escape(json.dumps(starts))}">'
        f'<div style="aspect-ratio:{size[0]}/{size[1]};max-width:{size[0]}px"></div>'
        f'<figcaption style="min-height:{1.45 * lines:g}em">Two of {_named(explorer)} are moved, and of that '
        "the page has no picture: move one of them back. In Jupyter all are free.</figcaption></figure>"
    )


def _wanted(explorer: Explorer) -> Iterator[tuple[int, ...]]:
    """Yield the settings to draw, by the index of each stop: all, or the default and the ends under nbval."""
    grids = [parameter.stops for parameter in explorer.parameters.values()]
    if os.environ.get("ANNLIB_FRAMES") != "ends":
        for setting in explorer.settings():
            yield tuple(grid.index(value) for grid, value in zip(grids, setting.values(), strict=True))
        return
    default = tuple(grid.index(value) for grid, value in zip(grids, explorer.defaults.values(), strict=True))
    ends = (
        (*default[:level], end, *default[level + 1 :])
        for level, grid in enumerate(grids)
        for end in (0, len(grid) - 1)
    )
    yield from dict.fromkeys([default, *ends])


def static(explorer: Explorer) -> Any:
    """Return a widget that needs no kernel: Stacks of pictures, joined to the controls in the browser."""
    names = list(explorer.parameters)
    grids = [parameter.stops for parameter in explorer.parameters.values()]
    wanted = list(_wanted(explorer))
    pictures: dict[tuple[int, ...], Picture] = {}
    for position in _Progress(wanted):
        values = {name: grid[i] for name, grid, i in zip(names, grids, position, strict=True)}
        pictures[position] = explorer.picture(**values)
    urls = {position: publish(picture) for position, picture in pictures.items()}
    inlined = next(iter(urls.values())).startswith("data:")
    lines = caption_lines(picture.sentence for picture in pictures.values())

    # One Layout and one Style for all: two models in the page's state instead of two for each picture.
    layout, look = ipywidgets.Layout(), ipywidgets.HTML().style
    in_book = _Html("<p>This picture is drawn in the book.</p>", layout=layout, style=look)
    two_moved = _Html("", layout=layout, style=look)
    if explorer.one_at_a_time:
        two_moved.value = _not_in_page(explorer, next(iter(pictures.values())).size, lines)

    def frame(position: tuple[int, ...]) -> Any:
        if position not in pictures:
            return in_book
        near = []
        for level, _ in enumerate(grids):
            for step in (-1, 1):
                beside = (*position[:level], position[level] + step, *position[level + 1 :])
                near.append(urls.get(beside, ""))
        value = figure_html(
            pictures[position],
            urls[position],
            near=() if inlined else filter(None, near),
            lines=lines,
        )
        return _Html(value, layout=layout, style=look)

    controls = _controls(explorer, live=False)
    players = {
        name: _player(controls[name], parameter.play)
        for name, parameter in explorer.parameters.items()
        if parameter.play is not None
    }
    # The parameter with the fewest stops is the outermost: that makes the fewest Stacks and links. Outside
    # of them are those of which one at a time is moved: where a second one is, there is nothing to nest.
    order = sorted(
        range(len(names)), key=lambda level: (names[level] not in explorer.one_at_a_time, len(grids[level]))
    )
    defaults = explorer.defaults

    def nest(depth: int, chosen: dict[int, int]) -> Any:
        setting = defaults | {names[level]: grids[level][i] for level, i in chosen.items()}
        if not explorer.in_page(setting):
            return two_moved
        if depth == len(order):
            return frame(tuple(chosen[level] for level in range(len(names))))
        level = order[depth]
        children = [nest(depth + 1, chosen | {level: i}) for i in range(len(grids[level]))]
        control = controls[names[level]]
        stack = _Stack(children, selected_index=control.index, layout=layout)
        ipywidgets.jsdlink((control, "index"), (stack, "selected_index"))
        return stack

    return _container(explorer, nest(0, {}), controls, players)


def still(explorer: Explorer) -> str:
    """Return the picture at the defaults and, for a site's style sheet, the room that the controls take."""
    shown, box = explorer.widget.children
    while isinstance(shown, _Stack):
        shown = shown.children[shown.selected_index]
    picture = explorer.picture()
    figure = shown.value if isinstance(shown, _Html) else figure_html(picture, publish(picture))  # if live
    rooms = (f'<span class="annlib-room annlib-{type(row).__name__}"></span>' for row in box.children)
    return figure + "".join(rooms)


class _Progress:
    """Say how many pictures are drawn once it takes long, where somebody waits: in Jupyter, in a terminal."""

    def __init__(self, positions: Sequence[tuple[int, ...]]) -> None:
        self._positions = positions
        self._handle: Any = None

    def __iter__(self) -> Iterator[tuple[int, ...]]:
        start = said = time.monotonic()
        for done, position in enumerate(self._positions):
            yield position
            now = time.monotonic()
            if now - start > _PATIENCE and now - said > 0.5:
                said = now
                self._say(f"Drawing the pictures of this explorer: {done + 1} of {len(self._positions)}")
        if self._handle is not None:
            self._handle.update({"text/plain": ""}, raw=True)

    def _say(self, text: str) -> None:
        try:
            from IPython import get_ipython
            from IPython.display import display
        except ImportError:  # ipywidgets brings IPython; only a broken environment comes here
            return
        shell = get_ipython()
        if shell is None:
            if sys.stderr.isatty():
                print(f"\r{text}", end="", file=sys.stderr, flush=True)
        elif "ANNLIB_FRAMES_DIR" in os.environ:
            return  # a book is built: what a cell says would be printed in it
        elif self._handle is None:
            self._handle = display(  # type: ignore[no-untyped-call]
                {"text/plain": text}, raw=True, display_id=True
            )
        else:
            self._handle.update({"text/plain": text}, raw=True)


@contextmanager
def _unswept() -> Iterator[None]:
    """Let garbage wait: figures are full of cycles, and sweeping them takes a fifth of a picture's time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:  # no kernel around us: plain Python
        return None


class Live:
    """Controls that call the drawing function again; of several quick changes only the last is computed.

    Where nothing but the values decides about a picture (the functions of annlib), pictures one step away are
    drawn while the learner looks at this one.

    Parameters
    ----------
    explorer : Explorer
        Its first picture is drawn at once, so that an error there is an error of the cell.
    """

    last_change: ClassVar[float] = -math.inf  # of any explorer of this kernel

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.controls = _controls(explorer, live=True)
        self.picture = ipywidgets.HTML()
        self.status = ipywidgets.HTML(layout={"min_height": "1.5em"})
        self.stop = ipywidgets.Button(description="Stop", layout={"display": "none"})
        self.stop.on_click(lambda _: self.in_turn(self._stopped))
        self._lines = 1
        self._task: asyncio.Task[None] | None = None
        self._ahead: asyncio.Task[None] | None = None
        self._loop = _running_loop()
        self._kept: dict[tuple[Value, ...], Picture] = {}
        self._figure: Figure | None = None
        self._show(explorer.picture())
        players = {
            name: _LivePlayer(self, self.controls[name], parameter.play)
            for name, parameter in explorer.parameters.items()
            if parameter.play is not None
        }
        self.players = list(players.values())
        for name, control in self.controls.items():
            control.observe(functools.partial(self._changed, name), names="index")
        shown = ipywidgets.VBox([self.picture, ipywidgets.HBox([self.status, self.stop])])
        buttons = {name: player.buttons for name, player in players.items()}
        self.container = _container(explorer, shown, self.controls, buttons)
        self.container.explorer = self  # alive as long as what is shown
        if self._loop is not None:
            self._ahead = self._loop.create_task(self._look_ahead(_ARRIVAL, next(iter(self.controls)), 1))

    @property
    def values(self) -> dict[str, Value]:
        """What the controls say now."""
        return {name: control.value for name, control in self.controls.items()}

    def in_turn(self, call: Callable[..., None], *args: Any) -> None:
        """Call it in the thread in which cells run.

        JupyterLab hands on what the controls say in another one (a subshell). Matplotlib's settings belong to
        the whole process: what is drawn there would change the look of what a running cell draws here.
        """
        if self._loop is None or self._loop is _running_loop():
            call(*args)
        else:
            self._loop.call_soon_threadsafe(call, *args)

    def _changed(self, name: str, change: Any) -> None:
        now = time.monotonic()
        settle = _SETTLE if now - Live.last_change < _DRAG else 0
        Live.last_change = now  # at once: who draws ahead sees it, and lets this one pass
        self.in_turn(self._start, name, change.new - change.old, settle)

    def _start(self, name: str, moved: int, settle: float) -> None:
        """Start anew with the latest values; what still runs for older ones is stopped."""
        self._cancel()
        answer = self._answer(self.values, settle)
        if (loop := _running_loop()) is None:  # compute here and now
            asyncio.run(answer)
            return
        self._task = loop.create_task(answer)
        self._ahead = loop.create_task(self._after(self._task, name, moved))

    async def settled(self) -> None:
        """Wait until what the controls say now is shown."""
        while self._task is not None and not self._task.done():
            await asyncio.wait([self._task])

    async def _answer(self, values: dict[str, Value], settle: float) -> None:
        """Compute step by step, open to be stopped between any two steps."""
        await asyncio.sleep(settle)
        start = time.monotonic()
        fraction, shown = 0.0, False
        try:
            async with aclosing(self._steps(values)) as steps:
                async for item in steps:
                    if isinstance(item, Picture):
                        self._show(item)
                        shown = True
                    else:
                        fraction = item
                    if time.monotonic() - start > _PATIENCE:
                        self._tell(fraction)
            if not shown:
                raise RuntimeError("the drawing function yielded no Frame; its last yield must be one.")
            self.status.value = ""
        except Exception as error:
            self._explain(error, values)
        finally:
            self.stop.layout.display = "none"

    async def _steps(self, values: dict[str, Value]) -> AsyncGenerator[float | Picture]:
        """Yield fractions and pictures; between them others have their turn, and may stop it."""
        key = tuple(values.values())
        if (kept := self._kept.get(key)) is not None:
            yield kept
            return
        drawing, made = self.explorer.steps(**values), None
        try:
            while True:
                with _unswept():
                    if (item := next(drawing, None)) is None:
                        break
                    if isinstance(item, Frame):
                        self._figure = item.figure
                    made = self.explorer.render(item, short=False) if isinstance(item, Frame) else item
                yield made
                await asyncio.sleep(0)  # here the next message of a slider comes in, and may cancel us
        finally:
            drawing.close()  # type: ignore[attr-defined]
        if isinstance(made, Picture) and is_ours(self.explorer.draw):
            self._kept[key] = made
            if len(self._kept) > _KEPT:
                del self._kept[next(iter(self._kept))]

    async def _after(self, answer: asyncio.Task[None], name: str, moved: int) -> None:
        """Look ahead from an answer, unless it took too long to do the like unasked."""
        start = time.monotonic()
        await asyncio.wait([answer])
        if time.monotonic() - start < _AHEAD:
            await self._look_ahead(_REST, name, moved)

    async def _look_ahead(self, rest: float, name: str, moved: int) -> None:
        """Draw what is one step away, once the learner pauses.

        First the control that was moved, a step on and a step back, then the others. What else may be asked
        for finds at least a figure with empty axes ready.
        """
        await asyncio.sleep(rest)
        spent = 0.0
        for values in self._neighbors(name, moved) if is_ours(self.explorer.draw) else []:
            while (idle := time.monotonic() - Live.last_change) < rest:  # another explorer is moved
                await asyncio.sleep(rest - idle)
            start = time.monotonic()
            if spent > _AHEAD or not await self._draw_ahead(values):
                break
            spent += time.monotonic() - start
        if isinstance(self._figure, StyledFigure):
            make_spare(self._figure)

    async def _draw_ahead(self, values: dict[str, Value]) -> bool:
        """Draw a picture to keep; tell whether it was done, without an error and soon enough."""
        start = time.monotonic()
        try:
            async with aclosing(self._steps(values)) as steps:
                async for _ in steps:
                    if time.monotonic() - start > _AHEAD:
                        return False
        except Exception:  # nobody asked for it; who does has it drawn again by `_answer`, and is told
            return False
        return True

    def _neighbors(self, moved: str, by: int) -> Iterator[dict[str, Value]]:
        """Yield the settings one step away, in the order in which they are likely to be asked for."""
        values = self.values
        for name in dict.fromkeys([moved, *self.controls]):
            grid = self.explorer.parameters[name].live
            here, step = grid.index(values[name]), -1 if by < 0 else 1
            for index in (here + step, here - step):
                if 0 <= index < len(grid):
                    yield values | {name: grid[index]}

    def _show(self, picture: Picture) -> None:
        """Put a picture in place, with room for the longest sentence so far."""
        self._lines = max(self._lines, caption_lines([picture.sentence]))
        self.picture.value = figure_html(picture, inline(picture), lines=self._lines)

    def _cancel(self) -> None:
        for task in (self._task, self._ahead):
            if task is not None:
                task.cancel()

    def _stopped(self) -> None:
        """Leave off, and say that what is seen is older than what the controls say."""
        for player in self.players:
            player.play.value = False  # it would only start the next computation
        if self._task is None or self._task.done():
            return  # it was done just before: what is seen is what the controls say
        self._cancel()
        self.status.value = "Stopped. The picture is that of an earlier setting; move a control to go on."

    def _tell(self, fraction: float) -> None:
        """Say how far a long computation is, and offer to stop it."""
        self.stop.layout.display = ""
        self.status.value = (
            f'<label>Computing <progress max="1" value="{fraction:.3f}">{fraction:.0%}</progress> '
            f"{fraction:.0%}</label>"
        )

    def _explain(self, error: Exception, values: dict[str, Value]) -> None:
        """Say in words that there is no picture, and why: in a callback an exception would vanish."""
        setting = ", ".join(
            f"{self.explorer.parameters[name].label} = {value}" for name, value in values.items()
        )
        trace = "".join(traceback.format_exception(error))
        self.status.value = ""
        self.picture.value = (
            '<figure class="annlib-frame annlib-error"><figcaption role="alert">'
            f"<strong>There is no picture for {html.escape(setting)}.</strong> "
            f"{html.escape(type(error).__name__)}: {html.escape(str(error).rstrip('.'))}. "
            "Move a control to go on.</figcaption>"
            f"<details><summary>Where it happened</summary><pre>{html.escape(trace)}</pre></details></figure>"
        )


class _LivePlayer:
    """Buttons that let a slider run; unlike ipywidgets' Play they have words, and wait for each picture."""

    def __init__(self, live: Live, control: Any, seconds: float) -> None:
        self.live, self.control, self.seconds = live, control, seconds
        about = control.description
        self.play = ipywidgets.ToggleButton(description="Play", icon="play", tooltip=f"Let {about} run")
        self.back = ipywidgets.Button(description="Back to the start", tooltip=f"{about}: back to the start")
        self.pace = ipywidgets.Dropdown(
            options=[("slow", 2.0), ("normal", 1.0), ("fast", 0.5)], value=1.0, description="pace"
        )
        self.buttons = ipywidgets.HBox([self.play, self.back, self.pace]).add_class("annlib-live-player")
        self._task: asyncio.Task[None] | None = None
        self.play.observe(lambda change: live.in_turn(self._pressed, change.new), names="value")
        self.back.on_click(lambda _: live.in_turn(self._to_the_start))

    def _to_the_start(self) -> None:
        self.play.value, self.control.index = False, 0

    def _pressed(self, runs: bool) -> None:
        if self._task is not None:
            self._task.cancel()
        self.play.description, self.play.icon = ("Pause", "pause") if runs else ("Play", "play")
        if runs:
            self._task = asyncio.get_running_loop().create_task(self._run())

    async def _run(self) -> None:
        last = len(self.control.options) - 1
        if self.control.index == last:
            self.control.index = 0
        while self.control.index < last:
            await asyncio.sleep(max(self.seconds * self.pace.value, _FASTEST / 1000))
            self.control.index += 1
            await self.live.settled()
        self.play.value = False
