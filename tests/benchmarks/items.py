"""What is measured: an item is a function from a bench to its targets, and a line in ITEMS."""

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from tests.benchmarks.bench import KEY, LARGE, Bench, Target
from tests.benchmarks.measure import Command, Sample, Turns, sample
from tests.benchmarks.outputs import FLOOR, write_document
from tests.benchmarks.paced import paced
from tests.benchmarks.peers import lago_client, octodns
from tests.benchmarks.rating import write_partitions
from tests.benchmarks.server import requests
from tests.benchmarks.trees import CHANGEABLE

MB, KB = 1_000_000, 1_000
PAGE, OTHER_LISTS = 100, 20  # rows; requests for lists of one page and last pages
SMALL, MIDDLE = 1_000, 10_000
RATED = 50_000
OUTPUTS = ("text", "JSON", "saved plan", "comment", "report", "check of a saved plan")
MOST_S = dict.fromkeys(OUTPUTS, 1.0) | {"redaction": 0.5}
"""Seconds for each output of 10,000 changes: beyond a second, whoever waits loses the thread. Masking secrets comes
before all others, so that it may take half of that."""
MOST_MB = {MIDDLE: 150, LARGE: 600}
TOOL = str(Path(sys.executable).with_name("lago-gitops"))
Item = Callable[[Bench], Iterator[Target]]


def start(bench: Bench) -> Iterator[Target]:
    """How soon there is an answer that needs no work."""
    asked = {"--help": ("--help",), "--version": ("--version",), "validate --help": ("validate", "--help")}
    floor = {"click": Command((sys.executable, "-c", "import click"))}
    took = bench.turns(floor | {name: Command((TOOL, *args)) for name, args in asked.items()})
    for name in asked:
        yield Target(name, took.ratio(name, "click"), "× import click", most=1.25, note=_milliseconds(took, name))


def validate(bench: Bench) -> Iterator[Target]:
    """Checking manifests, against libyaml's events of the same bytes."""
    cpu_s: dict[int, float] = {}
    memory: dict[int, int] = {}
    for size in _sizes(bench, SMALL, MIDDLE, LARGE):
        tree = bench.tree(size)
        took = bench.turns({"events": floor("events", tree), "validate": tool(tree, "validate")}, size)
        ratio, note = took.ratio("validate", "events"), _seconds(took, "validate", "events")
        yield Target(f"validate {size:,}", ratio, "× libyaml events", most=_of_large(size, 2.5), note=note)
        cpu_s[size], memory[size] = took.median("validate").cpu_s, took.median("validate").memory_bytes
    yield from _growth("validate", cpu_s)
    yield from _in_small_files(bench, "validate", ("validate",), 2.5)
    if SMALL in memory and MIDDLE in memory:
        each = (memory[MIDDLE] - memory[SMALL]) / (MIDDLE - SMALL) / KB
        yield Target("validate, memory of a resource", each, "KB", most=20)


def fmt(bench: Bench) -> Iterator[Target]:
    """Checking the layout of manifests that have it."""
    for size in _sizes(bench, SMALL, MIDDLE):
        tree = bench.tree(size)
        took = bench.turns({"events": floor("events", tree), "fmt": tool(tree, "fmt", "--check")})
        ratio, note = took.ratio("fmt", "events"), _seconds(took, "fmt", "events")
        yield Target(f"fmt --check {size:,}", ratio, "× libyaml events", most=_of_large(size, 4), note=note)
    yield from _in_small_files(bench, "fmt --check", ("fmt", "--check"), 4)


