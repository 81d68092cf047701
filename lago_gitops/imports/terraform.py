"""Terraform and OpenTofu: a state file, `show -json` of a state or a plan, and configuration written as JSON.

Providers for Lago by different authors name the same things differently: `lago_plan` or `lago_plans`, attributes in
nested maps, in blocks or as JSON in a text. A resource is identified by its type and provider.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.types import Keyed
from lago_gitops.imports.json_text import NotJsonError, json_value
from lago_gitops.imports.lago import lago_objects
from lago_gitops.imports.resources import Note, Raw, expressions, leaves, place_of

Kinds = Mapping[str, ResourceKind]
OWN = frozenset(
    {
        "id",
        "lago_id",
        "created_at",
        "updated_at",
        "timeouts",
        "lifecycle",
        "provider",
        "depends_on",
        "count",
        "for_each",
    }
)
BETTER = "import a state, or the output of `terraform show -json`"
_LAGO = re.compile(r"(?:get_?)?lago", re.IGNORECASE)  # names of providers for Lago, and prefixes of types
_PROVIDER = re.compile(r'/([\w-]+)"?\]?(?:\.\w+)?$')  # the name in `registry/author/name` and `provider["…"].alias`
_REFERENCE = re.compile(r"\$\{\s*(data\.)?(\w+)\.([\w-]+)\.(\w+)\s*\}")
_VARIABLE = re.compile(r"\$\{\s*(var|local)\.([\w-]+)\s*\}")

Found = Iterator[Raw | Note]


@dataclass(frozen=True, slots=True)
class Block:
    """A resource or data source of a provider. `address` is Terraform's."""

    type: str
    name: str
    address: str
    attributes: Mapping[str, Any]
    place: str
    is_data: bool = False
    secret: frozenset[str] = frozenset()
    unknown: tuple[str, ...] = ()  # paths to values known only after an apply

    @property
    def where(self) -> str:
        return f"{self.place}: {self.address}"

    @property
    def noun(self) -> str:
        """Its type without the provider: `plan`."""
        return self.type.partition("_")[2]


def is_terraform(value: Any) -> bool:
    """Whether it is a document of Terraform's, with or without resources for Lago."""
    if not isinstance(value, dict):
        return False
    is_state = "terraform_version" in value and ("resources" in value or "format_version" in value)
    return is_state or "encrypted_data" in value or any(True for _ in _blocks("", value))


def terraform_objects(source: str, value: Mapping[str, Any], kinds: Kinds) -> Found:
    """Every resource of a provider for Lago. Others than pricing (customers, wallets) are notes."""
    blocks = tuple(_blocks(source, value))
    scope = _Scope({(block.is_data, block.type, block.name): block.attributes for block in blocks}, _constants(value))
    raws: list[Raw] = []
    parts: list[tuple[Block, dict[str, Any], tuple[str, str]]] = []
    for block in blocks:
        kind = _kind(block.noun, kinds)
        if block.is_data and kind is None:
            continue
        attributes, notes = _attributes(block.attributes, scope)
        yield from (Note(block.where, note) for note in (*notes, *_unresolved(block)))
        if kind is None and (parent := _parent(block.noun, kinds)):
            parts.append((block, attributes, parent))
        elif kind is None:
            yield Note(block.where, f"there is no kind {block.noun!r}: only resources of the price list are imported")
        elif not notes:
            body: Mapping[str, Any] = attributes
            if isinstance(attributes.get(kind), dict):  # as in a request, in generated providers
                body = attributes[kind]
            raws.append(Raw(kind, body, block.where, OWN, block.secret, block.is_data))
    for block, attributes, (parent_kind, field) in parts:
        yield from _attached(block, attributes, raws, kinds[parent_kind], field)
    yield from raws
    if not blocks:
        yield from tuple(lago_objects(source, value, kinds)) or (Note(source, _nothing(value)),)


def _nothing(value: Mapping[str, Any]) -> str:
    if "encrypted_data" in value:
        return "this state is encrypted: import the output of `tofu show -json`"
    return "no resource of a provider for Lago is in here"


