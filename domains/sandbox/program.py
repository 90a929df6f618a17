"""The program's side: the untrusted code is run, and then its functions are called as the tests ask.

Nothing here is out of the program's reach, and nothing here needs to be: all that it can send is its own answers.
"""

import functools
import importlib
import operator
import socket
import sys
import types
from collections.abc import Callable
from typing import Any

from chartered.domains.sandbox.wire import Line, decode, encode, send


def _awaited(coroutine: Any) -> Any:
    return _loop().run_until_complete(coroutine)


async def _next(iterator: Any) -> Any:
    return await anext(iterator)


@functools.cache
def _loop() -> Any:
    return importlib.import_module("asyncio").new_event_loop()


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "bool": bool, "str": str, "repr": repr, "len": len, "iter": iter, "next": next, "hash": hash,
    "reversed": reversed, "neg": operator.neg, "pos": operator.pos, "abs": abs, "invert": operator.invert,
    "getitem": operator.getitem, "setitem": operator.setitem, "delitem": operator.delitem,
    "contains": operator.contains, "eq": operator.eq, "lt": operator.lt, "le": operator.le, "gt": operator.gt,
    "ge": operator.ge, "add": operator.add, "sub": operator.sub, "mul": operator.mul, "matmul": operator.matmul,
    "truediv": operator.truediv, "floordiv": operator.floordiv, "mod": operator.mod, "pow": operator.pow,
    "and": operator.and_, "or": operator.or_, "xor": operator.xor, "getattr": getattr, "setattr": setattr,
    "isinstance": isinstance, "enter": lambda x: x.__enter__(), "exit": lambda x: x.__exit__(None, None, None),
    "await": _awaited, "aiter": aiter, "anext": lambda x: _awaited(_next(x)),
    "aenter": lambda x: _awaited(x.__aenter__()), "aexit": lambda x: _awaited(x.__aexit__(None, None, None)),
}  # fmt: skip
_HOLDING: tuple[Any, ...] = (int, float, complex, str, bytes, list, tuple, dict, set, frozenset)


def run(line: socket.socket, code: str) -> None:
    """Run a program and serve calls of what it defines, until the other side closes."""
    module = types.ModuleType("solution")
    sys.modules["solution"] = module  # dataclasses and pickle look their module up
    failure: BaseException | None = None
    try:
        exec(compile(code, "<solution>", "exec"), module.__dict__)
    except BaseException as error:
        failure = error
    _Program(line, module.__dict__, failure).attend()


class _Program(Line):
    def __init__(self, line: socket.socket, names: dict[str, Any], failure: BaseException | None) -> None:
        super().__init__(line)
        self.names, self.failure = names, failure
        self.objects: list[Any] = []

    def _serve(self, request: list[Any]) -> None:
        try:
            reply = ["=", *self._reply(request)]
        except BaseException as error:
            reply = ["!", *self._exception(error)]
        send(self._line, reply)

    def _reply(self, request: list[Any]) -> list[Any]:
        operation, *rest = request
        if operation == "names":
            if self.failure is not None:
                raise self.failure
            return [[[name, self._encode(self.names[name])] for name in rest[0] if name in self.names]]
        if operation == "plain":
            return [self._encode(_content(self._decode(rest[0])))]
        values = [self._decode(value) for value in rest]
        if operation != "call":
            return [self._encode(_OPERATIONS[operation](*values))]
        function, arguments, keywords = values
        result = self._encode(function(*arguments, **keywords))
        return [result, self._encode(arguments), self._encode(keywords)]

    def _encode(self, value: Any) -> Any:
        return encode(value, self._number)

    def _number(self, value: Any) -> list[Any]:
        if isinstance(value, _Callback):
            return ["mine", value.number]
        if isinstance(value, types.ModuleType):
            return ["module", value.__name__, self._kept(value)]
        return self._described(value)

    def _described(self, value: Any) -> list[Any]:
        number = self._kept(value)
        if isinstance(value, types.CoroutineType):
            return ["coroutine", number]
        if isinstance(value, type) and issubclass(value, BaseException):
            return ["class", number, *self._class(value)]
        return ["object", number]

    def _kept(self, value: Any) -> int:
        self.objects.append(value)
        return len(self.objects) - 1

    def _decode(self, content: Any) -> Any:
        return decode(content, self._object)

    def _object(self, content: list[Any]) -> Any:
        if content[0] == "yours":
            return self.objects[content[1]]
        if content[0] == "builtin":
            return getattr(__import__("builtins"), content[1])
        return _Callback(self, content[1])

    def _class(self, kind: type[BaseException]) -> list[Any]:
        return [f"{kind.__module__}.{kind.__qualname__}", [base.__name__ for base in kind.__mro__]]

    def _exception(self, error: BaseException) -> list[Any]:
        try:
            text = str(error)[:500]
        except Exception:
            text = ""
        return [*self._class(type(error)), text]


class _Callback:
    """A function of the tests that was handed to the program."""

    def __init__(self, program: _Program, number: int) -> None:
        self.program, self.number = program, number

    def __call__(self, *arguments: Any) -> Any:
        program = self.program
        kind, *rest = program.ask("call", self.number, *map(program._encode, arguments))
        if kind == "!":
            raise getattr(__import__("builtins"), rest[0], RuntimeError)(rest[1])
        return program._decode(rest[0])


def _content(value: Any) -> Any:
    """The builtin value that an instance of a subclass holds."""
    for kind in _HOLDING:
        if isinstance(value, kind):
            return kind(value)
    if isinstance(value, type({}.keys()) | type({}.items())):
        return set(value)
    return value
