from datetime import datetime, time, timedelta

from freezegun import freeze_time

from odoo import Command
from odoo.exceptions import AccessError
from odoo.tests import tagged

from .planning_case import PlanningCase


@tagged("post_install", "-at_install")
class TestSalesTraining(PlanningCase):
    """P12: trainings are planned, published, held; who attended stands."""

    def make_training(self, user=None, **values):
        return self.as_user(self.env["sales.training"], user or self.planner).create(
            {
                "name": "New valves",
                "company_id": self.company.id,
                "trainer_id": self.planner.partner_id.id,
                "date_start": self.begin,
                "date_end": self.begin + timedelta(hours=3),
                **values,
            }
        )

    @property
    def begin(self):
        """Next week."""
        return datetime.combine(self.today + timedelta(days=7), time(1))

    def at(self, **delta):
        return freeze_time(self.begin + timedelta(**delta))

    def test_a_training_is_published_attended_and_stands(self):
        """P12: enrolled by themselves; in everybody's calendar; attendance is entered before."""
        training = self.make_training()
        self.assertEqual(training.hours, 3)
        mine = self.as_user(training, self.sales)
        with self.assertRefused("this is done while it is"):
            mine.action_enrol()
        training.action_publish()
        mine.action_enrol()
        self.as_user(training, self.sales2).action_enrol()
        event = self.env["calendar.event"].browse(training.event_id.id)
        self.assertIn(self.sales.partner_id, event.partner_ids)
        with self.assertRefused("enrolled in “New valves” already"):
            mine.action_enrol()
        with self.assertRefused("has not begun yet"):
            training.action_hold()
        with self.at(hours=4):
            with self.assertRefused("has begun already"):
                self.as_user(training, self.salesmgr).action_enrol()
            with self.assertRefused(f"whether {self.sales.name}, {self.sales2.name} attended"):
                training.action_hold()
            training.attendee_ids[0].state = "attended"
            training.attendee_ids[1].state = "absent"
            training.action_hold()
        self.assertEqual((training.attendee_count, training.attended_count), (2, 1))
        with self.assertRefused("this is done while it is"):
            training.attendee_ids[1].state = "attended"
        with self.assertRefused("this is done while it is"):
            training.name = "Other"
        with self.assertRefused("cancel it instead"):
            training.unlink()

    def test_planners_and_the_trainer_keep_a_training(self):
        """P12, X3: salespeople enter nothing but themselves."""
        training = self.make_training(trainer_id=self.sales2.partner_id.id)
        training.action_publish()
        with self.assertRefused(exception=AccessError):
            self.make_training(self.sales)
        mine = self.as_user(training, self.sales)
        for change in (
            lambda: mine.write({"name": "Mine"}),
            lambda: mine.attendee_ids.create(
                {"training_id": training.id, "user_id": self.sales2.id}
            ),
            mine.action_hold,
            lambda: mine.action_cancel("No."),
            lambda: mine.write({"state": "held"}),
        ):
            with self.assertRefused(exception=AccessError):
                change()
        trainer = self.as_user(training, self.sales2)
        trainer.place = "Hall"
        trainer.attendee_ids = [Command.create({"user_id": self.sales.id})]
        with self.assertRefused(exception=AccessError):
            trainer.trainer_id = self.planner.partner_id

    def test_seats_are_limited_and_given_back(self):
        """P12: one seat, two people."""
        training = self.make_training(seats=1)
        training.action_publish()
        first, second = (self.as_user(training, user) for user in (self.sales, self.sales2))
        first.action_enrol()
        with self.assertRefused("has 1 seats, all are taken"):
            second.action_enrol()
        with self.assertRefused("You are not enrolled"):
            second.action_withdraw()
        first.action_withdraw()
        second.action_enrol()
        event = self.env["calendar.event"].browse(training.event_id.id)
        self.assertNotIn(self.sales.partner_id, event.partner_ids)

    def test_nobody_withdraws_from_what_began(self):
        """P12: nor from an absence that was entered."""
        training = self.make_training()
        training.action_publish()
        mine = self.as_user(training, self.sales)
        mine.action_enrol()
        attendee = training.attendee_ids
        attendee.state = "absent"
        with self.assertRefused("who keeps the list"):
            mine.action_withdraw()
        attendee.state = "enrolled"
        with self.at(minutes=1), self.assertRefused("who keeps the list"):
            mine.action_withdraw()
        mine.action_withdraw()
        self.assertFalse(attendee.exists())

    def test_everybody_sees_their_own_result_alone(self):
        """P12, X3: the trainer those of this training, planners all."""
        training = self.make_training(trainer_id=self.salesmgr.partner_id.id)
        training.action_publish()
        for user in (self.sales, self.sales2):
            self.as_user(training, user).action_enrol()
        training.attendee_ids.write({"points": 40, "remark": "Try again."})
        results = training.attendee_ids
        attendees = self.env["sales.training.attendee"]
        for user, seen in (
            (self.sales, self.sales),
            (self.sales2, self.sales2),
            (self.salesmgr, self.sales | self.sales2),
            (self.planner, self.sales | self.sales2),
        ):
            with self.subTest(user.login):
                self.env.invalidate_all()
                theirs = self.as_user(attendees, user)
                found = theirs.search([("training_id", "=", training.id)])
                self.assertEqual(found.user_id, seen)
                shown = self.as_user(training, user).web_read(
                    {"attendee_ids": {"fields": {"points": {}}}, "is_enrolled": {}}
                )
                self.assertEqual(len(shown[0]["attendee_ids"]), len(seen))
                self.assertEqual(shown[0]["is_enrolled"], user in (self.sales | self.sales2))
        self.assertEqual(self.as_user(training, self.sales).attendee_count, 2)
        with self.assertRefused(exception=AccessError):
            self.as_user(results, self.sales).read(["points"])

    def test_the_event_is_for_whoever_takes_part(self):
        """P12: after another trainer, another participant, one who withdrew."""
        training = self.make_training(trainer_id=self.sales2.partner_id.id)
        training.action_publish()
        event = self.env["calendar.event"].browse(training.event_id.id)
        for user in (self.sales, self.sales2):
            self.as_user(training, user).action_enrol()
        people = (self.sales | self.sales2).partner_id
        self.assertEqual(event.partner_ids, people)
        self.as_user(training, self.sales2).action_withdraw()
        self.assertEqual(event.partner_ids, people)
        training.trainer_id = self.planner.partner_id
        self.assertEqual(event.partner_ids, (self.sales | self.planner).partner_id)
        training.attendee_ids.user_id = self.salesmgr
        self.assertEqual(event.partner_ids, (self.salesmgr | self.planner).partner_id)

    def test_a_cancelled_training_is_told_and_leaves_the_calendar(self):
        """P12"""
        training = self.make_training()
        training.action_publish()
        self.as_user(training, self.sales).action_enrol()
        event = self.env["calendar.event"].browse(training.event_id.id)
        with self.assertRefused("Say why"):
            training.action_cancel(" ")
        training.action_cancel("The trainer is ill.")
        self.assertFalse(event.exists())
        self.assertIn(self.sales.partner_id, training.message_ids[0].notified_partner_ids)

    def test_other_dates_move_the_event(self):
        """P12"""
        training = self.make_training()
        training.action_publish()
        training.write({"date_end": training.date_end + timedelta(hours=1), "place": "Hall"})
        event = self.env["calendar.event"].browse(training.event_id.id)
        self.assertEqual((event.stop, event.location), (training.date_end, "Hall"))


