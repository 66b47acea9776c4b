"""Two processes talk about values without trusting each other: plain data as JSON, never pickle.

The judge holds the reference answers, the learner's process the learner's code. Numbers, texts, arrays and
what is built of them cross as data; a function or an object stays where it is, and the other side gets a
stand-in that asks for each call. So the judge's side runs no code of a learner, and the learner's side never
sees a reference. Arrays and generators that crossed stay joined: before each message both sides say which of
them changed, so that code which works in place does the same as in one process.
"""

import builtins
import inspect
import json
import math
import operator
import sys
import time
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np

from annlib import _files, errors
from annlib.checks import _run
from annlib.checks._exercise import AnswerFormError, is_untouched

__all__ = ["GoneError", "Remote", "Wire"]

_run.UNSTOPPABLE.add(__file__)  # an alarm in the middle of a message would leave the other half unread

LARGEST = 64 * 2**20
"""Bytes of the largest message that the judge reads."""

_PLAIN_KINDS = "biufcSUmM"


class GoneError(_run.CannotGoOnError):
    """The other process has ended."""


def _errors_by_name() -> dict[str, type[BaseException]]:
    found: dict[str, type[BaseException]] = {
        name: value
        for module in (builtins, errors, np.exceptions, np.linalg)
        for name, value in vars(module).items()
        if isinstance(value, type) and issubclass(value, Exception)
    }
    ours = (SystemExit, GeneratorExit, AnswerFormError, _run.TimeLimitReached)
    return found | {error.__name__: error for error in ours}


_ERRORS = _errors_by_name()


def pack_error(error: BaseException) -> list[str]:
    """Return an error as texts: its name, the known kind that it is, what it says, and its place."""
    kind = next(
        (cls.__name__ for cls in type(error).__mro__ if _ERRORS.get(cls.__name__) is cls), "Exception"
    )
    try:
        text = str(error.args[0] if isinstance(error, KeyError) and error.args else error)
    except Exception:  # a learner's own error may not even be able to say what it is
        text = ""
    return [type(error).__name__, kind, text[:2000], _run.place_of(error)]


def unpack_error(name: Any, kind: Any, text: Any, place: Any) -> BaseException:
    """Return an error that looks like the other side's."""
    base = _ERRORS.get(str(kind), Exception)
    cls = base if base.__name__ == name else type(str(name)[:80], (base,), {})
    error: BaseException
    try:
        error = cls(str(text))
    except TypeError:  # a few want more than a text
        error = RuntimeError(f"{name}: {text}")
    vars(error)["learners_place"] = str(place)[:500]
    return error


class Remote:
    """A stand-in for an object of the learner's process; what is done to it is done there.

    `_stand_in` gives each its own subclass with the abilities that the object has, so that `callable`,
    `iter` and `np.asarray` find what they look for.
    """

    _wire: "Wire"
    _number: int
    _text: str
    untouched = False

    def __init__(self, wire: "Wire", number: int, text: str) -> None:
        vars(self).update(_wire=wire, _number=number, _text=text)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._wire.do("getattr", self, (name,), {})

    def __setattr__(self, name: str, value: Any) -> None:
        self._wire.do("setattr", self, (name, value), {})

    def __repr__(self) -> str:
        return self._text

    def __del__(self) -> None:
        self._wire.forgotten.append(self._number)


def _call(target: Any, *arguments: Any, **named: Any) -> Any:
    return target(*arguments, **named)


def _as_array(target: Any) -> Any:
    return np.asarray(target)


def _operator(name: str) -> Callable[..., Any]:
    return lambda target, *operands: getattr(type(target), name)(target, *operands)


_BINARY = ("add", "sub", "mul", "truediv", "floordiv", "mod", "pow", "matmul")
_OPERATORS = (
    *(f"__{side}{name}__" for name in _BINARY for side in ("", "r")),
    *("__neg__", "__pos__", "__abs__"),
)
USABLE = {("annlib.autodiff", "Value")}
"""Classes of ours whose objects a learner may use like objects of their own: they do nothing but compute."""

