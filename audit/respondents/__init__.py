"""What can be audited (`protocol`): `local` weights (`loading`, `generation`, and `scoring` by `prefix_tree` and
`tree_attention`), an `endpoint`, or answers that were `recorded`. `reading` finds the option that is meant, `answers`
keeps them on disk.
"""
