from datetime import date
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from .performance_case import MARCH, PerformanceCase


@tagged("post_install", "-at_install")
class TestReview(PerformanceCase):
    """P7: from the figures to the approved review, and who may do what."""

    def test_figures_and_points_follow_from_documents(self):
        """P7: 90 % attained; due 1,000 of which 600 are paid; weights 50, 30, 20."""
        self.targets[self.sales] = 1000
        invoice = self.make_invoice(self.make_sale(900), date(2026, 3, 10))
        self.pay(invoice, 540)
        self.make_sale(5000, date(2026, 4, 1))
        self.make_sale(5000, user=self.sales2)
        review = self.make_review(day=date(2026, 3, 17))
        self.assertEqual((review.date_from, review.date_to), (MARCH, date(2026, 3, 31)))
        self.assertRegex(review.name, r"^PR/\d{4}/\d{5}$")
        attainment, collection = self.line(review, "attainment"), self.line(review, "collection")
        self.assertEqual((attainment.actual, attainment.target), (900, 1000))
        self.assertEqual((attainment.figure, attainment.points), (90, 90))
        self.assertEqual((collection.actual, collection.target), (540, 900))
        self.assertEqual((collection.figure, collection.points), (60, 60))
        self.assertFalse(self.line(review, "manual").has_figure)
        self.assertEqual(review.score, 90 * 0.5 + 60 * 0.3)
        self.assertEqual(
            attainment.action_open_documents()["domain"],
            [("id", "in", invoice.line_ids.sale_line_ids.order_id.ids)],
        )
        self.assertEqual(collection.action_open_documents()["domain"], [("id", "in", invoice.ids)])

    def test_points_have_a_floor_and_a_cap_or_are_all_or_nothing(self):
        """P7: by the figure alone."""
        line = self.line(self.make_review(), "attainment")
        cases = (
            ("linear", 0, 120, {50: 50, 100: 100, 119.5: 119.5, 150: 120, -5: 0}),
            ("linear", 60, 100, {59.99: 0, 60: 60, 130: 100}),
            ("full", 0, 100, {99.99: 0, 100: 100, 140: 100}),
        )
        for follows, floor, cap, expected in cases:
            line._stamp({"follows": follows, "floor": floor, "cap": cap})
            for figure, points in expected.items():
                with self.subTest(follows=follows, floor=floor, figure=figure):
                    self.assertEqual(line._points_of(figure), points)

    def test_answers_of_customers_and_activities_done_are_counted(self):
        """P7: 4 of 5 wanted are 80 %; two visits of four wanted are 50 %; no answer is no figure."""
        self.scheme.criterion_ids = [
            Command.clear(),
            Command.create(
                {"name": "Satisfaction", "kind": "satisfaction", "percent": 50, "wanted": 5}
            ),
            Command.create({"name": "Visits", "kind": "activity", "percent": 50, "wanted": 4}),
        ]
        lead = self.env["crm.lead"].create(
            {"name": "Lead", "type": "opportunity", "user_id": self.sales.id}
        )
        with freeze_time("2026-03-10 03:00:00"):
            for _number in range(2):
                activity = lead.activity_schedule(
                    "sales_planning.activity_type_visit", user_id=self.sales.id
                )
                activity.with_user(self.sales).action_feedback("Visited.")
            self.env.flush_all()
        review = self.make_review()
        activity = self.line(review, "activity")
        self.assertEqual((activity.actual, activity.target, activity.points), (2, 4, 50))
        self.assertEqual(activity.document_ids, lead.ids)
        satisfaction = self.line(review, "satisfaction")
        self.assertFalse(satisfaction.has_figure)
        asked = self.make_answers(4, 3, 5)
        self.as_user(review, self.planner).action_compute()
        self.assertEqual((satisfaction.actual, satisfaction.points), (4, 80))
        self.assertEqual(satisfaction.document_ids, asked.ids)

    def make_answers(self, *scores):
        """Answers of customers in March; they alone can answer, so the rows are written below."""
        rows = []
        for score in scores:
            order = self.make_sale(10, date(2026, 1, 5))
            self.env.cr.execute(
                "INSERT INTO order_satisfaction (kind, order_id, company_id, partner_id, user_id,"
                " asked_at, answered_at, answered, score) VALUES ('receipt', %s, %s, %s, %s,"
                " '2026-03-01', '2026-03-02', 1, %s) RETURNING id",
                [order.id, self.company.id, self.customer.id, self.sales.id, score],
            )
            rows.append(self.env.cr.fetchone()[0])
        self.env.invalidate_all()
        return self.env["order.satisfaction"].search([("id", "in", rows)])

    def test_the_scheme_is_frozen_when_the_review_is_made(self):
        """P7: other criteria and tiers are for later reviews."""
        review = self.make_review()
        self.scheme.criterion_ids = [
            Command.clear(),
            Command.create({"name": "Other", "kind": "manual", "percent": 100}),
        ]
        self.scheme.tier_ids.unlink()
        self.assertEqual(review.line_ids.mapped("name"), ["Attainment", "Collection", "Attitude"])
        self.assertEqual(review.tiers, [[0, 1], [80, 2], [100, 3]])
        with self.assertRefused("make up 90", ValidationError):
            self.scheme.criterion_ids.filtered("id").ensure_one()
            self.scheme.criterion_ids = [
                Command.update(self.scheme.criterion_ids.id, {"percent": 90})
            ]

    def test_the_way_from_start_to_approval(self):
        """P7: the person, the manager, and somebody above; each is asked by an activity."""
        self.targets[self.sales] = 1000
        self.pay(self.make_invoice(self.make_sale(900)), 900)
        review = self.make_review()
        self.assertEqual(review.manager_id, self.manager)
        with self.assertRefused("is assessed by", AccessError):
            self.as_user(review, self.sales).self_comment = "Too early."
        review.action_start()
        own = self.as_user(review, self.sales)
        self.assertEqual(own.activity_ids.user_id, self.sales)
        self.line(own, "manual").write({"self_points": 95, "self_remark": "Always there."})
        own.self_comment = "A good month."
        own.action_hand_in()
        self.assertEqual(
            (review.state, review.self_score), ("manager", 90 * 0.5 + 100 * 0.3 + 95 * 0.2)
        )
        with self.assertRefused("is assessed by", AccessError):
            self.line(own, "manual").self_points = 100
        mine = self.as_user(review, self.manager)
        self.assertEqual(mine.activity_ids.user_id, self.manager)
        self.line(mine, "manual").manager_points = 70
        mine.action_submit()
        self.assertEqual(review.state, "submitted")
        with self.assertRefused("is scored by", AccessError):
            self.line(mine, "manual").manager_points = 100
        with self.assertRefused(exception=AccessError):
            mine.action_approve()
        with self.assertRefused(exception=AccessError):
            own.action_approve()
        with self.assertRefused("neither by the person nor", AccessError):
            self.as_user(review, self.planner).action_approve()
        self.as_user(review, self.vp).action_approve()
        self.assertEqual(
            (review.state, review.score), ("approved", 90 * 0.5 + 100 * 0.3 + 70 * 0.2)
        )
        self.assertTrue(review.approved_on)
        self.assertIn(self.sales.partner_id, review.sudo().message_ids.notified_partner_ids)

    def test_points_other_than_the_figure_need_a_reason(self):
        """P7: and what could not be measured needs points and words."""
        self.targets[self.sales] = 1000
        self.make_sale(900)
        review = self.make_review()
        mine = self.hand_in(review)
        self.line(mine, "attainment").manager_points = 95
        with self.assertRefused("Say why in the remark"):
            mine.action_submit()
        self.line(mine, "attainment").manager_remark = "A customer went bankrupt."
        with self.assertRefused("could not be measured"):
            mine.action_submit()
        self.line(mine, "collection").write(
            {"manager_points": 80, "manager_remark": "Nothing was due."}
        )
        mine.adjustment = 100
        with self.assertRefused("why the commission is adjusted"):
            mine.action_submit()
        mine.adjustment_reason = "Trade fair."
        mine.action_submit()
        self.assertEqual(review.commission_total, review.commission_amount + 100)
        with self.assertRefused("no more than 120 points"):
            self.line(review, "attainment").sudo().manager_points = 121

    def test_figures_are_updated_until_submission_and_keep_what_was_changed(self):
        """P7: points nobody changed follow; changed ones stay."""
        self.targets[self.sales] = 1000
        self.make_sale(500)
        review = self.make_review()
        mine = self.hand_in(review)
        self.line(mine, "attainment").write({"manager_points": 60, "manager_remark": "He was ill."})
        self.make_sale(200)
        mine.action_compute()
        line = self.line(review, "attainment")
        self.assertEqual((line.points, line.self_points, line.manager_points), (70, 70, 60))
        self.line(mine, "collection").write({"manager_points": 0, "manager_remark": "Nothing due."})
        mine.action_submit()
        self.make_sale(200)
        with self.assertRefused("is “Submitted”"):
            mine.action_compute()
        review._compute_figures()
        self.assertEqual(line.points, 70)

    def test_a_review_is_given_back_taken_back_and_cancelled_with_reasons(self):
        """P7: what is approved stays."""
        review = self.make_review()
        mine = self.hand_in(review)
        with self.assertRefused("Say why"):
            mine.action_give_back(" ")
        mine.action_give_back("Please say more.")
        self.assertEqual(review.state, "self")
        self.as_user(review, self.sales).action_hand_in()
        for line in mine.line_ids:
            line.write({"manager_points": 50, "manager_remark": "So."})
        mine.action_submit()
        mine.action_take_back()
        self.assertEqual(review.state, "manager")
        mine.action_submit()
        with self.assertRefused(exception=AccessError):
            self.as_user(review, self.sales).action_cancel("No.")
        mine.action_cancel("Wrong scheme.")
        self.assertEqual(review.state, "cancelled")
        again = self.make_approved(self.make_review())
        with self.assertRefused("is “Approved”"):
            self.as_user(again, self.planner).action_cancel("No.")
        with self.assertRefused():
            self.as_user(again, self.planner).unlink()

    def test_one_review_a_period_and_never_of_oneself(self):
        """P7: nor by an outsider, nor in a company that plans nothing."""
        self.make_review()
        with self.assertRefused("Open that one, or cancel it first"):
            self.make_review(day=date(2026, 3, 9))
        for user, subject in (
            (self.planner, self.planner),
            (self.sales, self.sales),
            (self.sales2, self.sales),
            (self.outsider, self.sales),
        ):
            with self.subTest(user.login), self.assertRefused(exception=AccessError):
                self.make_review(subject, date(2026, 5, 1), by=user)
        self.make_review(self.sales, date(2026, 5, 1), by=self.manager)
        with self.assertRefused("stay as they are"):
            self.make_review(day=date(2026, 6, 1)).user_id = self.sales2
        with self.assertRefused("is not valid on"):
            self.make_review(day=date(2019, 5, 1))
        self.company.planning_enabled = False
        with self.assertRefused("does not plan its sales"):
            self.make_review(self.sales2)

    def test_stamped_fields_are_refused(self):
        """P7, A10: figures, states and amounts are nobody's to write."""
        review = self.make_review()
        for values in (
            {"state": "approved"},
            {"attainment": 200},
            {"score": 100},
            {"commission_total": 1},
            {"tiers": [[0, 50]]},
        ):
            for user in (self.planner, self.manager):
                with self.subTest(values=values), self.assertRefused(exception=AccessError):
                    self.as_user(review, user).write(values)
        line = self.line(review, "attainment")
        for values in ({"points": 100}, {"percent": 90}, {"figure": 5}, {"review_id": review.id}):
            with self.subTest(values=values), self.assertRefused(exception=AccessError):
                self.as_user(line, self.manager).write(values)

    def test_everybody_reads_what_is_theirs(self):
        """P7: planners all, finance when it was submitted; others and the portal never."""
        review = self.make_review()
        mine = self.hand_in(review)
        portal = self.env.ref("sale_order_flow.demo_user_customer")
        for user, seen in (
            (self.sales, True),
            (self.manager, True),
            (self.planner, True),
            (self.vp, True),
            (self.finance, False),
            (self.sales2, False),
        ):
            self.check_reads(review, user, seen)
        for line in mine.line_ids:
            line.write({"manager_points": 50, "manager_remark": "So."})
        mine.action_submit()
        for user, seen in (
            (self.planner, True),
            (self.finance, True),
            (self.vp, True),
            (self.sales2, False),
        ):
            self.check_reads(review, user, seen)
        for user in (self.outsider, portal):
            with self.subTest(user.login), self.assertRefused(exception=AccessError):
                self.as_user(review, user).read(["score"])
            with self.assertRefused(exception=AccessError):
                self.as_user(self.env["commission.line"], user).search([])
        with self.assertRefused(exception=AccessError):
            self.as_user(review, self.finance).write({"manager_comment": "x"})

    def check_reads(self, review, user, seen):
        with self.subTest(user.login, seen=seen):
            found = self.as_user(self.env["performance.review"], user).search(
                [("id", "=", review.id)]
            )
            self.assertEqual(bool(found), seen)
            lines = self.as_user(self.env["performance.review.line"], user)
            self.assertEqual(bool(lines.search([("review_id", "=", review.id)])), seen)

    def test_other_companies_see_nothing(self):
        """P7: a planner of another company."""
        review = self.make_approved(self.make_review())
        other = self.env["res.company"].create({"name": "Elsewhere"})
        user = self.planner.copy(
            {
                "login": "test_elsewhere",
                "company_id": other.id,
                "company_ids": [Command.set(other.ids)],
            }
        )
        Review = (
            self.env["performance.review"]
            .with_user(user)
            .with_context(allowed_company_ids=other.ids)
        )
        self.assertFalse(Review.search([("id", "=", review.id)]))