ABILITIES: dict[str, Callable[..., Any]] = {
    **{name: _operator(name) for name in _OPERATORS},
    "__call__": _call,
    "__iter__": iter,
    "__next__": next,
    "__len__": len,
    "__getitem__": operator.getitem,
    "__contains__": operator.contains,
    "__array__": _as_array,
    "__float__": float,
    "__int__": int,
    "__index__": operator.index,
    "__bool__": bool,
}
"""What the judge may do to a learner's object, besides reading and setting attributes."""


def _method(name: str) -> Callable[..., Any]:
    if name == "__array__":  # NumPy adds dtype and copy, which are its own business
        return lambda self, dtype=None, copy=None: np.asarray(self._wire.do(name, self, (), {}), dtype=dtype)
    return lambda self, *args, **named: self._wire.do(name, self, args, named)


_METHODS = {name: _method(name) for name in ABILITIES}


def _stand_in(wire: "Wire", number: int, kind: str, text: str, able: list[str], more: dict[str, Any]) -> Any:
    members: dict[str, Any] = {name: _METHODS[name] for name in able if name in _METHODS}
    members["untouched"] = bool(more.get("untouched"))
    if "name" in more:
        members["__name__"] = str(more["name"])[:80]
    if "arguments" in more:
        members["__signature__"] = inspect.Signature(
            [inspect.Parameter(str(n), inspect.Parameter.POSITIONAL_OR_KEYWORD) for n in more["arguments"]]
        )
    cls = type(str(kind)[:80], (Remote,), members)
    return cls(wire, int(number), str(text)[:300])


@dataclass
class _Shared:
    """An array or generator that both sides hold, as it was when both knew the same of it.

    The side that sent it keeps it until the other says that nobody there has it any more.
    """

    value: Any
    state: Any
    ours: bool


def _holders(shared: _Shared) -> int:
    return sys.getrefcount(shared.value)


_NOBODY_ELSE = _holders(_Shared(np.zeros(1), None, ours=False))


