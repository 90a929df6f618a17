"""Strategies of annotation, one module each: `worked_solutions` and `one_pass` over a teacher."""
