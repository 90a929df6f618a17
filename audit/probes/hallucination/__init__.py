"""Asked about what does not exist, does the model say so? `fictions` makes names up, `abstention` reads what comes
back by the lists of `phrases`.
"""
