"""A text about a person in every group of an attribute: `attributes` are packs of groups (in `data`), `swap` decides
what is safe, `sex` and `names` replace words and names, `grammar` keeps the English right.
"""
