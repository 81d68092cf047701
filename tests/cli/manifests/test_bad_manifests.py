"""Bad input: a clear error with its place, exit code 3, no request."""

import pytest

from tests.cli.running import Shell
from tests.texts import METRIC

PLAN = "kind: plan\ncode: p\nname: P\ninterval: monthly\namount_cents: 0\namount_currency: EUR\npay_in_advance: false\n"
CHARGE = "charges:\n- code: c\n  billable_metric_code: calls\n  charge_model: standard\n  properties: {amount: 1}\n"
TIERS = (
    "charges:\n- code: c\n  billable_metric_code: calls\n  charge_model: graduated\n  properties:\n"
    "    graduated_ranges:\n"
    "    - {from_value: 0, to_value: 10, per_unit_amount: 1, flat_amount: 0}\n"
    "    - {from_value: 12, to_value: null, per_unit_amount: 1, flat_amount: 0}\n"
)
COUPON = "kind: coupon\ncode: c\nname: C\ncoupon_type: percentage\npercentage_rate: 10\nfrequency: once\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [*{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}, *{old}]\n"
    for old, new in zip("abcdefg", "bcdefgh", strict=True)
)


def priced(properties: str) -> str:
    """A plan with one charge at that price."""
    return f"{PLAN}{CHARGE.replace('amount: 1', properties)}---\n{METRIC}"


