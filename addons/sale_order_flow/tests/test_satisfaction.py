from odoo.exceptions import AccessError
from odoo.tests import HttpCase, tagged

from .case_case import CaseCase


@tagged("post_install", "-at_install")
class TestSatisfaction(HttpCase, CaseCase):
    """F19: customers are asked at receipt and at closure, answer once, and are followed up."""

    def make_received(self):
        order = self.make_noticed()
        pickings = self.pickings(order)
        self.ship(pickings)
        self.tell(order)
        pickings.sudo().signature = b"iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
        order.sudo()._flow_changed()
        self.assertEqual(order.flow_stage, "received")
        return order

    def asked(self, document):
        field = "order_id" if document._name == "sale.order" else "case_id"
        return self.env["order.satisfaction"].search([(field, "=", document.id)])

    def answer(self, asked, rate, feedback="", path=None):
        token = asked.rating_id.access_token
        page = self.url_open(f"/rate/{token}/{rate}")
        self.assertEqual(page.status_code, 200)
        csrf = page.text.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]
        return self.url_open(
            f"/rate/{token}/submit_feedback",
            data={"rate": rate, "feedback": feedback, "csrf_token": csrf},
        )

    def test_the_customer_is_asked_once_when_the_order_was_received(self):
        """F19: the contact, by mail with the secret address, not in the chatter of colleagues."""
        order = self.make_received()
        delivered = self.make_noticed()
        self.env["order.satisfaction"]._ask_received(100)
        asked = self.asked(order)
        self.assertEqual(asked.contact_id, self.contact)
        self.assertEqual(asked.partner_id, self.customer)
        self.assertEqual(asked.user_id, self.sales)
        self.assertEqual(asked.category_ids, self.pump.categ_id)
        self.assertFalse(self.asked(delivered))
        mail = self.env["mail.mail"].search([("body_html", "like", asked.rating_id.access_token)])
        self.assertIn(f"/rate/{asked.rating_id.access_token}/5", mail.body_html)
        self.assertEqual(mail.recipient_ids, self.contact)
        self.assertNotIn(
            asked.rating_id.access_token, "".join(order.sudo().message_ids.mapped("body"))
        )
        self.env["order.satisfaction"]._ask_received(100)
        self.assertEqual(self.asked(order), asked)

    def test_nobody_is_asked_where_the_company_does_not_ask_or_there_is_no_address(self):
        """DESIGN 1: a setting; and a customer without mail."""
        self.company.satisfaction_survey = False
        self.assertFalse(self.asked(self.make_closed()))
        self.company.satisfaction_survey = True
        self.contact.email = False
        self.assertFalse(self.asked(self.make_closed()))

    def test_an_answer_is_kept_and_a_second_one_refused(self):
        """F19: by the same address, open page or not; guessed addresses lead nowhere."""
        asked = self.asked(self.make_closed())
        token = asked.rating_id.access_token
        self.assertEqual(self.answer(asked, 5, "Quick!").status_code, 200)
        asked.invalidate_recordset()
        self.assertEqual((asked.score, asked.comment), (5, "Quick!"))
        self.assertTrue(asked.answered_at)
        self.assertFalse(asked.follow_up_id)
        again = self.url_open(f"/rate/{token}/1")
        self.assertEqual(again.status_code, 410)
        self.assertIn("o_satisfaction_answered", again.text)
        submitted = self.url_open(
            f"/rate/{token}/submit_feedback", data={"rate": 1, "feedback": "Bad after all."}
        )
        self.assertNotEqual(submitted.status_code, 200)
        asked.invalidate_recordset()
        self.assertEqual((asked.score, asked.comment), (5, "Quick!"))
        for guess in ("0" * 32, token[:-1]):
            with self.subTest(guess):
                self.assertEqual(self.url_open(f"/rate/{guess}/5").status_code, 404)
        with self.assertRefused("answered already"):
            asked.case_id.rating_apply(1, rating=asked.rating_id)

    def test_an_unhappy_answer_opens_a_case_once(self):
        """F19: about the same order, for customer service, with what the customer wrote."""
        order = self.make_received()
        self.env["order.satisfaction"]._ask_received(100)
        asked = self.asked(order)
        self.answer(asked, 1, "The pump was dented.")
        self.answer_again(asked)
        asked.invalidate_recordset()
        case = asked.follow_up_id
        self.assertEqual(case.order_id.id, order.id)
        self.assertEqual((case.source, case.kind, case.state), ("survey", "complaint", "new"))
        self.assertEqual(case.partner_id, self.customer)
        self.assertIn("dented", case.description)
        self.assertEqual(self.env["order.case"].search_count([("order_id", "=", order.id)]), 1)

    def answer_again(self, asked):
        self.assertEqual(self.url_open(f"/rate/{asked.rating_id.access_token}/1").status_code, 410)

    def test_neither_colleagues_nor_salespeople_answer_for_the_customer(self):
        """F19, A10: no address to read, no figure to write, no rating in a message that counts."""
        case = self.make_closed()
        asked = self.asked(case)
        secret = [("body", "like", asked.rating_id.access_token)]
        self.assertEqual(self.env["mail.message"].search_count(secret), 1)
        for user in (self.sales, self.service, self.salesmgr):
            mine = self.as_user(asked, user)
            self.assertFalse(self.as_user(self.env["mail.message"], user).search(secret))
            for door in (
                lambda mine=mine: mine.rating_id.access_token,
                lambda mine=mine: mine.write({"score": 5}),
                lambda mine=mine: mine.create({"kind": "case", "score": 5}),
                lambda mine=mine: mine.unlink(),
                lambda user=user: self.as_user(self.env["rating.rating"], user).search_read(
                    [("res_model", "=", "order.case")], ["access_token"]
                ),
                lambda user=user: self.as_user(self.env["rating.rating"], user).search(
                    [("access_token", "=like", "a%")]
                ),
            ):
                with self.subTest(user.login), self.assertRefused("", AccessError):
                    door()
        self.as_user(case, self.service).message_post(body="Great!", rating_value=5)
        asked.invalidate_recordset()
        self.assertFalse(asked.answered_at)
        self.assertFalse(self.as_user(self.customer, self.sales).satisfaction_score)

    def test_scores_are_averaged_by_customer_salesperson_and_category(self):
        """F19: what was not answered is no score; every figure opens its rows."""
        rows = self.env["order.satisfaction"]
        for rate in (5, 1, None):
            asked = self.asked(self.make_closed(product_id=self.pump.id))
            rows |= asked
            if rate:
                asked.case_id.rating_apply(rate, rating=asked.rating_id, feedback="")
        mine = self.as_user(rows, self.sales)
        for field, value in (
            ("partner_id", self.customer),
            ("user_id", self.sales),
            ("category_ids", self.pump.categ_id),
        ):
            with self.subTest(field):
                groups = mine.formatted_read_group(
                    [("id", "in", rows.ids)], [field], ["score:avg", "answered:avg", "__count"]
                )
                self.assertEqual([group[field][0] for group in groups], value.ids)
                self.assertEqual(groups[0]["score:avg"], 3)
                self.assertEqual(groups[0]["__count"], 3)
                self.assertEqual(
                    mine.search([("id", "in", rows.ids), *groups[0]["__extra_domain"]]).ids,
                    mine.search([("id", "in", rows.ids)]).ids,
                )
        self.assertEqual(self.as_user(self.customer, self.sales).satisfaction_score, 3)
