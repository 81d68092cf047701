"""Checks manifests against the JSON Schemas: fast for valid ones, with explanations for others."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import Any

from lago_gitops.core.model.field_walk import objects_of
from lago_gitops.core.model.fields import CODE, NOT_BLANK
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.problem import Problem
from lago_gitops.core.model.suggestions import closest
from lago_gitops.core.model.types import Json, Many, Object, Reference, Text
from lago_gitops.core.validation.from_environment import VARIABLE
from lago_gitops.core.validation.manifest import Manifest
from lago_gitops.core.validation.schema import EXACT_TEXT, SIGNED_TEXT, Schema, kind_schema

OF_LAGO = frozenset({"lago_id", "created_at", "updated_at", "parent_id", "pending_deletion", "terminated_at"})
NO_IDS = {"id": "manifests have no ids: the code identifies the resource"}
Hints = Mapping[Any, str]
"""What is asked for, in words, by the pattern or by the choices there are."""
PATTERN_HINTS: Hints = {
    EXACT_TEXT: "a plain decimal number such as 0.25, at most 15 digits before the point: no sign, exponent or blanks",
    SIGNED_TEXT: "a plain decimal number such as -0.25, at most 15 digits before the point: no exponent or blanks",
    CODE.pattern: CODE.hint,
    NOT_BLANK: "text that is not blank",
    VARIABLE: "the name of an environment variable: letters, digits and _. The text itself belongs in that variable",
}
_WRITTEN_AS = {
    "array": "write a list: [first, second], or a line with a dash for each",
    "object": "write a map: a line `key: value` for each, indented",
    "boolean": "write true or false, without quotes",
    "string": "write a single text; quote it if it contains any of : # [ ] { }",
}
LISTED_CHOICES = 20  # more fill a screen, and nobody reads them
TYPE_NAMES = {
    "string": "text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "array": "a list",
    "object": "a map",
    "null": "null",
}


class Shapes:
    """The schemas of all kinds, each written and compiled once, at first use."""

    def __init__(self, kinds: Iterable[ResourceKind]) -> None:
        self._kinds = {kind.name: kind for kind in kinds}
        self._shapes: dict[str, Shape] = {}

    def problems(self, manifest: Manifest) -> Iterator[Problem]:
        """What is wrong with the shape of a manifest whose kind is known, in order of place."""
        yield from self._shape(manifest.kind).problems(manifest)

    def _shape(self, name: str) -> "Shape":
        if name not in self._shapes:
            kind = self._kinds[name]
            self._shapes[name] = Shape(kind_schema(kind), dict(_hints(kind.object)), dict(_misnomers(kind.object)))
        return self._shapes[name]


class Shape:
    """One schema. `hints` say in words what patterns and choices ask for, `misnomers` what is meant by a wrong name."""

    def __init__(self, schema: Schema, hints: Hints, misnomers: Mapping[str, str] | None = None) -> None:
        self.schema = schema
        self.hints = {**PATTERN_HINTS, **hints}
        self.instead = {**NO_IDS, **(misnomers or {})}

    def problems(self, manifest: Manifest) -> Iterator[Problem]:
        """What is wrong with a document, in order of place; of a text that is not known yet nothing is said."""
        if not self.fits(manifest.data):
            errors = (one for one in self.explain(manifest.data) if tuple(one.absolute_path) not in manifest.unset)
            problems = {problem: None for error in errors for problem in self._said(manifest, error)}
            yield from sorted(problems, key=lambda problem: problem.mark)

    @cached_property
    def fits(self) -> Callable[[Any], bool]:
        import jsonschema_rs

        return jsonschema_rs.validator_for(self.schema, validate_formats=True).is_valid

    @cached_property
    def explain(self) -> Callable[[Any], Iterable[Any]]:
        """jsonschema takes a Decimal without fraction for no integer, and Python lets `$` match before a line break."""
        from jsonschema import Draft202012Validator, ValidationError, validators

        def pattern(_: Any, wanted: str, value: Json, _schema: Any) -> Iterator[ValidationError]:
            if isinstance(value, str) and not re.search(re.sub(r"\$$", r"\\Z", wanted), value):
                yield ValidationError(f"{value!r} does not match {wanted!r}")

        types = Draft202012Validator.TYPE_CHECKER.redefine("integer", lambda _, value: _is_integer(value))
        extend: Callable[..., Any] = validators.extend
        explained: Callable[[Any], Iterable[Any]] = extend(
            Draft202012Validator, {"pattern": pattern}, type_checker=types
        )(self.schema).iter_errors
        return explained

    def _said(self, manifest: Manifest, error: Any) -> Iterator[Problem]:
        path = tuple(error.absolute_path)
        match error.validator:
            case "additionalProperties" if "properties" in error.schema:
                known = error.schema["properties"]
                free = tuple(error.schema.get("patternProperties", ()))
                for name in error.instance:
                    if name not in known and not any(re.search(pattern, name) for pattern in free):
                        hint = _unknown_hint(name, known, self.instead)
                        yield Problem(
                            manifest.mark((*path, name)), f"there is no field {_shown(name)} here", hint, "schema"
                        )
            case "required":
                within = f" in {_name(path)}" if path else ""
                for name in error.validator_value:
                    if name not in error.instance:
                        yield Problem(manifest.mark(path), f"{name} is missing{within}", f"add {name}", "schema")
            case _:
                place = (*path, error.instance) if _is_of_key(error) else path
                message, hint = _words(error, _name(path), self.hints, manifest.written(path))
                yield Problem(manifest.mark(place), message, hint, "schema")


def _is_integer(value: Json) -> bool:
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return isinstance(value, int) and not isinstance(value, bool)


def _hints(object_: Object) -> Iterator[tuple[str | tuple[str, ...], str]]:
    """What the patterns and the choices of fields ask for, at any depth."""
    for field in object_.fields:
        inner = field.type.item if isinstance(field.type, Many) else field.type
        if isinstance(inner, Text) and inner.hint:
            yield inner.choices or inner.pattern, inner.hint
        for deeper in objects_of(field.type):
            yield from _hints(deeper)


def _misnomers(object_: Object) -> Iterator[tuple[str, str]]:
    """Other names of a field in Lago's API, with hints."""
    for field in object_.fields:
        if isinstance(field.type, Reference) and field.type.sent_as:
            yield field.type.sent_as, f"manifests refer by code: {field.name}"
        yield from ((name, f"manifests name the codes only: {field.name}") for name in field.not_called)
        for inner in objects_of(field.type):
            yield from _misnomers(inner)