def _kind(noun: str, kinds: Kinds) -> str | None:
    """The kind of a type: also in the plural, without underscores, or by a unique word of the kind's name."""
    plain = noun.replace("_", "").lower()
    for name, kind in kinds.items():
        if plain in {name.replace("_", ""), kind.collection.replace("_", "")}:
            return name
    fits = [name for name in kinds if noun.lower().removesuffix("s") in name.split("_")]
    return fits[0] if len(fits) == 1 else None


def _parent(noun: str, kinds: Kinds) -> tuple[str, str] | None:
    """The kind and field of which a resource is an item: `charge`, `plan_charge`."""
    for name, kind in kinds.items():
        for one in kind.fields:
            item = one.name.removesuffix("s")
            if isinstance(one.type, Keyed) and noun.removesuffix("s") in {item, f"{name}_{item}"}:
                return name, one.name
    return None


def _attached(
    block: Block, attributes: Mapping[str, Any], raws: list[Raw], kind: ResourceKind, field: str
) -> Iterator[Note]:
    """Add an item that is a separate resource in Terraform to the list of its parent."""
    keys = [f"{kind.name}_{kind.key}", f"{kind.name}_id", f"lago_{kind.name}_id"]
    names = {attributes[key] for key in keys if isinstance(attributes.get(key), str)}
    for index, raw in enumerate(raws):
        if raw.kind == kind.name and not names.isdisjoint(raw.data.get(key) for key in ("id", "lago_id", kind.key)):
            item = {name: value for name, value in attributes.items() if name not in {*keys, *OWN}}
            raws[index] = replace(raw, data={**raw.data, field: [*(raw.data.get(field) or ()), item]})
            return
    yield Note(block.where, f"it belongs to a {kind.name} that isn't in the files: import that, too")


# Where resources are ----------------------------------------------------------------------------------------------


def _blocks(source: str, value: Mapping[str, Any]) -> Iterator[Block]:
    """Resources and data sources of providers for Lago."""
    yield from _of_state(source, value.get("resources"))
    unknown = dict(_unknown(value))
    prior = _object(value.get("prior_state")).get("values")
    for root in (value.get("values"), value.get("planned_values")):
        yield from _of_module(source, _object(root).get("root_module"), unknown)
    yield from (block for block in _of_module(source, _object(prior).get("root_module"), {}) if block.is_data)
    yield from _of_configuration(source, value.get("resource"), is_data=False)
    yield from _of_configuration(source, value.get("data"), is_data=True)


def _of_state(source: str, resources: Any) -> Iterator[Block]:
    for resource in _objects(resources):
        if not _is_ours(resource):
            continue
        is_data = resource.get("mode") == "data"
        for instance in _objects(resource.get("instances")):
            if "deposed" in instance:  # to be destroyed
                continue
            index = instance.get("index_key")
            parts = [resource.get("module"), "data" if is_data else "", resource["type"], resource.get("name")]
            address = ".".join(str(part) for part in parts if part)
            address += "" if index is None else f"[{json.dumps(index, default=str)}]"
            yield Block(
                resource["type"],
                str(resource.get("name")),
                address,
                _object(instance.get("attributes")) or _object(instance.get("attributes_flat")),
                place_of(instance, source),
                is_data,
                frozenset(_secret(instance.get("sensitive_attributes"))),
            )


def _secret(paths: Any) -> Iterator[str]:
    """Attributes that a state marks as sensitive, or in `show -json`."""
    if isinstance(paths, dict):
        yield from (name for name, mark in paths.items() if mark is True)
    for path in paths if isinstance(paths, list) else ():
        steps = path if isinstance(path, list) else [path]
        yield from (
            step["value"] for step in steps[:1] if isinstance(step, dict) and isinstance(step.get("value"), str)
        )


def _of_module(source: str, module: Any, unknown: Mapping[str, tuple[str, ...]]) -> Iterator[Block]:
    if not isinstance(module, dict):
        return
    for resource in _objects(module.get("resources")):
        if _is_ours(resource):
            name, is_data = str(resource.get("name")), resource.get("mode") == "data"
            address = str(resource.get("address") or f"{resource['type']}.{name}")
            yield Block(
                resource["type"],
                name,
                address,
                _object(resource.get("values")),
                place_of(resource, source),
                is_data,
                frozenset(_secret(resource.get("sensitive_values"))),
                unknown.get(address, ()),
            )
    for child in _objects(module.get("child_modules")):
        yield from _of_module(source, child, unknown)


