"""Questions as data, shown as HTML that answers the reader at once and needs no kernel.

A question is a frozen record: its options, the feedback that *each* of them deserves, and why the right one
is right. `quiz` and `predict` turn questions into one HTML fragment of native form controls with a small
script, so that they work in the built page, in JupyterLab and in VS Code, by mouse and by keyboard. Where no
script runs, the answers stand in a ``<details>``; where no HTML is shown, in plain text.

Each chapter keeps its questions in a file of this folder (``ch01_neurons.py`` beside ``01-neurons.ipynb``).
"""

import html
import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from annlib.errors import InputError

__all__ = [
    "Choice",
    "Fragment",
    "Mistake",
    "Number",
    "Option",
    "Prediction",
    "Question",
    "Reply",
    "of_chapter",
    "predict",
    "quiz",
]


@dataclass(frozen=True)
class Reply:
    """What a reader is told about one answer."""

    right: bool
    text: str


@dataclass(frozen=True)
class Option:
    """One answer to choose, and what to say to the reader who chose it.

    Parameters
    ----------
    text : str
        The answer.
    feedback : str
        For a wrong option: why it is tempting, and why it is wrong. For the right one: what makes it right.
    right : bool
        Whether this is the right answer.
    """

    text: str
    feedback: str
    right: bool = False

    def __post_init__(self) -> None:
        _need_text("text", self.text)
        _need_text("feedback", self.feedback)


@dataclass(frozen=True)
class Mistake:
    """A wrong number that learners do reach, and what to say about the way that led there."""

    value: float
    feedback: str

    def __post_init__(self) -> None:
        _need_finite("value", self.value)
        _need_text("feedback", self.feedback)


@dataclass(frozen=True)
class Choice:
    """A question with several options, exactly one of them right.

    Parameters
    ----------
    name : str
        Lower-case letters, digits and hyphens, unique in the whole book: all ids are made from it.
    prompt : str
        The question. Inline markup: ```code```, ``**bold**``, ``*emphasis*``; formulas in Unicode.
    options : tuple of Option
        At least two.
    why : str, optional
        Shown with the right answer, after its own feedback.
    code : str, optional
        A few lines of code to read, shown under the prompt.

    Raises
    ------
    InputError
        If an option has no feedback, two options say the same, or not exactly one is right.

    Examples
    --------
    >>> question = Choice(
    ...     "sky",
    ...     "Which color has the sky at noon?",
    ...     (Option("Blue", "Air scatters short waves.", right=True), Option("Green", "That is the grass.")),
    ... )
    >>> question.reply(1)
    Reply(right=False, text='That is the grass.')
    """

    name: str
    prompt: str
    options: tuple[Option, ...]
    why: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        _need_name(self.name)
        _need_text("prompt", self.prompt)
        if len(self.options) < 2:
            raise InputError(f"{self.name}: options must hold at least two, got {len(self.options)}; add one")
        texts = [option.text for option in self.options]
        if len(set(texts)) < len(texts):
            raise InputError(f"{self.name}: options must differ, got {texts}; reword one")
        n_right = sum(option.right for option in self.options)
        if n_right != 1:
            raise InputError(
                f"{self.name}: exactly one option must be right, got {n_right}; mark one right=True"
            )

    @property
    def answer(self) -> str:
        """The text of the right option."""
        return next(option.text for option in self.options if option.right)

    def reply(self, index: int) -> Reply:
        """Answer the reader who chose the option at ``index`` (from 0)."""
        option = self.options[index]
        if option.right:
            return Reply(True, " ".join(filter(None, [option.feedback, self.why])))
        return Reply(False, option.feedback)


