"""Toy data, simulated customers (each fact within sampling error), the reader (each damage, its message)."""

import codecs
import gzip
import hashlib
import io
import subprocess
import sys
import zipfile

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annlib import datasets
from annlib.datasets import (
    CATEGORICAL,
    COLUMNS,
    FEATURES,
    IDENTIFIERS,
    NUMERIC,
    TARGET,
    DataNotFoundError,
    find_churn,
    load_churn,
    simulate_churn,
)
from annlib.errors import AnnlibError, FileFormatError, InputError

# ---------------------------------------------------------------------------------------------- the facts

LARGE = 400_000
AGES = [17, 30, 35, 40, 45, 50, 55, 60, 65, 70, 100]
AGE_NAMES = ["to 30", "31-35", "36-40", "41-45", "46-50", "51-55", "56-60", "61-65", "66-70", "older"]

# Every fact is (name, which customers, what is averaged over them, value, half a unit of its last digit).
SHARES = [
    ("exited", "Exited", 1, 0.204, 0.0005),
    ("France", "Geography", "France", 0.501, 0.0005),
    ("Germany", "Geography", "Germany", 0.251, 0.0005),
    ("Spain", "Geography", "Spain", 0.248, 0.0005),
    ("female", "Gender", "Female", 0.454, 0.0005),
    ("active", "IsActiveMember", 1, 0.515, 0.0005),
    ("1 product", "NumOfProducts", 1, 0.508, 0.0005),
    ("2 products", "NumOfProducts", 2, 0.459, 0.0005),
    ("3 products", "NumOfProducts", 3, 0.027, 0.0005),
    ("4 products", "NumOfProducts", 4, 0.006, 0.0005),
    ("credit card", "HasCrCard", 1, 0.706, 0.0005),
    ("tenure 0", "Tenure", 0, 0.041, 0.0005),
    ("tenure 10", "Tenure", 10, 0.049, 0.0005),
    *((f"tenure {years}", "Tenure", years, 0.10, 0.005) for years in range(1, 10)),
    ("credit score 850", "CreditScore", 850, 0.0233, 0.00005),
]
RATES = [
    ("France", "Geography", "France", 0.162),
    ("Germany", "Geography", "Germany", 0.324),
    ("Spain", "Geography", "Spain", 0.167),
    ("female", "Gender", "Female", 0.251),
    ("male", "Gender", "Male", 0.165),
    ("active", "IsActiveMember", 1, 0.143),
    ("not active", "IsActiveMember", 0, 0.269),
    ("1 product", "NumOfProducts", 1, 0.277),
    ("2 products", "NumOfProducts", 2, 0.076),
    ("3 products", "NumOfProducts", 3, 0.827),
    ("credit card", "HasCrCard", 1, 0.204),
    ("no credit card", "HasCrCard", 0, 0.204),
    *(
        (f"age {name}", "Ages", name, rate)
        for name, rate in zip(
            AGE_NAMES, [0.075, 0.09, 0.15, 0.27, 0.46, 0.58, 0.53, 0.40, 0.18, 0.08], strict=True
        )
    ),
]


def with_ages(table):
    return table.assign(Ages=pd.cut(table["Age"], AGES, labels=AGE_NAMES).astype(str))


@pytest.fixture(scope="module")
def large():
    return with_ages(simulate_churn(LARGE, np.random.default_rng(1)))


@pytest.fixture(scope="module")
def usual():
    return with_ages(simulate_churn(10_000, np.random.default_rng(0)))


@pytest.fixture(scope="module")
def real():
    return with_ages(load_churn())


TABLES = [
    "usual",
    "large",
    pytest.param("real", marks=pytest.mark.real_churn),  # so the facts themselves are checked too
]


@pytest.fixture(params=TABLES)
def customers(request):
    return request.getfixturevalue(request.param)


def assert_share(happened, expected, rounding):
    """Compare a share with a fact: four standard errors of this sample, and the fact's own rounding."""
    error = np.sqrt(expected * (1 - expected) / len(happened))
    assert np.mean(happened) == pytest.approx(expected, abs=rounding + 4 * error)


@pytest.mark.parametrize(
    ("column", "value", "share", "rounding"), [s[1:] for s in SHARES], ids=[s[0] for s in SHARES]
)
def test_share(customers, column, value, share, rounding):
    assert_share(customers[column] == value, share, rounding)


@pytest.mark.parametrize(("column", "value", "rate"), [r[1:] for r in RATES], ids=[r[0] for r in RATES])
def test_leaving_rate(customers, column, value, rate):
    assert_share(customers.loc[customers[column] == value, TARGET] == 1, rate, 0.005)


def test_all_with_four_products_leave(customers):
    assert (customers.loc[customers["NumOfProducts"] == 4, TARGET] == 1).all()


