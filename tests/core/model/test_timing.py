"""The words for the timing of a change are published: in the schemas of outputs, in docs, and so in scripts."""

from lago_gitops.core.model.timing import MEANINGS, Timing


def test_a_word_is_its_name() -> None:
    assert [one.value for one in Timing] == [one.name.lower().replace("_", "-") for one in Timing]


def test_each_word_has_a_meaning_of_its_own() -> None:
    assert list(MEANINGS) == list(Timing)
    assert len(set(MEANINGS.values())) == len(Timing)
