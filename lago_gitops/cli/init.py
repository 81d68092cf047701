"""lago-gitops init"""

from pathlib import Path

import click

from lago_gitops.cli.exits import Exit, StoppedError
from lago_gitops.cli.options import Options, shared_options
from lago_gitops.disk import write_whole
from lago_gitops.manifests.files import PROJECT_FILE

PROJECT = """\
# What belongs to this project, and which Lago organizations it describes.
manifests: [manifests]

# Without --env, commands work on the built-in sandbox: no server, no account, no key.
# environments:
#   production:
#     url: https://api.getlago.com        # or https://api.eu.getlago.com, or your own
#     organization: my-company            # the slug or id that the key must open
#     key_from: LAGO_API_KEY_PRODUCTION   # the variable that holds the key; never the key itself
"""
MANIFEST = """\
kind: billable_metric
code: api_requests
name: API requests
aggregation_type: count_agg
---
kind: plan
code: growth
name: Growth
interval: monthly
amount_cents: 9900
amount_currency: EUR
pay_in_advance: true
charges:
  - code: api_requests
    billable_metric_code: api_requests
    charge_model: graduated
    properties:
      graduated_ranges:
        - {from_value: 0, to_value: 10000, per_unit_amount: "0", flat_amount: "0"}
        - {from_value: 10001, to_value: null, per_unit_amount: "0.002", flat_amount: "0"}
"""
IGNORED = ".lago-gitops/\n"
FILES = {PROJECT_FILE: PROJECT, "manifests/growth.yaml": MANIFEST, ".gitignore": IGNORED}


@click.command("init")
@shared_options
def command(*, options: Options) -> None:
    """Start a project in this folder: a project file, and a price list to change.

    What is there already stays as it is; where lago-gitops.yaml is, nothing is done.
    """
    if Path(PROJECT_FILE).exists():
        raise StoppedError(Exit.USAGE, f"there is a {PROJECT_FILE} here already; nothing was written")
    for name, text in FILES.items():
        if _is_written(Path(name), text) and not options.quiet:
            click.echo(f"wrote {name}")
    click.echo("Next: lago-gitops plan, and then lago-gitops apply")


def _is_written(path: Path, text: str) -> bool:
    if path.exists():
        return False
    write_whole(path, text)
    return True