@tagged("post_install", "-at_install")
class TestSalesTools(PlanningCase):
    """P12: tools are lent for a customer and returned; material is used up."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tool = cls.env["sales.tool"].create(
            {
                "name": "Cut-away valve",
                "company_id": cls.company.id,
                "keeper_id": cls.sales2.id,
                "quantity": 2,
            }
        )

    def ask(self, user=None, **values):
        return self.as_user(self.env["sales.tool.loan"], user or self.sales).create(
            {
                "tool_id": self.tool.id,
                "partner_id": self.customer.id,
                "purpose": "Demonstration",
                **values,
            }
        )

    def keeper(self, loan):
        return self.as_user(loan, self.sales2)

    def test_a_tool_is_lent_and_returned(self):
        """P12: no more than there are; by the keeper or a planner, nobody else."""
        loan = self.ask(quantity=2)
        self.assertEqual(loan.user_id, self.sales)
        self.assertEqual(loan.date_due, self.today + timedelta(days=14))
        with self.assertRefused("is handed out and taken back by", AccessError):
            self.as_user(loan, self.sales).action_hand_out()
        self.keeper(loan).action_hand_out()
        self.assertEqual((self.tool.lent_quantity, self.tool.available_quantity), (2, 0))
        second = self.ask(quantity=1)
        with self.assertRefused("0 are available, 1 are asked for"):
            self.keeper(second).action_hand_out()
        with self.assertRefused("until it is handed out", AccessError):
            loan.quantity = 1
        with self.assertRefused("2 are lent"):
            self.as_user(self.tool, self.planner).quantity = 1
        with self.assertRefused("is handed out and taken back by", AccessError):
            self.as_user(loan, self.sales).action_take_back()
        self.as_user(loan, self.salesmgr).action_take_back()
        self.assertEqual((loan.state, loan.condition), ("returned", "good"))
        self.assertEqual(loan.returned_by_id, self.salesmgr)
        self.keeper(second).action_hand_out()
        with self.assertRefused("this is done while it is"):
            self.keeper(loan).action_take_back()

    def test_damaged_and_lost_tools_say_why(self):
        """P12: what is lost is owned no more."""
        damaged, lost = self.ask(), self.ask()
        for loan in (damaged, lost):
            self.keeper(loan).action_hand_out()
        with self.assertRefused("Say what happened"):
            self.keeper(damaged).action_take_back_damaged("")
        self.keeper(damaged).action_take_back_damaged("The handle is broken.")
        self.keeper(lost).action_lose("Left in the train.")
        self.assertEqual((damaged.condition, lost.state), ("damaged", "lost"))
        self.assertEqual((self.tool.quantity, self.tool.available_quantity), (1, 1))

    def test_material_is_used_up(self):
        """P12: it does not come back."""
        self.tool.write({"kind": "material", "quantity": 10})
        loan = self.ask(quantity=4)
        self.assertFalse(loan.date_due)
        self.keeper(loan).action_hand_out()
        self.assertEqual((loan.state, self.tool.quantity), ("used", 6))
        with self.assertRefused("this is done while it is"):
            self.keeper(loan).action_take_back()
        with self.assertRefused("there are 6, not 7"):
            self.ask(quantity=7)

    def test_what_is_asked_for_makes_sense(self):
        """P12, X6: days that have passed, nothing, no day."""
        with self.assertRefused("has passed. Enter today or a later day"):
            self.ask(date_due=self.today - timedelta(days=1))
        loan = self.ask()
        with self.assertRefused("enter until when it is returned"):
            loan.date_due = False
        loan.action_cancel()
        with self.assertRefused("this is done while it is"):
            self.keeper(loan).action_hand_out()
        with self.assertRefused("cannot be entered by hand", AccessError):
            loan.state = "lent"

    def test_salespeople_see_their_own_loans(self):
        """P12, X3: keepers those of their tools, planners all."""
        loan = self.ask()
        loans = self.env["sales.tool.loan"]
        seen = {
            user: loan.id in self.as_user(loans, user).search([]).ids
            for user in (self.sales, self.sales2, self.planner)
        }
        self.assertEqual(set(seen.values()), {True})
        self.tool.keeper_id = self.planner
        self.assertNotIn(loan, self.as_user(loans, self.sales2).search([]))
        with self.assertRefused(exception=AccessError):
            self.as_user(loans, self.outsider).search([])

    def test_what_is_overdue_is_asked_for_once(self):
        """P12: by the company's day; returning it ends the to-do."""
        loan = self.ask()
        self.keeper(loan).action_hand_out()
        cron = self.env.ref("sales_planning.cron_tool_loan")
        late = datetime.combine(loan.date_due + timedelta(days=2), datetime.min.time())
        self.env.flush_all()
        for moment, todo in ((None, 0), (late, 1), (late, 1)):
            with freeze_time(moment), self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertEqual(len(loan.activity_ids), todo)
        self.assertEqual(loan.activity_ids.user_id, self.sales)
        with freeze_time(late):
            self.assertTrue(loan.is_overdue)
            self.assertIn(loan, loan.search([("is_overdue", "=", True)]))
            self.assertNotIn(loan, loan.search([("is_overdue", "=", False)]))
        self.keeper(loan).action_take_back()
        self.assertFalse(loan.activity_ids)
