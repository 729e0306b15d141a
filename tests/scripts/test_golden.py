"""golden.py finds what differs from the frozen plans, and nothing where the last bits do."""

import copy
import pathlib
import sys
import tempfile
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "scripts"))
import golden  # noqa: E402
import golden_cases  # noqa: E402

PLAN = {
    "format": "allot-plan/1",
    "method": "gh",
    "status": "feasible",
    "cost": {"total": 30.25, "rental": 30, "storage": 0.25, "delay": 0, "unmet": 0, "switching": 0},
    "lower_bound": 30.2,
    "gap": 0.05 / 30.25,
    "prices": {"kind": "marginal", "query_types": [{"query_type": "chat", "usd_per_query_per_hour": 0.004}], "pools": []},
    "deployments": [
        {"model": "small", "tier": "cheap/bf16", "tensor": 1, "pipeline": 1, "concurrency": 8, "replicas": 2, "gpus": 2},
        {"model": "large", "tier": "cheap/bf16", "tensor": 2, "pipeline": 1, "concurrency": 4, "replicas": 1, "gpus": 2},
    ],
    "routing": [
        {"query_type": "chat", "deployment": 0, "share": 0.75, "delay_s": 1.5},
        {"query_type": "chat", "deployment": 1, "share": 0.25, "delay_s": 2.5},
    ],
    "query_types": [{"name": "chat", "unmet": 0, "mean_delay_s": 1.75, "mean_error": 0.1, "binding": ["error"]}],
    "run": {"solve_ms": 3.5},
}


def frozen(plan, exit_code=0):
    """The one case of these tests as it comes back from its file."""
    return {"paper-plain": golden.unpack(golden.pack({"gh": golden.outcome(exit_code, plan, {}, "")}))}


class Differences(unittest.TestCase):
    def setUp(self):
        self.plan = copy.deepcopy(PLAN)

    def lines(self, exact=False):
        return golden.differences(frozen(PLAN), frozen(self.plan), exact)

    def test_the_course_of_the_run_and_the_name_of_the_method_do_not_count(self):
        self.plan["run"]["solve_ms"] = 99
        self.plan["method"] = "greedy"
        self.assertEqual(self.lines(exact=True), [])

    def test_last_bits_pass_unless_the_bytes_have_to_be_the_same(self):
        self.plan["cost"]["total"] *= 1 + 1e-8
        self.plan["routing"][0]["share"] += 1e-9
        self.plan["lower_bound"] *= 1 + 5e-7
        self.assertEqual(self.lines(), [])
        self.assertEqual(len(self.lines(exact=True)), 1)
        self.assertIn("paper-plain gh: the bytes differ", self.lines(exact=True)[0])

    def test_a_share(self):
        self.plan["routing"][0]["share"] = 0.74
        self.assertEqual(self.lines(), ["paper-plain gh: plan.query_types.chat.shares.0: 0.75 -> 0.74"])

    def test_a_share_that_is_gone(self):
        del self.plan["routing"][1]
        self.assertEqual(self.lines(), ["paper-plain gh: plan.query_types.chat.shares.1: 0.25 -> 0"])

    def test_a_cost_a_bound_and_a_price_beyond_the_tolerance(self):
        self.plan["cost"]["total"] = 30.2501
        self.plan["lower_bound"] = 30.2001
        self.plan["prices"]["query_types"][0]["usd_per_query_per_hour"] = 0.0041
        self.assertEqual(self.lines(), ["paper-plain gh: lower_bound: 30.2 -> 30.2001",
                                        "paper-plain gh: plan.cost.total: 30.25 -> 30.2501",
                                        "paper-plain gh: prices.chat.0: 0.004 -> 0.0041"])

    def test_other_deployments_are_shown_as_whole_plans(self):
        self.plan["deployments"][0]["replicas"] = 3
        lines = self.lines()
        self.assertEqual(len(lines), 2)
        self.assertIn("old: feasible, cost 30.25, bound 30.2: 2 x small on cheap/bf16 tp1 pp1 c8; 1 x large", lines[0])
        self.assertIn("new: feasible, cost 30.25, bound 30.2: 3 x small on cheap/bf16 tp1 pp1 c8; 1 x large", lines[1])

    def test_a_status_and_an_exit_code(self):
        self.plan["status"] = "infeasible"
        lines = golden.differences(frozen(PLAN), frozen(self.plan, exit_code=3), False)
        self.assertIn("paper-plain gh: exit: 0 -> 3", lines)
        self.assertIn("paper-plain gh: status: feasible -> infeasible", lines)

    def test_cases_and_runs_that_only_one_side_has(self):
        both = frozen(PLAN)
        self.assertEqual(golden.differences({}, both, False), ["paper-plain: not frozen"])
        self.assertEqual(golden.differences(both, {}, False), ["paper-plain: frozen, but no longer among the cases"])
        self.assertEqual(golden.differences({"paper-plain": {}}, both, False), ["paper-plain gh: not frozen"])
        self.assertEqual(golden.differences(both, {"paper-plain": {}}, False),
                         ["paper-plain gh: frozen, but no longer among the runs"])

    def test_a_run_without_a_plan(self):
        failed = {"paper-plain": {"gh": golden.outcome(1, {}, {}, "allot: it broke\n")}}
        lines = golden.differences(frozen(PLAN), failed, False)
        self.assertIn("paper-plain gh: new: no plan: ['allot: it broke']", lines)


class Files(unittest.TestCase):
    def test_what_is_frozen_is_read_back_and_equal_plans_stand_there_once(self):
        result = golden.outcome(0, PLAN, {}, "")
        with tempfile.TemporaryDirectory() as folder:
            golden.freeze(pathlib.Path(folder), {"a": {"gh": result, "hf": result}}, "*")
            self.assertEqual(golden.read_frozen(folder), {"a": {"gh": result, "hf": result}})
            self.assertEqual(pathlib.Path(folder, "a.json").read_text(encoding="utf-8").count('"deployments"'), 1)
            golden.freeze(pathlib.Path(folder), {"b": {"gh": result}}, "*")
            self.assertEqual(list(golden.read_frozen(folder)), ["b"])

    def test_every_case_has_a_name_of_its_own_and_its_file(self):
        names = [case["name"] for case in golden_cases.cases()]
        self.assertEqual(len(names), len(set(names)))
        self.assertEqual(sorted(names), sorted(golden.read_frozen(golden.ROOT / "tests" / "golden")))


if __name__ == "__main__":
    unittest.main()
