from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from lago_gitops.forge.comments import Comment, CreateComment, Draft, Edit, Remove, continued, ours, steps
from lago_gitops.render.markdown.header import Header, header_line

OWN = "bot"
DRAFT = Draft(Header("production", "2026-10-01T12:00:00Z", head_sha="a1", digest="d1", money="m1"), "1 pays more")


def comment(id_: int, draft: Draft, author: str = OWN) -> Comment:
    return Comment(id_, author, draft.body)


def at(time: str, text: str = "1 pays more", **more: str) -> Draft:
    return Draft(replace(DRAFT.header, valid_at=f"2026-10-01T{time}:00Z", **more), text)


def todo(draft: Draft, *mine: Comment) -> list[object]:
    return list(steps(mine, draft))


def test_the_first_run_creates_a_comment() -> None:
    assert todo(DRAFT) == [CreateComment(DRAFT.body)]


def test_where_nothing_changes_and_none_was_there_none_is_created() -> None:
    assert todo(replace(DRAFT, is_quiet=True)) == []


def test_where_nothing_changes_any_more_the_comment_says_so() -> None:
    quiet = replace(at("13:00", "no changes any more"), is_quiet=True)

    assert todo(quiet, comment(7, DRAFT)) == [Edit(7, quiet.body)]


def test_a_later_run_updates_in_place() -> None:
    assert todo(at("13:00", "2 pay more"), comment(7, DRAFT)) == [Edit(7, at("13:00", "2 pay more").body)]


def test_an_older_run_never_overwrites_a_newer_one() -> None:
    assert todo(at("11:00", "0 pay more"), comment(7, DRAFT)) == []


def test_the_same_text_is_not_sent_again() -> None:
    assert todo(at("13:00"), comment(7, DRAFT)) == []


def test_white_space_that_the_forge_changed_is_no_difference() -> None:
    kept = Comment(7, OWN, DRAFT.body.replace("\n", "\r\n") + "\n")

    assert todo(DRAFT, kept) == []


def test_another_commit_with_the_same_text_is_a_difference() -> None:
    assert todo(at("13:00", head_sha="b2"), comment(7, DRAFT)) == [Edit(7, at("13:00", head_sha="b2").body)]


def test_of_two_comments_the_older_one_stays_with_the_newer_text() -> None:
    newer = at("12:30", "2 pay more")

    assert todo(DRAFT, comment(7, DRAFT), comment(8, newer)) == [Edit(7, newer.body), Remove(8)]


def test_a_comment_is_ours_only_by_author_and_header() -> None:
    found = (
        comment(4, DRAFT, author="somebody"),
        Comment(5, OWN, "unrelated"),
        Comment(6, OWN, f"> quoted\n{DRAFT.body}"),
        comment(9, DRAFT),
        comment(8, DRAFT),
        Comment(7, OWN, f"{header_line(Header('staging', '2026-10-01T12:00:00Z'))}\nother"),
    )

    assert [one.id for one in ours(found, OWN, "production")] == [8, 9]


def test_money_facts_are_shown_since_they_first_were() -> None:
    first = continued(DRAFT, ())
    later = continued(at("15:00", "renamed"), (comment(7, first),))
    changed = continued(at("16:00", money="m2"), (comment(7, later),))

    assert [one.header.shown_since[11:16] for one in (first, later, changed)] == ["12:00", "12:00", "16:00"]


@given(st.permutations(["10:00", "11:00", "12:00", "13:00"]))
def test_whatever_the_order_of_runs_the_newest_plan_is_shown(order: list[str]) -> None:
    there: dict[int, Comment] = {}
    for time in order:
        for step in steps(tuple(there.values()), at(time, f"plan of {time}")):
            match step:
                case CreateComment(body):
                    there[1] = Comment(1, OWN, body)
                case Edit(id_, body):
                    there[id_] = Comment(id_, OWN, body)
    assert [one.body for one in there.values()] == [at("13:00", "plan of 13:00").body]
