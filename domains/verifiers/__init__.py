"""Verifiers: pure functions (Problem, response) -> Check. A plugin maps each of its kinds of problems to one."""

from chartered.domains.verifiers.choice import choice, first_letter, read_choice
from chartered.domains.verifiers.number import number
from chartered.domains.verifiers.text import text

__all__ = ["choice", "first_letter", "number", "read_choice", "text"]
