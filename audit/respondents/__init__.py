"""What can be audited (`protocol`): `local` weights (`loading`, `generation`, and `scoring` by `prefix_tree` and
`tree_attention`), an `endpoint`, a Python function (`callable`), or answers that were `recorded`. `written` makes
answers of what any of them wrote, `reading` finds the option that is meant, `answers` keeps them on disk.
"""
