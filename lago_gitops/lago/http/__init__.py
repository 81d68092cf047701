"""One request to Lago and its answer: time-outs, repeats, pace, pages, exact numbers."""
