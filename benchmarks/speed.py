"""How fast annlib trains beside scikit-learn and PyTorch: `make bench`.

Rounds are interleaved (everybody once, then everybody again), so that a busy moment of the machine meets all
of them. What counts is the ratio within one round, never the bare time: of these ratios the median is taken.
The table and the plot go to the book's page "Speed".
"""

import argparse
import itertools
import json
import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import torch
from peers import RUNNERS, TASKS, Task, losses_after_steps
from threadpoolctl import threadpool_limits
from tqdm import tqdm

from annlib import plots
from annlib.plots import style

ROOT = Path(__file__).resolve().parents[1]
PAGE, MARK = ROOT / "book" / "speed.md", "<!-- made by make bench -->"
PRODUCTS, TORCH_PRODUCTS, CALLS = "products alone", "products alone, by PyTorch", "calls alone"
LIMITS = [PRODUCTS, TORCH_PRODUCTS, CALLS]
TOLERANCE = {"W3": 1e-3, "W5": 1e-3}  # of the loss after 50 steps, against PyTorch; else 1e-4


def per_call(function: Callable[[], object], repeats: int) -> float:
    """Return the seconds of one call, the median of seven runs."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        for _ in range(repeats):
            function()
        times.append((time.perf_counter() - start) / repeats)
    return statistics.median(times)


def limits(task: Task) -> dict[str, float]:
    """Return milliseconds an epoch of what no library on these terms can save.

    The bare matrix products, by NumPy and by PyTorch; and annlib's own calls, with one number in each array.
    """
    rng, steps = np.random.default_rng(0), -(-task.n // task.batch_size)
    products = []
    for layer, (n_in, n_out) in enumerate(itertools.pairwise(task.sizes)):
        x, g = (rng.standard_normal((task.batch_size, n), dtype=np.float32) for n in (n_in, n_out))
        W = rng.standard_normal((n_in, n_out), dtype=np.float32)
        products += [(x, W, x @ W), (x.T, g, x.T @ g)] + ([(g, W.T, g @ W.T)] if layer else [])
    tensors = [tuple(map(torch.from_numpy, arrays)) for arrays in products]
    repeats = max(5, int(1e7 / sum(a.size * b.shape[1] for a, b, _ in products)))

    def by_numpy() -> None:
        for a, b, out in products:
            a.dot(b, out)

    def by_torch() -> None:
        for a, b, out in tensors:
            torch.mm(a, b, out=out)

    one_number = replace(task, n=steps, batch_size=1, sizes=(*(1,) * (len(task.sizes) - 1), task.sizes[-1]))
    return {
        PRODUCTS: 1e3 * steps * per_call(by_numpy, repeats),
        TORCH_PRODUCTS: 1e3 * steps * per_call(by_torch, repeats),
        CALLS: 1e3 * statistics.median(RUNNERS["annlib"](one_number).seconds() for _ in range(7)),
    }


def measure(task: Task, rounds: int) -> dict[str, float]:
    """Return annlib's median milliseconds of an epoch, and how many times as long each peer takes."""
    runners = {name: kind(task) for name, kind in RUNNERS.items()}
    times: dict[str, list[float]] = {name: [] for name in runners}
    for _ in tqdm(range(rounds), desc=task.name, leave=False):
        for name, runner in runners.items():
            times[name].append(1e3 * runner.seconds())
    ours = times.pop("annlib")
    result = {
        name: statistics.median(theirs / own for theirs, own in zip(values, ours, strict=True))
        for name, values in times.items()
    }
    median = statistics.median(ours)
    return {"annlib": median} | result | {name: time / median for name, time in limits(task).items()}


def check_learning(task: Task) -> str:
    """Raise if the peers do not learn the same; return a line that says how near they are."""
    losses = losses_after_steps(task)
    to_torch = abs(losses["annlib"] - losses["PyTorch"])
    to_sklearn = abs(losses["annlib"] - losses["scikit-learn"])
    if to_torch > TOLERANCE.get(task.name, 1e-4) or to_sklearn > 1e-2:
        raise SystemExit(f"{task.name}: the peers do not learn the same, losses after 50 steps: {losses}")
    return f"{task.name}: loss after 50 steps {losses['annlib']:.4f}, {to_torch:.0e} from PyTorch's"


def table(results: dict[str, dict[str, float]]) -> str:
    """Return in Markdown what each network is, and the results as a table with a column for each."""
    lines = [f"- **{task.name}**: {task.what}" for task in TASKS if task.name in results]
    lines += ["", "| | " + " | ".join(results) + " |", "| --- " * (len(results) + 1) + "|"]
    milliseconds = [f"{float(format(row['annlib'], '.3g')):g}" for row in results.values()]
    lines.append("| annlib, ms an epoch | " + " | ".join(milliseconds) + " |")
    for name in [*(name for name in RUNNERS if name != "annlib"), *LIMITS]:
        lines.append(
            f"| {name} | "
            + " | ".join(f"{row[name]:.2g}\N{MULTIPLICATION SIGN}" for row in results.values())
            + " |"
        )
    return "\n".join(lines)


@plots.styled
def picture(results: dict[str, dict[str, float]]) -> style.Figure:
    """Draw how many times as long as annlib the others take."""
    fig = style.figure(5, 4.2)
    ax = fig.subplots()
    marks = {
        "scikit-learn": ("o", style.BLUE),
        "PyTorch": ("^", style.ORANGE),
        "PyTorch, fused Adam": ("s", style.GREEN),
    }
    for place, (name, (marker, color)) in zip(
        (-0.2, 0, 0.2), marks.items(), strict=True
    ):  # one below another
        ratios = [row[name] for row in results.values()]
        ax.plot(ratios, np.arange(len(results)) + place, marker, color=color, markersize=9, label=name)
    ax.axvline(1, color=style.INK, linestyle=":", label="annlib")
    ax.set_xscale("log")
    ticks = [0.5, 1, 2, 5, 10, 20, 50]
    ax.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    ax.set_yticks(range(len(results)), list(results))
    ax.invert_yaxis()
    ax.set_xlabel("times as long as annlib (logarithmic)")
    fig.legend(loc="outside upper center", ncols=2)
    return fig


def write_page(results: dict[str, dict[str, float]]) -> None:
    """Put table and plot into the page."""
    head, _, rest = PAGE.read_text(encoding="utf-8").partition(MARK)
    _, _, tail = rest.partition(MARK)
    PAGE.write_text(f"{head}{MARK}\n\n{table(results)}\n\n{MARK}{tail}", encoding="utf-8")
    svg = plots.to_svg(picture(results))
    static = ROOT / "book" / "_static"
    (static / "speed.svg").write_text(svg, encoding="utf-8")
    (static / "speed-dark.svg").write_text(plots.to_dark(svg), encoding="utf-8")


def main() -> None:
    """Check, measure, print, and write the page where all networks were measured."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=11, help="measurements of each peer (default 11)")
    parser.add_argument(
        "--only", nargs="*", help="names of networks, such as W1 W4 (the page is not written)"
    )
    options = parser.parse_args()
    results = {}
    for task in TASKS:
        if options.only and task.name not in options.only:
            continue
        torch.set_num_threads(task.threads)
        with threadpool_limits(task.threads):
            print(check_learning(task))
            results[task.name] = measure(task, options.rounds)
    print(table(results))
    print(json.dumps(results))
    if not options.only:
        write_page(results)
        print(f"Written to {PAGE.relative_to(ROOT)}.")


if __name__ == "__main__":
    main()