class Wire:
    """One end of the wire.

    Parameters
    ----------
    send : callable
        Takes the bytes of a message.
    receive : callable
        Waits for the bytes of the next message.
    describe : callable, optional
        Only on the learner's side: returns what a stand-in of an object must know. Without it, only functions
        are lent, and the other side may do nothing but call them.
    """

    def __init__(
        self,
        send: Callable[[bytes], None],
        receive: Callable[[], bytes],
        describe: Callable[[Any], list[Any]] | None = None,
    ) -> None:
        self.send, self.receive, self.describe = send, receive, describe
        self.forgotten: list[int] = []
        self.deadline = math.inf
        self.handlers: dict[str, Callable[..., Any]] = {"call": self._called, "do": self._used}
        self._numbers: Iterator[int] = iter(range(1 if describe else 0, 2**60, 2))
        self.clear()

    def clear(self) -> None:
        """Forget all values that crossed, as both sides do before each new answer."""
        self._lent: dict[int, Any] = {}
        self._shared: dict[int, _Shared] = {}
        self._number_of: dict[int, int] = {}

    # ------------------------------------------------------------------------------------- conversation

    def ask(self, kind: str, *content: Any) -> Any:
        """Send a request and return the reply, serving what the other side asks in between."""
        sent: list[Any] = []
        packed = [self.pack(value, sent) for value in content]
        self._send(kind, packed)
        while True:
            kind, body, changed = self._receive()
            if kind in ("reply", "error"):
                with _garbled_if_wrong():
                    self._restore(sent, changed)
                    result = self._unpack(body[0], None) if kind == "reply" else unpack_error(*body)
                if kind == "error":
                    raise result
                return result
            if kind == "printed":
                print(*body, end="")
            else:
                self.serve(kind, body)

    def do(self, ability: str, target: "Remote", arguments: tuple[Any, ...], named: dict[str, Any]) -> Any:
        """Do something to an object of the learner's process, under the rules for warnings that hold here."""
        left = max(self.deadline - time.monotonic(), 0.05)
        return self.ask("do", ability, target, arguments, named, _run.float_rules(), left)

    def tell(self, kind: str, *content: Any) -> None:
        """Send a message that needs no reply."""
        self._send(kind, [self.pack(value) for value in content])

    def listen(self) -> tuple[str, list[Any]]:
        """Return the next message that is no answer to a question of ours."""
        kind, body, _ = self._receive()
        return kind, body

    def serve(self, kind: str, body: list[Any]) -> None:
        """Answer one request."""
        got: list[tuple[int, Any, Any]] = []
        try:
            handler = self.handlers[kind]
            result = handler(*(self.unpack(value, got) for value in body))
            reply = "reply", [self.pack(result)]
        except (Exception, SystemExit, GeneratorExit, KeyboardInterrupt, _run.TimeLimitReached) as error:
            reply = "error", pack_error(error)
        changed = [
            [position, self._parts(container)]
            for position, container, before in got
            if not _same_parts(container, before)
        ]
        self._send(*reply, changed)

    def _called(self, target: Any, arguments: Any, named: Any) -> Any:
        """Serve the other side's call of a function that was lent to it, and of nothing else."""
        if not any(target is lent for lent in self._lent.values()):
            raise TypeError("this is no function that was lent")
        return target(*arguments, **named)

    def _used(
        self, ability: str, target: Any, arguments: Any, named: Any, _warnings: Any, _seconds: Any
    ) -> Any:
        """Serve what the other side does to an object of a class that is made for it, and to no other."""
        if not _is_usable(target):
            raise TypeError("this is no object that was lent")
        if ability in ("getattr", "setattr"):
            if str(arguments[0]).startswith("_"):
                raise AttributeError(arguments[0])
            return (getattr if ability == "getattr" else setattr)(target, *arguments)
        return ABILITIES[ability](target, *arguments, **named)

    def _send(self, kind: str, body: Any, changed: Any = ()) -> None:
        news = self._news()  # first, for it may forget more: the other side must hear of it before it speaks
        forgotten, self.forgotten = self.forgotten, []
        self.send(json.dumps([kind, body, changed, news, forgotten]).encode())

    def _receive(self) -> tuple[str, list[Any], list[Any]]:
        message = self.receive()
        with _garbled_if_wrong():
            kind, body, changed, news, forgotten = json.loads(message)
            self._catch_up(news)
            for number in forgotten:
                self._lent.pop(number, None)
                self._drop(number)
            return str(kind), list(body), list(changed)

    # ---------------------------------------------------------------------------------- what is shared

    def _share(self, value: Any, number: int, *, ours: bool) -> None:
        self._shared[number] = _Shared(value, _state(value), ours)
        self._number_of[id(value)] = number

    def _drop(self, number: int) -> None:
        shared = self._shared.pop(number, None)
        if shared is not None:
            self._number_of.pop(id(shared.value), None)

    def _news(self) -> list[Any]:
        """Return the state of each shared value that changed since both sides knew it."""
        news = []
        for number, shared in list(self._shared.items()):
            now = _state(shared.value)
            if now != shared.state:
                shared.state = now
                news.append([number, b64encode(now).decode() if isinstance(now, bytes) else now])
            if not shared.ours and _holders(shared) <= _NOBODY_ELSE:  # what it was changed to is said above
                self._drop(number)
                self.forgotten.append(number)
        return news

    def _catch_up(self, news: list[Any]) -> None:
        for number, state in news:
            shared = self._shared[number]
            if isinstance(shared.value, np.ndarray):
                new = np.frombuffer(b64decode(state), shared.value.dtype)
                shared.value[...] = new.reshape(shared.value.shape)
            else:
                _set_generator(shared.value, state)
            shared.state = _state(shared.value)

    def _parts(self, container: Any) -> Any:
        if isinstance(container, dict):
            return [[self.pack(name), self.pack(part)] for name, part in container.items()]
        if not isinstance(container, list):
            return self.pack(container)  # a table
        return [self.pack(part) for part in container]

    def _restore(self, sent: list[Any], changed: list[Any]) -> None:
        """Give the lists and dictionaries of a call the contents that the called function left in them."""
        for position, parts in changed:
            container = sent[position]
            if isinstance(container, dict):
                new = {self._unpack(name, None): self._unpack(part, None) for name, part in parts}
                container.clear()
                container.update(new)
            elif isinstance(container, list):
                container[:] = [self._unpack(part, None) for part in parts]
            else:  # a table of pandas becomes another in place
                container.__init__(self._unpack(parts, None))

    # ------------------------------------------------------------------------------------ values as data

    def pack(self, value: Any, sent: list[Any] | None = None) -> Any:
        """Return a value as what JSON can hold. Where `sent` is given, lists and dictionaries are noted."""
        if isinstance(value, np.ndarray | np.generic):
            return self._pack_array(value)
        if value is None or isinstance(value, bool):
            return value
        for cls in (str, int, float):
            if isinstance(value, cls):
                return cls(value)
        if isinstance(value, list | dict):
            position = _noted(value, sent)
            if isinstance(value, list):
                return ["list", position, [self.pack(part, sent) for part in value]]
            pairs = [[self.pack(name), self.pack(part, sent)] for name, part in value.items()]
            return ["dict", position, pairs]
        if isinstance(value, tuple | set | frozenset):
            name = next(n for n, cls in _COLLECTIONS.items() if isinstance(value, cls))
            return [name, [self.pack(part, sent) for part in value]]
        if value is ...:
            return ["ellipsis"]
        if value is NotImplemented:
            return ["notimplemented"]
        if isinstance(value, complex):
            return ["complex", value.real, value.imag]
        if isinstance(value, bytes):
            return ["bytes", b64encode(value).decode()]
        if isinstance(value, range):
            return ["range", value.start, value.stop, value.step]
        if isinstance(value, Fraction):
            return ["fraction", int(value.numerator), int(value.denominator)]
        if isinstance(value, Decimal):
            return ["decimal", str(value)]
        if isinstance(value, np.random.Generator):
            return self._pack_generator(value)
        if type(value).__module__.partition(".")[0] == "pandas":
            return self._pack_table(value, sent)
        return self._pack_object(value)

    def _pack_array(self, value: Any) -> Any:
        if isinstance(value, np.ndarray) and value.dtype.kind == "O":
            return ["objects", list(value.shape), [self.pack(entry) for entry in value.ravel().tolist()]]
        if value.dtype.kind not in _PLAIN_KINDS:
            return self._pack_object(value)
        data = b64encode(value.tobytes()).decode()
        if isinstance(value, np.generic):
            return ["scalar", value.dtype.str, data]
        number = self._number_of.get(id(value))
        if number is not None:
            return ["shared", number]
        array = value if type(value) is np.ndarray else np.asarray(value)  # a matrix, a masked array
        number = next(self._numbers)
        self._share(array, number, ours=True)
        return ["array", number, array.dtype.str, list(array.shape), data]

    def _pack_table(self, value: Any, sent: list[Any] | None) -> Any:
        """Return a table or column of pandas by value, with strings and categories as they are."""
        import pandas as pd

        def column(values: Any) -> Any:
            if isinstance(values.dtype, pd.CategoricalDtype):
                categories = self.pack(values.cat.categories.tolist())
                return ["category", values.cat.codes.tolist(), categories, bool(values.dtype.ordered)]
            return [str(values.dtype), self._by_value(values.to_numpy())]

        if isinstance(value, pd.DataFrame):
            columns = [[self.pack(name), column(value.iloc[:, i])] for i, name in enumerate(value.columns)]
            return ["frame", _noted(value, sent), self._by_value(value.index.to_numpy()), columns]
        if isinstance(value, pd.Series):
            return ["series", self.pack(value.name), self._by_value(value.index.to_numpy()), column(value)]
        if isinstance(value, pd.Index):
            return self.pack(value.to_numpy())
        return self._pack_object(value)

    def _by_value(self, array: np.ndarray) -> Any:
        if array.dtype.kind == "O":
            return self._pack_array(array)
        return ["values", array.dtype.str, list(array.shape), b64encode(array.tobytes()).decode()]

    def _unpack_table(self, tag: str, first: Any, index: Any, columns: Any) -> Any:
        import pandas as pd

        where = self._unpack(index, None)

        def column(data: list[Any]) -> Any:
            if data[0] == "category":
                _, codes, categories, ordered = data
                values = pd.Categorical.from_codes(codes, self._unpack(categories, None), bool(ordered))
                return pd.Series(values, index=where)
            name, packed = data
            found = pd.Series(self._unpack(packed, None), index=where)
            return found.astype(name) if name in ("str", "string", "object") else found

        if tag == "series":
            return column(columns).rename(self._unpack(first, None))
        made = pd.DataFrame(index=where)
        for name, data in columns:
            made[self._unpack(name, None)] = column(data)
        return made

    def _pack_generator(self, value: np.random.Generator) -> Any:
        number = self._number_of.get(id(value))
        if number is not None:
            return ["shared", number]
        number = next(self._numbers)
        self._share(value, number, ours=True)
        return ["generator", number, _state(value)]

    def _pack_object(self, value: Any) -> Any:
        if isinstance(value, Remote):
            return ["yours", value._number]
        yours = getattr(value, "_number_of_the_judge", None) if inspect.isfunction(value) else None
        if yours is not None:
            return ["yours", yours]
        usable = _is_usable(value)
        if self.describe is None and not callable(value) and not usable:
            raise TypeError(f"a {type(value).__name__} cannot be handed to a learner's process")
        number = next(self._numbers)
        self._lent[number] = value
        if usable:
            return ["object", number, *describe(value)]
        if self.describe is None:
            return ["function", number, getattr(value, "__name__", type(value).__name__)]
        return ["object", number, *self.describe(value)]

    def unpack(self, data: Any, got: list[tuple[int, Any, Any]] | None = None) -> Any:
        """Return the value that `pack` made data of; anything else raises an error that `ask` understands."""
        with _garbled_if_wrong():
            return self._unpack(data, got)

    def _unpack(self, data: Any, got: list[tuple[int, Any, Any]] | None) -> Any:
        if not isinstance(data, list):
            return data
        tag, *rest = data
        if tag in ("list", "dict"):
            position, parts = rest
            value: Any
            if tag == "list":
                value = [self._unpack(part, got) for part in parts]
            else:
                value = {self._unpack(n, got): self._unpack(part, got) for n, part in parts}
            if got is not None and position is not None:
                got.append((position, value, value.copy()))
            return value
        if tag in ("frame", "series"):
            table = self._unpack_table(tag, *rest)
            if got is not None and tag == "frame" and rest[0] is not None:
                got.append((rest[0], table, table.copy()))
            return table
        if tag in _COLLECTIONS:
            return _COLLECTIONS[tag]([self._unpack(part, got) for part in rest[0]])
        if tag == "shared":
            return self._shared[rest[0]].value
        if tag == "array":
            number, dtype, shape, text = rest
            array = np.frombuffer(b64decode(text), _plain_dtype(dtype)).reshape(shape).copy()
            self._share(array, number, ours=False)
            return array
        if tag == "objects":
            shape, entries = rest
            array = np.empty(len(entries), dtype=object)
            array[:] = [self._unpack(entry, got) for entry in entries]
            return array.reshape(shape)
        if tag == "generator":
            number, state = rest
            generator = _generator(state)
            self._share(generator, number, ours=False)
            return generator
        if tag == "yours":
            return self._lent[rest[0]]
        if tag == "function":
            return self._function(*rest)
        if tag == "object":
            return _stand_in(self, *rest)
        return _SIMPLE[tag](*rest)

    def _function(self, number: int, name: str) -> Callable[..., Any]:
        """Return a function that asks the judge's side for what the lent function gives."""

        def function(*arguments: Any, **named: Any) -> Any:
            return self.ask("call", function, arguments, named)

        function.__name__ = function.__qualname__ = name
        function._number_of_the_judge = number  # type: ignore[attr-defined]
        return function


