"""A sandbox for untrusted Python. `sandbox` is its outside and says what is covered; `cell` starts it.

Inside run `zygote` (forks a process for each program), `program` (the program's side), `judge` (the tests' side, which
sees the program through `remote`), with `processes`, `wire` and `confine`. What runs inside has the standard library
alone, and this file must import nothing.
"""
