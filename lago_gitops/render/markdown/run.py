"""A run as Markdown: the comment for a plan, otherwise findings and outcomes."""

from dataclasses import replace

from lago_gitops.render.markdown.comment import BUDGET, plan_comment, rendered
from lago_gitops.render.markdown.header import Header, header_line
from lago_gitops.render.run.facts import Facts, Finding, findings


def run_markdown(facts: Facts) -> str:
    """With the header for programs if there is a plan, within the size limit of comments."""
    told = rendered("run", facts=facts, findings=_apart_from_the_plan(facts))
    if facts.plan is None:
        return told
    comment = plan_comment(facts.plan, BUDGET - len(told) - 1_000)
    header = Header(
        environment=facts.plan["environment"],
        valid_at=facts.about.get("created_at", ""),
        head_sha=facts.about.get("commit", ""),
        digest=facts.plan["digest"],
        truncated=comment.truncated,
    )
    return f"{header_line(header)}\n{told}{comment.text}"


def _apart_from_the_plan(facts: Facts) -> tuple[Finding, ...]:
    """Findings that the plan doesn't show already."""
    return findings(replace(facts, plan=None))
