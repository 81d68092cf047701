"""The progress of a run, in one line."""

LEAST_RATE_S = 1.0  # a rate over less time than this isn't worth showing


def progress_text(what: str, done: int, total: int | None, elapsed_s: float, before: int = 0) -> str:
    """What is being done, how much of it, how fast, and the time left, as far as these are known.

    `before`: how many were already done when the `elapsed_s` seconds began.
    """
    if total is None:
        return f"{what} … {span(elapsed_s)}" if elapsed_s >= LEAST_RATE_S else f"{what} …"
    text = f"{what} {done:,}/{total:,}"
    if done <= before or elapsed_s < LEAST_RATE_S:
        return text
    rate = (done - before) / elapsed_s
    left = f", {span((total - done) / rate)} left" if done < total else ""
    return f"{text}, {_rate(rate)}{left}"


def span(seconds: float) -> str:
    """45 s, 3 min 20 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def _rate(per_s: float) -> str:
    return f"{per_s:,.0f}/s" if per_s >= 10 else f"{per_s:.1f}/s"
