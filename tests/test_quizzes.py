"""Every question of every chapter: feedback for every answer, right keys, sound HTML, nothing given away."""

import importlib
import itertools
import math
import pkgutil
import re
from collections import Counter
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import nbformat
import numpy as np
import pytest
from playwright.sync_api import Browser
from playwright.sync_api import Page as BrowserPage
from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import ParameterGrid

import annlib.quizzes
from annlib import (
    SGD,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Dense,
    Dropout,
    MeanSquaredError,
    Network,
    Sigmoid,
    epochs,
)
from annlib.errors import InputError
from annlib.initializers import he_normal
from annlib.layers import LeakyReLU
from annlib.optimizers import Optimizer
from annlib.quizzes import Choice, Fragment, Mistake, Number, Option, Prediction, predict, quiz

ROOT = Path(__file__).resolve().parents[1]
CHAPTERS = {
    module.name: importlib.import_module(f"annlib.quizzes.{module.name}")
    for module in pkgutil.iter_modules(annlib.quizzes.__path__)
}


def quizzes_of(chapter: ModuleType) -> list[tuple[str, Fragment]]:
    """Return what a notebook asks at the end: one quiz, or (the primer) a self-test for each section."""
    tests = getattr(chapter, "SELF_TESTS", None)
    if tests is None:
        return [("quiz", chapter.quiz())]
    return [(name, chapter.self_test(name)) for name in tests]


QUESTIONS = {
    question.name: question
    for chapter in CHAPTERS.values()
    for question in (*chapter.QUIZ, *(prediction.question for prediction in chapter.PREDICTIONS.values()))
}
NUMBERS = {name: question for name, question in QUESTIONS.items() if isinstance(question, Number)}
CHOICES = {name: question for name, question in QUESTIONS.items() if isinstance(question, Choice)}
FRAGMENTS = {
    f"{name}-{which}": fragment
    for name, chapter in CHAPTERS.items()
    for which, fragment in [
        *quizzes_of(chapter),
        *((key, chapter.predict(key)) for key in chapter.PREDICTIONS),
    ]
}


def parameters(*sizes: int) -> int:
    """Count by building the network itself."""
    layers = [Dense(n_in, n_out) for n_in, n_out in pairwise(sizes)]
    return Network(layers, rng=np.random.default_rng(0)).params.size


def doubled_slope(n_times: int) -> int:
    """Return how much the end moves when the number at the start moves by 1."""
    ends = []
    for x in (0, 1):
        for _ in range(n_times):
            x = x + x
        ends.append(x)
    return ends[1] - ends[0]


def best_of_one_neuron(targets: list[int]) -> int:
    """Count the rows that the best single neuron gets right, by the corners that a line can cut off.

    An oracle of another kind than the chapter's grid search: random directions, every threshold between.
    """
    corners = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    directions = np.random.default_rng(1).normal(size=(500, 2))
    best = 0
    for projected in (corners @ directions.T).T:
        for threshold in [-np.inf, *projected]:
            best = max(best, int(((projected > threshold) == np.array(targets)).sum()))
    return best


def decisions_changed(weight: float, turned: float) -> int:
    """Count the tumors of chapter 3 that another weight puts on the other side."""
    radius = load_breast_cancer().data[:, 0]
    scaled = (radius - radius.mean()) / radius.std()
    return int(((weight * scaled > 0.6) != (turned * scaled > 0.6)).sum())


def slope(f: Callable[[float], float], x: float) -> float:
    """Measure a slope by nudging to both sides."""
    return (f(x + 1e-4) - f(x - 1e-4)) / 2e-4


def back_through_sigmoid(grad: float) -> float:
    """Send a gradient back through annlib's sigmoid where it says one half."""
    layer = Sigmoid()
    layer.forward(np.zeros((1, 1)))
    return layer.backward(np.array([[grad]]))[0, 0]


def bias_gradient(grad: list[list[float]]) -> np.ndarray:
    """Let annlib's layer find the gradient of its biases."""
    layer = Dense(1, len(grad[0]))
    net = Network([layer], rng=np.random.default_rng(0), dtype=np.float64)
    net.forward(np.zeros((len(grad), 1)))
    net.backward(np.array(grad))
    return layer.db


def updates(n: int, batch_size: int) -> int:
    """Count the updates of an epoch by training for one."""
    net = Network([Dense(1, 1)], rng=np.random.default_rng(0))
    X = np.zeros((n, 1))
    training = epochs(
        net,
        X,
        X,
        loss=MeanSquaredError(),
        optimizer=SGD(0.1),
        batch_size=batch_size,
        rng=np.random.default_rng(0),
    )
    return next(training).steps