def plan(bench: Bench) -> Iterator[Target]:
    """Planning what has not changed, against octoDNS planning as many records, and against the bare lists."""
    cpu_s: dict[int, float] = {}
    for size in _sizes(bench, SMALL, MIDDLE, LARGE):
        url = bench.url(size)
        commands = {"lists": floor("lists", url), "plan": tool(bench.tree(size, url), "plan")}
        peer = octodns(bench.folder, size) if size <= MIDDLE else None
        took = bench.turns(commands | ({"octoDNS": peer} if isinstance(peer, Command) else {}), size)
        name, note = f"plan {size:,}, no change", _seconds(took, *took.samples)
        if isinstance(peer, Command):
            yield Target(name, took.ratio("plan", "octoDNS"), "× octoDNS", most=_of_large(size, 0.8), note=note)
        elif peer is not None:
            yield Target(name, None, "× octoDNS", most=0.8, note=f"skipped: {peer}")
        yield Target(name, took.ratio("plan", "lists"), "× bare lists", note=note)
        if size in MOST_MB:
            memory = took.median("plan").memory_bytes / MB
            yield Target(f"plan {size:,}, memory", memory, "MB", most=MOST_MB[size])
        cpu_s[size] = took.median("plan").cpu_s
    yield from _growth("plan", cpu_s)


def document(bench: Bench) -> Iterator[Target]:
    """The document of a plan in which everything changes."""
    for size in _sizes(bench, SMALL, MIDDLE):
        before, after = bench.tree(size), bench.tree(size, changed=size)
        args = (sys.executable, "-m", "tests.benchmarks.documents", str(before), str(after))
        took = bench.turns({"document": Command(args, says=True)}).median("document").cpu_s
        yield Target(f"document of {size:,} changes", took, "s", most=_of_large(size, 1))


def outputs(bench: Bench) -> Iterator[Target]:
    """What people and programs get of a plan in which everything changes, and what its document is as bare JSON."""
    for size in _sizes(bench, MIDDLE):
        file = write_document(bench.tree(size), bench.tree(size, changed=size), bench.folder / f"plan-{size}.json")
        took = bench.turns({name: showing(name, file) for name in (FLOOR, *MOST_S)})
        for name, most in MOST_S.items():
            note = f"{took.ratio(name, FLOOR):.1f} × {FLOOR}"
            yield Target(f"{name} of {size:,} changes", took.median(name).cpu_s, "s", most=most, note=note)


def write(bench: Bench) -> Iterator[Target]:
    """Applying, against the same writes as bare requests: how fast, of all that is possible."""
    for late_s, least in ((0.0, 0.9), (0.02, 0.95)):
        with paced(late_s) as url:
            peer = lago_client(url)
            commands = {name: writing(name, url) for name in ("posts", "creates", "own_posts")}
            took = bench.turns(commands | ({"peer": peer} if isinstance(peer, Command) else {}))
        name, note = f"1,000 creates, {late_s * 1000:.0f} ms", _taken(took, "creates", "posts")
        yield Target(name, took.ratio("posts", "creates"), "of bare POSTs", least=least, note=note)
        yield Target(name, took.ratio("own_posts", "creates"), "of POSTs by its own client")
        faster = took.ratio("peer", "creates") if isinstance(peer, Command) else None
        note = _taken(took, "peer") if isinstance(peer, Command) else f"skipped: {peer}"
        yield Target(name, faster, "× as fast as Lago's client", least=20, note=note)
    with paced(per_s=50) as url:
        took = bench.turns({name: writing(name, url) for name in ("puts", "changes")})
    ratio = took.ratio("changes", "puts")
    note = _taken(took, "changes", "puts")
    yield Target("300 price changes planned and applied, 50 requests/s", ratio, "× bare PUTs", most=1.3, note=note)


def rate(bench: Bench) -> Iterator[Target]:
    """Rating partitions of billed fees: all that is said of each, against one product for each."""
    folder = write_partitions(bench.folder / "rated", RATED)
    took = bench.turns({"rate": tool(folder, "rate", "fees"), "products": floor("products", folder)})
    ratio, note = took.ratio("rate", "products"), _seconds(took, *took.samples)
    yield Target(f"rate {RATED:,} fees", ratio, "× a product each", most=14, note=note)


