"""The two backends of an explorer.

Static: every combination is drawn, and ipywidgets alone joins controls and pictures in the browser. A `Stack`
shows one of its children; there is one level of Stacks for each parameter, and each Stack follows the index
of its control. Live: the controls call the drawing function again, and only the last change counts.
"""

from __future__ import annotations

import asyncio
import html
import itertools
import os
import sys
import time
import traceback
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import ipywidgets

from annlib.explorers._frames import Picture, caption_lines, figure_html, inline, publish

if TYPE_CHECKING:
    from annlib.explorers._explorer import Explorer, Value

__all__ = ["Live", "static"]

_PATIENCE = 1.0
"""Seconds after which someone who waits is told how far it is."""

_SETTLE = 0.01
"""Seconds that a change waits for a newer one before it computes: a dragged slider sends many."""


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
    """Return buttons that let a slider run: the browser counts, so it works with and without a kernel."""
    player = ipywidgets.Play(
        min=0,
        max=len(control.options) - 1,
        value=control.index,
        interval=round(1000 * seconds),
        show_repeat=False,
    )
    ipywidgets.jslink((player, "value"), (control, "index"))  # both ways: it goes on from where one slid to
    return player.add_class("annlib-player")


def _container(explorer: Explorer, picture: Any, controls: dict[str, Any]) -> Any:
    """Put the controls under the picture: there the hand does not cover what moves."""
    rows = []
    for name, control in controls.items():
        rows.append(control)
        if (seconds := explorer.parameters[name].play) is not None:
            rows.append(_player(control, seconds))
    box = ipywidgets.VBox(rows)
    return ipywidgets.VBox([picture, box.add_class("annlib-explorer-controls")])


def _wanted(explorer: Explorer) -> Iterator[tuple[int, ...]]:
    """Yield the combinations of stops to draw, by index: all, or the default and the ends under nbval."""
    grids = [parameter.stops for parameter in explorer.parameters.values()]
    if os.environ.get("ANNLIB_FRAMES") != "ends":
        yield from itertools.product(*(range(len(grid)) for grid in grids))
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
    missing = _Html("<p>This picture is drawn in the book.</p>", layout=layout, style=look)

    def frame(position: tuple[int, ...]) -> Any:
        if position not in pictures:
            return missing
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
    # The parameter with the fewest stops is the outermost: that makes the fewest Stacks and links.
    order = sorted(range(len(names)), key=lambda level: len(grids[level]))

    def nest(depth: int, chosen: dict[int, int]) -> Any:
        if depth == len(order):
            return frame(tuple(chosen[level] for level in range(len(names))))
        level = order[depth]
        children = [nest(depth + 1, chosen | {level: i}) for i in range(len(grids[level]))]
        control = controls[names[level]]
        stack = _Stack(children, selected_index=control.index, layout=layout)
        ipywidgets.jsdlink((control, "index"), (stack, "selected_index"))
        return stack

    return _container(explorer, nest(0, {}), controls)


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


class Live:
    """Controls that call the drawing function again; of several quick changes only the last is computed.

    Parameters
    ----------
    explorer : Explorer
        Its first picture is drawn at once, so that an error there is an error of the cell.
    """

    def __init__(self, explorer: Explorer) -> None:
        self.explorer = explorer
        self.controls = _controls(explorer, live=True)
        self.picture = ipywidgets.HTML()
        self.status = ipywidgets.HTML(layout={"min_height": "1.5em"})
        self._lines = 1
        self._task: asyncio.Task[None] | None = None
        self._show(explorer.picture())
        for control in self.controls.values():
            control.observe(self._changed, names="value")
        self.container = _container(explorer, ipywidgets.VBox([self.picture, self.status]), self.controls)
        self.container.explorer = self  # alive as long as what is shown

    @property
    def values(self) -> dict[str, Value]:
        """What the controls say now."""
        return {name: control.value for name, control in self.controls.items()}

    def _changed(self, change: Any) -> None:
        """Start anew with the latest values; what still runs for older ones is stopped."""
        if self._task is not None:
            self._task.cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no kernel around us (plain Python): compute here and now
            asyncio.run(self._answer(self.values))
            return
        self._task = loop.create_task(self._answer(self.values))

    async def _answer(self, values: dict[str, Value]) -> None:
        """Compute step by step, open to be stopped between any two steps."""
        await asyncio.sleep(_SETTLE)
        start = time.monotonic()
        steps = self.explorer.steps(**values)
        fraction, shown = 0.0, False
        try:
            for item in steps:
                if isinstance(item, float | int):
                    fraction = float(item)
                else:
                    self._show(self.explorer.render(item))
                    shown = True
                if time.monotonic() - start > _PATIENCE:
                    self._tell(fraction)
                await asyncio.sleep(0)  # here the next message of a slider comes in, and may cancel us
            if not shown:
                raise RuntimeError("the drawing function yielded no Frame; its last yield must be one.")
            self.status.value = ""
        except Exception as error:
            self._explain(error, values)
        finally:
            steps.close()  # type: ignore[attr-defined]

    def _show(self, picture: Picture) -> None:
        """Put a picture in place, with room for the longest sentence so far."""
        self._lines = max(self._lines, caption_lines([picture.sentence]))
        self.picture.value = figure_html(picture, inline(picture), lines=self._lines)

    def _tell(self, fraction: float) -> None:
        """Say how far a long computation is."""
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
