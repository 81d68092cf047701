"""Deleting what no manifest names, within scopes that the project says."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from lago_gitops.core.model.fields import CODE
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.patterns import fits
from lago_gitops.core.model.problem import Mark
from lago_gitops.core.model.resources import Address, Desired, Live


@dataclass(frozen=True, slots=True)
class Scope:
    """Everything of a kind whose code fits one of the patterns (`*` and `?` as in a shell)."""

    kind: str
    codes: tuple[str, ...]
    mark: Mark

    def has(self, address: Address) -> bool:
        return address.kind == self.kind and fits(address.key, self.codes)


def tombstones(
    wanted: Collection[Desired],
    there: Mapping[Address, Live],
    scopes: Iterable[Scope],
    kinds: Mapping[str, ResourceKind],
    external: Collection[Address] = (),
) -> Iterator[Desired]:
    """What is there, in a scope, not somebody else's, and not named by a manifest, under its code or an earlier one;
    but for codes that no request can name."""
    named = {*external, *(item.address for item in wanted)}
    named |= {Address(item.address.kind, code) for item in wanted for code in item.previously}
    all_ = tuple(scopes)
    for address in there:
        scope, kind = next((scope for scope in all_ if scope.has(address)), None), kinds[address.kind]
        if scope is None or address in named or address.key in CODE.forbidden or fits(address.key, (kind.of_lago,)):
            continue
        if not kind.fixed and not kind.undeletable:
            yield Desired(address, {}, scope.mark, absent=True)
