"""Files that people have, as problems: which field is the question, which are the options, which one is right.

`forms` tells known forms of files by their fields; `conversations` reads chats and instructions, `results` what
evaluations wrote. `questions` finds question, options (`options`) and answer (`answers`) in any other row. `problems`
puts it together and counts what is left out, `responses` gives recorded answers. `duplicates` compares problems by what
they ask.
"""

from chartered.domains.importing.duplicates import distinct
from chartered.domains.importing.forms import FORMS, form_of
from chartered.domains.importing.problems import Imported, Kinds, Reading, import_problems

__all__ = ["FORMS", "Imported", "Kinds", "Reading", "distinct", "form_of", "import_problems"]