@dataclass(frozen=True)
class Number:
    """A question whose answer is a number that the reader types.

    Parameters
    ----------
    name, prompt, why, code
        As in `Choice`.
    answer : float
        The key: compute it, with NumPy or annlib, in the chapter's file.
    otherwise : str
        The feedback for a wrong number that is no known mistake: where to begin.
    mistakes : tuple of Mistake
        Wrong numbers that deserve an answer of their own.
    tolerance : float
        An answer this near to the key (or to a mistake) counts as it.
    unit : str, optional
        Shown behind the field.

    Examples
    --------
    >>> added_first = Mistake(12.0, "You added first.")
    >>> question = Number("sum", "What is 2 + 2 · 3?", 8.0, "Multiply first.", (added_first,))
    >>> question.reply(12).text
    'You added first.'
    >>> question.reply(8).right
    True
    """

    name: str
    prompt: str
    answer: float
    otherwise: str
    mistakes: tuple[Mistake, ...] = ()
    tolerance: float = 0.005
    unit: str = ""
    why: str = ""
    code: str = ""

    def __post_init__(self) -> None:
        _need_name(self.name)
        _need_text("prompt", self.prompt)
        _need_text("otherwise", self.otherwise)
        _need_finite("answer", self.answer)
        if not (math.isfinite(self.tolerance) and self.tolerance > 0):
            raise InputError(f"{self.name}: tolerance must be positive, got {self.tolerance}")
        values = [float(self.answer), *(float(mistake.value) for mistake in self.mistakes)]
        for i, value in enumerate(values):
            for other in values[:i]:
                if abs(value - other) <= 2 * self.tolerance:
                    raise InputError(
                        f"{self.name}: the answer and the mistakes must lie further apart than twice the "
                        f"tolerance ({self.tolerance}), got {other} and {value}; drop one or lower it"
                    )

    def reply(self, value: float) -> Reply:
        """Answer the reader who typed ``value``."""
        if abs(value - self.answer) <= self.tolerance:
            return Reply(True, self.why or f"It is {_number(self.answer)}.")
        for mistake in self.mistakes:
            if abs(value - mistake.value) <= self.tolerance:
                return Reply(False, mistake.feedback)
        return Reply(False, self.otherwise)


Question = Choice | Number


@dataclass(frozen=True)
class Prediction:
    """A question to be answered before the reveal opens.

    Parameters
    ----------
    question : Choice or Number
        What to predict.
    reveal : str
        What is shown after any answer, right or wrong; paragraphs are parted by an empty line.
    veils : int
        How many code cells after this one keep their output hidden until the reader has answered, together
        with what is said about it: all that follows up to the next code, question, explorer or heading (in
        the built page; in a notebook the reader runs them).
    section : bool
        Whether the section after the last of these cells waits as well, because it speaks of the answer.
    """

    question: Question
    reveal: str
    veils: int = 0
    section: bool = False

    def __post_init__(self) -> None:
        _need_text("reveal", self.reveal)
        if self.veils < 0:
            raise InputError(f"{self.question.name}: veils must be 0 or more, got {self.veils}")
        if self.section and not self.veils:
            raise InputError(
                f"{self.question.name}: section needs veils of 1 or more; the section follows them"
            )

    @property
    def name(self) -> str:
        """The name of its question."""
        return self.question.name


@dataclass(frozen=True)
class Fragment:
    """Something to show: HTML for a page, text for everything else."""

    markup: str = field(repr=False)
    text: str = field(repr=False)

    def __repr__(self) -> str:
        return self.text

    def _repr_html_(self) -> str:
        return f"<style>{_asset('quiz.css')}</style>\n{self.markup}\n<script>{_asset('quiz.js')}</script>"


def quiz(questions: Sequence[Question], title: str = "Quiz") -> Fragment:
    """Show questions that answer the reader at once.

    Parameters
    ----------
    questions : sequence of Choice or Number
        At least one; their names must differ.
    title : str
        Stands above them.

    Returns
    -------
    Fragment
        As the last expression of a cell it shows itself.

    Raises
    ------
    InputError
        If there is no question, or two have one name.

    Examples
    --------
    >>> question = Number("two", "What is 1 + 1?", 2.0, "Count again.")
    >>> print(quiz([question], "A short quiz"))
    A short quiz
    <BLANKLINE>
    1. What is 1 + 1?
    <BLANKLINE>
    Answers
    1. 2
    """
    if not questions:
        raise InputError("questions must hold at least one question, got none")
    names = [question.name for question in questions]
    if len(set(names)) < len(names):
        raise InputError(f"questions must have different names, got {names}")
    _need_text("title", title)
    group = f"annlib-quiz-{names[0]}"
    body = "\n".join(
        _question_html(question, f"Question {i}. ", "Check") for i, question in enumerate(questions, start=1)
    )
    answers = "\n".join(f"<li>{_answer_html(question)}</li>" for question in questions)
    markup = f"""<div class="annlib-quiz" role="group" aria-labelledby="{group}-title">
<p class="annlib-title" id="{group}-title">{_inline(title)}</p>
{body}
<p class="annlib-score" data-total="{len(questions)}">Answered right: 0 of {len(questions)}.</p>
<details class="annlib-plain"><summary>Answers, with the reasons</summary><ol>
{answers}
</ol></details>
</div>"""
    lines = [title, ""]
    for i, question in enumerate(questions, start=1):
        lines += _question_text(question, f"{i}. ")
    lines += ["Answers", *(f"{i}. {_answer_text(question)}" for i, question in enumerate(questions, start=1))]
    return Fragment(markup, "\n".join(lines))