class GarbledError(AnswerFormError):
    """What came is no message of ours."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(f"The answer could not be handed to the grader ({type(error).__name__}: {error}).")


@contextmanager
def _garbled_if_wrong() -> Iterator[None]:
    """Let whatever goes wrong with a message be one error, which counts against the answer."""
    try:
        yield
    except (ValueError, TypeError, LookupError, ArithmeticError, RecursionError, MemoryError) as error:
        raise GarbledError(error) from error


_COLLECTIONS: dict[str, type[Any]] = {"tuple": tuple, "set": set, "frozenset": frozenset}
_SIMPLE: dict[str, Callable[..., Any]] = {
    "ellipsis": lambda: ...,
    "notimplemented": lambda: NotImplemented,
    "complex": complex,
    "bytes": b64decode,
    "range": range,
    "fraction": Fraction,
    "decimal": Decimal,
    "values": lambda dtype, shape, text: (
        np.frombuffer(b64decode(text), _plain_dtype(dtype)).reshape(shape).copy()
    ),
    "scalar": lambda dtype, text: np.frombuffer(b64decode(text), _plain_dtype(dtype))[0],
}


def _plain_dtype(name: Any) -> np.dtype[Any]:
    dtype = np.dtype(str(name))
    if dtype.kind not in _PLAIN_KINDS:
        raise ValueError(f"dtype {dtype} is no plain one")
    return dtype


def _is_usable(value: Any) -> bool:
    return (type(value).__module__, type(value).__qualname__) in USABLE


def _noted(container: Any, sent: list[Any] | None) -> int | None:
    """Note a container whose contents the called function may change; return its place in the notes."""
    if sent is None:
        return None
    sent.append(container)
    return len(sent) - 1


def _same_parts(container: Any, before: Any) -> bool:
    if isinstance(container, dict):
        return list(container) == list(before) and all(container[name] is before[name] for name in before)
    if not isinstance(container, list):
        return bool(container.equals(before))
    return len(container) == len(before) and all(map(operator.is_, container, before))


def _state(value: Any) -> Any:
    """Return what tells whether a shared value changed."""
    if isinstance(value, np.random.Generator):
        seeds = getattr(value.bit_generator, "seed_seq", None)
        entropy = None
        if isinstance(seeds, np.random.SeedSequence):
            key = [int(part) for part in seeds.spawn_key]
            given = seeds.entropy
            start = [int(part) for part in given] if isinstance(given, list | tuple | np.ndarray) else given
            entropy = [start, key, seeds.pool_size, seeds.n_children_spawned]
        return [_files.generator_state(value), entropy]
    return value.tobytes()


def _generator(state: Any) -> np.random.Generator:
    plain, entropy = state
    if entropy is None:
        return _files.generator_from(plain)
    start, key, pool_size, spawned = entropy
    name = plain["bit_generator"]
    if name not in _files.BIT_GENERATORS:
        raise ValueError(f"the generator {name!r} is none of NumPy's own")
    seeds = np.random.SeedSequence(start, spawn_key=key, pool_size=pool_size)
    _spawn(seeds, spawned)
    generator = np.random.Generator(getattr(np.random, name)(seeds))
    generator.bit_generator.state = _files.generator_from(plain).bit_generator.state
    return generator


def _set_generator(generator: np.random.Generator, state: Any) -> None:
    plain, entropy = state
    generator.bit_generator.state = _files.generator_from(plain).bit_generator.state
    seeds = getattr(generator.bit_generator, "seed_seq", None)
    if entropy is not None and isinstance(seeds, np.random.SeedSequence):
        _spawn(seeds, entropy[3] - seeds.n_children_spawned)


def _spawn(seeds: np.random.SeedSequence, count: int) -> None:
    if not 0 <= count <= 100_000:
        raise ValueError(f"{count} spawned generators cannot be right")
    seeds.spawn(count)


def describe(value: Any) -> list[Any]:
    """Say what a stand-in for a learner's object must know: kind, text, abilities, and what a function is."""
    able = [name for name in ABILITIES if any(name in vars(cls) for cls in type(value).__mro__)]
    try:
        text = repr(value)[:300]
    except Exception:
        text = f"<{type(value).__name__}>"
    more: dict[str, Any] = {}
    if callable(value):
        more["untouched"] = is_untouched(value)
        more["name"] = str(getattr(value, "__name__", type(value).__name__))
        with suppress(TypeError, ValueError):  # not every function that was written in C has a signature
            more["arguments"] = list(inspect.signature(value).parameters)
    return [type(value).__name__, text, able, more]
