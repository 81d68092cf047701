"""Terraform: a state file, `terraform show -json` of a state or a plan, and configuration written as JSON."""

import json
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.imports.found import Note, Raw

PREFIX = "lago_"
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
_REFERENCE = re.compile(r"\$\{\s*(?:data\.)?lago_(\w+)\.([\w-]+)\.(\w+)\s*\}")

Found = Iterator[Raw | Note]


def is_terraform(value: Any) -> bool:
    return isinstance(value, dict) and any(True for _ in _resources(value))


def terraform_objects(source: str, value: Mapping[str, Any], kinds: Mapping[str, ResourceKind]) -> Found:
    """Every resource of a provider for Lago. Those of kinds that aren't pricing (customers, wallets) are notes."""
    names = {kind.collection: name for name, kind in kinds.items()}  # some providers have the one, some the other
    resources = tuple(_resources(value))
    by_name = {(type_, name): attributes for type_, name, attributes in resources}
    for type_, name, attributes in resources:
        where, kind = f"{source}: {type_}.{name}", type_.removeprefix(PREFIX)
        kind = names.get(kind, kind)
        if kind not in kinds:
            yield Note(where, f"there is no kind {kind!r}: only resources of the price list are imported")
            continue
        data, notes = _attributes(attributes, by_name)
        data = data[kind] if isinstance(data.get(kind), dict) else data  # generated ones: as in a request
        yield from (Note(where, note) for note in (*notes, *_repeated(attributes)))
        yield Raw(kind, data, where, OWN)


def _resources(value: Mapping[str, Any]) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    """Type, name and attributes of each."""
    yield from _of_state(value.get("resources"))
    for part in ("values", "planned_values"):
        root = value.get(part)
        if isinstance(root, dict):
            yield from _of_module(root.get("root_module"))
    yield from _of_configuration(value.get("resource"))


def _of_state(resources: Any) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for resource in _objects(resources):
        if _is_ours(resource) and resource.get("mode", "managed") == "managed":
            for instance in _objects(resource.get("instances")):
                index = instance.get("index_key")
                name = str(resource.get("name")) + ("" if index is None else f"[{json.dumps(index, default=str)}]")
                if "deposed" not in instance:  # what is to be destroyed
                    yield resource["type"], name, _object(instance.get("attributes"))


def _of_module(module: Any) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    if not isinstance(module, dict):
        return
    for resource in _objects(module.get("resources")):
        if _is_ours(resource) and resource.get("mode", "managed") == "managed":
            yield resource["type"], str(resource.get("name")), _object(resource.get("values"))
    for child in _objects(module.get("child_modules")):
        yield from _of_module(child)


def _of_configuration(types: Any) -> Iterator[tuple[str, str, Mapping[str, Any]]]:
    for type_, named in types.items() if isinstance(types, dict) else ():
        if type_.startswith(PREFIX) and isinstance(named, dict):
            for name, attributes in named.items():
                blocks = attributes if isinstance(attributes, list) else [attributes]
                yield from ((type_, name, block) for block in blocks if isinstance(block, dict))


def _is_ours(resource: Mapping[str, Any]) -> bool:
    return str(resource.get("type", "")).startswith(PREFIX)


def _objects(value: Any) -> Iterator[Mapping[str, Any]]:
    yield from (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _repeated(attributes: Mapping[str, Any]) -> Iterator[str]:
    """Configuration says once what a state has several times."""
    for word in ("count", "for_each"):
        if attributes.get(word) is not None:
            yield f"{word} is not resolved: import a state, or the output of `terraform show -json`"


def _attributes(
    attributes: Mapping[str, Any], by_name: Mapping[tuple[str, str], Mapping[str, Any]]
) -> tuple[dict[str, Any], list[str]]:
    """Attributes by Lago's names: what is JSON in a text is read, and references are followed."""
    notes: list[str] = []

    def read(value: Any) -> Any:
        match value:
            case dict():
                return dict(_pair(name, item) for name, item in value.items() if item is not None)
            case list():
                return [read(item) for item in value]
            case str():
                return _resolved(value, by_name, notes)
        return value

    def _pair(name: str, item: Any) -> tuple[str, Any]:
        if name.endswith("_json") and isinstance(item, str):
            return name.removesuffix("_json"), _decoded(name, item, notes)
        return name, read(item)

    return read(attributes), notes


def _decoded(name: str, text: str, notes: list[str]) -> Any:
    try:
        return json.loads(text, parse_float=Decimal)
    except ValueError:
        notes.append(
            f"{name} is an expression, and is left out: import a state, or the output of `terraform show -json`"
        )
        return None


def _resolved(text: str, by_name: Mapping[tuple[str, str], Mapping[str, Any]], notes: list[str]) -> Any:
    """The text with references to resources of the same file followed."""
    match = _REFERENCE.fullmatch(text)
    if match:
        type_, name, attribute = match.groups()
        target = by_name.get((PREFIX + type_, name), {})
        value = target.get("code" if attribute in OWN else attribute)
        if value is not None:
            return value
    if "${" in text:
        notes.append(
            f"{text} is an expression, and can't be resolved: import a state, or the output of `terraform show -json`"
        )
    return text
