"""An explorer: a drawing function, its parameters, and the choice between the two backends."""

from __future__ import annotations

import itertools
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

import ipywidgets
import numpy as np
from matplotlib.figure import Figure

from annlib.errors import InputError
from annlib.explorers._frames import Cache, Picture, frames_folder
from annlib.plots.style import style, to_svg

__all__ = ["Choice", "Explorer", "Frame", "Numbers"]

Value = float | int | str


@dataclass(frozen=True)
class Frame:
    """What an explorer shows for one setting of its controls.

    Attributes
    ----------
    figure : Figure
        Drawn in the course's style, always of one size, with axes that stand still (``layout=None``).
    sentence : str
        What is seen, with the number that matters: the caption and the alt text, so it must make sense alone.
    """

    figure: Figure
    sentence: str

    def __post_init__(self) -> None:
        if not isinstance(self.figure, Figure):
            raise InputError(f"figure must be a matplotlib Figure, got {type(self.figure).__name__}.")
        if not isinstance(self.sentence, str) or not self.sentence.strip():
            raise InputError(f"sentence must say what is seen, got {self.sentence!r}.")


def _label(value: Value) -> str:
    """Write a value as a control shows it, with a true minus sign."""
    return value if isinstance(value, str) else f"{value:g}".replace("-", "\N{MINUS SIGN}")


class _Parameter:
    """What both kinds of parameters share: stops for the static page, a finer grid for live use."""

    label: str
    stops: tuple[Value, ...]
    live: tuple[Value, ...]
    default: Value
    tooltip: str
    play: float | None = None

    def control(self, stops: Sequence[Value], index: int, label_width: str) -> Any:
        raise NotImplementedError


class Numbers(_Parameter):
    """A number with a slider.

    Parameters
    ----------
    label : str
        What stands beside the slider, short.
    stops : sequence of float
        What it may be in the static page, increasing: each is a picture (times those of the other controls).
    default : float
        Where it starts: one of the stops.
    step : float, optional
        Live, every multiple of it from the first stop to the last can be reached, and the stops themselves.
    more : sequence of float
        Live, these can be reached too.
    tooltip : str, optional
        What the number means, in a few words; by default the label.
    form : callable, optional
        Number -> what the slider shows.
    play : float, optional
        Seconds that each stop is shown when the reader lets the slider run by itself: there are then buttons
        to play, pause and go back to the start. Nothing ever moves before the reader asks for it.

    Raises
    ------
    InputError
        If there are fewer than two stops, they do not increase, the default is none of them, the step is
        not positive, or a stop would be shown for less than half a second.

    Examples
    --------
    >>> bias = Numbers("bias", stops=[-1, 0, 1], default=0, step=0.25)
    >>> bias.live
    (-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1)
    """

    def __init__(
        self,
        label: str,
        *,
        stops: Sequence[float],
        default: float,
        step: float | None = None,
        more: Sequence[float] = (),
        tooltip: str = "",
        form: Callable[[float], str] = _label,
        play: float | None = None,
    ) -> None:
        values = tuple(stops)
        if len(values) < 2 or list(values) != sorted(set(values)):
            raise InputError(f"stops of {label!r} must be two or more increasing numbers, got {values!r}.")
        if default not in values:
            raise InputError(f"default of {label!r} must be one of its stops {values!r}, got {default!r}.")
        if step is not None and not step > 0:
            raise InputError(f"step of {label!r} must be positive, got {step!r}.")
        if play is not None and not play >= 0.5:
            raise InputError(f"play of {label!r} must be at least 0.5 seconds a stop, got {play!r}.")
        self.label, self.stops, self.default, self.tooltip = label, values, default, tooltip or label
        self.form, self.play = form, play
        fine = dict.fromkeys([*values, *more])
        if step is not None:
            count = int(np.floor((values[-1] - values[0]) / step + 1e-9))
            # Rounded, so that a stop and the same point of the grid are one; ints stay ints.
            for point in (float(f"{values[0] + i * step:.12g}") for i in range(count + 1)):
                fine.setdefault(int(point) if point.is_integer() else point)
        self.live = tuple(sorted(fine))

    def control(self, stops: Sequence[Value], index: int, label_width: str) -> Any:
        """Return a slider over these stops."""
        return ipywidgets.SelectionSlider(
            options=[(self.form(value), value) for value in stops],  # type: ignore[arg-type]
            index=index,
            description=self.label,
            tooltip=self.tooltip,
            style={"description_width": label_width},
            layout={"width": "auto", "max_width": "34rem"},
        )


