from odoo import Command
from odoo.tests import new_test_user

from .common import OrderFlowCase


class SupervisionCase(OrderFlowCase):
    """A supervisor with nothing but the role and its group, and a rule with two questions (F23)."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.supervisor = cls.make_supervisor("test_supervisor")
        cls.env["approval.role.holder"].search(
            [("role_id.code", "=", "supervision"), ("user_id", "!=", cls.supervisor.id)]
        ).unlink()
        cls.kind = cls.env["supervision.finding.kind"].create(
            {"name": "Customer not told", "correction_days": 3}
        )
        cls.rule = cls.make_rule("Large orders", domain='[("amount_total", ">=", 1000)]')

    @classmethod
    def make_supervisor(cls, login):
        user = new_test_user(
            cls.env,
            login,
            "base.group_user,sale_order_flow.group_flow_supervision",
            company_id=cls.company.id,
            company_ids=[Command.set(cls.company.ids)],
        )
        cls.env["approval.role.holder"].create(
            {
                "role_id": cls.env.ref("sale_order_flow.role_supervision").id,
                "user_id": user.id,
                "company_id": cls.company.id,
            }
        )
        return user

    @classmethod
    def make_rule(cls, name, **values):
        return cls.env["supervision.rule"].create(
            {
                "name": name,
                "company_id": cls.company.id,
                "question_ids": [
                    Command.create(
                        {"name": "Data complete", "kind_id": cls.kind.id, "sequence": 10}
                    ),
                    Command.create(
                        {
                            "name": "Customer told",
                            "kind_id": cls.kind.id,
                            "severity": "major",
                            "sequence": 20,
                        }
                    ),
                ],
                **values,
            }
        )

    def check(self, order, rule=None, user=None):
        """The check of an order by a rule, made by the rule."""
        rule = rule or self.rule
        rule._check_every()
        check = self.env["supervision.check"].search(
            [("rule_id", "=", rule.id), ("order_id", "=", order.id)]
        )
        return self.as_user(check, user or self.supervisor)

    def find(self, order, **values):
        """A finding about an order: its customer was not told."""
        check = self.check(order)
        check.answer_ids[0].verdict = "yes"
        check.answer_ids[1].write({"verdict": "no", "note": "Nobody called.", **values})
        check.action_record()
        return check.finding_ids

    def correct(self, finding, user=None):
        own = self.as_user(finding, user or self.sales)
        own.write({"cause": "Forgotten", "correction": "Called; a reminder is set."})
        own.action_correct()

    def propose(self, user, findings=None, **values):
        """A penalty or reward for somebody, proposed by the supervisor."""
        return self.as_user(self.env["supervision.measure"], self.supervisor).create(
            {
                "user_id": user.id,
                "amount": 200,
                "reason": "Twice in a month.",
                "company_id": self.company.id,
                "finding_ids": [Command.set(findings.ids if findings else [])],
                **values,
            }
        )
