"""Profiles in YAML, as the project file has them."""

from lago_gitops.bills.profiles.profile import Profile, profiles_of
from lago_gitops.manifests.reading.reader import read_text


def profiles(text: str) -> tuple[Profile, ...]:
    found = read_text("lago-gitops.yaml", f"profiles:\n{text}")
    assert found.problems == ()
    return profiles_of(found.manifests[0])


def profile(fields: str) -> Profile:
    """A profile `one` with these fields, in flow style."""
    (found,) = profiles(f"  one: {{{fields}}}\n")
    return found
