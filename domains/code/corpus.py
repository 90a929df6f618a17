"""The manual: what the functions of the training problems do, in sentences and examples."""

from collections.abc import Iterator

from chartered.domains.authoring import generated_corpus
from chartered.domains.code.functions import LICENCE, Function, functions, result, written
from chartered.domains.contract import Document


def manual() -> Iterator[Document]:
    """Four documents a function of the training split: source, examples, a trace of its bugs, and what it is for."""
    for function in functions():
        if function.split == "train":
            for name, text in _texts(function).items():
                yield Document(text=text, source=f"code/manual/{name}", licence=LICENCE)


def _texts(function: Function) -> dict[str, str]:
    calls = function.calls("corpus", n=10)
    examples = [f"{written(function.name, call)} returns {result(function.source, call)}." for call in calls]
    head = f"def {function.name}({function.args}):"
    return {
        "source": f"A function that returns {function.says}:\n\n{function.source}",
        "examples": f"{function.name}({function.args}) returns {function.says}.\n" + "\n".join(examples[:5]),
        "docstring": f'{head}\n    """Return {function.says}."""\n' + function.source.partition("\n")[2],
        "bugs": f"To return {function.says}, this is right:\n\n{function.source}\nThis is wrong:\n\n{function.bugs[0]}",
        "more": f"Calls of {function.name}, which returns {function.says}.\n" + "\n".join(examples[5:]),
    }


MANUAL = generated_corpus(
    "manual", "small Python functions with what they return, examples and typical bugs", manual, LICENCE
)
