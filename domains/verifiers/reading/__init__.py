"""What stands in an answer, read and not judged; the verifiers beside this folder compare.

From a response to the stretch that answers (`response`), in stages that can be switched off (`stages`): thoughts
removed, answer lines, tags and boxes, closing sentences (`closing`), the conclusion of free text (`conclusions`); the
words of each language are data (`languages`). Which option a text names (`options`, by `statements` and `similarity`),
labels and yes or no (`categories`), citations and statutes (`law`), and what stands in figures (`numbers`).
"""