def _unknown(value: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """By address, paths to values that a plan knows only after an apply."""
    for change in _objects(value.get("resource_changes")):
        after = _object(change.get("change")).get("after_unknown")
        ways = tuple(way for way, is_unknown in leaves(after) if is_unknown is True and way not in OWN)
        if ways:
            yield str(change.get("address")), ways


def _of_configuration(source: str, types: Any, *, is_data: bool) -> Iterator[Block]:
    for type_, named in types.items() if isinstance(types, dict) else ():
        if not _LAGO.fullmatch(type_.partition("_")[0]) or not isinstance(named, dict):
            continue
        for name, attributes in named.items():
            for block in _objects(attributes if isinstance(attributes, list) else [attributes]):
                address = f"data.{type_}.{name}" if is_data else f"{type_}.{name}"
                yield Block(type_, name, address, block, place_of(block, source), is_data)


def _is_ours(resource: Mapping[str, Any]) -> bool:
    """By the prefix of its type or, failing that, the name of its provider."""
    type_, provider = resource.get("type"), resource.get("provider_name") or resource.get("provider")
    if not isinstance(type_, str) or str(resource.get("mode", "managed")) not in {"managed", "data"}:
        return False
    named = _PROVIDER.search(str(provider))
    return bool(_LAGO.fullmatch(type_.partition("_")[0]) or (named and _LAGO.fullmatch(named[1])))


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


# What they say ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scope:
    """What expressions of a file can refer to."""

    blocks: Mapping[tuple[bool, str, str], Mapping[str, Any]]
    constants: Mapping[tuple[str, str], Any]


def _constants(value: Mapping[str, Any]) -> Mapping[tuple[str, str], Any]:
    """Defaults of variables, and locals, of a configuration."""
    variables = _object(value.get("variable")).items()
    given = {("var", name): one["default"] for name, one in variables if isinstance(one, dict) and "default" in one}
    return given | {("local", name): one for name, one in _object(value.get("locals")).items()}


def _unresolved(block: Block) -> Iterator[str]:
    """What can't be told of a resource from this file."""
    for word in ("count", "for_each"):
        if block.attributes.get(word) is not None:
            yield f"{word} is not resolved: {BETTER}"
    for way in block.unknown:
        yield f"{way} is known after apply only: apply, then {BETTER}"


def _attributes(attributes: Mapping[str, Any], scope: _Scope) -> tuple[dict[str, Any], list[str]]:
    """Attributes by Lago's names, with JSON texts decoded and references resolved; and unresolved ones."""

    def read(value: Any) -> Any:
        match value:
            case dict():
                return dict(_pair(name, item) for name, item in value.items() if item is not None)
            case list():
                return [read(item) for item in value]
            case str():
                return _resolved(value, scope)
        return value

    def _pair(name: str, item: Any) -> tuple[str, Any]:
        value = read(item)
        if name.endswith("_json") and isinstance(value, str):
            return name.removesuffix("_json"), _decoded(value)
        return name, value

    found: dict[str, Any] = read({name: item for name, item in attributes.items() if name not in OWN or name == "id"})
    found |= {name: attributes[name] for name in OWN & attributes.keys() if attributes[name] is not None}
    left = (f"{way} {text!r} is an expression: {BETTER}" for way, text in expressions(found) if way not in OWN)
    return found, list(left)


def _decoded(text: str) -> Any:
    try:
        return json_value(text)
    except NotJsonError:
        return text


def _resolved(text: str, scope: _Scope) -> Any:
    """The text with references within the same file resolved."""
    if match := _VARIABLE.fullmatch(text):
        return scope.constants.get((match[1], match[2]), text)
    if match := _REFERENCE.fullmatch(text):
        target = scope.blocks.get((bool(match[1]), match[2], match[3]), {})
        value = target.get("code" if match[4] in OWN else match[4])
        return text if value is None else value
    return _VARIABLE.sub(lambda part: str(scope.constants.get((part[1], part[2]), part[0])), text)