def predict(question: Prediction | Question, reveal: str = "", veils: int = 0) -> Fragment:
    """Ask for a prediction; the reveal opens after the reader has answered.

    Parameters
    ----------
    question : Prediction, Choice or Number
        A `Prediction` brings its own reveal.
    reveal, veils
        As in `Prediction`; only for a bare question.

    Returns
    -------
    Fragment
        As the last expression of a cell it shows itself.

    Examples
    --------
    >>> question = Number("three", "What will 1 + 2 give?", 3.0, "Count again.")
    >>> print(predict(question, reveal="It gives three."))
    Predict before you see
    <BLANKLINE>
    What will 1 + 2 give?
    <BLANKLINE>
    Answer: 3
    It gives three.
    """
    prediction = question if isinstance(question, Prediction) else Prediction(question, reveal, veils)
    asked = prediction.question
    group = f"annlib-predict-{asked.name}"
    veil = f' data-veils="{prediction.veils}"' if prediction.veils else ""
    veil += " data-section" if prediction.section else ""
    opened = "".join(f"<p>{_inline(part)}</p>" for part in prediction.reveal.split("\n\n"))
    markup = f"""<div class="annlib-quiz annlib-predict" role="group"
 aria-labelledby="{group}-title"{veil}>
<p class="annlib-title" id="{group}-title">Predict before you see</p>
{_question_html(asked, "", "This is my prediction", opened)}
<details class="annlib-plain"><summary>What happens</summary>
<p>{_answer_html(asked)}</p>{opened}
</details>
</div>"""
    lines = ["Predict before you see", "", *_question_text(asked, "")]
    lines += [f"Answer: {_answer_text(asked)}", _plain(prediction.reveal)]
    return Fragment(markup, "\n".join(lines))


def of_chapter(
    predictions: Mapping[str, Prediction], questions: Sequence[Question], title: str
) -> tuple[Callable[[str], Fragment], Callable[[], Fragment]]:
    """Return the two functions that a chapter's notebook calls: ``predict(name)`` and ``quiz()``.

    Parameters
    ----------
    predictions : mapping of names to Prediction
    questions : sequence of Question
        The quiz at the end of the chapter.
    title : str
        The heading of the quiz.

    Returns
    -------
    predict, quiz : functions that return a Fragment
        `predict` raises InputError for a name that the chapter has no prediction of.

    Examples
    --------
    >>> sum_of = Prediction(Number("sum", "What will 1 + 2 give?", 3.0, "Count again."), "Three.")
    >>> predict_in_chapter, _ = of_chapter({"sum": sum_of}, [], "Quiz: sums")
    >>> print(predict_in_chapter("sum").text.splitlines()[0])
    Predict before you see
    """

    def predict_named(name: str) -> Fragment:
        """Ask for one of the chapter's predictions."""
        if name not in predictions:
            raise InputError(f"name must be one of {sorted(predictions)}, got {name!r}")
        return predict(predictions[name])

    def quiz_of_chapter() -> Fragment:
        """Show the quiz of the chapter."""
        return quiz(questions, title)

    return predict_named, quiz_of_chapter


# JupyterLab's one-key commands (arrows, Enter) must not act while the reader answers. It looks for this on
# the element that has the focus, so each control bears it.
_KEEP_KEYS = 'data-lm-suppress-shortcuts="true"'


