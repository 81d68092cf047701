"""What the value of a field can be: data that schema, canonical form, diff and request body are derived from."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum, StrEnum
from typing import Any

Json = Any  # dict, list, str, int, Decimal, bool or None

BIGINT = 2**63 - 1  # Lago keeps cents in 64 bits and answers 500 beyond them
PRICE_LIMIT = Decimal(10) ** 15 - 1  # 15 digits: a unit at a higher price would not fit into an invoice


class Sent(StrEnum):
    """How a number is written in a request."""

    TEXT = "text"
    NUMBER = "number"


class Lock(Enum):
    """When Lago takes a new value of a field that already has one."""

    FREE = "always"
    IN_USE = "only while the object is not in use; then it answers 200 and keeps the old value"
    REPLACE = "never in place: the item has to go and come again"
    NEVER = "never at all"


@dataclass(frozen=True, slots=True)
class Text:
    """`empty_is_null`: Lago keeps "" and null apart, but both say nothing."""

    choices: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()
    pattern: str = ""
    hint: str = ""  # what is asked for, in words
    max_length: int = 0
    empty_is_null: bool = True
    capitals: bool = False  # Lago makes small letters capitals
    known: tuple[str, ...] = ()  # values for an editor to propose, where others can be spelled otherwise
    licensed: tuple[str, ...] = ()  # choices for which a Lago without a licence refuses the whole resource
    newer: tuple[tuple[str, str], ...] = ()  # choices that an older Lago refuses, each with its first release


@dataclass(frozen=True, slots=True)
class Integer:
    minimum: int | None = None
    maximum: int = BIGINT


@dataclass(frozen=True, slots=True)
class Exact:
    """A decimal number, written in a manifest as text or as a number, compared by value.

    `binary`: of a fraction Lago keeps what a binary float holds of it, about 16 digits.
    """

    sent: Sent = Sent.TEXT
    minimum: Decimal | None = Decimal(0)
    above: Decimal | None = None
    maximum: Decimal | None = None
    places: int | None = None  # Lago rounds to so many decimals, half up
    binary: bool = False


@dataclass(frozen=True, slots=True)
class Boolean:
    pass


@dataclass(frozen=True, slots=True)
class Moment:
    """A point in time, to the second, in UTC."""


@dataclass(frozen=True, slots=True)
class Reference:
    """The code of another resource. `sent_as`: the key under which Lago wants the id instead of the code."""

    kind: str
    sent_as: str = ""


@dataclass(frozen=True, slots=True)
class Many:
    """A list whose order means nothing unless `ordered`. `empty_is_null`: Lago drops an empty one."""

    item: "Type"
    ordered: bool = False
    empty_is_null: bool = False
    normal: Callable[[tuple[Any, ...]], tuple[Any, ...] | None] | None = None


@dataclass(frozen=True, slots=True)
class TextMap:
    """Free keys with texts (or null) as values."""

    max_keys: int
    max_key_length: int
    max_value_length: int


@dataclass(frozen=True, slots=True)
class ValueSets:
    """The values of a charge filter: keys of the metric's filters, each with the values it takes."""


@dataclass(frozen=True, slots=True)
class Grants:
    """Objects of a kind by their code, each with the values of what it can be granted with."""

    kind: str


@dataclass(frozen=True, slots=True)
class Free:
    """JSON that Lago hands to somebody else's code."""


@dataclass(frozen=True, slots=True, eq=False)
class Object:
    fields: tuple["Field", ...]


@dataclass(frozen=True, slots=True, eq=False)
class Keyed:
    """A list of objects without order of its own; `key` names the fields that identify an item.

    `unnamed_by`: what tells items apart on a server too old to keep their codes, the first of them giving the name;
    `named_since`: the first Lago that keeps them.
    """

    item: Object
    key: tuple[str, ...]
    label: Callable[[Mapping[str, Any]], str]
    unnamed_by: tuple[str, ...] = ()
    named_since: str = ""
    is_one: bool = False  # the items make sense together only: an overlay has all of them


@dataclass(frozen=True, slots=True, eq=False)
class Variant:
    """An object whose fields depend on the value of `by`, a text field of the object around it (or around that)."""

    by: str
    cases: Mapping[str, Object]
    defaults: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)  # by case; what Lago puts for an empty one


Type = (
    Text
    | Integer
    | Exact
    | Boolean
    | Moment
    | Reference
    | Many
    | TextMap
    | ValueSets
    | Grants
    | Free
    | Object
    | Keyed
    | Variant
)


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a manifest, by Lago's own name.

    `default` is what Lago puts where the field is left out, in manifest form. `read` finds the value in what Lago
    answers, in manifest form (default: under the same name); where it looks at other keys, they are `answered`.
    `clear` is what has to be sent to take the value away.
    """

    name: str
    type: Type
    doc: str
    required: bool = False
    default: Json = None
    read: Callable[[Mapping[str, Any]], Json] | None = None
    answered: "tuple[Field, ...]" = ()
    clear: Json = None
    lock: Lock = Lock.FREE
    example: Json = None
    alias: str = ""  # an older name that Lago still takes
    not_called: tuple[str, ...] = ()  # names that Lago's answers have for it, and no manifest
    null_means: str = ""  # what null says in a field that has to be written
    write_only: bool = False  # tells Lago how to write; is not part of what is compared
    grows_first: bool = False  # what others use is added before they change, and taken away after
    only_grows: bool = False  # Lago adds to the list, and takes nothing away from it in place
    after_create: bool = False  # a create leaves it out, an update takes it
    sent_empty: bool = True  # null is sent where it has no value; otherwise it is left out
    only_if_given: bool = False  # left out means: somebody else's, keep what is there
    since: str = ""  # the first Lago version that has it
    licence: bool = False  # ignored by a Lago without a licence
    same_as: tuple[str, str] | None = None  # kind and field that show the same fact, whichever of the two is written
    marks_variant: bool = False  # null in a variant that manifests can't describe
    only_with: tuple[str, tuple[str, ...]] = (
        "",
        (),
    )  # the field beside it, and the values with which it means something
    secret: bool = False  # a URL that may have a token, which must not be in Git
    twin_values: tuple[tuple[str, str], ...] = ()  # values that the other field has another word for

    def has_place(self, beside: Mapping[str, Any]) -> bool:
        """Whether it means something beside these values, in canonical form."""
        by, values = self.only_with
        return not by or beside.get(by) in values
