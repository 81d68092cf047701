"""Who is subscribed: a few requests if there are few subscriptions, a few for each plan if there are many."""

from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from lago_gitops.core.assessment.queries import AudienceQuery
from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.live import live
from lago_gitops.core.model.audience import HIDDEN, Audience, Move, Number, OwnPlan, Subscribers
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Address
from lago_gitops.core.model.types import Field, Integer, Object, Text
from lago_gitops.kinds.plan.overrides import OWN_FIXED_CHARGES_SINCE
from lago_gitops.lago.client import PER_PAGE, Reader
from lago_gitops.lago.connect import CONCURRENCY
from lago_gitops.lago.errors import Forbidden, NotFound, UnsteadyList
from lago_gitops.lago.http.payload import JsonObject
from lago_gitops.lago.http.threads import threads
from lago_gitops.lago.http.transport import Params
from lago_gitops.lago.reading.expected import expected, expected_shape

Counts = Counter[str]  # by the plan's code
LIST = "subscriptions"
STATUSES = ("active", "pending")
LIVING: Params = {"status[]": STATUSES}
WAITING: Params = {"status[]": "pending"}
OVERRIDDEN: Params = {**LIVING, "overridden": "true"}
ENDED: Params = {"status[]": ("terminated", "canceled", "incomplete"), "overridden": "true"}
OVERRIDDEN_SINCE = "1.39"  # older releases ignore the filter: every answer would have all subscriptions
MOST_OWN_PLANS = 100  # each takes one or two requests
ROW = Object(
    (
        Field("external_id", Text(), "The customer.", required=True),
        Field("plan_code", Text(), "The plan; an overridden plan has the same code.", required=True),
        Field("status", Text(), "active or pending.", required=True),
        Field("created_at", Text(), "When it was created."),
        Field("previous_plan_code", Text(), "The plan that it moves from."),
        Field("plan_amount_cents", Integer(), "The fee per period. Since 1.39."),
        Field("current_billing_period_ending_at", Text(), "When the current period ends."),
    )
)
"""The fields used of a subscription in a list."""


def read_audience(reader: Reader, wanted: AudienceQuery, kind: ResourceKind, server: Server) -> Audience:
    """`kind` is the kind of plans. A key without read permission on subscriptions sees nothing."""
    try:
        return _Asking(reader, wanted, kind, server).audience()
    except Forbidden:
        return HIDDEN


def read_own_plans(reader: Reader, kind: ResourceKind, server: Server) -> tuple[OwnPlan, ...] | None:
    """The plans of all overridden subscriptions; None if the server doesn't tell. Raises LagoError."""
    asking = _Asking(reader, AudienceQuery(frozenset(), moves=False, own=True), kind, server)
    rows = asking.own_rows()
    return None if rows is None else asking.read(rows)


