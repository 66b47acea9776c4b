"""Hold what `make churn` measured: written by benchmarks/churn.py, not by hand (Chapter 8)."""

from typing import Any

__all__ = ["RESULTS"]

# fmt: off
RESULTS: dict[str, dict[str, Any]] = {
}
# fmt: on
