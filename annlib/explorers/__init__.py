"""Sliders that work in a static page: a drawing function, and the values that its parameters may take.

An explorer is a pure function from parameters to a `Frame`: a figure, and the sentence that says what is
seen with the number that matters. Who writes one writes nothing else::

    from annlib.explorers import Choice, Explorer, Frame, Numbers
    from annlib.plots.style import figure

    def draw(slope, shape):
        fig = figure(4.8, 3.6, layout=None)
        x = np.linspace(-1, 1, 101)
        fig.subplots().plot(x, slope * (x if shape == "line" else x**2))
        return Frame(fig, f"A {shape} with slope {slope:g} rises to {slope:g} at x = 1.")

    Explorer(
        draw,
        slope=Numbers("slope", stops=[-2, -1, 0, 1, 2], default=1, step=0.1),
        shape=Choice("shape", options=["line", "parabola"], default="line"),
    )

As the last line of a cell this shows the picture with its controls. In the book, and wherever nothing is
known about the reader's program, every combination of stops is drawn once and the browser alone joins
controls and pictures, with no kernel. Under a Jupyter server the controls call the function again, on the
finer grid that `step` gives. One file a chapter holds the course's explorers.
"""

from annlib.explorers._explorer import Choice, Explorer, Frame, Numbers

__all__ = ["Choice", "Explorer", "Frame", "Numbers"]
