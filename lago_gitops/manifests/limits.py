"""How large a file may be before it is taken for a mistake or an attack."""

MAX_FILE_BYTES = 10_000_000
MAX_DEPTH = 64  # what is nested deeper would end the recursion of those who walk through it later
MAX_ALIAS_SLOTS = 1_000_000  # values that the aliases of one file stand for, in all
ALIAS_RATIO = 10  # times as many as the file has values itself
FREE_ALIAS_SLOTS = 10_000  # a small file that shares one price list among twenty charges is no bomb
MAX_DIGITS = 100  # of a number, on either side of its point
MAX_TEMPLATE_STEPS = 100_000  # items that the ranges of one template may count, in all
MAX_ENTRIES = 100_000  # files and folders that are looked at below one folder: a project is not a whole disk
MAX_TEMPLATE_SECONDS = 1.0  # of processor time
MAX_TEMPLATE_BYTES_OF_MEMORY = 400_000_000  # of the process that renders it, 30 MB of which are its own