def spread_of_one(size: int = 1) -> float:
    """Measure how far the means of random batches of this size lie around 0."""
    return float(np.random.default_rng(1).normal(size=(20_000, size)).mean(axis=1).std())


def walk_in_ravine(optimizer: Optimizer) -> np.ndarray:
    """Make one step from (1, 1) on the loss (w1**2 + 25 w2**2) / 2."""
    w = np.ones(2)
    optimizer.step(w, np.array([1.0, 25.0]) * w)
    return w


def mean_of_masked_sums(h: list[float], p: float) -> float:
    """Add up what each mask leaves of h, times its probability."""
    return sum(
        math.prod(1 - p if there else p for there in mask) * sum(itertools.compress(h, mask))
        for mask in itertools.product([0, 1], repeat=len(h))
    )


def epoch_kept(losses: list[float], patience: int) -> int:
    """Go through the epochs, from 1, as early stopping does, and return the best one that was run."""
    best, waited = 0, 0
    for epoch, loss in enumerate(losses):
        waited = 0 if loss < losses[best] or epoch == 0 else waited + 1
        best = epoch if waited == 0 else best
        if waited == patience:
            break
    return best + 1


# Each numeric key, found once more on another way than in the chapter's file (plain Python, or annlib).
KEYS = {
    "ch01-sum": lambda: 3 * 0.6 + -2 * 0.1 + -1,
    "ch01-search": lambda: best_of_one_neuron([0, 1, 1, 0]),
    "ch01-parameters": lambda: parameters(3, 4, 1),
    "ch01-three-inputs": lambda: 1 * 2 + 3 * -1 + 4 * 0.5 + 0.5,
    "ch01-layer": lambda: parameters(10, 6),
    "ch01-churn-neurons": lambda: sum(
        layer.n_out
        for layer in Network(
            [Dense(10, 6), Sigmoid(), Dense(6, 6), Sigmoid(), Dense(6, 1)], rng=np.random.default_rng(0)
        ).layers
        if isinstance(layer, Dense)
    ),
    "ch02-without": lambda: sum(  # the sum is a constant: the third neuron says the same to all four rows
        ((a + b - 0.5) + (1.5 - a - b) - 1.5 >= 0) == (a != b) for a in (0, 1) for b in (0, 1)
    ),
    "ch02-product": lambda: 4**5,
    "ch02-slope-from-output": lambda: Sigmoid().forward(np.array([[math.log(4)]]))[0, 0] * (1 - 0.8),
    "ch02-chain": lambda: (2 * 0.25) ** 3,
    "ch02-leaky": lambda: LeakyReLU(0.01).forward(np.array([[-3.0]]))[0, 0],
    "ch02-two-classes": lambda: 1 / (1 + math.exp(-1.0986)),
    "ch03-flat": lambda: decisions_changed(3.6, 3.601),
    "ch03-digits": lambda: float(np.array([1.0, -1e-15], dtype=np.float32).sum()),
    "ch03-mse": lambda: ((3 - 1) ** 2 + (5 - 5) ** 2 + (2 - 5) ** 2) / 3,
    "ch03-surprise": lambda: -math.log(0.75),
    "ch03-clueless": lambda: CategoricalCrossEntropy()(np.zeros((1, 5)), np.array([3]))[0],
    "ch03-batch-means": lambda: (256 * 0.5 + 64 * 1.0) / (256 + 64),
    "ch04-paths": lambda: slope(lambda x: 2 * x * (x + 3), 1.0),
    "ch04-chain": lambda: slope(lambda x: 3 * (-4 * (0.5 * x)), 1.0),
    "ch04-meet": lambda: slope(lambda x: x * (x + 2), 3.0),
    "ch04-delta": lambda: back_through_sigmoid(0.2 * 3),
    "ch04-bias": lambda: bias_gradient([[0.1, -0.2], [0.3, 0.4]])[1],
    "ch04-nudges": lambda: 2 * parameters(10, 6, 1),
    "ch04-he": lambda: he_normal((200, 5000), np.random.default_rng(0), np.float64).std(),
    "ch05-step": lambda: 5 - 0.1 * 4,
    "ch05-noise": lambda: spread_of_one() / spread_of_one(100),
    "ch05-updates": lambda: updates(1000, 64),
    "ch05-left": lambda: 2 + 0.6,
    "ch05-count": lambda: 5 * updates(8000, 300),
    "ch05-limit": lambda: 0.25,  # 1 - 0.25 * 8 = -1
    "ch06-ravine": lambda: walk_in_ravine(SGD(0.04))[0],
    "ch06-tenfold": lambda: sum(0.9**k for k in range(1000)),  # the slopes of all steps, each with its share
    "ch06-condition": lambda: np.linalg.cond(np.diag([2.0, 50.0])),
    "ch06-limit": lambda: next(rate for rate in np.arange(0.001, 1, 1e-4) if abs(1 - rate * 50) > 1),
    "ch06-heavy-ball": lambda: 1 - 0.1 * (2 + (2 + 0.5 * 2)),
    "ch08-cost": lambda: next(p for p in np.arange(0, 1, 1e-4) if 40 * p >= 10 * (1 - p)),
    "ch06-adam-first": lambda: 0.01 * (0.1 * 250 / (1 - 0.9)) / math.sqrt(0.001 * 250**2 / (1 - 0.999)),
    "ch09-ways": lambda: float(doubled_slope(10)),  # as many ways as the number moves times as fast
    "ch09-workers": lambda: math.ceil(24 / 64) + 1,
    "ch09-linear-shape": lambda: 8,
    "ch09-product": lambda: ((2 + 3 + 1e-6) * (3 + 1e-6) - (2 + 3 - 1e-6) * (3 - 1e-6)) / 2e-6,
    "ch09-fits": lambda: len(ParameterGrid({"rate": range(4), "size": range(3)})) * 5 + 1,
    "ch07-sum": lambda: mean_of_masked_sums([2, 4, 6, 8], 0.25),
    "ch07-kept": lambda: Dropout(0.2).forward(np.full((1, 99), 4.0), np.random.default_rng(0)).max(),
    "ch07-convention": lambda: 1 - 0.8,
    "ch07-networks": lambda: len(set(itertools.product([0, 1], repeat=10))),
    "ch07-patience": lambda: epoch_kept([0.9, 0.7, 0.6, 0.65, 0.61, 0.55, 0.7], patience=2),
    "primer-bill": lambda: 3 * 1.2 + 2.5 + 2 * 0.8,
    "primer-nudge": lambda: slope(lambda x: x * x, 3.0),
    "primer-dot": lambda: 2 * 1 + -1 * 4 + 3 * 0,
    "primer-entry": lambda: 3 * 0 + 4 * 2,
    "primer-slope": lambda: slope(lambda x: x * x + 3 * x, 4.0),
    "primer-chain": lambda: slope(lambda x: (5 * x - 1) ** 2, 1.0),
    "primer-partial": lambda: slope(lambda y: 3.0**2 * y + y, 2.0),
    "primer-product": lambda: 0.3 - 2 * 0.3**2 + 0.3**3,  # without those in which another leaves as well
    "primer-share": lambda: sum([1, 0, 0, 1, 1]) / 5,
    "primer-scaled": lambda: (55 - 40) / 10,
    "fails-start": lambda: CategoricalCrossEntropy()(np.zeros((1, 10)), np.array([7]))[0],
    "fails-baseline": lambda: sum([1] * 80 + [0] * 20) / 100,
    "fails-floor": lambda: BinaryCrossEntropy()(Sigmoid().forward(np.array([[50.0]])), np.array([1]))[0],
}