@pytest.mark.parametrize(
    ("column", "mean", "sd", "low", "high"),
    [
        ("CreditScore", 651, 97, 350, 850),
        ("Age", 38.9, 10.5, 18, 92),
        ("EstimatedSalary", 100_000, 57_730, 11, 199_993),
    ],
)
def test_mean_and_spread(customers, column, mean, sd, low, high):
    values = customers[column]
    error = sd / np.sqrt(len(values))
    rounding = {"CreditScore": 0.5, "Age": 0.05, "EstimatedSalary": 100}[column]
    assert values.mean() == pytest.approx(mean, abs=rounding + 4 * error)
    assert values.std() == pytest.approx(sd, abs=rounding + 4 * error)
    assert low <= values.min() <= values.max() <= high


def test_salary_is_uniform(customers):
    counts = np.histogram(customers["EstimatedSalary"], bins=10, range=(11, 199_993))[0] / len(customers)
    np.testing.assert_allclose(counts, 0.1, atol=4 * np.sqrt(0.09 / len(customers)))


def test_balance(customers):
    zero = customers["Balance"] == 0
    assert not zero[customers["Geography"] == "Germany"].any()
    for country in ("France", "Spain"):
        assert_share(zero[customers["Geography"] == country], 0.48, 0.005)
    assert_share(zero[customers["NumOfProducts"] == 2], 0.57, 0.005)
    assert_share(zero[customers["NumOfProducts"] == 1], 0.18, 0.005)
    positive = customers.loc[~zero, "Balance"]
    assert positive.mean() == pytest.approx(119_800, abs=50 + 4 * 30_100 / np.sqrt(len(positive)))
    assert positive.std() == pytest.approx(30_100, abs=50 + 4 * 30_100 / np.sqrt(2 * len(positive)))


def test_activity_rises_with_age(customers):
    active = [
        customers.loc[customers["Ages"].isin(names), "IsActiveMember"].mean()
        for names in (["46-50"], ["51-55", "56-60"], ["61-65", "66-70"], ["older"])
    ]
    assert active == sorted(active)
    for name, share in [("46-50", 0.47), ("older", 0.91)]:
        assert_share(customers.loc[customers["Ages"] == name, "IsActiveMember"] == 1, share, 0.005)


def test_columns_without_effect(large):
    """What the docstring promises: these, and the size of a balance, say nothing."""
    for column in ("CreditScore", "Tenure", "HasCrCard", "EstimatedSalary"):
        assert abs(np.corrcoef(large[column], large[TARGET])[0, 1]) < 4 / np.sqrt(LARGE)
    some = large[(large["Balance"] > 0) & (large["Geography"] == "Germany")]
    assert abs(np.corrcoef(some["Balance"], some[TARGET])[0, 1]) < 4 / np.sqrt(len(some))


def test_table_has_the_form_of_the_file(usual):
    table = usual[list(COLUMNS)]
    assert tuple(table.columns) == COLUMNS
    assert table["RowNumber"].tolist() == list(range(1, 10_001))
    assert table["CustomerId"].is_unique
    assert not table.isna().any().any()
    assert (table["Balance"] == table["Balance"].round(2)).all()
    assert {str(table[name].dtype) for name in ("Balance", "EstimatedSalary")} == {"float64"}
    whole = [name for name in COLUMNS if name not in ("Surname", *CATEGORICAL, "Balance", "EstimatedSalary")]
    assert {str(table[name].dtype) for name in whole} == {"int64"}


def test_column_groups_part_the_table():
    assert sorted([*IDENTIFIERS, *FEATURES, TARGET]) == sorted(COLUMNS)
    assert sorted([*NUMERIC, *CATEGORICAL]) == sorted(FEATURES)


def test_simulated_table_says_so():
    assert simulate_churn(10, np.random.default_rng(0)).attrs["simulated"] is True


def test_same_seed_same_customers():
    first, second, other = (simulate_churn(200, np.random.default_rng(seed)) for seed in (5, 5, 6))
    pd.testing.assert_frame_equal(first, second)
    assert not first.equals(other)


def test_the_customers_of_the_course_stay():
    """The chapters' numbers come from them, and shares alone would not notice that a constant has moved."""
    table = simulate_churn(rng=np.random.default_rng(0))
    assert len(table) == 10_000
    text = table.to_csv(index=False, lineterminator="\n")
    assert hashlib.sha256(text.encode()).hexdigest()[:16] == "ccbae46e80185213"