def _unknown_hint(name: str, known: Mapping[str, Schema], instead: Mapping[str, str]) -> str:
    """Lago answers with some fields beside the one that they are sent in, so that they are pasted there."""
    if name in OF_LAGO:
        return "Lago sets it; leave it out"
    holder = next((field for field, schema in known.items() if name in schema.get("properties", ())), None)
    within = holder and f"it belongs in {holder}"
    return instead.get(name) or within or closest(name, known) or f"fields here: {', '.join(known)}"


def _name(path: tuple[Any, ...]) -> str:
    """The last field of a path, with its index: `charges[2]`."""
    index = f"[{path[-1]}]" if path and isinstance(path[-1], int) else ""
    name = next((step for step in reversed(path) if isinstance(step, str)), "the document")
    return f"{name}{index}"


def _words(error: Any, name: str, hints: Hints, written: str) -> tuple[str, str]:
    """`written` is the value's text where the value itself would be shown in another way, else empty."""
    value, wanted = error.instance, error.validator_value
    shown = written or _shown(value)
    match error.validator:
        case "type":
            return _wrong_type(name, value, wanted, shown)
        case "enum":
            return f"{name} can't be {shown}", _choices_hint(str(value), wanted, hints)
        case "not":
            return f"{name} can't be {shown}", "no request could name it"
        case "const":
            return f"{name} must be {_shown(wanted)}, not {shown}", ""
        case "pattern" if wanted == VARIABLE:  # it may be the key or the token itself
            return f"{name} is not the name of a variable", hints[VARIABLE]
        case "pattern":
            return f"{name} can't be {shown}", hints.get(wanted, f"it must match {wanted}")
        case "minimum":
            return f"{name} is {shown}, less than {wanted}", ""
        case "exclusiveMinimum":
            return f"{name} is {shown}, not above {wanted}", ""
        case "maximum":
            return f"{name} is {shown}, more than {wanted}", ""
        case "minItems" | "minProperties" | "minLength":
            return f"{name} is empty", ""
        case "maxLength" if _is_of_key(error):
            return f"a key of {name} has {len(value)} characters, more than {wanted}", "shorten it"
        case "maxLength":
            return f"{name} has {len(value)} characters, more than {wanted}", "shorten it"
        case "maxProperties":
            return f"{name} has {len(value)} keys, more than {wanted}", ""
        case other:
            return f"{name} doesn't fit: {other}", ""


def _is_of_key(error: Any) -> bool:
    """Whether it is about the name of a key, not its value."""
    return "propertyNames" in list(error.absolute_schema_path)[-2:]


def _choices_hint(value: str, choices: Iterable[Json], hints: Hints) -> str:
    known = tuple(str(choice) for choice in choices if choice is not None)
    if hint := hints.get(known):  # what is asked for helps more than a guess
        return closest(value, known, 0.85) or hint
    listed = ", ".join(known)
    return closest(value, known) or (
        f"one of {listed}" if len(known) <= LISTED_CHOICES else f"the schema lists all {len(known)} values"
    )


def _wrong_type(name: str, value: Json, wanted: Any, shown: str) -> tuple[str, str]:
    names = [wanted] if isinstance(wanted, str) else list(wanted)
    names = [name for name in names if name != "object" or "string" not in names]  # a reference to a variable
    asked = " or ".join(TYPE_NAMES[type_] for type_ in names)
    message = f"{name} is {shown}, not {asked}"
    if value is None:
        return message, "give it a value, or leave the line out where the field is optional"
    if "string" in names and isinstance(value, int | Decimal):
        return message, f'put it in quotes: "{shown}"'
    if "integer" in names and isinstance(value, Decimal):
        return message, "cents have no fraction: Lago would cut it off" if name.endswith(
            "_cents"
        ) else "no fraction here"
    if "integer" in names and isinstance(value, str):
        return message, "write the number without quotes"
    return message, next((_WRITTEN_AS[name] for name in names if name in _WRITTEN_AS), "")


def _shown(value: Json) -> str:
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case Decimal() | int():
            return f"{value:f}" if isinstance(value, Decimal) and value.is_finite() else str(value)
        case list():
            return "a list"
        case dict():
            return "a map"
        case _:
            text = repr(value)
            return text if len(text) <= 80 else text[:77] + "…'"
