"""Answers that were logged elsewhere: `respondent` tells their form by the first row, `choices`, `bbq` and `outcomes`
read one each. `questionnaire` is what `chartered cases` wrote, filled in.
"""
