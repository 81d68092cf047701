"""How a change will be sent, told beforehand: which request it is can decide what is billed when."""

from functools import lru_cache

from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.diff import field_changes
from lago_gitops.core.execution.body import Writing
from lago_gitops.core.execution.requests import Request, after_create, delete, is_whole, left_for_later, path_of, update
from lago_gitops.core.model.canonical import canonical_value
from lago_gitops.core.model.kind import ResourceKind
from lago_gitops.core.model.resources import Change, Create, Delete, Desired, Live, Update


def announced(kind: ResourceKind, change: Change, server: Server) -> tuple[str, ...]:
    """Method and path of each request, in order, as long as nothing changes until then."""
    match change:
        case Delete():
            requests = [delete(kind, change.live)]
        case Update(_, live, fields) if is_whole(kind, fields):
            return (_words("PUT", path_of(kind, live)),)
        case Update():
            requests = _of_update(kind, change, server)
        case Create(wanted):  # the last of its union
            left = after_create(kind, _made(kind, wanted))
            later = [] if left is None else _of_update(kind, left, server)
            requests = [Request("POST", (kind.collection,)), *later]
    return tuple([_words(request.method, request.parts) for request in requests])


def _words(method: str, path: tuple[str, ...]) -> str:
    return f"{method} /{'/'.join(path)}"


def _of_update(kind: ResourceKind, change: Update, server: Server) -> list[Request]:
    """Ids and options are only in bodies, which aren't used here: new objects have no ids yet."""
    return [step.request for step in update(kind, change, _writing(server))]


@lru_cache
def _writing(server: Server) -> Writing:
    return Writing(server, lambda address: address.key)


def _made(kind: ResourceKind, wanted: Desired) -> Update:
    """The update of an object that its create left without what it can't carry."""
    later = (one for one in kind.fields if one.name in left_for_later(kind))
    bare = {one.name: canonical_value(one.type, one.default) for one in later}
    made = {name: bare.get(name, value) for name, value in wanted.fields.items()}
    return Update(wanted, Live(wanted.address, "", made, {}), field_changes(kind.object, made, wanted.fields))
