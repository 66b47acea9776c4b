"""Drawings of the course: one style (`style`), what several chapters share (`common`), one file a chapter.

Floor 4: needs matplotlib, which `import annlib` alone never loads.
"""

from annlib.plots.style import PALETTE, figure, styled, to_dark, to_svg, use_style

__all__ = ["PALETTE", "figure", "styled", "to_dark", "to_svg", "use_style"]
