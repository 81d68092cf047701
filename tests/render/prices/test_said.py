from lago_gitops.render.prices.said import says


def test_prices_say_what_they_say_and_nothing_else() -> None:
    told = [("amount_cents",), ("charges", "c"), ("charges", "c", "properties", "rate"),
            ("charges", "c", "filters", "f"), ("charges", "c", "filters", "f", "properties", "amount"),
            ("fixed_charges", "c", "units"), ("minimum_commitment", "amount_cents"),
            ("minimum_commitment",)]  # fmt: skip
    untold = [("name",), ("charges", "c", "invoice_display_name"), ("charges", "c", "properties", "custom_properties"),
              ("charges", "c", "filters", "f", "invoice_display_name"), ("minimum_commitment", "tax_codes"),
              ()]  # fmt: skip
    assert [says(keys) for keys in (*told, *untold)] == [True] * len(told) + [False] * len(untold)
