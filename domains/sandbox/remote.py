"""The program as the tests see it: what they take from it is asked for over the line.

What the program sends can be wrong but is never run. An object of the program compares with a plain value only by the
plain value it holds, so no `__eq__` of its own decides, and it is not told what it is compared with.
"""

import builtins
import importlib
import operator
import socket
from collections.abc import Callable, Iterable
from typing import Any

from chartered.domains.sandbox.wire import Broken, Gone, Line, decode, encode, send

_SHARED = {
    "bisect", "cmath", "collections", "copy", "datetime", "decimal", "fractions", "functools", "heapq", "itertools",
    "json", "math", "numpy", "operator", "random", "re", "statistics", "string",
}  # fmt: skip
"""Modules that tests may use because the program imported them; the tests get their own, not the program's."""


class ProgramError(Exception):
    """The program ended with what tests could mistake for their own, or sent what is no value."""


class Session(Line):
    """What the tests have of one program, over the line to it."""

    def __init__(self, line: socket.socket) -> None:
        super().__init__(line)
        self.gone = False
        self.asked = 0
        """How often the tests asked anything of what the program defines."""
        self.raised: BaseException | None = None
        self._functions: list[Callable[..., Any]] = []
        self._classes: dict[str, type[BaseException]] = {}

    def names(self, wanted: Iterable[str]) -> dict[str, Any]:
        """What the program defines of these names; dunder names stay the tests' own.

        Names of builtins stay theirs too, unless the tests use nothing else of the program: a task may ask for a
        function that is called `sum`.
        """
        hidden = {name for name in wanted if name in builtins.__dict__}
        wanted = {name for name in wanted if not name.startswith("__")}
        found = self._defined(wanted - hidden) or self._defined(wanted & hidden)
        self.asked += any(type(value) is not Remote for value in found.values())  # a value is used as it is
        return found

    def _defined(self, names: set[str]) -> dict[str, Any]:
        found = self._asked("names", sorted(names))[0] if names else []
        return {str(name): self._decode(value) for name, value in found}

    def request(self, operation: str, *values: Any) -> Any:
        """The result of an operation on objects of the program."""
        self.asked += 1
        return self._decode(self._asked(operation, *map(self._encode, values))[0])

    def call(self, function: Any, arguments: tuple[Any, ...], keywords: dict[str, Any]) -> Any:
        """Call a function of the program; lists, dictionaries and sets that it changed are changed here too."""
        self.asked += 1
        sent = [self._encode(value) for value in (function, arguments, keywords)]
        result, after, named = self._asked("call", *sent)
        for before, now, value in zip(sent[1][1:], after[1:], arguments, strict=True):
            if now != before:
                self._change(value, now)
        if named != sent[2]:
            for (key, before), (_, now) in zip(sent[2][1:], named[1:], strict=True):
                if now != before:
                    self._change(keywords[key], now)
        return self._decode(result)

    def _change(self, value: Any, content: Any) -> None:
        if isinstance(value, list | bytearray):
            value[:] = self._decode(content)
        elif isinstance(value, dict | set):
            now = self._decode(content)
            value.clear()
            value.update(now)
        elif type(value).__module__ == "numpy":
            value[...] = self._decode(content)

    def _asked(self, *request: Any) -> list[Any]:
        try:
            kind, *reply = self.ask(*request)
        except Gone:
            self.gone = True  # whatever the tests make of the exception
            raise
        except Broken as error:
            raise self._noted(ProgramError(f"the program sent no value: {error}")) from None
        if kind == "!":
            raise self._noted(self._exception(*reply))
        return list(reply)

    def _noted(self, error: BaseException) -> BaseException:
        self.raised = error
        return error

    def _exception(self, name: str, bases: list[str], text: str) -> BaseException:
        kind = self._class(name, bases)
        try:
            return kind(text)
        except TypeError:  # such as UnicodeDecodeError, which wants five arguments
            return ProgramError(f"{name.removeprefix('builtins.')}: {text}")

    def _class(self, name: str, bases: list[str]) -> type[BaseException]:
        """The exception of that name; one of the program's own becomes a class of that name and builtin base."""
        base: type[BaseException] = ProgramError
        for known in bases:
            found = getattr(builtins, known, None)
            if isinstance(found, type) and issubclass(found, Exception):
                base = found
                break
        short = name.rpartition(".")[2]
        if base is not ProgramError and base.__name__ == short:
            return base
        if name not in self._classes:
            self._classes[name] = type(short, (base,), {"__module__": "builtins"})
        return self._classes[name]

    def _encode(self, value: Any) -> Any:
        return encode(value, self._number)

    def _number(self, value: Any) -> list[Any]:
        if type(value) is Remote:
            return ["yours", object.__getattribute__(value, "_number")]
        name = getattr(value, "__name__", "")
        if value is not None and getattr(builtins, name, None) is value:
            return ["builtin", name]
        if not callable(value):
            raise TypeError(f"the tests give the program a {type(value).__name__}, which cannot be copied to it")
        self._functions.append(value)
        return ["function", len(self._functions) - 1]

    def _decode(self, content: Any) -> Any:
        try:
            return decode(content, self._object)
        except (Broken, LookupError, TypeError, ValueError, ArithmeticError, RecursionError, ImportError) as error:
            raise self._noted(ProgramError(f"the program sent no value: {error}")) from None

    def _object(self, content: list[Any]) -> Any:
        kind, number, *rest = content
        if kind == "module":
            return importlib.import_module(number) if number in _SHARED else Remote(self, int(rest[0]))
        if kind == "mine":
            return self._functions[number]
        if kind == "coroutine":
            return self._awaited(Remote(self, int(number)))
        if kind == "class":
            return self._class(*rest)
        if kind != "object" or type(number) is not int:
            raise Broken("an object of no known kind")
        return Remote(self, number)

    async def _awaited(self, coroutine: "Remote") -> Any:
        """The result of a coroutine of the program, which runs there to its end."""
        return self.request("await", coroutine)

    def _serve(self, request: list[Any]) -> None:
        """The program may call functions that the tests gave it, and nothing else."""
        try:
            operation, number, *arguments = request
            if operation != "call" or type(number) is not int:
                raise Broken("a request of no known kind")
            function = self._functions[number]
            reply = ["=", self._encode(function(*map(self._decode, arguments)))]
        except Exception as error:
            reply = ["!", type(error).__name__, str(error)[:500]]
        send(self._line, reply)


