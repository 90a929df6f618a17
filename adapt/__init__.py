"""Adaptation: a general small model becomes a specialist, through TRL's trainers.

`methods` has one module for each way of training, over `arguments` (a recipe's keys become TRL's) and `training` (what
all share: determinism, checkpoints, the finished model); `models` says which model a name means; `pocket` ships one.
"""
