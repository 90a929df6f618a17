"""Numbers with what stands around them, read and not compared.

Numbers (`numerals`), arithmetic, plain text of LaTeX (`latex`), amounts of money and shares (`amounts`). A number with
a unit (`quantities`): the grammar of units (`units`), and what their names mean (`vocabularies`).
"""