def test_every_numeric_question_has_its_key_recomputed():
    assert set(KEYS) == set(NUMBERS)


@pytest.mark.parametrize("name", NUMBERS)
def test_numeric_keys(name):
    question = NUMBERS[name]
    assert abs(KEYS[name]() - question.answer) <= question.tolerance
    assert question.reply(KEYS[name]()).right


@pytest.mark.parametrize("name", NUMBERS)
def test_known_wrong_numbers_get_their_own_feedback(name):
    question = NUMBERS[name]
    assert question.mistakes, "which wrong numbers do learners reach?"
    replies = [question.reply(mistake.value) for mistake in question.mistakes]
    assert [reply.right for reply in replies] == [False] * len(replies)
    assert len({reply.text for reply in replies} | {question.otherwise}) == len(replies) + 1
    assert question.reply(question.answer + 1e6).text == question.otherwise


@pytest.mark.parametrize("name", CHOICES)
def test_every_option_has_feedback_and_one_is_right(name):
    question = CHOICES[name]
    replies = [question.reply(i) for i in range(len(question.options))]
    assert sum(reply.right for reply in replies) == 1
    assert all(len(reply.text.split()) >= 5 for reply in replies), "say why, not only whether"
    assert len({reply.text for reply in replies}) == len(replies)


