"""Strategies of annotation, one module each: `worked_solutions`, `one_pass` over a teacher, `own_rows` of a file."""