class Remote:
    """An object that stays with the program."""

    __slots__ = ("_number", "_tests")

    def __init__(self, tests: Session, number: int) -> None:
        object.__setattr__(self, "_tests", tests)
        object.__setattr__(self, "_number", number)

    def __call__(self, *arguments: Any, **keywords: Any) -> Any:
        return _tests(self).call(self, arguments, keywords)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__array"):  # numpy would follow the program's pointers
            raise AttributeError(name)
        return _tests(self).request("getattr", self, name)

    def __setattr__(self, name: str, value: Any) -> None:
        _tests(self).request("setattr", self, name, value)

    def __instancecheck__(self, instance: Any) -> bool:
        return _tests(self).request("isinstance", instance, self) is True

    def __bool__(self) -> bool:
        return _tests(self).request("bool", self) is True

    def __hash__(self) -> int:
        return int(_tests(self).request("hash", self))

    def __eq__(self, other: object) -> bool:
        if type(other) is Remote:
            return _tests(self).request("eq", self, other) is True
        mine = plain(self)
        return type(mine) is not Remote and mine == other

    def __contains__(self, item: Any) -> bool:
        if type(item) is Remote:
            return _tests(self).request("contains", self, item) is True
        mine = plain(self)
        return item in mine if type(mine) is not Remote else any(element == item for element in self)

    def __iter__(self) -> Any:
        return _tests(self).request("iter", self)

    def __exit__(self, *error: object) -> None:
        _tests(self).request("exit", self)

    def __aiter__(self) -> Any:
        return _tests(self).request("aiter", self)

    async def __anext__(self) -> Any:
        return _tests(self).request("anext", self)

    async def __aenter__(self) -> Any:
        return _tests(self).request("aenter", self)

    async def __aexit__(self, *error: object) -> None:
        _tests(self).request("aexit", self)


def _tests(remote: Remote) -> Session:
    return object.__getattribute__(remote, "_tests")  # type: ignore[no-any-return]


def plain(remote: Remote) -> Any:
    """The plain value that an object of the program holds; the object itself where it holds none."""
    return _tests(remote).request("plain", remote)


def _forwarded(operation: str) -> Callable[..., Any]:
    return lambda self, *arguments: _tests(self).request(operation, self, *arguments)


def _between(operation: str, swapped: bool) -> Callable[[Any, Any], Any]:
    """An operation of two: between objects of the program it is theirs, with a plain value it is done here."""
    function = getattr(operator, operation + "_" if operation in ("and", "or") else operation)

    def result(self: Remote, other: Any) -> Any:
        if type(other) is Remote:
            return _tests(self).request(operation, self, other)
        mine = plain(self)
        if type(mine) is Remote:  # sent to the program, the other value might be the one that is expected
            raise ProgramError(
                f"{operation} of an object of the program and a {type(other).__name__} is not carried out"
            )
        return function(other, mine) if swapped else function(mine, other)

    return result


_ALONE = "str repr len next reversed neg pos abs invert getitem setitem delitem enter"
_ORDER, _ARITHMETIC = "lt le gt ge", "add sub mul matmul truediv floordiv mod pow and or xor"
for _name in _ALONE.split():
    setattr(Remote, f"__{_name}__", _forwarded(_name))
for _name in _ORDER.split():
    setattr(Remote, f"__{_name}__", _between(_name, swapped=False))
for _name in _ARITHMETIC.split():
    setattr(Remote, f"__{_name}__", _between(_name, swapped=False))
    setattr(Remote, f"__r{_name}__", _between(_name, swapped=True))
for _name, _kind in (("int", int), ("float", float), ("complex", complex), ("index", operator.index)):
    setattr(Remote, f"__{_name}__", lambda self, _kind=_kind: _kind(plain(self)))
