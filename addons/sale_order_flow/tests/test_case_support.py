from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from odoo.addons.approval_chain.values import label

from .case_case import CaseCase
from .desk_case import DeskRows


@tagged("post_install", "-at_install")
class TestCaseSupport(DeskRows, CaseCase):
    """F22: technical and advertising support, approved before the department begins."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.company._set_up_rulebook()

    def make_support(self, kind="advertising", **values):
        if kind == "advertising":
            values = {"amount": 3000, **values}
        return self.make_case(kind=kind, subject="Support wanted", **values)

    def decide_case(self, case, user, verb="approve"):
        self.as_user(case, user).approval_request_id.action_decide(verb, "Because.")

    def test_advertising_support_is_asked_for_approved_given_and_its_result_recorded(self):
        """F22, F11: head's opinion, then the VP, who also handles it."""
        case = self.make_support()
        self.assertOnDesk(
            case,
            "case_ask",
            "sales",
            "Submit for Approval",
            [self.sales],
            (self.vp, self.service),
        )
        with self.assertRefused(exception=UserError):
            self.as_user(case, self.vp).action_take()
        self.assertEqual(case.state, "new")
        case.action_approval_submit()
        self.assertEqual(self.desk_row(case, self.head).stage, "case_decide")
        self.decide_case(case, self.head, "opinion")
        self.assertTrue(self.desk_row(case, self.vp).is_mine)
        self.decide_case(case, self.vp)
        self.assertEqual((case.state, case.approval_state), ("progress", "executed"))
        mine = self.as_user(case, self.vp)
        mine.action_take()
        mine.measure = "Two weeks on the station wall."
        with self.assertRefused(label(case, "result")):
            mine.action_close()
        mine.result = "Forty new enquiries."
        mine.action_close()
        self.assertEqual(mine.state, "done")

    def test_technical_support_is_decided_by_the_head_and_given_by_the_department(self):
        """F22: another kind, another chain, another role."""
        order = self.make_confirmed()
        case = self.make_support("technical", order_id=order.id)
        self.assertEqual(case.owner_id, self.engineer)
        case.action_approval_submit()
        with self.assertRefused("", AccessError):
            self.decide_case(case, self.sales2)
        self.decide_case(case, self.head)
        self.assertEqual(case.state, "progress")
        self.assertOnDesk(
            case,
            "case_work_technical",
            "technical",
            "Work on the Case",
            [self.engineer],
            (self.sales, self.service),
        )

    def test_advertising_without_amount_is_not_submitted(self):
        """F22: what is missing is named."""
        case = self.make_support(amount=0, description=False)
        with self.assertRefused(label(case, "amount")):
            case.action_approval_submit()
        with self.assertRefused(label(case, "description")):
            case.action_approval_submit()

    def test_what_was_decided_is_not_changed_and_refused_support_is_not_given(self):
        """F22, A10: more money is another request; by no door does refused support begin."""
        case = self.make_support()
        case.action_approval_submit()
        with self.assertRefused():
            case.write({"amount": 9000})
        self.decide_case(case, self.head, "opinion")
        self.decide_case(case, self.vp, "refuse")
        self.assertEqual((case.state, case.approval_state), ("new", "refused"))
        for door in (
            self.as_user(case, self.vp).action_take,
            lambda: self.as_user(case, self.vp)._stamp({"state": "progress"}),
        ):
            with self.assertRefused():
                door()
                self.env.flush_all()
        approved = self.make_support()
        approved.action_approval_submit()
        self.decide_case(approved, self.head, "opinion")
        self.decide_case(approved, self.vp)
        given = self.as_user(approved, self.vp)
        given.action_take()
        with self.assertRefused():
            given.write({"amount": 9000})

    def test_a_complaint_is_not_made_support_without_approval(self):
        """F22: nor the other way round once it has begun."""
        case = self.make_case()
        case.write({"kind": "technical"})
        with self.assertRefused(exception=UserError):
            self.as_user(case, self.engineer).action_take()

    def test_without_a_chain_support_begins_at_once(self):
        """DESIGN 1: nothing is guarded that nobody wants guarded."""
        self.env["approval.chain"].search(
            [("company_id", "=", self.company.id), ("model", "=", "order.case")]
        ).active = False
        case = self.as_user(self.make_support("technical"), self.engineer)
        case.action_take()
        self.assertEqual(case.state, "progress")
