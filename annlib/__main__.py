"""`python -m annlib predict MODEL customers.csv`: what a saved model says of new customers."""

import argparse
import sys

from annlib.errors import AnnlibError


def main(arguments: list[str] | None = None) -> int:
    """Read the command line and do what it says: 0 for all rows, 1 for the good ones, 2 for none."""
    parser = argparse.ArgumentParser(prog="python -m annlib", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    predict = commands.add_parser("predict", help="predict who leaves, for a CSV file of customers")
    predict.add_argument("model", help="a file that ChurnModel.save wrote")
    predict.add_argument("customers", help="a CSV file with the columns that the model was trained on")
    predict.add_argument("--output", default="predictions.csv", help="default: predictions.csv")
    predict.add_argument("--threshold", type=float, help="the probability from which on one leaves")
    predict.add_argument("--strict", action="store_true", help="write nothing if any row is bad")
    options = parser.parse_args(arguments)

    from annlib.serving import predict_file  # pandas is needed from here on

    try:
        problems = predict_file(
            options.model,
            options.customers,
            options.output,
            threshold=options.threshold,
            strict=options.strict,
        )
    except (AnnlibError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    for problem in problems:
        print(problem, file=sys.stderr)
    left_out = f"; {len(problems)} problems, their rows are left out" if problems else ""
    print(f"Wrote {options.output}{left_out}.")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