@tagged("post_install", "-at_install")
class TestReviewChain(PerformanceCase):
    """P7, A3: the rulebook's chain, and nobody decides on the own review."""

    def make_chain(self, *users):
        return self.env["approval.chain"].create(
            {
                "name": "Reviews",
                "company_id": self.company.id,
                "model_id": self.env["ir.model"]._get_id("performance.review"),
                "operation": "review",
                "step_ids": [
                    Command.create(
                        {
                            "name": user.name,
                            "approver": "user",
                            "user_ids": user.ids,
                            "sequence": number,
                        }
                    )
                    for number, user in enumerate(users)
                ],
            }
        )

    def request_of(self, review):
        return self.env["approval.request"].search(
            [("res_model", "=", review._name), ("res_id", "=", review.id)], limit=1
        )

    def decide(self, review, user, verb="approve"):
        self.as_user(self.request_of(review), user).action_decide(verb, "Because.")

    def test_the_chain_decides(self):
        """P7: both steps; what was decided on stays, and a refusal leads back to the manager."""
        self.make_chain(self.vp, self.president)
        review = self.make_review()
        mine = self.make_submitted(review)
        self.assertEqual((review.state, mine.approval_state), ("submitted", "pending"))
        with self.assertRefused(exception=AccessError):
            self.line(mine, "manual").manager_points = 5
        with self.assertRefused():
            self.as_user(review, self.president).action_approve()
        self.decide(review, self.vp, "return")
        self.assertEqual(review.state, "manager")
        self.line(mine, "manual").manager_points = 60
        mine.action_submit()
        self.decide(review, self.vp)
        self.assertEqual(review.state, "submitted")
        self.decide(review, self.president)
        self.assertEqual(review.state, "approved")
        with self.assertRefused(exception=AccessError):
            self.line(mine, "manual").manager_points = 5

    def test_only_the_manager_submits(self):
        """P7: by the engine's door neither."""
        self.make_chain(self.president)
        review = self.make_review()
        with self.assertRefused("has not been handed in"):
            self.as_user(review, self.manager).action_approval_submit("review")
        mine = self.hand_in(review)
        for line in mine.line_ids:
            line.write({"manager_points": 50, "manager_remark": "So."})
        with self.assertRefused("who scored it"):
            self.as_user(review, self.sales).action_approval_submit("review")

    def test_nobody_decides_on_the_own_review(self):
        """P7, A3: named in a step or holding the role of it."""
        self.make_chain(self.sales2, self.president)
        review = self.make_review(self.sales2)
        with self.assertRefused():
            self.make_submitted(review)
        self.env["approval.chain"].search([("model", "=", "performance.review")]).active = False
        role = self.env["approval.role"]._with_code("vp_marketing")
        self.env["approval.role.holder"].create(
            {"role_id": role.id, "user_id": self.sales2.id, "company_id": self.company.id}
        )
        chain = self.make_chain(self.president)
        chain.step_ids.write({"approver": "role", "role_id": role.id})
        again = self.make_review(self.sales2, date(2026, 5, 1))
        self.make_submitted(again)
        with self.assertRefused("Nobody decides on their own", AccessError):
            self.decide(again, self.sales2)
        self.decide(again, self.vp)
        self.assertEqual(again.state, "approved")

    def test_the_rulebook_has_the_chain(self):
        """P7: marketing, then the general manager; set up again it is the same."""
        chains = self.env["approval.chain"].with_context(active_test=False)
        domain = [
            ("rulebook_name", "=", "Performance review"),
            ("company_id", "=", self.company.id),
        ]
        self.company.action_set_up_rulebook()
        chain = chains.search(domain)
        self.assertEqual(chain.step_ids.role_id.mapped("code"), ["vp_marketing", "general_manager"])
        self.company.action_set_up_rulebook()
        self.assertEqual(chains.search(domain), chain)


