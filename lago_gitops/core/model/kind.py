"""A kind of resource: the table from which schema, diff, order and requests follow."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from lago_gitops.core.model.effects import Count, EffectRule
from lago_gitops.core.model.resources import Address, Change, Create
from lago_gitops.core.model.types import Field, Keyed, Object

Path = tuple[str | int, ...]
Lookup = Callable[[Address], Mapping[str, Any] | None]
"""The manifest of another resource, as it is written; None where no manifest describes it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that a rule found wrong in a manifest, at a path of its data."""

    path: Path
    message: str
    hint: str = ""


Rule = Callable[[Mapping[str, Any], Lookup], Iterable[Finding]]
"""What Lago forbids, or takes without being able to mean it, that no schema can say. Sees only data that fits the
schema."""


class PathBy(Enum):
    """What names an object in the path of a request."""

    KEY = "its code"
    ID = "its id"


@dataclass(frozen=True, slots=True)
class Nested:
    """A keyed field whose items have endpoints of their own: `/plans/{code}/charges/{charge code}`.

    Where it `merges`, an update of the object adds items and changes them, and only a DELETE of the item takes one
    away; elsewhere an update that has the field has to have all of its items.

    `billed_whole`: flags of an item which together mean that Lago bills it otherwise when it is sent alone, so that it
    goes with the whole object.
    """

    field: str
    root: str  # of the body: {"charge": {…}}
    since: str = ""  # the first Lago that has the endpoints
    merges: bool = False
    billed_whole: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Apart:
    """A field that the object's own requests don't carry: it has an endpoint below the object, named like it, whose
    POST replaces it whole. Lago would keep the parts of an item that is sent empty, so those are deleted one by one,
    at `/{field}/{item}/{parts}/{part}`."""

    field: str
    parts: str


@dataclass(frozen=True, slots=True)
class Detail:
    """What lists leave out, and a request for each object brings.

    `field` has a list of its own below the object, since that release; where it is empty, or the server has no such
    list yet, the object is read by itself. What is `made_of` another kind is empty for all where there is nothing of
    that kind: that holds since then, too.
    """

    field: str = ""
    made_of: str = ""
    since: str = ""


@dataclass(frozen=True, slots=True)
class CountedUse:
    """An object is in use once a list of Lago's has a row for it, whatever became of the row since.

    `code_param` is the query that picks the object's rows; `params` makes the list show all of them. Rows older than
    the object belong to one that had the same code before.
    """

    collection: str
    code_param: str
    params: Mapping[str, tuple[str, ...]]
    words: str  # of one that is in use: "has had a subscription"
    way_out: str  # how to get a new one into use: "give the new plan a code of its own, and …"


@dataclass(frozen=True, slots=True)
class ReferredUse:
    """An object is in use while an object of the other kind refers to it."""

    kind: str
    words: str
    way_out: str


@dataclass(frozen=True, slots=True)
class VersionSign:
    """A key that an answer about an object of the kind has since a release: it tells which release the server is."""

    key: str
    since: str


@dataclass(frozen=True, slots=True)
class Gate:
    """What a Lago without a licence refuses: objects of the kind beyond so many `free` ones, before the release `until`
    if there is one that opened it."""

    free: int = 0
    until: str = ""


@dataclass(frozen=True, slots=True)
class Explained:
    """What Lago means by a refusal that says less: `code` is among what it answers to `field`, or, where that is empty,
    the code of the whole answer."""

    field: str
    code: str
    words: str
    way_out: str


ServerRule = Callable[[Mapping[str, Any], Callable[[str], bool]], Iterable[Finding]]
"""What an older server refuses, in canonical fields; the function tells whether the server has what came with a
release."""


@dataclass(frozen=True, slots=True)
class ResourceKind:
    """`name` is also the root of request bodies, `collection` that of lists and the first part of paths."""

    name: str
    collection: str
    doc: str
    fields: tuple[Field, ...]
    key: str = "code"  # the field that names it; none where there is only one
    path_by: PathBy = PathBy.KEY
    rules: tuple[Rule, ...] = ()
    since: str = ""  # the first Lago that has the kind
    gate: Gate | None = None
    unsupported_variant: str = ""  # words for objects without values in fields with `marks_variant`
    variant_list: str = ""  # a path in Lago: if its list has rows, new objects are of that variant
    server_rules: tuple[ServerRule, ...] = ()  # what an older server refuses
    misbilled: tuple[ServerRule, ...] = ()  # what it takes and doesn't bill right: only what is there may stay
    never_billed: tuple[ServerRule, ...] = ()  # what an older server takes for nothing
    explained: tuple[Explained, ...] = ()
    nested: tuple[Nested, ...] = ()
    apart: tuple[Apart, ...] = ()
    always_sent: tuple[str, ...] = ()  # an update that leaves them out resets them
    deleted_later: bool = False  # a DELETE is carried out in the background
    fixed: bool = False  # it is there from the start: no create, no delete, no manifest pulled
    undeletable: bool = False
    of_lago: str = ""  # a pattern of the codes that Lago gives to objects of its own making, which it rewrites itself
    signs: tuple[VersionSign, ...] = ()
    default_key: str = ""  # of an answer: whether the object is the one of which other kinds show facts
    deletes_first: bool = False  # a delete may have to make room for a create
    on_invoices: bool = False  # a change of it can show on the next invoices of whoever is there
    is_priced: bool = False  # it has prices, which a change is shown with
    detail: Detail | None = None
    use: CountedUse | ReferredUse | None = None  # what locks the fields whose lock is IN_USE
    is_subscribed: bool = False  # subscriptions name it
    is_on_own_plans: bool = False  # overridden plans, which Lago does not list, may use it when no other does
    counts_copies: bool = False  # an update fails for what overridden subscriptions have copies of, ended ones too
    billed_on_own_plans: tuple[str, ...] = ()  # the fields that such a plan is billed by
    counts: tuple[Count, ...] = ()  # asked of what changes
    effects: tuple[EffectRule, ...] = ()
    object: Object = field(init=False, repr=False, compare=False)
    variant_marks: tuple[str, ...] = field(init=False, repr=False, compare=False)  # null in the variant
    elsewhere: frozenset[str] = field(init=False, repr=False, compare=False)  # fields with endpoints of their own

    def __post_init__(self) -> None:
        object.__setattr__(self, "object", Object(self.fields))
        object.__setattr__(self, "variant_marks", tuple(one.name for one in self.fields if one.marks_variant))
        elsewhere = {one.field for one in self.nested} | {one.field for one in self.apart}
        object.__setattr__(self, "elsewhere", frozenset(elsewhere))

    @property
    def asked_beside(self) -> frozenset[str]:
        """The lists, beside the kind's own, that a plan asks how much an object of it is in use."""
        use = {self.use.collection} if isinstance(self.use, CountedUse) else set()
        return frozenset({one.collection for one in self.counts if not one.within} | use)

    @property
    def identity(self) -> tuple[str, ...]:
        """The fields that name an object: one, or none where there is only one object."""
        return (self.key,) if self.key else ()

    def is_unsupported_variant(self, fields: Mapping[str, Any]) -> bool:
        """Whether canonical fields are of an object that no manifest can describe."""
        return bool(self.unsupported_variant) and None in map(fields.get, self.variant_marks)

    def shows_prices(self, change: Change) -> bool:
        """Whether the change is shown as prices, too."""
        live = None if isinstance(change, Create) else change.live
        return self.is_priced and (live is None or not self.is_unsupported_variant(live.fields))

    def address(self, data: Mapping[str, Any]) -> Address:
        """The address of a manifest's data, or of what Lago answered."""
        return Address(self.name, data[self.key] if self.key else "")

    def explanation(self, code: str, details: Mapping[str, Any]) -> str:
        """What Lago means by the code and details of a refusal, and what would help; empty where they say enough."""
        answered = {"": code, **details}
        meant = (one for one in self.explained if one.code in _listed(answered.get(one.field)))
        return "; ".join(f"{one.words}: {one.way_out}" for one in meant)

    def keyed(self, name: str) -> Keyed:
        """The keyed list in the field of that name; KeyError when there is none."""
        for one in self.fields:
            if one.name == name and isinstance(one.type, Keyed):
                return one.type
        raise KeyError(name)


def _listed(codes: Any) -> tuple[Any, ...]:
    return tuple(codes) if isinstance(codes, list) else (codes,)
