"""The JSON Schemas of everything people write and programs read."""

from lago_gitops.bills.profiles.schema import profile_schema
from lago_gitops.core.project_schema import project_schema
from lago_gitops.core.validation.schema import Schema, any_schema, kind_schema
from lago_gitops.kinds import KINDS
from lago_gitops.pricetests.schema import price_test_schema
from lago_gitops.render.schemas.output import output_schemas
from lago_gitops.render.schemas.plan import plan_schema
from lago_gitops.simulations.schema import simulation_schema


def schemas() -> dict[str, Schema]:
    """Schemas by name: each kind, any manifest, and all other files and outputs."""
    return {kind.name: kind_schema(kind) for kind in KINDS.values()} | {
        "manifest": any_schema(KINDS.values()),
        "project": project_schema(KINDS, profile_schema()),
        "price_test": price_test_schema(),
        "simulation": simulation_schema(),
        "plan-file": plan_schema(),
        **output_schemas(),
    }