def large(bench: Bench) -> Iterator[Target]:
    """What a large project takes, one run each: to check it, to plan some changes of it, and to make them."""
    if bench.most < LARGE:
        return
    url = bench.url(LARGE)
    same, changed = bench.tree(LARGE, url), bench.tree(LARGE, url, changed=CHANGEABLE)
    lists = LARGE / PAGE + OTHER_LISTS
    commands = {
        "validate": (tool(same, "validate"), 0.0),
        f"plan of {CHANGEABLE} changes": (tool(changed, "plan"), lists),
        f"apply of {CHANGEABLE} changes": (tool(changed, "apply", "--auto-approve", "--quiet"), lists + 3 * CHANGEABLE),
    }
    for name, (command, most) in commands.items():
        before = requests(url)
        took, sent = sample(command), requests(url) - before
        what = f"{LARGE:,} resources, {name}"
        yield Target(f"{what}: time", took.cpu_s, "s CPU", note=f"{took.wall_s:.0f} s in all, on a busy machine")
        yield Target(f"{what}: memory", took.memory_bytes / MB, "MB", most=MOST_MB[LARGE])
        yield Target(f"{what}: requests", sent, "requests", most=most)


ITEMS: Mapping[str, Item] = {
    "start": start,
    "validate": validate,
    "fmt": fmt,
    "plan": plan,
    "document": document,
    "outputs": outputs,
    "write": write,
    "rate": rate,
    "large": large,
}


def tool(folder: Path, *args: str) -> Command:
    """lago-gitops in a project, with the key of the servers."""
    return Command((TOOL, *args), folder, KEY)


def floor(name: str, of: Path | str) -> Command:
    return Command((sys.executable, "-m", "tests.benchmarks.floors", name, str(of)))


def showing(name: str, document: Path) -> Command:
    return Command((sys.executable, "-m", "tests.benchmarks.outputs", name, str(document)), says=True)


def writing(what: str, url: str) -> Command:
    return Command((sys.executable, "-m", "tests.benchmarks.writing", what, url), says=True)


def _sizes(bench: Bench, *sizes: int) -> Iterator[int]:
    return (size for size in sizes if size <= bench.most)


def _of_large(size: int, most: float) -> float | None:
    """A limit for large projects; of a small one it is only said what it takes, since much of that is to start."""
    return most if size >= MIDDLE else None


def _growth(name: str, cpu_s: Mapping[int, float]) -> Iterator[Target]:
    """Of five times as many, where both were measured."""
    if MIDDLE in cpu_s and LARGE in cpu_s:
        yield Target(f"{name}, {LARGE:,} to {MIDDLE:,}", cpu_s[LARGE] / cpu_s[MIDDLE], "times the time", most=5.3)


def _in_small_files(bench: Bench, name: str, args: tuple[str, ...], most: float) -> Iterator[Target]:
    """The same where each resource has a file of its own."""
    for size in _sizes(bench, MIDDLE):
        tree = bench.small_files(size)
        took = bench.turns({"events": floor("events", tree), name: tool(tree, *args)})
        what, note = f"{name} {size:,} in as many files", _seconds(took, name, "events")
        yield Target(what, took.ratio(name, "events"), "× libyaml events", most=most, note=note)


def _seconds(took: Turns, *names: str) -> str:
    return "; ".join(f"{name} {_said(took.median(name))}" for name in names)


def _taken(took: Turns, *names: str) -> str:
    """Of what is mostly waiting: the seconds that it took."""
    return "; ".join(f"{name} {took.median(name).cpu_s:.2f} s" for name in names)


def _said(one: Sample) -> str:
    return f"{one.cpu_s:.2f} s CPU, {one.wall_s:.2f} s, {one.memory_bytes / MB:.0f} MB"


def _milliseconds(took: Turns, name: str) -> str:
    return f"{took.median(name).cpu_s * 1000:.0f} ms, click {took.median('click').cpu_s * 1000:.0f} ms"