@settings(deadline=None, max_examples=25)
@given(n=st.integers(1, 300), seed=st.integers(0, 2**32))
def test_what_is_simulated_can_be_read_back(n, seed, tmp_path_factory):
    table = simulate_churn(n, np.random.default_rng(seed))
    path = tmp_path_factory.mktemp("churn") / "simulated.csv"
    table.to_csv(path, index=False)
    pd.testing.assert_frame_equal(load_churn(path, n_rows=n), table)


@pytest.mark.parametrize("n", [0, -1, 2.5, "10", True, None])
def test_n_must_be_a_positive_integer(n):
    with pytest.raises(InputError, match=r"n must be a positive integer"):
        simulate_churn(n, np.random.default_rng(0))


@pytest.mark.parametrize("rng", [None, 0, np.random.RandomState(0)])
def test_rng_must_be_a_generator(rng):
    with pytest.raises(InputError, match=r"rng must be a numpy\.random\.Generator.*default_rng"):
        simulate_churn(10, rng)


def test_import_loads_neither_pandas_nor_sklearn():
    code = (
        "import sys, annlib.datasets; sys.exit(bool({'pandas', 'sklearn', 'matplotlib'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


# --------------------------------------------------------------------------------------------- the reader


@pytest.fixture
def table():
    return simulate_churn(20, np.random.default_rng(3))


@pytest.fixture
def lines(table):
    """The lines of a good file: line 1 at index 0."""
    return table.to_csv(index=False, lineterminator="\n").splitlines()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "customers.csv"


def write(path, lines, end="\n"):
    path.write_bytes("".join(line + end for line in lines).encode())
    return path


def with_field(lines, number, column, value):
    """Put a value into one field of line `number` (counted from 1)."""
    fields = lines[number - 1].split(",")
    fields[COLUMNS.index(column)] = value
    return [*lines[: number - 1], ",".join(fields), *lines[number:]]


def message(path, n_rows=20):
    with pytest.raises(FileFormatError) as caught:
        load_churn(path, n_rows=n_rows)
    assert isinstance(caught.value, AnnlibError)
    assert "customers.csv" in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize(
    "encode",
    [
        pytest.param(lambda text: text.encode(), id="plain"),
        pytest.param(lambda text: text.replace("\n", "\r\n").encode(), id="Windows line ends"),
        pytest.param(lambda text: text.replace("\n", "\r").encode(), id="old Mac line ends"),
        pytest.param(lambda text: codecs.BOM_UTF8 + text.encode(), id="UTF-8 with BOM"),
        pytest.param(lambda text: text.encode("utf-16"), id="UTF-16"),
        pytest.param(lambda text: codecs.BOM_UTF16_BE + text.encode("utf-16-be"), id="UTF-16 big-endian"),
        pytest.param(lambda text: text.rstrip("\n").encode(), id="no last line end"),
        pytest.param(lambda text: (text + "\n\n").encode(), id="empty lines at the end"),
        pytest.param(lambda text: text.replace(",", ", ").encode(), id="spaces behind commas"),
        pytest.param(
            lambda text: "".join(
                ",".join(f'"{field}"' for field in line.split(",")) + "\n" for line in text.splitlines()
            ).encode(),
            id="all fields quoted",
        ),
        pytest.param(
            lambda text: "".join(
                ",".join(line.split(",")[::-1]) + "\n" for line in text.splitlines()
            ).encode(),
            id="columns in another order",
        ),
    ],
)
def test_other_forms_of_the_same_file_are_read(table, path, encode):
    path.write_bytes(encode(table.to_csv(index=False, lineterminator="\n")))
    read = load_churn(path, n_rows=20)
    pd.testing.assert_frame_equal(read, table)
    assert read.attrs["simulated"] is False


@pytest.mark.parametrize("name", ["Müller", "O'Neill", "Null", "NA", "nan", "Nguyễn", "李"])
def test_any_surname_is_kept(table, path, name):
    table.loc[4, "Surname"] = name
    table.to_csv(path, index=False, encoding="utf-8")
    assert load_churn(path, n_rows=20)["Surname"][4] == name


def test_surname_with_a_comma_is_kept_in_quotes(lines, path):
    assert load_churn(write(path, with_field(lines, 6, "Surname", '"Smith, junior"')), n_rows=20)["Surname"][
        4
    ] == ("Smith, junior")


BAD_FIELDS = [
    ("CreditScore", "good", "expected a whole number, got 'good'"),
    ("Age", "forty", "expected a whole number, got 'forty'"),
    ("Age", "42.5", "expected a whole number, got '42.5'"),
    ("Age", "4_2", "expected a whole number, got '4_2'"),
    ("Age", "٤٢", "expected a whole number, got '٤٢'"),
    ("Age", "", "the value is missing ('')"),
    ("Age", "NaN", "the value is missing ('NaN')"),
    ("Age", "?", "the value is missing ('?')"),
    ("Surname", "", "the value is missing ('')"),
    ("Geography", "", "the value is missing ('')"),
    ("Exited", " ", "the value is missing ('')"),
    ("Age", "-1", "expected a whole number from 18 to 100, got '-1'"),
    ("Age", "17", "from 18 to 100, got '17'"),
    ("Age", "101", "from 18 to 100, got '101'"),
    ("CreditScore", "349", "from 350 to 850, got '349'"),
    ("CreditScore", "851", "from 350 to 850, got '851'"),
    ("Tenure", "11", "from 0 to 10, got '11'"),
    ("Balance", "-0.01", "expected a number from 0 to 300,000, got '-0.01'"),
    ("Balance", "inf", "expected a number, got 'inf'"),
    ("Balance", "1e5", "expected a number, got '1e5'"),
    ("Balance", "8380786", "from 0 to 300,000"),
    ("NumOfProducts", "0", "from 1 to 4, got '0'"),
    ("NumOfProducts", "5", "from 1 to 4, got '5'"),
    ("HasCrCard", "2", "from 0 to 1, got '2'"),
    ("IsActiveMember", "yes", "expected a whole number, got 'yes'"),
    ("EstimatedSalary", "200000.01", "from 0 to 200,000"),
    ("Exited", "2", "from 0 to 1, got '2'"),
    ("Geography", "Italy", "expected France, Germany or Spain, got 'Italy'"),
    ("Geography", "france", "expected France, Germany or Spain, got 'france'"),
    ("Gender", "F", "expected Female or Male, got 'F'"),
    ("CustomerId", "x1", "expected a whole number, got 'x1'"),
    ("Surname", "Zero\0byte", "letters that cannot be printed"),
    ("Surname", "M\ufffdller", "has lost letters in a conversion"),
    ("Surname", "MÃ¼ller", "has lost letters in a conversion"),
]


@pytest.mark.parametrize("number", [2, 7, 21])
@pytest.mark.parametrize(("column", "value", "complaint"), BAD_FIELDS)
def test_bad_field_names_line_and_column(lines, path, number, column, value, complaint):
    text = message(write(path, with_field(lines, number, column, value)))
    assert f"line {number}, column {column}: " in text
    assert complaint in text
    assert "1 problem:" in text


def test_windows_line_ends_count_as_one_line(lines, path):
    text = message(write(path, with_field(lines, 7, "Age", "old"), end="\r\n"))
    assert "line 7, column Age" in text


def test_first_problems_are_shown_and_all_are_counted(lines, path):
    for number in range(2, 10):
        lines = with_field(lines, number, "Age", "old")
    text = message(write(path, lines))
    assert "8 problems" in text
    assert "line 6, column Age" in text
    assert "line 7" not in text
    assert "and 3 more" in text


def drop(column):
    i = COLUMNS.index(column)
    return lambda lines: [",".join(f for j, f in enumerate(line.split(",")) if j != i) for line in lines]


def rename(column, name):
    return lambda lines: [lines[0].replace(column, name), *lines[1:]]


@pytest.mark.parametrize(
    ("damage", "complaints"),
    [
        pytest.param(drop("Age"), ["line 1, column Age is missing"], id="missing column"),
        pytest.param(drop("Exited"), ["line 1, column Exited is missing"], id="missing target"),
        pytest.param(
            rename("Balance", "Blance"),
            ["line 1, column Balance is missing (is 'Blance' meant?)"],
            id="renamed",
        ),
        pytest.param(rename("Age", "age"), ["column Age is missing (is 'age' meant?)"], id="lower case"),
        pytest.param(
            lambda lines: [f"{i},{line}" for i, line in enumerate(lines)],
            ["line 1, column '0' (number 1) does not belong"],
            id="extra column",
        ),
        pytest.param(
            lambda lines: [f"{line},{line.split(',')[6]}" for line in lines],
            ["line 1, column Age stands there twice"],
            id="doubled column",
        ),
        pytest.param(
            lambda lines: [line.replace(",", ";") for line in lines],
            ["line 1: expected the column names", "separated by ';'"],
            id="semicolons",
        ),
        pytest.param(
            lambda lines: [line.replace(",", "\t") for line in lines], ["separated by '\\t'"], id="tabs"
        ),
        pytest.param(lambda lines: lines[1:], ["line 1", "so the first line was lost."], id="no header"),
        pytest.param(
            lambda lines: ["", *lines], ["line 1: expected the column names"], id="empty first line"
        ),
        pytest.param(
            lambda lines: ["<!DOCTYPE html>", "<html>"], ["line 1", "<!DOCTYPE html>"], id="web page"
        ),
        pytest.param(
            lambda lines: lines[:1], ["holds 0 customers, expected 20", "no rows", "line 1"], id="no rows"
        ),
        pytest.param(
            lambda lines: lines[:15],
            ["holds 14 customers, expected 20", "line 15", "cut off"],
            id="cut at a line",
        ),
        pytest.param(
            lambda lines: [*lines[:9], *lines[10:]],
            ["line 10, column RowNumber: expected 9, got 10", "missing"],
            id="lost line",
        ),
        pytest.param(
            lambda lines: [*lines[:9], lines[10], lines[9], *lines[11:]],
            ["line 10, column RowNumber: expected 9, got 10", "out of order"],
            id="lines out of order",
        ),
        pytest.param(
            lambda lines: [*lines[:9], lines[8], *lines[9:]],
            ["line 10, column CustomerId", "the customer of line 9 again"],
            id="doubled line",
        ),
        pytest.param(
            lambda lines: with_field(lines, 9, "CustomerId", lines[3].split(",")[1]),
            ["line 9, column CustomerId", "the customer of line 4 again", "1 problem:"],
            id="doubled id",
        ),
        pytest.param(
            lambda lines: [*lines[:9], "", *lines[9:]],
            ["line 10, column RowNumber: the line is empty", "1 problem:"],
            id="empty line inside",
        ),
        pytest.param(
            lambda lines: [*lines[:9], lines[9].rsplit(",", 1)[0], *lines[10:]],
            ["line 10, column Exited has no field: 13 fields, expected 14"],
            id="field lost",
        ),
        pytest.param(
            lambda lines: with_field(lines, 10, "EstimatedSalary", "101348,88"),
            ["line 10, the fields after column Exited are too many: 15 fields", "decimal comma"],
            id="decimal comma",
        ),
        pytest.param(
            lambda lines: with_field(lines, 10, "Surname", '"Bell'),
            ["line 10, column Surname: a quotation mark is out of place", "1 problem:"],
            id="open quotation mark",
        ),
        pytest.param(
            lambda lines: [*lines[:5], "<<<<<<< HEAD", *lines[5:7], "=======", ">>>>>>> theirs", *lines[7:]],
            ["line 6, a merge conflict was left in the file", "'<<<<<<< HEAD'", "3 problems"],
            id="merge conflict",
        ),
        pytest.param(
            lambda lines: ["<<<<<<< HEAD", *lines],
            ["line 1, a merge conflict", "before column RowNumber", "1 problem:"],
            id="merge conflict in line 1",
        ),
        pytest.param(
            lambda lines: [
                *lines[:5],
                "<<<<<<< a",
                *lines[5:9],
                "=======",
                *lines[5:9],
                ">>>>>>> b",
                *lines[9:],
            ],
            ["line 6, ", "line 11, ", "line 16, ", "3 problems:"],
            id="merge conflict with doubled lines",
        ),
        pytest.param(
            lambda lines: [*lines[:9], lines[0], *lines[9:]],
            ["line 10, column RowNumber: the column names stand here again", "1 problem:"],
            id="column names inside",
        ),
        pytest.param(
            lambda lines: ["# customers", *lines],
            ["line 1: expected the column names", "the names stand in line 2"],
            id="comment above the names",
        ),
        pytest.param(
            lambda lines: [lines[0].lower(), *lines[1:]],
            ["line 1: expected the column names", "capital letters and small ones differ"],
            id="names in lower case",
        ),
        pytest.param(
            lambda lines: [
                *lines[:9],
                ",".join(lines[9].split(",")[:3] + lines[9].split(",")[4:]),
                *lines[10:],
            ],
            [
                "line 10, column Exited has no field",
                "does not fit is that of column CreditScore",
                "1 problem:",
            ],
            id="field lost in the middle",
        ),
        pytest.param(
            lambda lines: [*lines, "\0" * 512],
            ["line 22, column CustomerId", "1 field, expected 14", "zero bytes"],
            id="zero bytes at the end",
        ),
        pytest.param(
            lambda lines: with_field(lines, 5, "Surname", "x" * 200_000),
            ["line 5, column", "letters; line ends were lost"],
            id="endless line",
        ),
    ],
)
def test_damaged_file_is_refused(lines, path, damage, complaints):
    text = message(write(path, damage(lines)))
    for complaint in complaints:
        assert complaint in text


def test_no_rows_with_any_number_allowed(lines, path):
    assert "has no rows" in message(write(path, lines[:1]), n_rows=None)


def test_part_of_the_file_is_read_on_request(lines, path, table):
    read = load_churn(write(path, [lines[0], *lines[12:6:-1]]), n_rows=None)
    assert read["RowNumber"].tolist() == [12, 11, 10, 9, 8, 7]


def test_file_cut_off_inside_its_last_line(lines, path):
    path.write_bytes("\n".join(lines)[:-9].encode())
    text = message(path)
    assert "line 21, column" in text
    assert "cut off here" in text


def test_any_cut_is_noticed(lines, path, table):
    """Wherever the file ends too early, the reader says so, except before the very last line end."""
    whole = ("\n".join(lines) + "\n").encode()
    for length in range(len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(FileFormatError):
            load_churn(path, n_rows=20)
    path.write_bytes(whole[:-1])
    pd.testing.assert_frame_equal(load_churn(path, n_rows=20), table)


def test_latin_1_is_refused_with_line_and_column(lines, path):
    path.write_bytes("\n".join(with_field(lines, 8, "Surname", "Müller")).encode("latin-1"))
    text = message(path)
    assert r"line 8, column Surname: 'M\xfcller' is not UTF-8" in text
    assert "save the file as CSV (UTF-8)" in text
    text.encode()  # no lone surrogate may reach a terminal


def test_utf_16_without_its_mark(lines, path):
    path.write_bytes("\n".join(lines).encode("utf-16-le"))
    assert "line 1: expected the column names, got zero bytes" in message(path)


def test_utf_16_cut_inside_a_letter(lines, path):
    path.write_bytes("\n".join(lines).encode("utf-16")[:-1])
    text = message(path)
    assert "line 21" in text
    assert "UTF-16" in text


@pytest.mark.parametrize(
    ("data", "complaint"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (codecs.BOM_UTF8, "line 1"),
        (codecs.BOM_UTF16_LE, "line 1"),
        (gzip.compress(b"RowNumber", mtime=0), "gzip archive"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"version https://git-lfs.github.com/spec/v1\n", "git lfs pull"),
        (bytes(range(256)), "line 1"),
        (np.random.default_rng(0).bytes(5000), "line 1"),
    ],
)
def test_what_is_no_csv_at_all(path, data, complaint):
    path.write_bytes(data)
    assert complaint in message(path)


def test_excel_workbook(path):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "")
    path.write_bytes(buffer.getvalue())
    assert "Excel workbook" in message(path)


def test_directory(path):
    path.mkdir()
    assert "is a directory" in message(path)


def test_missing_file(path):
    with pytest.raises(DataNotFoundError, match="no file") as caught:
        load_churn(path)
    assert isinstance(caught.value, FileNotFoundError)
    assert isinstance(caught.value, AnnlibError)


@pytest.mark.parametrize("wrong", [3, b"x", ["a"]])
def test_path_must_be_a_path(wrong):
    with pytest.raises(InputError, match="path must be a path"):
        load_churn(wrong)


def test_expected_number_of_rows_is_that_of_the_real_file(lines, path):
    assert "expected 10,000" in message(write(path, lines), n_rows=10_000)
    with pytest.raises(FileFormatError, match=r"expected 10,000"):
        load_churn(path)


@settings(deadline=None, max_examples=150)
@given(data=st.data())
def test_changed_bytes_are_an_error_or_change_one_value(data, tmp_path_factory):
    """No damage of a byte may drop a row or end in any error but ours."""
    table = simulate_churn(5, np.random.default_rng(0))
    whole = bytearray(table.to_csv(index=False, lineterminator="\n").encode())
    place = data.draw(st.integers(0, len(whole) - 1))
    whole[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.getbasetemp() / "customers.csv"
    path.write_bytes(bytes(whole))
    try:
        read = load_churn(path, n_rows=5)
    except FileFormatError as error:
        str(error).encode()
    else:
        assert read.shape == table.shape
        assert not read.isna().any().any()
        changed = sum(read[name].tolist()[i] != table[name].tolist()[i] for name in COLUMNS for i in range(5))
        assert changed <= 1


# ------------------------------------------------------------------------------------ where the file lies


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """An empty repository with a folder for notebooks, and no variable set."""
    monkeypatch.delenv("ANNLIB_CHURN_CSV", raising=False)
    root = tmp_path / "outside" / "course"
    (root / "book").mkdir(parents=True)
    (root / "pyproject.toml").touch()
    monkeypatch.chdir(root / "book")
    return root


def test_nothing_in_place(repository):
    assert find_churn() is None
    with pytest.raises(DataNotFoundError, match=r"ANNLIB_CHURN_CSV is not set.*simulate_churn"):
        load_churn()


def put(folder, lines):
    (folder / "data").mkdir()
    return write(folder / "data" / "Churn_Modelling.csv", lines)


def test_data_folder_beside_the_notebooks(repository, lines):
    assert find_churn() is None
    path = put(repository, lines)
    assert find_churn() == path
    assert len(load_churn(n_rows=20)) == 20


def test_nearer_data_folder_wins(repository, lines):
    put(repository, lines)
    near = put(repository / "book", lines)
    assert find_churn() == near


def test_data_folder_above_the_repository_is_not_ours(repository, lines):
    put(repository.parent, lines)
    assert find_churn() is None


def test_without_a_repository_only_the_working_directory(repository, lines, monkeypatch):
    (repository / "pyproject.toml").unlink()
    put(repository, lines)
    assert find_churn() is None
    monkeypatch.chdir(repository)
    assert find_churn() is not None


def test_variable_wins(repository, lines, tmp_path, monkeypatch):
    put(repository, lines)
    other = write(tmp_path / "other.csv", lines[:-1])
    monkeypatch.setenv("ANNLIB_CHURN_CSV", str(other))
    assert find_churn() == other
    assert len(load_churn(n_rows=19)) == 19


def test_variable_relative_to_the_root(repository, lines, monkeypatch):
    path = write(repository / "mine.csv", lines)
    monkeypatch.setenv("ANNLIB_CHURN_CSV", "mine.csv")
    assert find_churn() == path


def test_empty_variable_is_no_wish(repository, monkeypatch):
    monkeypatch.setenv("ANNLIB_CHURN_CSV", "  ")
    assert find_churn() is None


def test_variable_can_ask_for_the_simulated_customers(repository, lines, monkeypatch):
    put(repository, lines)
    monkeypatch.setenv("ANNLIB_CHURN_CSV", "simulated")
    assert find_churn() is None


def test_variable_without_a_file_is_an_error(repository, lines, monkeypatch):
    put(repository, lines)
    monkeypatch.setenv("ANNLIB_CHURN_CSV", "nowhere.csv")
    for function in (find_churn, load_churn):
        with pytest.raises(DataNotFoundError, match=r"ANNLIB_CHURN_CSV names 'nowhere\.csv'"):
            function()


# ------------------------------------------------------------------------------------------ the real file


@pytest.mark.real_churn
def test_real_file_is_read_as_pandas_reads_it():
    path = find_churn()
    pd.testing.assert_frame_equal(load_churn(), pd.read_csv(path, keep_default_na=False))


@pytest.mark.real_churn
def test_damaged_copies_of_the_real_file(tmp_path):
    lines = find_churn().read_text(encoding="utf-8").splitlines()
    path = tmp_path / "customers.csv"
    assert "line 5001, column Age: expected" in message(
        write(path, with_field(lines, 5001, "Age", "x")), 10_000
    )
    assert "holds 4,999 customers" in message(write(path, lines[:5000]), 10_000)
    assert "line 43, column RowNumber" in message(write(path, lines[:42] + lines[43:]), 10_000)


@pytest.mark.real_churn
def test_no_customer_of_the_real_file_is_simulated(real, usual):
    columns = ["CreditScore", "Geography", "Gender", "Age", "Tenure", "Balance", "EstimatedSalary"]
    assert len(pd.merge(real, usual, on=columns)) == 0
    assert not set(real["Surname"]) & set(datasets._SURNAMES)


# ------------------------------------------------------------------------------------------------- the toys

TOYS = [datasets.xor, datasets.moons, datasets.circles, datasets.spirals, datasets.blobs]


@pytest.mark.parametrize("toy", TOYS)
@settings(deadline=None, max_examples=25)
@given(n=st.integers(4, 200), noise=st.floats(0, 2), seed=st.integers(0, 2**32))
def test_toy_properties(toy, n, noise, seed):
    X, y = toy(n, noise, np.random.default_rng(seed))
    assert X.shape == (n, 2)
    assert X.dtype == np.float64
    assert y.shape == (n,)
    assert y.dtype == np.int64
    assert np.isfinite(X).all()
    assert abs(np.sum(y == 0) - np.sum(y == 1)) <= 2  # xor: at most one point a corner
    again = toy(n, noise, np.random.default_rng(seed))
    np.testing.assert_array_equal(X, again[0])
    np.testing.assert_array_equal(y, again[1])


@pytest.mark.parametrize("toy", TOYS)
def test_toy_rows_are_shuffled(toy):
    _, y = toy(200, 0.1, np.random.default_rng(0))
    assert 0.3 < y[:100].mean() < 0.7
    assert 60 < np.sum(y[1:] != y[:-1]) < 140  # not alternating either


@pytest.mark.parametrize("toy", TOYS)
def test_toy_noise_is_a_standard_deviation(toy):
    """The same points with and without noise differ by noise of the spread that was asked for."""
    calm, _ = toy(4000, 0.0, np.random.default_rng(0))
    noisy, _ = toy(4000, 0.3, np.random.default_rng(0))
    assert (noisy - calm).std() == pytest.approx(0.3, rel=0.05)
    assert (noisy - calm).mean() == pytest.approx(0, abs=0.02)


def test_points_without_noise_stand_at_the_corners_and_centers():
    X, y = datasets.xor(8, 0.0, np.random.default_rng(0))
    assert sorted(map(tuple, X)) == [(i, j) for i in (-1, 1) for j in (-1, 1) for _ in range(2)]
    np.testing.assert_array_equal(y, X[:, 0] != X[:, 1])
    X, y = datasets.blobs(7, 0.0, np.random.default_rng(0), classes=3)
    expected = {0: (1, 0), 1: (-0.5, 0.75**0.5), 2: (-0.5, -(0.75**0.5))}
    np.testing.assert_allclose(X, [expected[label] for label in y], atol=1e-15)


def shares_of_quarters(angle, whole):
    """Return how the angles, from 0 to `whole`, fall into its four quarters."""
    return np.histogram(angle, 4, (0, whole))[0] / len(angle)


def test_moons_without_noise_are_half_circles():
    X, y = datasets.moons(4000, 0.0, np.random.default_rng(0))
    away = X - np.stack([y, 0.5 * y], axis=1)
    np.testing.assert_allclose(np.hypot(*away.T), 1, rtol=1e-14)
    assert (away[:, 1] * (1 - 2 * y) >= 0).all()  # the upper half, and the lower one
    for side in (0, 1):
        angle = np.arccos(away[y == side, 0])
        assert shares_of_quarters(angle, np.pi) == pytest.approx(0.25, abs=0.03)


def test_circles_without_noise_are_whole_circles():
    X, y = datasets.circles(4000, 0.0, np.random.default_rng(0))
    np.testing.assert_allclose(np.hypot(*X.T), np.where(y == 1, 0.5, 1), rtol=1e-14)
    for side in (0, 1):
        angle = np.arctan2(*X[y == side].T) % (2 * np.pi)
        assert shares_of_quarters(angle, 2 * np.pi) == pytest.approx(0.25, abs=0.03)


def test_spirals_are_each_other_turned():
    assert len(datasets.spirals(4, 0.0, np.random.default_rng(0), turns=0.5)[0]) == 4
    for turns in (1.25, 2):
        options = {} if turns == 1.25 else {"turns": turns}
        X, y = datasets.spirals(400, 0.0, np.random.default_rng(0), **options)
        radius = np.hypot(*X.T)
        angle = np.arctan2(X[:, 1], X[:, 0]) - 2 * np.pi * turns * radius
        np.testing.assert_allclose(np.cos(angle), 1 - 2 * y, atol=1e-9)
        assert 0.1 <= radius.min() < 0.15
        assert 0.99 < radius.max() <= 1


@pytest.mark.parametrize(("toy", "least"), [*zip(TOYS, [4, 2, 2, 2, 2], strict=True)])
def test_toys_hold_every_class_at_least_once(toy, least):
    X, y = toy(least, 0.0, np.random.default_rng(0))
    assert len(np.unique(X, axis=0)) == least
    assert set(y) == {0, 1}
    with pytest.raises(InputError, match=f"n must be at least {least}, got {least - 1}"):
        toy(least - 1, 0.0, np.random.default_rng(0))


def test_line_parts_two_blobs_and_not_xor():
    from sklearn.linear_model import LogisticRegression

    for toy, low, high in [(datasets.blobs, 0.99, 1), (datasets.xor, 0, 0.75)]:
        X, y = toy(400, 0.2, np.random.default_rng(0))
        assert low <= LogisticRegression().fit(X, y).score(X, y) <= high


@pytest.mark.parametrize("toy", TOYS)
@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ((0, 0.1, np.random.default_rng(0)), "n must be"),
        ((1, 0.1, np.random.default_rng(0)), "n must be at least"),
        ((10.0, 0.1, np.random.default_rng(0)), "n must be a positive integer"),
        ((10, -0.1, np.random.default_rng(0)), "noise must be"),
        ((10, float("nan"), np.random.default_rng(0)), "noise must be"),
        ((10, "0.1", np.random.default_rng(0)), "noise must be"),
        ((10, 0.1, 0), "rng must be a numpy.random.Generator"),
    ],
)
def test_toy_refuses(toy, arguments, complaint):
    with pytest.raises(InputError, match=complaint):
        toy(*arguments)


@pytest.mark.parametrize("turns", [0, -1, float("inf")])
def test_turns_must_be_positive(turns):
    with pytest.raises(InputError, match="turns must be"):
        datasets.spirals(10, 0.1, np.random.default_rng(0), turns=turns)


def test_classes_must_be_at_least_two():
    with pytest.raises(InputError, match="classes must be at least 2"):
        datasets.blobs(10, 0.1, np.random.default_rng(0), classes=1)
