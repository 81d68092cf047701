"""What writes take, as processes: `python -m tests.benchmarks.writing WHAT URL`, which prints seconds.

`posts` and `puts` are bare requests of the client, ten at a time; `creates` and `updates` the same writes as apply
makes them, with its journal.
"""

import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from lago_gitops.access import Access
from lago_gitops.apply import Journal, Oversight, Stop
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.validate import Checked, External, check
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Writer
from lago_gitops.lago.connect import CONCURRENCY
from lago_gitops.lago.target import Secret, parse_target
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.project import Environment
from lago_gitops.workflow.apply import carry_out
from lago_gitops.workflow.plan import make_plan

NUMBER = 1_000
METRIC = "kind: billable_metric\ncode: {code}\nname: {name}\naggregation_type: sum_agg\nfield_name: units\n"
HERE = Environment("benchmark", url="http://sandbox.invalid")


def posts(access: Access) -> float:
    with access.writer() as client:
        return _timed(lambda code: client.post("billable_metrics", body=_body(code, "Name")))


def puts(access: Access) -> float:
    with access.writer() as client:
        return _timed(lambda code: client.put("billable_metrics", code, body=_body(code, "New")))


def creates(access: Access) -> float:
    return _applied(access, "Name")


def updates(access: Access) -> float:
    return _applied(access, "New")


def _timed(send: Callable[[str], object]) -> float:
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        began = time.perf_counter()
        list(pool.map(send, _codes()))
        return time.perf_counter() - began


def _applied(access: Access, name: str) -> float:
    """Only what comes after the plan."""
    journal = Journal(stop := Stop())
    with access.writer(journal.observe) as client, _kept(journal):
        planned = make_plan(_checked(METRIC.format(code=code, name=name) for code in _codes()), HERE, client, access)
        began = time.perf_counter()
        outcomes = carry_out(planned, client, lambda _: None, oversight=Oversight(stop, journal))
        took_s = time.perf_counter() - began
    assert len(outcomes) == NUMBER
    assert all(outcome.status.is_good for outcome in outcomes)
    return took_s


@contextmanager
def _kept(journal: Journal) -> Iterator[None]:
    with tempfile.TemporaryDirectory() as folder:
        journal.begin(Path(folder, "run.jsonl"), {}, dict)
        yield
        journal.close()


def _checked(texts: Iterator[str]) -> Checked:
    manifests = [manifest for text in texts for manifest in read_text("metrics.yaml", text).manifests]
    return check(manifests, KINDS, Shapes(KINDS.values()), External())


def _codes() -> Sequence[str]:
    return [f"metric_{n}" for n in range(NUMBER)]


def _body(code: str, name: str) -> dict[str, object]:
    fields = {"code": code, "name": name, "aggregation_type": "sum_agg", "field_name": "units"}
    return {"billable_metric": fields}


def _cleared(client: Writer) -> None:
    for code in _codes():
        client.delete("billable_metrics", code)


WHAT = {each.__name__: each for each in (posts, puts, creates, updates)}

if __name__ == "__main__":
    sys.stdout.write(f"{WHAT[sys.argv[1]](Access(parse_target(sys.argv[2]), Secret('sandbox')))}\n")
