"""Errors that teach: each message names the argument, what was expected, what came, and what to do.

Every error that annlib raises on purpose is an `AnnlibError`, so one ``except`` can catch them all. The
subclasses also inherit the built-in error that Python programmers expect in that place.
"""

__all__ = ["AnnlibError", "DivergenceError", "FileFormatError", "InputError", "ShapeError"]


class AnnlibError(Exception):
    """Any error that annlib raises on purpose."""


class InputError(AnnlibError, ValueError):
    """An argument has a value that cannot work."""


class ShapeError(InputError):
    """An array has a shape that does not fit the others."""


class DivergenceError(AnnlibError, ArithmeticError):
    """The loss is no longer finite: training has diverged."""


class FileFormatError(AnnlibError, ValueError):
    """A file is damaged, truncated, or of another kind."""
