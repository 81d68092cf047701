"""Features: what a plan can entitle to, beside what it charges for."""

from dataclasses import replace

from lago_gitops.core.model.fields import CODE, NOT_BLANK, choice
from lago_gitops.core.model.kind import Gate, Nested, ResourceKind
from lago_gitops.core.model.types import Field, Keyed, Lock, Many, Object, Text
from lago_gitops.kinds.feature.effects import FEATURE_EFFECTS
from lago_gitops.kinds.feature.rules import FEATURE_RULES

SHORT_CODE = replace(CODE, max_length=255)
VALUE_TYPES = ("string", "integer", "boolean", "select")

PRIVILEGE = Object(
    (
        Field("code", SHORT_CODE, "Unique within its feature.", required=True, example="max"),
        Field("name", Text(max_length=255), "For people."),
        choice("value_type", VALUE_TYPES, "Type of its values.", default="string", lock=Lock.REPLACE),
        Field(
            "config",
            Object(
                (
                    Field(
                        "select_options",
                        Many(Text(pattern=NOT_BLANK), empty_is_null=True),
                        "The values to choose from. Only with select.",
                        only_grows=True,
                        sent_empty=False,
                    ),
                )
            ),
            "Settings of the type.",
            default={},
            only_with=("value_type", ("select",)),
        ),
    )
)


FEATURE = ResourceKind(
    name="feature",
    collection="features",
    doc="A feature that plans can include, with privileges whose values a plan sets.",
    rules=FEATURE_RULES,
    effects=FEATURE_EFFECTS,
    since="1.32",
    gate=Gate(until="1.39"),
    nested=(Nested("privileges", "privilege", merges=True),),
    fields=(
        Field("code", SHORT_CODE, "Unique in the organization.", required=True, lock=Lock.NEVER),
        Field("name", Text(max_length=255), "For people.", example="Seats"),
        Field("description", Text(max_length=600), "For people."),
        Field(
            "privileges",
            Keyed(PRIVILEGE, ("code",), lambda item: str(item["code"])),
            "What a plan can set for this feature.",
            default=[],
            clear=[],
        ),
    ),
)
