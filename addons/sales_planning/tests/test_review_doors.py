from datetime import date, datetime, timedelta
from unittest.mock import patch

from odoo import Command
from odoo.exceptions import AccessError, ValidationError
from odoo.tests import freeze_time, tagged

from odoo.addons.sale_order_flow.tests.shipping_case import make_person

from .performance_case import MARCH, PerformanceCase


class ReviewDoorsCase(PerformanceCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.leader = make_person(
            cls.env, cls.company, "leader", groups=("sales_planning.group_planning_user",)
        )
        cls.other = cls.env["res.company"].create({"name": "Elsewhere"})

    def lead_by(self, person, leader):
        """The employee of ``person`` has ``leader`` above; without one, nobody."""
        self.employee(person).parent_id = leader and self.employee(leader)
        person.sale_team_id.user_id = False

    def employee(self, user):
        found = user.with_company(self.company).employee_id
        return found or self.env["hr.employee"].create(
            {"name": user.name, "user_id": user.id, "company_id": self.company.id}
        )


@tagged("post_install", "-at_install")
class TestManagerOfReview(ReviewDoorsCase):
    """P7: who scores follows from the employees, and only planners name somebody else."""

    def test_nobody_makes_themselves_the_manager_of_a_colleague(self):
        """P7: by no door, although managers make the reviews of their people."""
        values = {"scheme_id": self.scheme.id, "user_id": self.sales.id, "date_from": MARCH}
        for user in (self.sales2, self.leader):
            Review = self.as_user(self.env["performance.review"], user)
            mine = {**values, "manager_id": user.id}
            defaults = {f"default_{name}": value for name, value in mine.items()}
            for door in (
                lambda Review=Review, mine=mine: Review.create(mine),
                lambda Review=Review, user=user: Review.with_context(
                    default_manager_id=user.id
                ).create(values),
                lambda Review=Review, defaults=defaults: Review.with_context(**defaults).create({}),
            ):
                with self.subTest(user.login), self.assertRefused(exception=AccessError):
                    door()
            loaded = Review.load(
                ["scheme_id/.id", "user_id/.id", "date_from", "manager_id/.id"],
                [[str(self.scheme.id), str(self.sales.id), "2026-03-01", str(user.id)]],
            )
            self.assertFalse(loaded["ids"])
        self.assertFalse(
            self.env["performance.review"].search_count([("scheme_id", "=", self.scheme.id)])
        )

    def test_the_manager_of_the_employee_makes_reviews_and_hands_none_on(self):
        """P7: not a planner; somebody else is named by planners alone."""
        self.lead_by(self.sales, self.leader)
        review = self.make_review(by=self.leader)
        self.assertEqual(review.manager_id, self.leader)
        with self.assertRefused("named by planners", AccessError):
            review.manager_id = self.sales2
        with self.assertRefused("named by planners", AccessError):
            self.make_review(day=date(2026, 4, 1), by=self.leader, manager_id=self.sales2.id)
        self.as_user(review, self.planner).manager_id = self.sales2
        with self.assertRefused("named by planners", AccessError):
            self.as_user(review, self.sales2).manager_id = self.leader
        # named already is no change
        named = self.make_review(day=date(2026, 4, 1), by=self.leader, manager_id=self.leader.id)
        self.assertEqual(named.manager_id, self.leader)

    def test_a_manager_works_in_the_company(self):
        """P7: neither a stranger nor a customer."""
        stranger = self.planner.copy(
            {
                "login": "test_stranger",
                "company_id": self.other.id,
                "company_ids": [Command.set(self.other.ids)],
            }
        )
        portal = self.env.ref("sale_order_flow.demo_user_customer")
        review = self.make_review()
        for person in (stranger, portal):
            with self.subTest(person.login), self.assertRefused("is no employee"):
                review.manager_id = person
            with self.subTest(person.login), self.assertRefused("is no employee"):
                self.make_review(self.sales2, manager_id=person.id)

    def test_a_manager_who_left_is_passed_over(self):
        """P7, A11: the next one above is the manager."""
        gone = make_person(self.env, self.company, "gone")
        self.lead_by(self.sales, gone)
        self.lead_by(gone, self.leader)
        gone.active = False
        self.assertEqual(self.make_review().manager_id, self.leader)

    def test_without_a_manager_the_leader_of_the_team_scores(self):
        """P7: and somebody who leads themselves has none."""
        self.lead_by(self.sales, None)
        team = self.env["crm.team"].create(
            {"name": "North", "company_id": self.company.id, "user_id": self.leader.id}
        )
        self.env["crm.team.member"].search(
            [("user_id", "in", (self.sales | self.leader).ids)]
        ).unlink()
        team.member_ids = self.sales | self.leader
        self.assertEqual(self.make_review().manager_id, self.leader)
        self.lead_by(self.leader, None)
        team.user_id = self.leader
        self.assertFalse(self.make_review(self.leader).manager_id)


@tagged("post_install", "-at_install")
class TestPeriodOfReview(ReviewDoorsCase):
    """P7: one review a person, scheme and period, whatever way it is made."""

    def test_a_default_day_means_its_period(self):
        """P7: as a day that was entered does."""
        Review = self.as_user(self.env["performance.review"], self.planner)
        review = Review.with_context(default_date_from="2026-03-17").create(
            {"scheme_id": self.scheme.id, "user_id": self.sales.id}
        )
        self.assertEqual((review.date_from, review.date_to), (MARCH, date(2026, 3, 31)))
        other = Review.with_context(
            default_scheme_id=self.scheme.id, default_user_id=self.sales2.id
        ).create({"date_from": "2026-03-17"})
        self.assertEqual((other.date_from, other.manager_id), (MARCH, self.manager))

    def test_a_second_review_is_refused_with_a_sentence_that_names_the_first(self):
        """P7, X6: made one after the other, or both at once."""
        first = self.make_review()
        with self.assertRefused(f"{first.name} is the review of"):
            self.make_review(day=date(2026, 3, 9))
        Review = self.as_user(self.env["performance.review"], self.planner)
        values = {"scheme_id": self.scheme.id, "user_id": self.sales2.id}
        with self.assertRefused("two reviews of"):
            Review.create([{**values, "date_from": MARCH}, {**values, "date_from": "2026-03-09"}])
        first.action_cancel("Wrong.")
        self.assertEqual(self.make_review().date_from, MARCH)

    def test_of_two_made_at_the_same_moment_the_second_waits(self):
        """P7: at the row of the person, and then sees the first."""
        before = self.row_of(self.sales)
        self.env["performance.review"]._check_first_of_period(
            [{"user_id": self.sales.id, "scheme_id": self.scheme.id, "date_from": MARCH}]
        )
        self.assertNotEqual(self.row_of(self.sales), before)

    def test_a_scheme_with_reviews_stays_in_its_company(self):
        """P7: cancelled ones count; a scheme without any may move."""
        unused = self.scheme.copy({"name": "Unused"})
        unused.company_id = self.other
        self.assertEqual(unused.company_id, self.other)
        self.make_review().action_cancel("Wrong.")
        with self.assertRefused("stays in its company", ValidationError):
            self.scheme.company_id = self.other
        self.scheme.write({"company_id": self.company.id, "name": "Every month"})
        self.assertEqual(self.scheme.name, "Every month")

    def test_criteria_of_other_schemes_are_not_changed_along(self):
        """P7: by the commands of a scheme."""
        foreign = self.scheme.copy({"name": "Foreign"}).criterion_ids
        mine = self.scheme.criterion_ids
        Scheme = self.as_user(self.scheme, self.planner)
        for commands in (
            [Command.update(foreign[0].id, {"name": "Mine"})],
            [Command.link(foreign[2].id), Command.delete(mine[2].id)],
            [Command.delete(foreign[0].id)],
            [Command.update(mine[0].id, {"scheme_id": foreign.scheme_id.id})],
        ):
            with self.subTest(commands), self.assertRefused("of another document"):
                Scheme.criterion_ids = commands


@tagged("post_install", "-at_install")
class TestBeginWithoutManager(ReviewDoorsCase):
    """P7: a person without manager keeps nobody else waiting."""

    def test_the_others_begin_and_it_is_told_who_does_not(self):
        """P7: once, to those who manage the sales."""
        self.env["crm.team.member"].search([]).unlink()
        self.env["performance.scheme"].search([]).automatic = False
        self.scheme.automatic = True
        self.env["crm.team"].create(
            {
                "name": "North",
                "company_id": self.company.id,
                "user_id": False,
                "member_ids": [Command.set((self.sales | self.sales2).ids)],
            }
        )
        self.lead_by(self.sales2, None)
        self.lead_by(self.sales, self.leader)
        before = self.scheme.message_ids
        with (
            freeze_time("2026-04-02 05:00:00"),
            patch.object(self.env.registry["ir.cron"], "_commit_progress"),
        ):
            self.env["performance.scheme"]._cron_begin()
            self.env["performance.scheme"]._cron_begin()
        reviews = self.env["performance.review"].search([("scheme_id", "=", self.scheme.id)])
        self.assertEqual(
            {review.user_id: review.state for review in reviews},
            {self.sales: "self", self.sales2: "draft"},
        )
        told = self.scheme.message_ids - before
        self.assertEqual(len(told), 1)
        self.assertIn(self.sales2.name, told.body)
        self.assertNotIn(self.sales.name + ",", told.body)
        self.assertIn(self.salesmgr.partner_id, told.notified_partner_ids)


@tagged("post_install", "-at_install")
class TestFigures(ReviewDoorsCase):
    """P7: figures count what happened, and nothing that is only said."""

    def review_by(self, kind, **values):
        self.scheme.criterion_ids = [
            Command.clear(),
            Command.create({"name": "Only", "kind": kind, "percent": 100, **values}),
        ]
        return self.line(self.make_review(), kind)

    def make_lead(self):
        return self.env["crm.lead"].create(
            {"name": "Lead", "user_id": self.sales.id, "company_id": self.company.id}
        )

    def do_activity(self, lead, xmlid, user=None, day="2026-03-10"):
        user = user or self.sales
        with freeze_time(f"{day} 03:00:00"):
            activity = self.as_user(lead.sudo(), user).activity_schedule(xmlid, user_id=user.id)
            activity.action_feedback(feedback="Agreed.")
            self.env.flush_all()

    def test_only_what_was_done_counts_as_activity(self):
        """P7, P9: visits, demonstrations and negotiations marked as done; no message, nothing planned."""
        lead = self.make_lead()
        for kind in ("visit", "demo", "negotiation"):
            self.do_activity(lead, f"sales_planning.activity_type_{kind}")
        self.do_activity(lead, "sales_planning.activity_type_visit", day="2026-04-02")
        with freeze_time("2026-03-10 03:00:00"):
            self.as_user(lead, self.sales).activity_schedule(
                "sales_planning.activity_type_visit", user_id=self.sales.id
            )
        for number in range(3):
            self.as_user(lead, self.sales).message_post(
                body=f"Visited {number}.",
                mail_activity_type_id=self.env.ref("mail.mail_activity_data_call").id,
            ).sudo().date = datetime(2026, 3, 10, 3)
        line = self.review_by("activity", wanted=6)
        self.assertEqual((line.actual, line.target, line.points), (3, 6, 50))
        self.assertEqual(line.document_ids, lead.ids)

    def test_activities_are_measured_by_the_goals_where_there_are_any(self):
        """P7, P9: two visits and two demonstrations were wanted in March; leads are no activity."""
        self.env["development.goal"].create(
            {
                "user_id": self.sales.id,
                "company_id": self.company.id,
                "month": MARCH,
                "visits": 2,
                "demos": 2,
                "leads": 50,
            }
        )
        self.do_activity(self.make_lead(), "sales_planning.activity_type_visit")
        line = self.review_by("activity", wanted=100)
        self.assertEqual((line.actual, line.target, line.points), (1, 4, 25))

    def test_the_activities_of_many_people_are_read_together(self):
        """P7: one query, however many."""
        users = self.sales | self.sales2 | self.salesmgr | self.assistant
        Review = self.env["performance.review"]
        Review._activity_figures(users, MARCH, date(2026, 3, 31), company=self.company)
        with self.assertQueryCount(1):
            Review._activity_figures(users, MARCH, date(2026, 3, 31), company=self.company)

    def write_off(self, invoice, amount):
        receivable = invoice.line_ids.filtered(lambda line: line.account_type == "asset_receivable")
        journal = self.env["account.journal"].search(
            [("type", "=", "general"), ("company_id", "=", self.company.id)], limit=1
        )
        entry = self.env["account.move"].create(
            {
                "journal_id": journal.id,
                "date": MARCH,
                "line_ids": [
                    Command.create(
                        {
                            "account_id": receivable.account_id.id,
                            "credit": amount,
                            "partner_id": self.customer.id,
                        }
                    ),
                    Command.create({"account_id": self.loss_account().id, "debit": amount}),
                ],
            }
        )
        entry.action_post()
        (receivable | entry.line_ids.filtered("credit")).reconcile()

    def loss_account(self):
        return self.env["account.account"].search(
            [("account_type", "=", "expense"), ("company_ids", "=", self.company.id)], limit=1
        )

    def pay_with_write_off(self, invoice, amount):
        """A payment of ``amount`` that closes the invoice, the rest to the losses."""
        payment = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=invoice.ids)
            .create(
                {
                    "journal_id": self.bank.id,
                    "amount": amount,
                    "payment_date": MARCH,
                    "payment_difference_handling": "reconcile",
                    "writeoff_account_id": self.loss_account().id,
                }
            )
        )
        payment._create_payments()
        self.assertFalse(invoice.amount_residual)

    def test_only_money_is_collected(self):
        """P7: of 1,000, 400 are credited and 300 written off: of 600 due, the 100 paid are collected."""
        invoice = self.make_invoice(self.make_sale(1000))
        self.set_off(invoice, self.credit(invoice, 400))
        self.write_off(invoice, 300)
        self.pay(invoice, 100)
        self.assertEqual(invoice.amount_residual, 200)
        line = self.review_by("collection")
        self.assertEqual((line.target, line.actual), (600, 100))
        self.assertAlmostEqual(line.points, 16.67)

    def test_an_invoice_credited_in_full_was_never_due(self):
        """P7: it is no figure of zero."""
        invoice = self.make_invoice(self.make_sale(1000))
        self.credit(invoice, 1000)
        self.assertFalse(invoice.amount_residual)
        line = self.review_by("collection")
        self.assertFalse(line.has_figure)

    def test_what_a_payment_writes_off_is_no_money(self):
        """P7: 900 of 1,000 came in, in figures and in commission; what another pays in full is."""
        self.pay_with_write_off(self.make_invoice(self.make_sale(1000)), 900)
        self.pay(self.make_invoice(self.make_sale(200)), 200)
        line = self.review_by("collection")
        self.assertEqual((line.target, line.actual), (1200, 1100))
        self.assertEqual(line.review_id.commission_base, 1100)


