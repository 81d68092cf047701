import pytest

from lago_gitops.bills.profiles.problems import profile_problems
from tests.bills.profiles.samples import profiles
from tests.pricetests.samples import CALLS, SEATS, STORAGE, SUPPORT, plan, prices

OF = prices(plan(CALLS, STORAGE, fixed_charges=f"[{SUPPORT}]"), plan(SEATS, code="team"))


def problems(*fields: str) -> list[str]:
    text = "  one:\n" + "".join(f"    {field}\n" for field in fields)
    return [str(problem) for problem in profile_problems(profiles(text), OF)]


def test_a_profile_of_what_is_sold_has_no_problem() -> None:
    usage = "usage: {calls: 1, seats: 2, storage: {units: 3, properties: {region: eu, team: a}}}"
    assert problems(usage, "fixed_units: {support: 1}", "coupons: [TEN]", "taxes: [vat]", "plans: [team, growth]") == []


@pytest.mark.parametrize(
    ("field", "problem"),
    [
        (
            "usage: {cals: 1}",
            "3:13: profile 'one': none of its plans has a charge on a metric 'cals', nor one with that "
            "code (did you mean 'calls'?)",
        ),
        (
            "usage: {storage: {units: 1, properties: {regin: eu}}}",
            "3:13: profile 'one': no charge for 'storage' has a filter or a group by 'regin' (did you mean 'region'?)",
        ),
        (
            "fixed_units: {suport: 1}",
            "3:19: profile 'one': none of its plans has a fixed charge for an add-on 'suport', "
            "nor one with that code (did you mean 'support'?)",
        ),
        ("coupons: [ten]", "3:15: profile 'one': there is no coupon 'ten' (did you mean 'TEN'?)"),
        ("taxes: [x]", "3:13: profile 'one': there is no tax 'x' (there is city, vat)"),
        ("plans: [growt]", "3:13: profile 'one': there is no plan 'growt' (did you mean 'growth'?)"),
    ],
)
def test_what_is_not_there_is_an_error_where_it_stands(field: str, problem: str) -> None:
    assert problems(field) == [f"lago-gitops.yaml:{problem}"]


def test_only_the_plans_of_a_profile_are_looked_at() -> None:
    assert "no charge" not in problems("usage: {calls: 1}")
    [problem] = problems("usage: {calls: 1}", "plans: [team]")
    assert problem.endswith("nor one with that code (there is seats)")
