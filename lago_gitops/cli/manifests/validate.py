"""lago-gitops validate"""

import os

import click

from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.cli.base.reports import reported


@click.command("validate")
@click.argument("paths", nargs=-1)
@shared_options
@reported("validate")
def command(*, options: Options, paths: tuple[str, ...]) -> None:
    """Check manifests without network access: schema, references, Lago's own rules, and the pricing lint.

    PATHS are files or folders; without any, those of the project. Without --env the manifests of every environment are
    checked. Exits with 3 on errors, not on warnings.
    """
    from lago_gitops.cli.base.session import begin_offline, paint, report
    from lago_gitops.core.model.plurals import counted
    from lago_gitops.project import validated_environments
    from lago_gitops.render.run.documents import problems_document
    from lago_gitops.workflow.manifests.checking import validate_all

    session = begin_offline(options)
    environments = validated_environments(session.project, options.environment, os.environ)
    checked = validate_all(session.project, environments, paths)
    if not checked.is_valid:
        report(session, checked.problems)
    options.record.problems.extend(checked.problems)
    session.document(problems_document(checked.problems))
    if checked.problems:
        from lago_gitops.render.plan.text import problems_text

        session.result(problems_text(checked.problems, paint))
    words = f"{counted(len(checked.problems), 'warning')}, no errors" if checked.problems else "no problems"
    many = f" in {len(environments)} environments" if len(environments) > 1 else ""
    session.result(f"{counted(len(checked.manifests), 'resource')}{many}, {words}.")