@tagged("post_install", "-at_install")
class TestHistory(ReviewDoorsCase):
    """P7: what was settled long ago is not read again."""

    def test_only_what_came_in_since_the_last_review_is_read(self):
        """P7: of an approved month, payments entered afterwards alone."""
        invoice = self.make_invoice(self.make_sale(1000))
        self.pay(invoice, 600)
        self.make_approved(self.make_review())
        late = self.pay(invoice, 100, date(2026, 3, 31))
        found = []
        read = self.env.registry["performance.review"]._paid_events

        def paid_events(records, *args, **kwargs):
            found.extend(events := read(records, *args, **kwargs))
            return events

        with patch.object(self.env.registry["performance.review"], "_paid_events", paid_events):
            april = self.make_review(day=date(2026, 4, 1))
        self.assertEqual([event["source"] for event in found], [late.move_id])
        self.assertEqual(april.commission_base, 100)

    def test_more_invoices_are_read_together(self):
        """P7: eight paid invoices cost as many queries to read as two."""
        Review = self.env["performance.review"]
        last, counts = date(2026, 3, 31), []
        for number in (2, 6):
            for _invoice in range(number):
                invoice = self.make_invoice(self.make_sale(100))
                self.pay(invoice, 40)
                self.credit(invoice, 10)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            Review._collection_figures(self.company, self.sales, MARCH, last)
            events = Review._paid_events(self.company, {self.sales: MARCH}, last)
            events += Review._credited_events(self.company, {self.sales: MARCH}, last)
            self.assertTrue(events)
            counts.append(self.env.cr.sql_log_count - before)
        self.assertLessEqual(counts[1], counts[0], counts)

    def test_a_review_costs_the_same_after_many(self):
        """P7: as many queries after four approved months as after one."""
        counts = []
        for number in range(4):
            month = date(2026, 1 + number, 1)
            self.pay(self.make_invoice(self.make_sale(100, month), month), 100, month)
            review = self.make_review(day=month)
            self.env.flush_all()
            self.env.invalidate_all()
            before = self.env.cr.sql_log_count
            review._compute_figures()
            self.env.flush_all()
            counts.append(self.env.cr.sql_log_count - before)
            self.make_approved(review)
        self.assertLessEqual(counts[3], counts[1] + 2, counts)


