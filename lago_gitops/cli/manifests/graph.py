"""lago-gitops graph"""

import click

from lago_gitops.cli.base.options import Options, shared_options
from lago_gitops.render.manifests.graph import dot, mermaid

PICTURES = {"mermaid": mermaid, "dot": dot}


@click.command("graph")
@click.argument("paths", nargs=-1)
@click.option("--as", "picture", type=click.Choice(tuple(PICTURES)), default="mermaid", show_default=True)
@shared_options
def command(*, options: Options, paths: tuple[str, ...], picture: str) -> None:
    """Draw the references between resources.

    With `--format json` nodes and edges are data. What is external, or only in Lago, is drawn dashed or rounded.
    """
    from lago_gitops.cli.base.session import begin_offline, readable_manifests
    from lago_gitops.core.model.references import references
    from lago_gitops.kinds import KINDS
    from lago_gitops.render.manifests.graph import graph, graph_document

    session = begin_offline(options)
    manifests = readable_manifests(session, paths).manifests
    arrows = graph(
        {
            address: [target for _, target in references(KINDS[address.kind].object, manifest.data)]
            for address, manifest in manifests.items()
        }
    )
    session.document(graph_document(arrows))
    session.result(PICTURES[picture](arrows, options.output.redaction))