@pytest.mark.parametrize("chapter", CHAPTERS.values(), ids=CHAPTERS)
def test_a_chapter_asks_enough_and_not_always_in_one_place(chapter):
    assert len(chapter.QUIZ) >= 5
    assert len(chapter.PREDICTIONS) >= 3
    places = Counter(
        [option.right for option in question.options].index(True)
        for question in chapter.QUIZ
        if isinstance(question, Choice)
    )
    assert len(places) >= 3, f"the right answers stand in the places {dict(places)}"


@pytest.mark.parametrize("module", CHAPTERS)
def test_the_notebook_shows_the_quiz_and_each_prediction_once(module):
    path = ROOT / "book" / f"{module.removeprefix('ch').replace('_', '-')}.ipynb"
    code = "\n".join(
        cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"
    )
    assert re.findall(r'quizzes\.predict\("([^"]+)"\)', code) == list(CHAPTERS[module].PREDICTIONS)
    asked = re.findall(r'quizzes\.(?:self_test\("([^"]+)"\)|quiz\(\))', code)
    assert asked == list(getattr(CHAPTERS[module], "SELF_TESTS", [""]))


class Page(HTMLParser):
    """A strict reader: every tag must be closed by its own end tag."""

    void = frozenset({"input", "br"})

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.seen = ""  # what a reader sees before the script answers
        self.feed(markup)
        self.close()
        assert self.open == [], f"never closed: {self.open}"

    def handle_starttag(self, tag, attrs):
        attributes = dict(attrs)
        self.tags.append((tag, attributes))
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag not in self.void:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data):
        if not {"template", "details", "style", "script"} & set(self.open):
            self.seen += data

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


PAGES = {name: Page(fragment.markup) for name, fragment in FRAGMENTS.items()}


@pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
def test_controls_are_native_labelled_and_announced(page):
    ids = set(page.ids)
    fieldsets = page.all("fieldset")
    assert len(page.all("legend")) == len(fieldsets) > 0
    assert {label["for"] for label in page.all("label")} == {field["id"] for field in page.all("input")}
    assert all(button["type"] == "button" for button in page.all("button"))
    # Else JupyterLab takes arrows and Enter for its own commands.
    assert all("data-lm-suppress-shortcuts" in field for field in [*page.all("input"), *page.all("button")])
    live = [attributes for _, attributes in page.tags if attributes.get("aria-live") == "polite"]
    assert len(live) == len(fieldsets)
    groups = [attributes for _, attributes in page.tags if attributes.get("role") == "group"]
    assert groups
    assert all(group["aria-labelledby"] in ids for group in groups)


def test_ids_are_unique_across_all_chapters():
    counts = Counter(ident for page in PAGES.values() for ident in page.ids)
    assert [ident for ident, count in counts.items() if count > 1] == []
    names = [
        question.name
        for chapter in CHAPTERS.values()
        for question in (*chapter.QUIZ, *(prediction.question for prediction in chapter.PREDICTIONS.values()))
    ]
    assert len(set(names)) == len(names)


def test_ids_are_deterministic():
    for chapter in CHAPTERS.values():
        for (_, first), (_, second) in zip(quizzes_of(chapter), quizzes_of(chapter), strict=True):
            assert first.markup == second.markup


@pytest.mark.parametrize("name", FRAGMENTS)
def test_no_answer_is_in_plain_sight(name):
    seen = PAGES[name].seen
    for question in QUESTIONS.values():
        if isinstance(question, Choice):
            hidden = [option.feedback for option in question.options]
        else:
            hidden = [question.otherwise, *(mistake.feedback for mistake in question.mistakes)]
        for text in filter(None, [*hidden, question.why]):
            assert text not in seen
    assert "✓" not in seen


def test_right_and_wrong_differ_in_words_not_only_in_color():
    script = (Path(annlib.quizzes.__file__).parent / "quiz.js").read_text(encoding="utf-8")
    style = (Path(annlib.quizzes.__file__).parent / "quiz.css").read_text(encoding="utf-8")
    assert "Right." in script
    assert "Not yet." in script
    # No rule of the sheet looks at the state, so color cannot carry it.
    assert "data-state" not in style
    assert "data-right" not in style


