from lago_gitops.core.comparison.abilities.server import Server
from lago_gitops.core.comparison.abilities.versions import known_to, unknown_to
from lago_gitops.core.model.canonical import canonical
from lago_gitops.kinds import KINDS

PLAN = KINDS["plan"].object
FIELDS = canonical(
    PLAN,
    {
        "code": "p",
        "metadata": {"team": "a"},
        "minimum_commitment": {"amount_cents": 5},
        "charges": [
            {
                "code": "c",
                "billable_metric_code": "m",
                "charge_model": "standard",
                "accepts_target_wallet": True,
                "properties": {"amount": "1", "presentation_group_keys": [{"value": "region"}]},
                "filters": [{"values": {"a": ["b"]}, "properties": {"amount": "2"}}],
            }
        ],
    },
)


def test_the_newest_server_knows_everything() -> None:
    assert known_to(Server(), PLAN, FIELDS) == FIELDS
    assert list(unknown_to(Server(), PLAN, FIELDS)) == []


def test_what_came_later_is_left_out_at_any_depth_and_named() -> None:
    old = Server((1, 38))
    known = known_to(old, PLAN, FIELDS)

    assert "metadata" not in known
    assert "accepts_target_wallet" not in known["charges"]["c"]
    assert "presentation_group_keys" not in known["charges"]["c"]["properties"]
    assert known["charges"]["c"]["filters"] == FIELDS["charges"]["c"]["filters"]
    assert [(field.name, field.since) for field in unknown_to(old, PLAN, FIELDS)] == [
        ("metadata", "1.39"),
        ("charges.c.accepts_target_wallet", "1.42"),
        ("charges.c.presentation_group_keys", "1.45"),
    ]


def test_what_says_nothing_is_not_missed() -> None:
    assert list(unknown_to(Server((1, 38)), PLAN, canonical(PLAN, {"code": "p"}))) == []