def _question_html(question: Question, number: str, button: str, opened: str = "") -> str:
    """Write one fieldset; the replies wait in ``<template>`` elements, which show and speak nothing."""
    ident = f"annlib-{question.name}"
    code = f"<pre><code>{html.escape(question.code)}</code></pre>\n" if question.code else ""
    if isinstance(question, Choice):
        rows = []
        replies = []
        for i, option in enumerate(question.options):
            rows.append(
                f'<label for="{ident}-{i}"><input type="radio" name="{ident}" id="{ident}-{i}" value="{i}" '
                f"{_KEEP_KEYS}> <span>{_inline(option.text)}</span></label>"
            )
            replies.append(_template(question.reply(i), f'data-for="{i}"'))
        controls = "\n".join(rows)
    else:
        unit = f" <span>{_inline(question.unit)}</span>" if question.unit else ""
        controls = (
            f'<label for="{ident}-value">Your number <input type="text" inputmode="decimal" '
            f'autocomplete="off" size="9" id="{ident}-value" {_KEEP_KEYS}>{unit}</label>'
        )
        values = [question.answer, *(mistake.value for mistake in question.mistakes)]
        replies = [
            _template(
                question.reply(value),
                f'data-value="{float(value)!r}" data-within="{float(question.tolerance)!r}"',
            )
            for value in values
        ]
        replies.append(_template(Reply(False, question.otherwise), "data-otherwise"))
    reveal = f"\n<template data-reveal>{opened}</template>" if opened else ""
    return f"""<div class="annlib-question" id="{ident}">
<fieldset><legend>{number}{_inline(question.prompt)}</legend>
{code}{controls}
<button type="button" class="annlib-check" {_KEEP_KEYS}>{button}</button>
</fieldset>
<div class="annlib-feedback" aria-live="polite"></div>
{"".join(replies)}{reveal}
</div>"""


def _template(reply: Reply, attributes: str) -> str:
    right = "yes" if reply.right else "no"
    return f'<template {attributes} data-right="{right}"><p>{_inline(reply.text)}</p></template>'


def _answer_html(question: Question) -> str:
    if isinstance(question, Choice):
        return "; ".join(
            f"<strong>{_inline(option.text)}</strong>: {'right' if option.right else 'wrong'}. "
            f"{_inline(question.reply(i).text)}"
            for i, option in enumerate(question.options)
        )
    others = " ".join(
        f"<strong>{_number(mistake.value)}</strong>: wrong. {_inline(mistake.feedback)}"
        for mistake in question.mistakes
    )
    right = _inline(question.reply(question.answer).text)
    return f"<strong>{_number(question.answer)}</strong>: right. {right} {others}"


def _question_text(question: Question, number: str) -> list[str]:
    lines = [number + _plain(question.prompt)]
    if question.code:
        lines += ["    " + line for line in question.code.splitlines()]
    if isinstance(question, Choice):
        lines += [f"   ({chr(97 + i)}) {_plain(option.text)}" for i, option in enumerate(question.options)]
    return [*lines, ""]


def _answer_text(question: Question) -> str:
    if isinstance(question, Choice):
        i = next(i for i, option in enumerate(question.options) if option.right)
        return f"({chr(97 + i)}) {_plain(question.reply(i).text)}"
    return " ".join(filter(None, [_number(question.answer), question.unit, _plain(question.why)]))


_BOLD = re.compile(r"\*\*(?=\S)(.+?)(?<=\S)\*\*")
_EMPHASIS = re.compile(r"(?<!\w)\*(?=\S)(.+?)(?<=\S)\*(?!\w)")
_CODE = re.compile(r"`([^`]+)`")


def _inline(text: str) -> str:
    """Turn ```code```, ``**bold**`` and ``*emphasis*`` into HTML; all else is escaped."""
    parts = _CODE.split(html.escape(text))  # code is at the odd places
    parts[::2] = [_EMPHASIS.sub(r"<em>\1</em>", _BOLD.sub(r"<strong>\1</strong>", p)) for p in parts[::2]]
    parts[1::2] = [f"<code>{part}</code>" for part in parts[1::2]]
    return "".join(parts)


def _plain(text: str) -> str:
    """Drop the inline markup."""
    parts = _CODE.split(text)
    parts[::2] = [_EMPHASIS.sub(r"\1", _BOLD.sub(r"\1", part)) for part in parts[::2]]
    return "".join(parts)


def _number(value: float) -> str:
    """Write a number as a reader would: at most six digits, no needless zeros."""
    return f"{float(value):.6g}"


@cache
def _asset(name: str) -> str:
    return (files(__package__) / name).read_text(encoding="utf-8")


def _need_text(argument: str, text: str) -> None:
    if not isinstance(text, str) or not text.strip():
        raise InputError(f"{argument} must be a text that says something, got {text!r}; write it")


def _need_finite(argument: str, value: float) -> None:
    if not math.isfinite(value):
        raise InputError(
            f"{argument} must be a finite number, got {value!r}; check the code that computes it"
        )


def _need_name(name: str) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise InputError(
            f"name must be lower-case words joined by hyphens (ids are made from it), got {name!r}"
        )
