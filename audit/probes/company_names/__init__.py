"""Does a company's name move the answer? `companies` is the list, `spellings` and `find` look for names in a text,
`replace` puts another or none there, `scores` weighs answers on a scale, `findings` and `between` measure the shifts.
"""
