"""What stands in an answer, read and not judged; the verifiers beside this folder compare.

Numbers (`numerals`), arithmetic, plain text of LaTeX (`latex`), and where a sentence concludes (`statements`).
A number with a unit (`quantities`): the grammar of units (`units`), and what their names mean (`vocabularies`).
Citations (`citations`), and those of the codes of the United States (`statutes`).
"""
