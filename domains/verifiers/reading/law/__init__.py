"""Citations of cases and statutes, read and not judged."""