class Choice(_Parameter):
    """A choice among words: buttons where they are few, a list where they are many.

    Parameters
    ----------
    label : str
        What stands beside the choice, short.
    options : sequence of str
        The words; all of them are in the static page too.
    default : str
        The word at the start.
    more : sequence of str
        Live, these words come after them.
    tooltip : str, optional
        What is chosen here; by default the label.

    Raises
    ------
    InputError
        If there are fewer than two options, one comes twice, or the default is none of them.

    Examples
    --------
    >>> Choice("activation", options=["step", "relu"], default="relu").stops
    ('step', 'relu')
    """

    def __init__(
        self,
        label: str,
        *,
        options: Sequence[str],
        default: str,
        more: Sequence[str] = (),
        tooltip: str = "",
    ) -> None:
        every = [*options, *more]
        if len(options) < 2 or len(set(every)) != len(every):
            raise InputError(f"options of {label!r} must be two or more different words, got {every!r}.")
        if default not in options:
            raise InputError(f"default of {label!r} must be one of {options!r}, got {default!r}.")
        self.label, self.stops, self.default, self.tooltip = label, tuple(options), default, tooltip or label
        self.live = tuple(every)

    def control(self, stops: Sequence[Value], index: int, label_width: str) -> Any:
        """Return the buttons, or the list."""
        kind = ipywidgets.ToggleButtons if len(stops) <= 5 else ipywidgets.Dropdown
        return kind(
            options=list(stops),
            index=index,
            description=self.label,
            tooltip=self.tooltip,
            style={"description_width": label_width} | ({"button_width": "auto"} if len(stops) <= 5 else {}),
            layout={"width": "auto", "max_width": "34rem"},
            **({"tooltips": [f"{self.tooltip}: {word}" for word in stops]} if len(stops) <= 5 else {}),
        )


