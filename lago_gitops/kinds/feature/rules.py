"""What Lago asks of a feature beyond the shape of its fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from lago_gitops.core.model.duplicates import repeated
from lago_gitops.core.model.kind import Finding, Lookup


def privileges_fit(feature: Mapping[str, Any], _: Lookup) -> Iterator[Finding]:
    privileges = feature.get("privileges") or ()
    for index, code in repeated(one["code"] for one in privileges):
        yield Finding(("privileges", index, "code"), f"the privilege {code!r} appears twice")
    for index, one in enumerate(privileges):
        options, is_select = (one.get("config") or {}).get("select_options"), one.get("value_type") == "select"
        if is_select and not options:
            yield Finding(("privileges", index), "a select needs options", "add config: {select_options: […]}")
        if options and not is_select:
            yield Finding(("privileges", index, "config"), "only a select has select_options", "add value_type: select")


FEATURE_RULES = (privileges_fit,)
