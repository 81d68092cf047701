from lago_gitops.render.plan.overrides import overrides_markdown, overrides_text

ODD = {"subscription": "a|b", "plan": "plan/p", "agreed": False, "fields": []}
AGREED = {**ODD, "subscription": "c", "agreed": True}


def test_what_differs_in_nothing_is_told_as_that() -> None:
    assert "the same prices as its plan has now" in overrides_text([ODD])


def test_an_issue_names_those_that_are_not_agreed() -> None:
    text = overrides_markdown([ODD, AGREED])

    assert "`a|b` of `plan/p`" in text
    assert "`c`" not in text
    assert overrides_markdown([AGREED]) == ""