class Explorer:
    """A drawing function with controls, for a page without a kernel and for live use.

    Parameters
    ----------
    draw : callable
        ``draw(**values) -> Frame``, without memory and without randomness of its own. A long computation is a
        generator instead: it yields fractions between 0 and 1 (how far it is) and Frames (what can be seen
        already); the last Frame is the result. Live, it is stopped between two yields when a control moves.
    backend : {"static", "live"}, optional
        By default live if a Jupyter server started this kernel (``JPY_SESSION_NAME`` is set) and no book is
        being built (``ANNLIB_FRAMES_DIR`` is not).
    one_at_a_time : sequence of str
        Names of parameters of which, in the static page, at most one is off its default: so many controls
        make a few hundred pictures instead of many thousands. The page says so, and if a second one is moved,
        the first goes back to its default before the reader's eyes. Live, all are free.
    **parameters : Numbers or Choice
        By the names of draw's arguments, in the order in which the controls stand.

    Raises
    ------
    InputError
        If there is no parameter, one is of another type, the backend has another name, or `one_at_a_time`
        names fewer than two parameters or one that is not there.

    Notes
    -----
    Static, ``ANNLIB_FRAMES=ends`` (set by the test runner) draws only the default picture and those at the
    ends of each control, so that many notebooks can be run in little time.

    Examples
    --------
    >>> from annlib.plots.style import figure
    >>> def draw(radius):
    ...     return Frame(figure(2, 2), f"A circle of radius {radius} has the area {3.14159 * radius**2:.1f}.")
    >>> explorer = Explorer(draw, radius=Numbers("radius", stops=[1, 2, 3], default=2, step=0.5))
    >>> explorer.picture().sentence
    'A circle of radius 2 has the area 12.6.'
    >>> explorer.picture(radius=3).sentence
    'A circle of radius 3 has the area 28.3.'
    """

    def __init__(
        self,
        draw: Callable[..., Frame | Iterator[float | Frame]],
        *,
        backend: Literal["static", "live"] | None = None,
        one_at_a_time: Sequence[str] = (),
        **parameters: Numbers | Choice,
    ) -> None:
        if not parameters:
            raise InputError("an explorer needs at least one parameter, got none; pass Numbers or Choice.")
        for name, parameter in parameters.items():
            if not isinstance(parameter, _Parameter):
                raise InputError(
                    f"parameter {name!r} must be Numbers(...) or Choice(...), got {parameter!r}."
                )
        if backend not in (None, "static", "live"):
            raise InputError(f'backend must be "static", "live" or None, got {backend!r}.')
        if one_at_a_time and (len(one_at_a_time) < 2 or not set(one_at_a_time) <= parameters.keys()):
            raise InputError(
                f"one_at_a_time must name two or more of {list(parameters)}, got {list(one_at_a_time)}."
            )
        if backend is None:
            building = frames_folder() is not None
            backend = "live" if os.environ.get("JPY_SESSION_NAME") and not building else "static"
        self.draw = draw
        self.backend: Literal["static", "live"] = backend
        self.parameters: Mapping[str, Numbers | Choice] = parameters
        self.one_at_a_time = tuple(one_at_a_time)
        self._cache = Cache(draw)
        self._size: tuple[int, int] | None = None

    @property
    def defaults(self) -> dict[str, Value]:
        """The values at the start."""
        return {name: parameter.default for name, parameter in self.parameters.items()}

    def settings(self) -> Iterator[dict[str, Value]]:
        """Yield every setting that the static page has a picture of."""
        for stops in itertools.product(*(parameter.stops for parameter in self.parameters.values())):
            setting = dict(zip(self.parameters, stops, strict=True))
            if self.in_page(setting):
                yield setting

    def in_page(self, setting: Mapping[str, Value]) -> bool:
        """Tell whether the static page has a picture of this setting of its stops."""
        return sum(setting[name] != self.parameters[name].default for name in self.one_at_a_time) <= 1

    def is_drawn(self, setting: Mapping[str, Value]) -> bool:
        """Tell whether the picture of a setting lies in the cache."""
        return self._cache.has(setting)

    def steps(self, **values: Value) -> Iterator[float | Frame]:
        """Draw step by step, in the course's style: fractions and Frames as the function yields them."""
        with style():
            answer = self.draw(**(self.defaults | values))
        if isinstance(answer, Frame):
            yield answer
            return
        if not isinstance(answer, Iterator):
            raise InputError(
                f"the drawing function must return a Frame, got {type(answer).__name__}; "
                'return Frame(fig, "What is seen.").'
            )
        while True:
            with style():  # around each step only: the setting must not leak into what runs between them
                item = next(answer, None)
            if item is None:
                return
            yield item

    def render(self, frame: Frame, *, short: bool = True) -> Picture:
        """Turn a frame into a picture, and insist that all pictures of this explorer have one size."""
        picture = Picture(to_svg(frame.figure, short=short), frame.sentence)
        self._size = self._size or picture.size
        if picture.size != self._size:
            raise InputError(
                f"all frames of an explorer must have one size, got {picture.size} after {self._size}; "
                "give figure(...) the same width and height every time."
            )
        return picture

    def picture(self, **values: Value) -> Picture:
        """Return the finished picture for these values (the rest at their defaults), drawn or from the cache.

        Parameters
        ----------
        **values : float or str
            By parameter name.

        Returns
        -------
        Picture
            With ``.svg`` and ``.sentence``.

        Raises
        ------
        InputError
            If a name is no parameter, or the function gave no Frame.
        Exception
            Whatever the drawing function raises.
        """
        if unknown := values.keys() - self.parameters.keys():
            raise InputError(f"{sorted(unknown)} are no parameters; there are {list(self.parameters)}.")
        values = self.defaults | values
        picture = self._cache.get(values)
        if picture is None:
            last: Frame | None = None
            for item in self.steps(**values):
                last = item if isinstance(item, Frame) else last
            if last is None:
                raise InputError("the drawing function yielded no Frame; its last yield must be one.")
            picture = self.render(last)
            self._cache.put(values, picture)
        return picture

    def corners(self) -> Iterator[dict[str, Value]]:
        """Yield the settings that a test must draw: the default, then each control's ends and middle."""
        yield self.defaults
        for name, parameter in self.parameters.items():
            for grid in dict.fromkeys([parameter.stops, parameter.live]):
                for value in dict.fromkeys([grid[0], grid[len(grid) // 2], grid[-1]]):
                    if value != parameter.default:
                        yield self.defaults | {name: value}

    @cached_property
    def widget(self) -> Any:
        """The ipywidgets container with picture and controls, made when it is first asked for."""
        from annlib.explorers import _backends

        made = _backends.static(self) if self.backend == "static" else _backends.Live(self).container
        return made.add_class("annlib-explorer")

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        """Return the widget, and for a front end that cannot show it the picture or at least the sentence."""
        bundle: dict[str, Any] = dict(self.widget._repr_mimebundle_())
        picture = self.picture()
        return bundle | {"image/svg+xml": picture.svg, "text/plain": picture.sentence}

    def _ipython_display_(self) -> None:
        """Show the widget; in a page of a site also the picture for readers without JavaScript."""
        from IPython.display import display

        from annlib.explorers import _backends

        display(self._repr_mimebundle_(), raw=True)  # type: ignore[no-untyped-call]
        if frames_folder() is not None:
            still = _backends.still(self)
            display({"text/html": f"<noscript>{still}</noscript>"}, raw=True)  # type: ignore[no-untyped-call]
