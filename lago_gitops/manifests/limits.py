"""Limits beyond which a file is taken for a mistake or an attack."""

MAX_FILE_BYTES = 10_000_000
MAX_DEPTH = 64  # deeper nesting could exceed Python's recursion limit later
MAX_ALIAS_SLOTS = 1_000_000  # total number of values that the aliases of one file repeat
ALIAS_RATIO = 10  # values repeated by aliases, per value written in the file
FREE_ALIAS_SLOTS = 10_000  # a small file that shares one price list among twenty charges isn't a bomb
MAX_DIGITS = 100  # of a number, on each side of the decimal point
MAX_TEMPLATE_STEPS = 100_000  # total items in the ranges of one template
MAX_ENTRIES = 100_000  # files and folders below one folder: a project isn't a whole disk
MAX_TEMPLATE_SECONDS = 1.0  # of processor time
MAX_TEMPLATE_BYTES_OF_MEMORY = 400_000_000  # of the rendering process, including 30 MB of its own
