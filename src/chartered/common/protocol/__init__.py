"""Chat completions as servers really speak them.

`address` (where one is, and the sentences about calls that failed), `content` (text, or a list of parts), `stream` (a
reply in pieces), `complaint` (what stands in place of a reply) and `dialect` (how a request must be worded for a server
that takes no other wording).
"""
