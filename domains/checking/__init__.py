"""Checking responses with a domain's verifiers, in processes that can be killed.

`checker` is what stages call; `pool` hands batches to workers that `forkserver` starts and `child` is; `location` finds
a domain again in another process; `requirements` are what verifiers need: walls around programs, or a judge.
"""