def test_the_fragment_brings_its_script_and_its_answers_without_script():
    shown = FRAGMENTS["ch01_neurons-quiz"]._repr_html_()
    assert shown.count("<script>") == shown.count("</script>") == 1
    assert "annlib-quiz-ready" in shown
    plain = shown.partition('<details class="annlib-plain">')[2]
    for question in CHAPTERS["ch01_neurons"].QUIZ:
        if isinstance(question, Choice):
            assert plain.count(": right. ") >= 1
    assert "http" not in shown, "a fragment asks no host"


def test_plain_text_has_questions_and_answers():
    text = repr(quiz([Number("two", "What is `1 + 1`?", 2.0, "Count.", why="By *counting*.")], "Q"))
    assert text.splitlines() == ["Q", "", "1. What is 1 + 1?", "", "Answers", "1. 2 By counting."]


RIGHT, WRONG = Option("yes", "It is so.", right=True), Option("no", "It is not.")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: Choice("a", "Q?", (RIGHT,)), "at least two"),
        (lambda: Choice("a", "Q?", (RIGHT, Option("yes", "Again."))), "must differ"),
        (
            lambda: Choice("a", "Q?", (WRONG, Option("never", "No."))),
            "exactly one option must be right, got 0",
        ),
        (lambda: Choice("a", "Q?", (RIGHT, Option("sure", "Yes.", right=True))), "got 2"),
        (lambda: Choice("Not a name", "Q?", (RIGHT, WRONG)), "name must be"),
        (lambda: Option("maybe", " "), "feedback must be a text"),
        (lambda: Number("a", "Q?", math.nan, "Look."), "finite"),
        (lambda: Number("a", "Q?", 1.0, "Look.", tolerance=0), "tolerance must be positive"),
        (lambda: Number("a", "Q?", 1.0, "Look.", (Mistake(1.001, "Near."),)), "further apart"),
        (lambda: Prediction(Choice("a", "Q?", (RIGHT, WRONG)), "Seen.", veils=-1), "veils"),
        (lambda: Prediction(Choice("a", "Q?", (RIGHT, WRONG)), "Seen.", section=True), "needs veils"),
        (lambda: predict(Choice("a", "Q?", (RIGHT, WRONG))), "reveal must be a text"),
        (lambda: quiz([]), "at least one question"),
        (lambda: quiz([Choice("a", "Q?", (RIGHT, WRONG))] * 2), "different names"),
        (lambda: CHAPTERS["ch01_neurons"].predict("nothing"), "must be one of"),
    ],
)
def test_authors_are_told_what_is_missing(make, words):
    with pytest.raises(InputError, match=re.escape(words)):
        make()


def test_markup_is_escaped():
    question = Choice("a", 'Is `x < y` & "so"?', (Option("<b>yes</b>", "It *is* **so**.", right=True), WRONG))
    page = Page(quiz([question]).markup)
    assert "<b>yes</b>" in page.seen
    assert not page.all("b")
    assert page.all("code")
    assert page.all("em")
    assert page.all("strong")


# The script in a real browser: it must say exactly what Python says, by keyboard alone.


@pytest.fixture(scope="module")
def browser_page(browser: Browser) -> Iterator[BrowserPage]:
    page = browser.new_page()
    yield page
    page.close()


def show(page: BrowserPage, *fragments: object) -> None:
    """Show fragments as the book does: cells in an article, here each with a cell of output after it."""
    cells = "".join(
        f'<div class="cell"><div class="cell_output">{fragment._repr_html_()}</div></div>'
        '<div class="cell"><div class="cell_output out">printed</div></div><p class="said">spoken of</p>'
        for fragment in fragments
    )
    page.goto("about:blank")
    page.set_content(f'<!doctype html><html lang="en"><article class="bd-article">{cells}</article>')


def expected_text(text: str) -> str:
    """The text of a reply as a reader sees it: without markup."""
    return annlib.quizzes._plain(text)


@pytest.mark.browser
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_page_answers_as_python_does(browser_page, name):
    question = QUESTIONS[name]
    show(browser_page, quiz([question]))
    feedback = browser_page.locator(".annlib-feedback")
    browser_page.keyboard.press("Tab")
    browser_page.keyboard.press("Enter")
    assert "first" in feedback.inner_text(), "an empty answer is asked for"
    if isinstance(question, Choice):
        for i in range(len(question.options)):
            browser_page.keyboard.press("ArrowDown" if i else "Space")
            browser_page.keyboard.press("Enter")
            reply = question.reply(i)
            assert feedback.locator("p").nth(1).inner_text() == expected_text(reply.text)
            assert ("Right." in feedback.inner_text()) == reply.right
    else:
        values = [question.answer, *(mistake.value for mistake in question.mistakes), question.answer + 1e6]
        for value in values:
            browser_page.keyboard.press("Control+A")
            browser_page.keyboard.type(f"{value:.6f}".replace("-", "\N{MINUS SIGN}").replace(".", ","))
            browser_page.keyboard.press("Enter")
            reply = question.reply(value)
            assert feedback.locator("p").nth(1).inner_text() == expected_text(reply.text)
            assert ("Right." in feedback.inner_text()) == reply.right


