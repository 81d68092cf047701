"""What writes take, as processes: `python -m tests.benchmarks.writing WHAT URL`, which prints seconds.

`posts` are bare requests of httpx, `own_posts` and `puts` of the tool's own client; `creates` and `changes` the same as
apply makes them, journal included: `creates` from the plan on, `changes` with the plan.
"""

import gc
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from queue import SimpleQueue
from random import randrange

import httpx

from lago_gitops.access import Access
from lago_gitops.apply import Journal, Oversight, Stop
from lago_gitops.cli import COLLECTIONS
from lago_gitops.core.validation.schema_errors import Shapes
from lago_gitops.core.validation.validate import Checked, External, check
from lago_gitops.kinds import KINDS
from lago_gitops.lago.client import Writer
from lago_gitops.lago.connect import CONCURRENCY
from lago_gitops.lago.redaction import Redaction
from lago_gitops.lago.target import Secret, parse_target
from lago_gitops.manifests.reading.reader import read_text
from lago_gitops.project import Environment
from lago_gitops.workflow.changes.apply import carry_out
from lago_gitops.workflow.changes.plan import Planned, make_plan

CREATES, CHANGES = 1_000, 300
HERE = Environment("benchmark", url="http://sandbox.invalid")
METRIC = "kind: billable_metric\ncode: {code}\nname: Name\naggregation_type: sum_agg\nfield_name: units\n"
PLAN = """\
kind: plan
code: plan_{n}
name: Name
interval: monthly
amount_cents: 1000
amount_currency: EUR
pay_in_advance: false
charges:
  - {{code: c, billable_metric_code: units, charge_model: standard, properties: {{amount: "{price}"}}}}
"""


def posts(access: Access) -> float:
    """The bodies that creates have, and answers decoded: a client for each thread, which is how httpx is fastest."""
    url, key = f"{access.target.origin}/api/v1/billable_metrics", access.key.reveal()
    with ExitStack() as stack:
        clients = SimpleQueue[httpx.Client]()
        for _ in range(CONCURRENCY):
            client = httpx.Client(headers={"Authorization": f"Bearer {key}"}, verify=False, trust_env=False)
            clients.put(stack.enter_context(client))
        here = threading.local()

        def send(code: str) -> None:
            here.client = getattr(here, "client", None) or clients.get_nowait()
            here.client.post(url, json=_metric(code)).raise_for_status().json()

        return _sent(send, _codes())


def own_posts(access: Access) -> float:
    """The same by the tool's client, with its pace, repeats and exact numbers."""
    with access.writer() as client:
        return _sent(lambda code: client.post("billable_metrics", body=_metric(code)), _codes())


def creates(access: Access) -> float:
    """Of codes that no earlier run has made."""
    with _writing(access) as (client, oversight):
        wanted = _checked(METRIC.format(code=code) for code in _codes())
        planned = make_plan(wanted, HERE, client, access)
        began = time.perf_counter()
        _carried_out(planned, client, oversight)
        return time.perf_counter() - began


def puts(access: Access) -> float:
    """Another price of one charge on each plan."""
    charge = {"code": "c", "charge_model": "standard", "properties": {"amount": _price()}}
    _set_up(access)
    with access.writer() as client:
        return _sent(
            lambda n: client.put("plans", f"plan_{n}", "charges", "c", body={"charge": charge}), range(CHANGES)
        )


def changes(access: Access) -> float:
    """The same, planned before."""
    price = _price()
    _set_up(access)
    with _writing(access) as (client, oversight):
        wanted = _checked(_plans(price))
        began = time.perf_counter()
        planned = make_plan(wanted, HERE, client, access)
        assert len(planned.plan.changes) == CHANGES
        _carried_out(planned, client, oversight)
        return time.perf_counter() - began


def _metric(code: str) -> dict[str, object]:
    fields = {"name": "Name", "aggregation_type": "sum_agg", "field_name": "units", "recurring": False}
    return {"billable_metric": fields | {"code": code}}


def _sent(send: Callable[..., object], each: Iterable[object]) -> float:
    with ThreadPoolExecutor(CONCURRENCY) as pool:
        began = time.perf_counter()
        list(pool.map(send, each))
        return time.perf_counter() - began


def _codes() -> Sequence[str]:
    run = randrange(10**9)
    return [f"metric_{run}_{n}" for n in range(CREATES)]


def _price() -> str:
    return f"0.{randrange(1, 10**9)}1"


def _plans(price: str) -> Iterator[str]:
    yield METRIC.format(code="units")
    yield from (PLAN.format(n=n, price=price) for n in range(CHANGES))


def _set_up(access: Access) -> None:
    """The plans, once."""
    with access.writer() as client:
        if not client.count("plans"):
            _carried_out(make_plan(_checked(_plans("1")), HERE, client, access), client, Oversight())


def _checked(texts: Iterable[str]) -> Checked:
    manifests = [manifest for text in texts for manifest in read_text("manifests.yaml", text).manifests]
    return check(manifests, KINDS, Shapes(KINDS.values()), External())


def _carried_out(planned: Planned, client: Writer, oversight: Oversight) -> None:
    outcomes = carry_out(planned, client, lambda _: None, oversight=oversight)
    assert len(outcomes) == len(planned.plan.changes)
    assert all(outcome.status.is_good for outcome in outcomes)


@contextmanager
def _writing(access: Access) -> Iterator[tuple[Writer, Oversight]]:
    stop = Stop()
    journal = Journal(stop)
    with tempfile.TemporaryDirectory() as folder, access.writer(journal.observe) as client:
        journal.begin(Path(folder, "run.jsonl"), {}, Redaction().line)
        yield client, Oversight(stop, journal)
        journal.close()


WHAT = {each.__name__: each for each in (posts, own_posts, creates, puts, changes)}

if __name__ == "__main__":
    gc.set_threshold(*COLLECTIONS)  # as every command does
    sys.stdout.write(f"{WHAT[sys.argv[1]](Access(parse_target(sys.argv[2]), Secret('sandbox')))}\n")
