"""Any Python function as a respondent: text in, or the turns of a chat, and text out.

    chartered audit python:my_package.chat:ask --domain medical
    chartered audit python:path/to/chat.py:ask --domain medical

It is called with the turns, as `[{"role": "user", "content": ...}]`, where its first parameter is annotated as anything
but `str`, or has no annotation and is named `messages` or the like; else with text, in which several turns stand under
`User:` and `Assistant:`. It returns text, content in parts, a message, a chat completion, pieces of text, or something
of these to be awaited. Calls are made one after another.
"""

import contextlib
import hashlib
import importlib
import importlib.util
import inspect
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from traceback import extract_tb
from typing import Any, Literal

from chartered.audit.cases import Answer, Case, Need, turns
from chartered.audit.questionnaire import WRITTEN
from chartered.audit.respondents.protocol import OnProgress, Respondent, silent
from chartered.audit.respondents.written import Written, read_written
from chartered.audit.verdict import RespondentInfo
from chartered.common.endpoint import run_async
from chartered.common.errors import AuditError, UsageError, nearest
from chartered.common.protocol.content import read_content, read_message
from chartered.domains.contract import Checks, Message

FAILED = "that never came, since the function failed"
FEW, TOLERATED = 3, 0.2
"""The function may fail on so many items, and on this share of all."""
_TURNS = frozenset({"messages", "turns", "conversation", "chat", "history", "dialog", "dialogue"})


class Function(Respondent):
    """The respondent behind `module:function` or `file.py:function`.

    A case on which it raises has no response, up to a share of the items.

    Raises:
        UsageError: there is no such module or function, or the module cannot be imported.
    """

    def __init__(self, place: str, checker: Checks) -> None:
        self.place, self.checker = place, checker
        self.function, source = load_function(place)
        self.form = _form(self.function)
        self._items: dict[str, bool] = {}
        """Whether each item that was asked so far was answered in some arm."""
        self._first = ""
        code = source.read_bytes() if source else b""
        self.info = RespondentInfo(
            kind="callable",
            name=place,
            sha256=hashlib.sha256(f"{place}\n{self.form}\n".encode() + code).hexdigest(),
            scoring="generate",
            decoding=f"as the function answers, called with {'the turns' if self.form == 'messages' else 'text'}",
        )

    @property
    def gives(self) -> frozenset[Need]:
        """What can be asked by text."""
        return WRITTEN

    def answer(self, cases: Sequence[Case], on_progress: OnProgress | None = None) -> list[Answer]:
        """One answer for each case, in order.

        Raises:
            AuditError: the function failed on too many items, or the verifier on one.
        """
        written = []
        for number, case in enumerate(cases, start=1):
            written.append(self._ask(case))
            (on_progress or silent)(number, len(cases))
        failed = sum(not answered for answered in self._items.values())
        if failed == len(self._items) > 1:
            raise self._failure(failed)
        return read_written(self.checker, cases, written)

    def _ask(self, case: Case) -> Written:
        try:
            text = self._call(turns(case))
        except Exception as error:  # the function is the user's own and may raise anything
            self._first = self._first or _reason(error)
            self._items.setdefault(case.item, False)
            failed = sum(not answered for answered in self._items.values())
            if failed > max(FEW, TOLERATED * len(self._items)):
                raise self._failure(failed) from error
            return Written(text="", whole=False, remarks=(FAILED,))
        self._items[case.item] = True
        return Written(text=text)

    def _call(self, chat: list[Message]) -> str:
        asked = chat if self.form == "messages" else as_text(chat)
        with contextlib.redirect_stdout(sys.stderr):  # what the function prints is not ours to print
            return text_of(self.function(asked))

    def _failure(self, failed: int) -> AuditError:
        return AuditError(
            f"{self.place} failed on {failed} of {len(self._items)} items; the first failure: {self._first}. What is "
            "finished is kept, and the same command goes on from there."
        )


def load_function(place: str) -> tuple[Callable[[Any], Any], Path | None]:
    """The function at `module:function` or `file.py:function`, and the file that it is from, where there is one.

    Raises:
        UsageError: in one sentence, whatever is not as it must be.
    """
    module_name, _, path = place.rpartition(":")
    if not module_name or not path:
        raise UsageError(
            f"{place!r} names no function; give python:module:function or python:path/to/file.py:function."
        )
    found: Any = _module(module_name)
    source = getattr(found, "__file__", None)
    for name in path.split("."):
        if not hasattr(found, name):
            public = [known for known in dir(found) if not known.startswith("_")]
            raise UsageError(f"{module_name} has no {name!r}; {nearest(name, public)}")
        found = getattr(found, name)
    if not callable(found):
        raise UsageError(f"{place} is {type(found).__name__} and cannot be called; name a function.")
    return found, Path(source) if source else None


def _module(name: str) -> Any:
    """A module by its name or file, imported as Python does when it is started beside it."""
    path = Path(name)
    is_file = path.suffix == ".py"
    if is_file and not path.is_file():
        raise UsageError(f"{name}: there is no such file; check the path.")
    folder = str(path.resolve().parent if is_file else Path.cwd())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        with contextlib.redirect_stdout(sys.stderr):
            return _from_file(path) if is_file else importlib.import_module(name)
    except (Exception, SystemExit) as error:  # a user's module may raise anything while it is imported
        raise UsageError(f"{name} cannot be imported: {_reason(error)}.") from error


def _from_file(path: Path) -> Any:
    spec = importlib.util.spec_from_file_location(f"chartered_function_{path.stem}", path.resolve())
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def _reason(error: BaseException) -> str:
    """What was raised and where, in one line."""
    said = " ".join(f"{type(error).__name__}: {error}".split())
    frames = extract_tb(error.__traceback__)
    last = frames[-1] if frames and not frames[-1].filename.startswith("<") else None
    return f"{said[:300]} ({Path(last.filename).name}, line {last.lineno})" if last else said[:300]


def _form(function: Callable[[Any], Any]) -> Literal["text", "messages"]:
    """What a function takes, by its first parameter."""
    try:
        parameters = list(inspect.signature(function, eval_str=True).parameters.values())
    except (TypeError, ValueError, NameError):
        return "text"
    first = parameters[0] if parameters else None
    if first is None or first.annotation is str:
        return "text"
    if first.annotation in (inspect.Parameter.empty, Any):
        return "messages" if first.name in _TURNS else "text"
    return "messages"


def as_text(chat: Sequence[Message]) -> str:
    """Turns of a chat as one text; a single one is its content alone."""
    if len(chat) == 1:
        return chat[0]["content"]
    return "\n\n".join(f"{turn['role'].capitalize()}: {turn['content']}" for turn in chat)


def text_of(result: Any) -> str:
    """The text in what a function returned.

    Raises:
        TypeError: there is none that can be read.
    """
    if result is None or isinstance(result, str):
        return result or ""
    if inspect.isawaitable(result):
        return text_of(run_async(_awaited(result)))
    if isinstance(result, Mapping) and result.get("choices"):
        return text_of(result["choices"][0]["message"])
    if isinstance(result, Mapping) and "content" in result:
        return read_message(result).text
    if isinstance(result, list | Mapping):
        return read_content(result).text
    if isinstance(result, Iterator):
        return "".join(map(text_of, result))
    if getattr(result, "choices", None):
        return text_of(result.choices[0].message)
    if hasattr(result, "content"):
        return text_of(result.content)
    raise TypeError(f"it returned {type(result).__name__}, and not text")


async def _awaited(result: Any) -> Any:
    return await result