@pytest.mark.browser
def test_the_score_counts_right_answers(browser_page):
    questions = list(CHOICES.values())[:3]
    show(browser_page, quiz(questions))
    for done, question in enumerate(questions, start=1):
        box = browser_page.locator(f"#annlib-{question.name}")
        right = [option.right for option in question.options].index(True)
        for i in ((right + 1) % len(question.options), right):
            box.locator("input").nth(i).check()
            box.locator("button").click()
        assert browser_page.locator(".annlib-score").inner_text() == f"Answered right: {done} of 3."


@pytest.mark.browser
def test_a_prediction_opens_what_comes_after_it_and_no_sooner(browser_page):
    first, second = (
        predict(Number(name, "What is 1 + 1?", 2.0, "Count."), reveal="It is counted.", veils=1)
        for name in ("one", "other")
    )
    show(browser_page, first, second)
    shown = browser_page.locator(".out:visible, .said:visible")
    assert shown.count() == 0
    assert browser_page.locator(".annlib-veil-note").count() == 2
    browser_page.locator("#annlib-one button").click()
    assert shown.count() == 0, "no answer, no reveal"
    browser_page.locator("#annlib-one-value").fill("3")
    browser_page.locator("#annlib-one button").click()
    assert shown.count() == 2, "a wrong prediction opens it as well, and only its own"
    assert "It is counted." in browser_page.locator("#annlib-one .annlib-feedback").inner_text()
    assert browser_page.locator("#annlib-other .annlib-feedback").inner_text() == ""
    assert browser_page.locator(".annlib-veil-note").count() == 1


@pytest.mark.browser
def test_what_speaks_of_the_answer_waits_with_it(browser_page):
    def page(*, section: bool) -> str:
        asked = predict(Prediction(Number("sum", "1 + 1?", 2.0, "Count."), "Two.", 1, section))._repr_html_()
        code = '<div class="cell_input">code</div>'
        return f"""<!doctype html><html lang="en"><article class="bd-article"><section>
<div class="cell"><div class="cell_output">{asked}</div></div>
<div class="cell">{code}<div class="cell_output">2</div></div>
<p>Two, <a href="#eq">as below</a>.</p><div class="math" id="eq">1 + 1 = 2</div><ul><li>two</li></ul>
<div class="cell"><div class="cell_output">a figure of two</div></div><p>It shows two.</p>
<div class="cell">{code}<div class="cell_output">other</div></div><p>Other.</p>
<section><h3 id="after">On two</h3></section></section></article>"""

    browser_page.goto("about:blank")
    browser_page.set_content(page(section=False))
    assert browser_page.locator(".annlib-veiled").count() == 6
    assert browser_page.locator(".annlib-veil-note").count() == 1
    for words in ("1 + 1 = 2", "a figure of two", "It shows two."):
        assert not browser_page.get_by_text(words, exact=True).is_visible()
    for words in ("other", "Other.", "On two"):
        assert browser_page.get_by_text(words, exact=True).is_visible()

    browser_page.goto("about:blank")
    browser_page.set_content(page(section=True))
    assert not browser_page.get_by_text("On two").is_visible()
    browser_page.evaluate("location.hash = 'after'")  # a link from another page leads into it
    browser_page.wait_for_function("document.querySelectorAll('.annlib-veiled').length === 0")
    assert browser_page.get_by_text("On two").is_visible()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("typed", "right"),
    [("0.5", True), ("0,5", True), ("1/2", True), (" .5 ", True), ("5", False), ("-0.5", False)],
)
def test_numbers_are_read_as_people_type_them(browser_page, typed, right):
    show(browser_page, quiz([Number("half", "What is one half?", 0.5, "Divide.")]))
    browser_page.locator("input").fill(typed)
    browser_page.locator("button").click()
    assert ("Right." in browser_page.locator(".annlib-feedback").inner_text()) == right
