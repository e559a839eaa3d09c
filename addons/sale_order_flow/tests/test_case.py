from datetime import date, datetime, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from odoo.addons.approval_chain.values import label

from .case_case import CaseCase
from .desk_case import DeskRows

# a Wednesday, ten in the morning in Shanghai
WEDNESDAY = "2026-03-04 02:00:00"


@tagged("post_install", "-at_install")
class TestCase(DeskRows, CaseCase):
    """F19: complaints and feedback with owner, deadline, cause and closure."""

    def open_office(self):
        """Eight hours a day, Monday to Friday, without holidays."""
        self.company.resource_calendar_id = self.env["resource.calendar"].create(
            {
                "name": "Office",
                "tz": "Asia/Shanghai",
                "company_id": self.company.id,
                "attendance_ids": [
                    Command.create(
                        {
                            "name": "Day",
                            "dayofweek": str(day),
                            "hour_from": 9,
                            "hour_to": 17,
                            "day_period": "morning",
                        }
                    )
                    for day in range(5)
                ],
            }
        )

    # ------------------------------------------------------------------ from opening to closing

    def test_a_complaint_is_taken_worked_on_and_closed_from_the_desk(self):
        """F19, F11: by those of its role alone."""
        order = self.make_confirmed()
        case = self.make_case(order_id=order.id, product_id=self.pump.id)
        self.assertFalse(case.owner_id)
        self.assertEqual(case.user_id, self.sales)
        others = (self.assistant, self.engineer, self.sales)
        both = [self.service, self.service2]
        self.assertOnDesk(case, "case_take_service", "service", "Take the Case", both, others)
        taken = self.desk_press(case, self.service)
        self.assertEqual((taken.state, taken.owner_id), ("progress", self.service))
        self.assertOnDesk(
            case,
            "case_work_service",
            "service",
            "Work on the Case",
            [self.service],
            (self.service2, *others),
        )
        self.fill_in(taken)
        taken.action_wait()
        self.assertEqual(self.desk_row(case, self.service).stage, "case_wait_service")
        taken.action_resume()
        taken.action_close()
        self.assertEqual(taken.state, "done")
        self.assertEqual(taken.closed_by_id, self.service)
        self.assertOffDesk(case)
        self.assertFalse(taken.activity_ids)

    def test_a_case_is_not_closed_without_cause_measure_and_result(self):
        """F19: what is missing is named; blanks do not count."""
        case = self.make_taken()
        values = {"cause": "A worn seal.", "measure": "Seal replaced.", "result": "Dry again."}
        for name in values:
            with self.subTest(name):
                case.write({**values, name: "  "})
                with self.assertRefused(label(case, name)):
                    case.action_close()
                self.assertEqual(case.state, "progress")
        case.write(values)
        case.action_close()
        self.assertEqual(case.state, "done")

    def test_only_its_owner_works_on_a_case(self):
        """F19: a colleague takes it first; others do not."""
        case = self.make_taken()
        self.fill_in(case)
        for user in (self.service2, self.sales, self.assistant, self.engineer):
            other = self.as_user(case, user)
            for door in (
                other.action_close,
                other.action_wait,
                lambda other=other: other.write({"cause": "Theirs"}),
                lambda other=other: other.action_cancel("No."),
            ):
                with self.subTest(user.login), self.assertRefused("", AccessError):
                    door()
        for user in (self.sales, self.assistant, self.engineer, self.manager):
            with self.subTest(user.login), self.assertRefused("Customer Service", AccessError):
                self.as_user(case, user).action_take()
        second = self.as_user(case, self.service2)
        second.action_take()
        self.assertEqual((second.owner_id, second.state), (self.service2, "progress"))
        with self.assertRefused("Service2", AccessError):
            case.action_close()
        second.action_close()

    def test_a_case_is_handed_over_with_its_to_do(self):
        """F19: to somebody of the role, with the reason; nobody else becomes the owner."""
        case = self.make_taken()
        self.assertEqual(case.activity_ids.user_id, self.service)
        role = self.env["approval.role"].search([("code", "=", "customer_service")])
        with self.assertRefused("does not hold"):
            case._desk_hand_over(role, self.sales, "Yours.")
        wrong = self.env["approval.role"].search([("code", "=", "technical")])
        with self.assertRefused("Customer Service"):
            case._desk_hand_over(wrong, self.engineer, "Yours.")
        action = case.action_hand_over()
        self.as_user(self.env["order.desk.handover"], self.service).with_context(
            **action["context"]
        ).create({"user_id": self.service2.id, "reason": "On leave."}).action_hand_over()
        self.assertEqual(case.owner_id, self.service2)
        self.assertEqual(case.activity_ids.user_id, self.service2)
        self.assertTrue(self.desk_row(case, self.service2).is_mine)
        self.assertIn("On leave.", case.message_ids[0].body + case.message_ids[1].body)

    def test_the_only_one_of_the_role_is_the_owner_at_once(self):
        """F19: routed by kind; another kind is another role."""
        case = self.make_case(kind="technical")
        self.assertEqual(case.owner_id, self.engineer)
        self.assertEqual(case.activity_ids.user_id, self.engineer)
        case.kind = "complaint"
        self.assertFalse(case.owner_id)
        self.assertFalse(case.activity_ids)

    def test_who_opened_a_case_changes_it_until_it_is_taken(self):
        """F19: then its owner does, and nobody once it is closed."""
        case = self.make_case()
        case.description = "Since Sunday."
        with self.assertRefused("", AccessError):
            self.as_user(case, self.engineer).write({"description": "Not true."})
        taken = self.as_user(case, self.service)
        taken.action_take()
        with self.assertRefused("", AccessError):
            case.write({"description": "Since Saturday."})
        taken.description = "Since Friday."
        with self.assertRefused("kind stands"):
            taken.kind = "feedback"
        self.fill_in(taken)
        taken.action_close()
        for name in ("description", "cause", "priority"):
            with self.subTest(name), self.assertRefused("closed"):
                taken.write({name: "1"})
        for action in (taken.action_take, taken.action_wait, taken.action_close):
            with self.assertRefused():
                action()

    def test_a_case_opened_by_mistake_is_cancelled_with_a_reason_and_stays(self):
        """F19: by who opened it, until it is taken."""
        case = self.make_case()
        with self.assertRefused("Say why"):
            case.action_cancel(" ")
        case.action_cancel("Entered twice.")
        self.assertEqual(case.state, "cancelled")
        self.assertIn("Entered twice.", case.message_ids[0].body)
        self.assertOffDesk(case)
        with self.assertRefused(exception=AccessError):
            case.unlink()
        with self.assertRefused("stay"):
            case.with_user(self.env.ref("base.user_admin")).sudo().unlink()

    def test_what_is_stamped_is_nobodys_to_write(self):
        """A10: state, owner and times by no door."""
        case = self.make_case()
        wrong = {
            "name": "CS/1",
            "state": "done",
            "owner_id": self.sales.id,
            "deadline": "2030-01-01",
            "closed_at": "2026-01-01",
            "escalated_at": "2026-01-01",
            "source": "portal",
            "desk_stage": "case_work_service",
        }
        for name, value in wrong.items():
            with self.subTest(name), self.assertRefused("", AccessError):
                case.write({name: value})
            with self.subTest(name, door="create"), self.assertRefused("", AccessError):
                self.make_case(**{name: value})
        with self.assertRefused("owner"):
            self.make_case(result="Done already.")
        sly = self.as_user(self.env["order.case"], self.sales).with_context(default_state="done")
        self.assertEqual(
            sly.create({"subject": "Sly", "partner_id": self.customer.id}).state, "new"
        )

    def test_an_order_of_another_customer_is_refused(self):
        """F19: at opening and later; without customer the order says whose case it is."""
        order = self.make_confirmed()
        with self.assertRefused("another customer"):
            self.make_case(order_id=order.id, partner_id=self.other_customer.id)
        case = self.make_case(partner_id=self.other_customer.id)
        with self.assertRefused("another customer"):
            case.order_id = order
        self.assertEqual(
            self.make_case(order_id=order.id, partner_id=False).partner_id, order.partner_id
        )

    # ------------------------------------------------------------------ deadline and escalation

    def test_the_deadline_counts_working_hours_by_priority(self):
        """F19: eight hours a day, without the weekend, and without the time the customer took."""
        self.open_office()
        with freeze_time(WEDNESDAY):
            normal, urgent = self.make_case(), self.make_case(priority="2")
        # 24 hours: 7 on Wednesday, 8, 8 and the last one on Monday
        self.assertEqual(normal.deadline, datetime(2026, 3, 9, 2, 0))
        self.assertEqual(urgent.deadline, datetime(2026, 3, 4, 6, 0))
        normal.priority = "1"
        self.assertEqual(normal.deadline, datetime(2026, 3, 5, 2, 0))
        with freeze_time(WEDNESDAY):
            case = self.as_user(normal, self.service)
            case.action_take()
            case.action_wait()
        with freeze_time("2026-03-06 05:00:00"):
            case.action_resume()
        # it waited 7, 8 and 4 hours
        self.assertEqual(case.paused_hours, 19)
        self.assertEqual(case.deadline, datetime(2026, 3, 9, 5, 0))
        self.assertEqual(case.desk_worry_date, case.deadline)

    def test_the_to_do_follows_the_deadline(self):
        """F19: when it becomes urgent, and when it waited for the customer."""
        self.open_office()
        with freeze_time(WEDNESDAY):
            case = self.make_taken()
            self.assertEqual(case.activity_ids.date_deadline, date(2026, 3, 9))
            case.priority = "2"
            self.assertEqual(case.activity_ids.date_deadline, date(2026, 3, 4))
            case.action_wait()
        with freeze_time("2026-03-06 05:00:00"):
            case.action_resume()
        # of its 4 hours none is gone: it waited 7, 8 and 4 hours
        self.assertEqual(case.activity_ids.date_deadline, date(2026, 3, 6))
        self.assertEqual(case.activity_ids.user_id, self.service)

    def test_an_overdue_case_is_escalated_once_to_the_manager_of_its_owner(self):
        """F19: else to those who lead the company; not while it waits for the customer."""
        boss = self.make_person("boss1", "project_director")
        Employee = self.env["hr.employee"].with_company(self.company)
        leader = Employee.create({"name": "Boss", "user_id": boss.id})
        Employee.create({"name": "Service", "user_id": self.service.id, "parent_id": leader.id})
        led, nobodys, waiting = self.make_taken(), self.make_case(), self.make_taken()
        waiting.action_wait()
        late = max((led | nobodys | waiting).mapped("deadline")) + timedelta(days=1)
        early = min((led | nobodys | waiting).mapped("deadline")) - timedelta(minutes=1)
        kind = self.env.ref("sale_order_flow.activity_case_overdue")

        def told(case):
            return case.activity_ids.filtered(lambda todo: todo.activity_type_id == kind)

        with freeze_time(early):
            self.env["order.case"]._escalate_overdue(100)
        self.assertFalse(led.escalated_at)
        with freeze_time(late):
            self.env["order.case"]._escalate_overdue(100)
            self.assertTrue(led.is_overdue)
            found = self.as_user(self.env["order.case"], self.service).search(
                [("is_overdue", "=", True)]
            )
            self.assertIn(led, found)
            self.assertNotIn(waiting, found)
            self.env["order.case"]._escalate_overdue(100)
        self.assertEqual(told(led).user_id, boss)
        self.assertEqual(told(nobodys).user_id, self.manager)
        self.assertEqual(len(told(led) | told(nobodys)), 2)
        self.assertFalse(told(waiting))

    # ------------------------------------------------------------------ who sees what

    def test_counters_on_order_and_customer_open_their_cases(self):
        """F19: and each page of orders asks once."""
        order = self.make_confirmed()
        case = self.make_case(order_id=order.id)
        order, customer = self.as_user(order, self.sales), self.as_user(self.customer, self.sales)
        self.assertEqual((order.case_count, customer.case_count), (1, 1))
        for record in (order, customer):
            domain = record.action_view_cases()["domain"]
            self.assertEqual(self.as_user(self.env["order.case"], self.sales).search(domain), case)
        orders = order | self.make_order() | self.make_order()
        orders.invalidate_recordset(["case_count"])
        self.env.flush_all()
        with self.assertQueryCount(1):
            orders.mapped("case_count")

    def test_salespeople_see_cases_of_their_own_customers(self):
        """F21: where the company has switched it on; customer service sees all."""
        self.company.own_customers_only = True
        self.other_customer.user_id = self.sales2
        mine, hers = (
            self.env["order.case"]._open_case(
                {
                    "subject": "Leaks",
                    "partner_id": partner.id,
                    "company_id": self.company.id,
                }
            )
            for partner in (self.customer, self.other_customer)
        )
        both = (mine | hers).ids

        def seen(user):
            return self.as_user(self.env["order.case"], user).search([("id", "in", both)])

        self.assertEqual(seen(self.sales).ids, mine.ids)
        self.assertEqual(seen(self.sales2).ids, hers.ids)
        self.assertEqual(set(seen(self.service).ids), set(both))

    def test_a_case_of_another_company_stays_closed(self):
        """X4: by search, by read and by opening."""
        sister = self.env["res.company"].create({"name": "Sister Ltd"})
        case = self.env["order.case"]._open_case(
            {"subject": "Theirs", "partner_id": self.customer.id, "company_id": sister.id}
        )
        theirs = self.as_user(case, self.service)
        self.assertFalse(theirs.search([("id", "=", case.id)]))
        with self.assertRefused("", AccessError):
            theirs.read(["subject"])
        with self.assertRefused("", AccessError):
            self.make_case(company_id=sister.id)
        with self.assertRefused("stays with its company"):
            self.make_case().write({"company_id": sister.id})

    def test_code_opens_a_case_with_its_source(self):
        """F15, F19: a difference found at receipt."""
        order = self.make_confirmed()
        case = self.env["order.case"]._open_case(
            {
                "subject": "Two pieces missing",
                "order_id": order.id,
                "company_id": self.company.id,
                "source": "receipt",
            }
        )
        self.assertEqual(case.source, "receipt")
        self.assertEqual(case.partner_id, order.partner_id)
        self.assertEqual(case.user_id, self.sales)
        self.assertTrue(self.desk_row(case, self.service).is_mine)