@dataclass(frozen=True, slots=True)
class _Asking:
    reader: Reader
    wanted: AudienceQuery
    kind: ResourceKind
    server: Server

    def audience(self) -> Audience:
        first = self.reader.first_page(LIST, params=LIVING, per_page=PER_PAGE)
        total = len(first.rows) if first.total_count is None else first.total_count
        if not total:
            return Audience(ended_plans=self._ended_plans() if self._tells_own else (), copied=self._copied(()))
        if total <= len(first.rows):
            return self._of_all(self._fitting(first.rows))
        if total <= PER_PAGE * len(self.wanted.objects):
            with suppress(UnsteadyList):  # people subscribe while it is read
                return self._of_all(self._rows(LIVING))
        return self._of_each(total)

    def _of_all(self, rows: list[JsonObject]) -> Audience:
        """From the rows of all subscriptions."""
        own = self.own_rows()
        active = _by_plan(_active(own))
        by_code: dict[str, list[JsonObject]] = {}
        for row in rows:
            by_code.setdefault(row["plan_code"], []).append(row)
        plans = {
            self._address(code): _counted(subscriptions, None if active is None else active[code])
            for code, subscriptions in by_code.items()
        }
        moves = tuple(self._moves(rows))
        return Audience(len(rows), plans, moves, self._own_plans(own), self._ended_plans(), self._copied(own))

    def _of_each(self, total: int) -> Audience:
        """By counting the subscriptions of each plan. Most organizations have few pending and few overridden
        ones, so one list of each covers all plans."""
        asked = sorted(self.wanted.objects)
        waiting = self._few(WAITING)
        own = self._few(OVERRIDDEN) if self._tells_own else None
        ask = partial(self._numbers, _by_plan(waiting), _by_plan(_active(own)))
        self.reader.announce(len(asked))
        with threads(CONCURRENCY, "audience") as pool:
            answers = dict(zip(asked, pool.map(ask, asked), strict=True))
        moves = () if not self.wanted.moves else None if waiting is None else tuple(self._moves(waiting))
        return Audience(total, answers, moves, self._own_plans(own), self._ended_plans(), self._copied(own))

    @property
    def _tells_own(self) -> bool:
        return self.server.has(OVERRIDDEN_SINCE)

    def _numbers(self, waiting: Counts | None, own: Counts | None, of: Address) -> Subscribers:
        """Requests what the lists of all plans don't show; nothing for plans without subscriptions."""
        ask = partial(self._number, of.key)
        living = ask(LIVING)
        if not living:
            return Subscribers(0, 0, 0 if self._tells_own else None)
        pending = ask(WAITING) if waiting is None else waiting[of.key]
        if not self._tells_own:
            return Subscribers(living - pending, pending, None)
        return Subscribers(living - pending, pending, ask({"overridden": "true"}) if own is None else own[of.key])

    def _number(self, code: str, params: Params) -> int:
        return self.reader.count(LIST, params={"plan_code": code, **params})

    def own_rows(self) -> list[JsonObject] | None:
        """The overridden subscriptions; None if the server doesn't tell."""
        return self._rows(OVERRIDDEN) if self._tells_own else None

    def _few(self, params: Params) -> list[JsonObject] | None:
        """The rows, if there are few."""
        first = self.reader.first_page(LIST, params=params, per_page=PER_PAGE)
        return self._fitting(first.rows) if (first.total_pages or 1) == 1 else None

    def _rows(self, params: Params) -> list[JsonObject]:
        return self._fitting(self.reader.pages(LIST, params=params))

    def _fitting(self, rows: Iterable[JsonObject]) -> list[JsonObject]:
        """Raises BadAnswer for a row that isn't a subscription."""
        return [expected_shape(ROW, row, LIST) for row in rows]

    def _own_plans(self, rows: list[JsonObject] | None) -> tuple[OwnPlan, ...] | None:
        if not self.wanted.own:
            return ()
        return None if rows is None or len(rows) > MOST_OWN_PLANS else self.read(rows)

    def _ended_plans(self) -> tuple[OwnPlan, ...] | None:
        """Of several ended subscriptions with one external id, Lago lists only the newest."""
        if not self.wanted.ended:
            return ()
        rows = self._few(ENDED) if self._tells_own else None
        return None if rows is None else self.read(list(self._of_these(rows)))

    def _copied(self, own: Iterable[JsonObject] | None) -> frozenset[Address]:
        """Plans of which an overridden subscription (active, pending or ended) has a copy."""
        if not self.wanted.copies or not self._tells_own:
            return frozenset()
        rows = (*(own or ()), *self._of_these(self._few(ENDED) or ()))
        return frozenset(self._address(row["plan_code"]) for row in rows)

    def _of_these(self, rows: Iterable[JsonObject]) -> Iterator[JsonObject]:
        """Those of existing plans, not former ones: deleting a plan deletes its overridden ones."""
        for row in rows:
            made = self.wanted.since.get(self._address(row["plan_code"]))
            if made is not None and (row.get("created_at") or "") >= made:
                yield row

    def read(self, rows: list[JsonObject]) -> tuple[OwnPlan, ...]:
        """The plans of overridden subscriptions."""
        with threads(CONCURRENCY, "own plans") as pool:
            return tuple(one for one in pool.map(self._own_plan, rows) if one is not None)

    def _own_plan(self, row: JsonObject) -> OwnPlan | None:
        """None if the subscription has ended meanwhile."""
        id_, status = row["external_id"], row["status"]
        try:
            answer = self.reader.one("subscription", LIST, id_, params={"status": status})
            plan = expected(self.kind, answer.get("plan") or {}, LIST, id_)
            if status in STATUSES and self.server.has(OWN_FIXED_CHARGES_SINCE):
                fixed = self.reader.pages(LIST, id_, "fixed_charges", params={"subscription_status": status})
                plan = expected(self.kind, {**plan, "fixed_charges": fixed}, LIST, id_)
        except NotFound:
            return None
        return OwnPlan(self._address(row["plan_code"]), live(self.kind, plan).fields, id_)

    def _moves(self, rows: list[JsonObject]) -> Iterator[Move]:
        """Pending subscriptions after another with the same id, with the fee of the latter if it is in the rows."""
        fees = {row["external_id"]: row.get("plan_amount_cents") for row in rows if row["status"] == "active"}
        for row in rows:
            if row["status"] == "pending" and row["previous_plan_code"] is not None:
                old, new = self._address(row["previous_plan_code"]), self._address(row["plan_code"])
                yield Move(old, new, fees.get(row["external_id"]))

    def _address(self, code: str) -> Address:
        return Address(self.kind.name, code)


def _active(rows: list[JsonObject] | None) -> list[JsonObject] | None:
    return None if rows is None else [row for row in rows if row["status"] == "active"]


def _by_plan(rows: list[JsonObject] | None) -> Counts | None:
    return None if rows is None else Counter(row["plan_code"] for row in rows)


def _counted(rows: list[JsonObject], own: Number) -> Subscribers:
    active = [row for row in rows if row["status"] == "active"]
    ends = {_day(row.get("current_billing_period_ending_at")) for row in active}
    return Subscribers(len(active), len(rows) - len(active), own, ends.pop() if len(ends) == 1 else None)


def _day(moment: str | None) -> date | None:
    return None if moment is None else datetime.fromisoformat(moment.replace("Z", "+00:00")).date()
