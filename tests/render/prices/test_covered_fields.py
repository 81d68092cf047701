from lago_gitops.render.prices.covered_fields import is_covered


def test_price_changes_cover_their_fields_and_no_others() -> None:
    covered = [("amount_cents",), ("charges", "c"), ("charges", "c", "properties", "rate"),
            ("charges", "c", "filters", "f"), ("charges", "c", "filters", "f", "properties", "amount"),
            ("fixed_charges", "c", "units"), ("minimum_commitment", "amount_cents"),
            ("minimum_commitment",)]  # fmt: skip
    others = [("name",), ("charges", "c", "invoice_display_name"), ("charges", "c", "properties", "custom_properties"),
              ("charges", "c", "filters", "f", "invoice_display_name"), ("minimum_commitment", "tax_codes"),
              ()]  # fmt: skip
    assert [is_covered(keys) for keys in (*covered, *others)] == [True] * len(covered) + [False] * len(others)