BAD = {
    "a typo in a field": (METRIC.replace("name:", "nmae:"), "a.yaml:3:1: error: there is no field 'nmae' here"),
    "the field that is then missing": (METRIC.replace("name:", "nmae:"), "a.yaml:1:1: error: name is missing"),
    "a typo in a kind": (METRIC.replace("billable_metric", "bilable_metric"), "did you mean 'billable_metric'?"),
    "no kind": ("code: x\n", "a.yaml:1:1: error: the document has no kind"),
    "a typo in a value": (METRIC.replace("count_agg", "coutn_agg"), "did you mean 'count_agg'?"),
    "a wrong type": (PLAN.replace("false", "maybe"), "a.yaml:7:1: error: pay_in_advance"),
    "a code that is a number": (METRIC.replace("code: calls", "code: 123"), 'put it in quotes: "123"'),
    "a float where text is needed": (METRIC.replace("code: calls", "code: 1.10"), 'put it in quotes: "1.10"'),
    "a leading zero": (METRIC.replace("code: calls", "code: 00123"), "a.yaml:2:"),
    "an unknown metric": (PLAN + CHARGE, "a.yaml:10:3: error: there is no billable_metric 'calls'"),
    "an unknown tax": (PLAN + "tax_codes: [vta]\n---\nkind: tax\ncode: vat\nname: V\nrate: 1\n", "did you mean 'vat'?"),
    "a gap in tiers": (f"{PLAN}{TIERS}---\n{METRIC}", "a.yaml:15:8: error: the tier that starts at 12 leaves a gap"),
    "a code used twice": (f"{METRIC}---\n{METRIC}", "described twice, first in a.yaml:2:1"),
    "two charges of one code": (f"{PLAN}{CHARGE}{CHARGE[9:]}---\n{METRIC}", "another of the charges has the code 'c'"),
    "a key that is there twice": (METRIC + "name: Again\n", "a.yaml:5:1: error:"),
    "an alias bomb": (BOMB, "a.yaml:"),
    "a tag": (METRIC.replace("Calls", "!!python/name:os.system x"), "a.yaml:3:7: error:"),
    "broken YAML": ("kind: [tax\ncode: x\n", "a.yaml:"),
    "deep nesting": ("x-a: " + "[" * 100 + "]" * 100, "a.yaml:"),
    "cents with a fraction": (PLAN.replace("amount_cents: 0", "amount_cents: 10.5"), "cents have no fraction"),
    "cents beyond 64 bits": (PLAN.replace("amount_cents: 0", f"amount_cents: {2**63}"), "more than"),
    "a negative amount": (PLAN.replace("amount_cents: 0", "amount_cents: -1"), "amount_cents is -1, less than 0"),
    "a negative trial": (PLAN + "trial_period: -1\n", "trial_period is -1, less than 0"),
    "a price with blanks": (priced('amount: " 1 "'), "a plain decimal number"),
    "a price with an exponent": (priced('amount: "1e4"'), "a plain decimal"),
    "a price with underscores": (priced('amount: "1_000"'), "a plain decimal"),
    "a huge price": (priced("amount: 1e400"), "more than"),
    "a currency in small letters": (PLAN.replace("EUR", "eur"), "did you mean 'EUR'?"),
    "an id instead of a code": (PLAN + CHARGE.replace("metric_code", "metric_id"), "manifests refer by code"),
    "a count with a field": (METRIC + "field_name: x\n", "count_agg counts events"),
    "a sum without a field": (METRIC.replace("count", "sum"), "sum_agg needs a field_name"),
    "a metric that can't recur": (METRIC + "recurring: true\n", "count_agg can't be recurring"),
    "volume in advance": (
        priced("").replace("standard", "volume\n  pay_in_advance: true"),
        "a volume charge can't be billed in advance",
    ),
    "a filter that the metric lacks": (
        f"{PLAN}{CHARGE}  filters:\n  - {{values: {{region: [eu]}}, properties: {{amount: 1}}}}\n---\n{METRIC}",
        "the metric has no filter 'region'",
    ),
    "an empty group key": (
        priced("amount: 1, pricing_group_keys: ['']"),
        "text that is not blank",
    ),
    "a coupon of 0 %": (COUPON.replace("10", "0") + "expiration: no_expiration\n", "not above 0"),
    "a coupon of 101 %": (COUPON.replace("10", "101") + "expiration: no_expiration\n", "more than 100"),
    "a time limit without a date": (COUPON + "expiration: time_limit\n", "time_limit needs expiration_at"),
    "a date that limits nothing": (
        COUPON + "expiration: no_expiration\nexpiration_at: 2030-01-01\n",
        "expiration_at has no effect with expiration: no_expiration",
    ),
    "a duration that means nothing": (
        COUPON + "expiration: no_expiration\nfrequency_duration: 3\n",
        "frequency_duration has no effect with frequency: once",
    ),
    "a tax of 101 %": ("kind: tax\ncode: t\nname: T\nrate: '101'\n", "101 is more than 100"),
    "a code with a line break": ('kind: tax\ncode: "a\\nb"\nname: T\nrate: 1\n', "can't contain line breaks"),
    "an empty file": ("", "there are no manifests here"),
    "a document that is a list": ("- kind: tax\n", "a.yaml:1:1: error:"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BAD.values(), ids=BAD.keys())
def test_bad_input_is_answered_by_place_and_reason(shell: Shell, text: str, said: str) -> None:
    shell.write("a.yaml", text)
    shell.monkeypatch.setenv("LAGO_API_URL", "http://127.0.0.1:1")  # whoever asks there gets exit code 8
    shell.monkeypatch.setenv("LAGO_API_KEY", "key")
    ran = shell.run("plan", "--no-color")

    assert (ran.code, said in ran.out) == (3, True), ran.out + ran.err
    assert "nothing was sent to Lago" in ran.err


def test_a_missing_file_is_an_error(shell: Shell) -> None:
    ran = shell.run("validate", "nowhere.yaml")

    assert (ran.code, "nowhere.yaml" in ran.out) == (3, True)


def test_every_error_of_every_file_is_said_in_one_run(shell: Shell) -> None:
    shell.write("a.yaml", METRIC.replace("name:", "nmae:"))
    shell.write("b.yaml", "kind: tax\ncode: t\nname: T\nrate: -1\nname: U\n")
    ran = shell.run("validate")

    assert [line.split(":")[0] for line in ran.out.splitlines() if "error" in line] == ["a.yaml"] * 2 + ["b.yaml"] * 2