@tagged("post_install", "-at_install")
class TestImprovementDoors(ReviewDoorsCase):
    """P11: an improvement action does not vanish."""

    def propose(self, **values):
        return self.as_user(self.env["improvement.action"], self.assistant).create(
            {
                "name": "Negotiation training",
                "owner_id": self.sales.id,
                "due_date": self.today + timedelta(days=20),
                **values,
            }
        )

    def test_the_owner_puts_nothing_out_of_sight(self):
        """P11: there is no archive, and it is not deleted; it is cancelled by others, with a reason."""
        action = self.propose()
        own = self.as_user(action, self.sales)
        with self.assertRaises(AssertionError):
            own.action_archive()
        with self.assertRefused():
            own.unlink()
        self.assertIn(action, self.env["improvement.action"].search([]))

    def test_a_follow_up_gets_as_many_days_as_were_given_where_the_company_is(self):
        """P11: proposed on 1 April in Shanghai, when it was still 31 March by UTC."""
        self.company.resource_calendar_id.tz = "Asia/Shanghai"
        action = self.propose(due_date=date(2026, 4, 21))
        own = self.as_user(action, self.sales)
        own.result = "Held."
        own.action_done()
        self.env.cr.execute(
            "UPDATE improvement_action SET create_date = '2026-03-31 17:00:00' WHERE id = %s",
            [action.id],
        )
        self.env.invalidate_all()
        with freeze_time("2026-04-30 02:00:00"):
            opened = action.action_not_effective("No orders.")
        follow_up = self.env["improvement.action"].browse(opened["res_id"])
        self.assertEqual(follow_up.due_date, date(2026, 5, 20))
