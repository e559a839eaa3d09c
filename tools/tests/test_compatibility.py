"""What is read out of two runs of Odoo's suites, and what the page says."""

import json

import pytest

from tools import compatibility, upstream

PASSED, FAILED, SKIPPED = ({"outcome": o, "text": ""} for o in ("passed", "failed", "skipped"))


def side(native=None, **loaded):
    """The stored outcomes of one side."""
    return {"loaded": loaded, "native": native or {}}


def test_each_test_has_its_worst_outcome(tmp_path):
    lines = [("a", "run"), ("a", "failed"), ("b", "run"), ("b", "skipped"), ("c", "run")]
    path = tmp_path / "lines"
    entries = [{"test": t, "outcome": o, "text": ""} for t, o in lines]
    path.write_text("\n".join(map(json.dumps, [*entries, {"complete": True}])))
    found = {test: entry["outcome"] for test, entry in compatibility.read(path).items()}
    assert found == {"a": "failed", "b": "skipped", "c": "passed"}


def test_a_run_that_broke_off_says_nothing(tmp_path):
    path = tmp_path / "lines"
    path.write_text(json.dumps({"test": "a", "outcome": "run", "text": ""}))
    assert compatibility.read(path) == {}
    assert compatibility.read(tmp_path / "none") == {}


@pytest.mark.parametrize(
    ("alone", "ours", "only_ours"),
    [
        (side(a=PASSED), side(a=PASSED), []),
        (side(a=PASSED), side(a=FAILED, native={"a": FAILED}), ["a"]),
        # it fails where our code is: that it works where our code is not says nothing
        (side(a=PASSED), side(a=FAILED, native={"a": PASSED}), ["a"]),
        # it fails in any Odoo with more modules: it is compared where Odoo runs it
        (side(a=FAILED, native={"a": PASSED}), side(a=FAILED, native={"a": PASSED}), []),
        (side(a=FAILED, native={"a": PASSED}), side(a=FAILED, native={"a": FAILED}), ["a"]),
        # it fails everywhere
        (side(a=FAILED, native={"a": FAILED}), side(a=FAILED, native={"a": FAILED}), []),
        # it did not begin, or did not show anything
        (side(a=PASSED, b=PASSED), side(a=PASSED), ["b"]),
        (side(a=PASSED), side(a=SKIPPED), ["a"]),
    ],
)
def test_what_fails_only_with_ours(alone, ours, only_ours):
    assert compatibility.compare("sale", alone, ours).only_ours == only_ours


def test_a_second_try_counts():
    first = {"setUpClass (odoo.addons.sale.tests.test_a.TestA)": FAILED, "b": FAILED, "c": PASSED}
    again = {"odoo.addons.sale.tests.test_a.TestA.test_x": PASSED, "b": FAILED}
    merged = compatibility.replaced(first, again)
    assert compatibility.names(merged, "failed") == ["b"]
    assert compatibility.names(merged, "passed") == [
        "c",
        "odoo.addons.sale.tests.test_a.TestA.test_x",
    ]


def test_failed_tests_are_named_as_odoo_names_them():
    tests = [
        "odoo.addons.sale.tests.test_sale_flow.TestSaleFlow.test_qty",
        "setUpClass (odoo.addons.stock.tests.test_move.StockMove)",
    ]
    assert upstream.tags(tests) == ["/sale:TestSaleFlow.test_qty", "/stock:StockMove"]


@pytest.mark.parametrize("language", compatibility.PAGES)
def test_the_page_names_what_fails_only_with_ours(language):
    good = compatibility.compare("sale", side(a=PASSED), side(a=PASSED))
    bad = compatibility.compare("stock", side(z=PASSED), side(z=FAILED))
    words = compatibility.TEXTS[language]
    page = compatibility.text(words, [bad, good], "odoo-19", ["approval_chain"])
    assert "| `sale` | 1 | 0 | 0 | 0 |\n| `stock` | 1 | 0 | 1 | 1 |" in page
    assert f"{words['only']}\n- `z`" in page
    assert words["none"] in compatibility.text(words, [good], "odoo-19", ["approval_chain"])