@tagged("post_install", "-at_install")
class TestBegin(PerformanceCase):
    """P7: the reviews of a whole team at once, by hand or when a period is over."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.env["crm.team.member"].search([]).unlink()
        cls.team = cls.env["crm.team"].create(
            {
                "name": "North",
                "company_id": cls.company.id,
                "user_id": cls.salesmgr.id,
                "member_ids": [Command.set((cls.sales | cls.sales2).ids)],
            }
        )

    def test_a_team_begins_at_once_and_only_those_without_a_review(self):
        """P7: the planner."""
        self.make_review()
        wizard = self.as_user(self.env["performance.review.start"], self.planner).create(
            {"scheme_id": self.scheme.id, "day": date(2026, 3, 20), "team_ids": self.team.ids}
        )
        self.assertEqual(wizard.user_ids, self.sales | self.sales2)
        self.assertEqual((wizard.period_from, wizard.period_to), (MARCH, date(2026, 3, 31)))
        action = wizard.action_begin()
        made = self.env["performance.review"].browse(action["domain"][0][2])
        self.assertEqual((made.user_id, made.state), (self.sales2, "self"))
        with self.assertRefused("has a review of this period already"):
            wizard.action_begin()

    def test_nobody_begins_for_people_of_others(self):
        """P7: a salesperson."""
        wizard = self.as_user(self.env["performance.review.start"], self.sales).create(
            {"scheme_id": self.scheme.id, "day": MARCH, "user_ids": self.sales2.ids}
        )
        with self.assertRefused(exception=AccessError):
            wizard.action_begin()

    def test_the_period_that_is_over_begins_by_itself(self):
        """P7: where the scheme asks for it, once; the day is that of the company."""
        self.env["performance.scheme"].search([]).automatic = False
        self.scheme.automatic = True
        quarter = self.scheme.copy({"period": "quarter", "name": "Quarterly"})
        # 31 March in London is 1 April in Shanghai
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        progress = patch.object(self.env.registry["ir.cron"], "_commit_progress")
        with freeze_time("2026-03-31 17:00:00"), progress:
            self.env["performance.scheme"]._cron_begin()
            self.env["performance.scheme"]._cron_begin()
        reviews = self.env["performance.review"].search(
            [("scheme_id", "in", (self.scheme | quarter).ids)]
        )
        self.assertEqual(
            sorted((review.user_id.login, review.date_from, review.state) for review in reviews),
            sorted(
                (user.login, first, "self")
                for user in (self.sales, self.sales2)
                for first in (MARCH, date(2026, 1, 1))
            ),
        )

    def test_figures_of_many_people_are_worked_out_together(self):
        """X3: a further person costs a few writes, and reads nothing again."""
        users = self.sales | self.sales2 | self.assistant | self.finance
        for user in users:
            self.pay(self.make_invoice(self.make_sale(100, user=user)), 100)
        one = self.make_review(self.sales)
        counts = []
        for reviews in (
            one,
            one
            | self.env["performance.review"].union(
                *(self.make_review(user) for user in users - self.sales)
            ),
        ):
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            reviews._compute_figures()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLess(counts[1] - counts[0], 3 * 16, counts)
