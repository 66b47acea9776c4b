"""Write the numbers in the sentence under a picture as the text of a chapter would write them."""

from __future__ import annotations

import math

__all__ = ["number", "power_of_ten"]

_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def number(value: float, digits: int = 3) -> str:
    """Write a number with a true minus sign, with powers of ten only where it is tiny or huge.

    Parameters
    ----------
    value : float
    digits : int, default 3
        How many are kept, where no power of ten is needed.

    Returns
    -------
    str

    Examples
    --------
    >>> number(-0.12345), number(2_500_000), number(0)
    ('−0.123', '2.5 × 10⁶', '0')
    """
    if value and not 5e-4 <= abs(value) < 1e5:
        return power_of_ten(value)
    return f"{float(f'{value:.{digits}g}') + 0.0:g}".replace("-", "\N{MINUS SIGN}")


def power_of_ten(value: float) -> str:
    """Write a number other than 0 with two digits and a power of ten.

    Parameters
    ----------
    value : float

    Returns
    -------
    str

    Examples
    --------
    >>> power_of_ten(8.6e-9), power_of_ten(-1e12)
    ('8.6 × 10⁻⁹', '−1.0 × 10¹²')
    """
    tens = math.floor(math.log10(abs(value)) + 1e-9)
    shown = f"{value / 10.0**tens:.1f}".replace("-", "\N{MINUS SIGN}")
    return f"{shown} × 10{str(tens).translate(_RAISED)}"
