"""A sandbox for untrusted Python. `sandbox` is its outside and says what is covered; `cell` starts it.

`packages` finds what it is shown. Inside run `zygote` (forks a process for each program), `program` and `script` (the
program's side), `judge` (the tests' side, which sees the program through `remote`; forms of tests are `calls` and
`collection`), with `processes`, `wire` and `confine`. What runs inside has the standard library and what it is shown,
and this file must import nothing.
"""
