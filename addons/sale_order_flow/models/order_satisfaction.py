from odoo import SUPERUSER_ID, api, fields, models
from odoo.exceptions import AccessError, UserError

from odoo.addons.approval_chain.values import lock_rows

# "unhappy" is 1 of 5; what is below is followed up
LOW = 2.0
BATCH = 100


class OrderSatisfaction(models.Model):
    """What we asked a customer about an order or a case, and the answer (F19).

    One question for each receipt and each closed case, mailed with the secret address of Odoo's
    rating, answered once. Ratings that anybody else leaves on a document do not count here. An
    unhappy answer opens a case.
    """

    # pylint: disable=method-required-super,no-raise-unlink,super-method-mismatch,missing-return

    _name = "order.satisfaction"
    _description = "Satisfaction"
    _order = "asked_at desc, id desc"

    kind = fields.Selection(
        [("receipt", "Receipt of an Order"), ("case", "Closed Case")], required=True, readonly=True
    )
    order_id = fields.Many2one(
        "sale.order",
        readonly=True,
        index="btree_not_null",
        string="Sales Order",
        ondelete="cascade",
    )
    case_id = fields.Many2one(
        "order.case", readonly=True, index="btree_not_null", ondelete="cascade"
    )
    company_id = fields.Many2one("res.company", required=True, readonly=True, index=True)
    partner_id = fields.Many2one(
        "res.partner", string="Customer", required=True, readonly=True, index=True
    )
    contact_id = fields.Many2one("res.partner", string="Asked", readonly=True)
    user_id = fields.Many2one("res.users", string="Salesperson", readonly=True, index=True)
    owner_id = fields.Many2one("res.users", string="Owner of the Case", readonly=True)
    category_ids = fields.Many2many("product.category", string="Product Categories", readonly=True)
    rating_id = fields.Many2one(
        "rating.rating", readonly=True, index=True, groups="base.group_system", ondelete="set null"
    )
    asked_at = fields.Datetime(readonly=True, required=True, string="Survey Sent On")
    answered_at = fields.Datetime(readonly=True, index=True, string="Answered On")
    answered = fields.Float(
        readonly=True,
        aggregator="avg",
        string="Share Answered",
        help="1 for an answer, 0 for none: the average is the share of the questions answered.",
    )
    # no default: what was not answered is no score, and not one of zero
    score = fields.Float(readonly=True, aggregator="avg", help="From 1 (unhappy) to 5 (happy).")
    comment = fields.Text(readonly=True)
    follow_up_id = fields.Many2one(
        "order.case", readonly=True, string="Follow-Up", ondelete="set null"
    )

    _once_an_order = models.UniqueIndex(
        "(order_id) WHERE kind = 'receipt'", "The customer was asked about this order already."
    )
    _once_a_case = models.UniqueIndex(
        "(case_id) WHERE kind = 'case'", "The customer was asked about this case already."
    )

    @api.depends("order_id", "case_id")
    def _compute_display_name(self):
        for row in self:
            row.display_name = row.case_id.name or row.order_id.name

    # ------------------------------------------------------------------ by the customer alone

    @api.model_create_multi
    def create(self, vals_list):
        raise self._by_the_customer()

    def write(self, vals):
        raise self._by_the_customer()

    def unlink(self):
        raise self._by_the_customer()

    def _by_the_customer(self):
        return AccessError(
            self.env._(
                "Customers are asked by the system and answer themselves: nobody enters, changes or "
                "deletes what they say."
            )
        )

    # ------------------------------------------------------------------ asking

    @api.model
    def _ask(self, documents):
        """Mail the customers of received orders or closed cases, each once.

        Not asked are those without a mail address, and in companies that do not ask.

        :param documents: ``sale.order`` or ``order.case``
        :return: the new questions, as superuser
        """
        documents = documents.sudo().filtered("company_id.satisfaction_survey")
        link = "order_id" if documents._name == "sale.order" else "case_id"
        kind = "receipt" if link == "order_id" else "case"
        known = self.sudo().search([(link, "in", documents.ids), ("kind", "=", kind)])[link]
        rows = []
        for document in documents - known:
            contact = document._satisfaction_contact()
            if contact.email_normalized:
                rows.append(document._satisfaction_values(contact))
        asked = super(OrderSatisfaction, self.sudo()).create(rows)
        asked._mail()
        return asked

    def _mail(self):
        """Whoever reads the mail may answer: it hangs on no document, and is nobody's among us."""
        template = self.env.ref("sale_order_flow.mail_template_satisfaction")
        template.with_user(SUPERUSER_ID).send_mail_batch(
            self.ids,
            email_layout_xmlid="mail.mail_notification_light",
            email_values={"model": False, "res_id": False},
        )

    def _rate_url(self, rate):
        """The address that the mail holds; the token is for the customer alone."""
        self.ensure_one()
        token = self.sudo().rating_id.access_token
        return f"{self.get_base_url()}/rate/{token}/{rate}"

    # ------------------------------------------------------------------ the answer

    @api.model
    def _of_rating(self, rating):
        """The question that a rating answers, as superuser; empty for Odoo's other ratings."""
        return self.sudo().search([("rating_id", "=", rating.id)], limit=1)

    def _check_open(self):
        """Of two answers at once the second is refused, too.

        :raise UserError: when it was answered already
        """
        lock_rows(self)
        self.invalidate_recordset(["answered_at"])
        if self.answered_at:
            raise UserError(
                self.env._("This question was answered already, thank you: an answer stands.")
            )

    def _take_answer(self, rate, comment):
        """Keep the answer; an unhappy one opens a case, once (F19).

        :param rate: 1 to 5
        :param comment: what the customer wrote, may be empty
        """
        self.ensure_one()
        super().write(
            {
                "answered_at": fields.Datetime.now(),
                "answered": 1.0,
                "score": rate,
                "comment": comment,
            }
        )
        if rate <= LOW and not self.follow_up_id:
            super().write({"follow_up_id": self._follow_up().id})

    def _follow_up(self):
        document = self.case_id or self.order_id
        return self.env["order.case"]._open_case(
            {
                "kind": "complaint",
                "source": "survey",
                "subject": self.env._("Not satisfied: %s", document.name),
                "description": self.comment or self.env._("The customer left no comment."),
                "company_id": self.company_id.id,
                "partner_id": self.partner_id.id,
                "order_id": self.order_id.id,
                "product_id": self.case_id.product_id.id,
                "parent_id": self.case_id.id,
                "priority": "1",
            }
        )

    def action_open_document(self):
        """Open the order or the case that was asked about.

        :return: window action
        """
        self.ensure_one()
        return (self.case_id or self.order_id)._get_records_action()

    # ------------------------------------------------------------------ received orders

    @api.model
    def _cron_ask(self):
        """Ask the customers of orders received in the last month (F19)."""
        done = self._ask_received(BATCH)
        self.env["ir.cron"]._commit_progress(done)

    @api.model
    def _ask_received(self, limit):
        companies = self.env["res.company"].sudo().search([("satisfaction_survey", "=", True)])
        since = fields.Datetime.subtract(fields.Datetime.now(), days=30)
        orders = (
            self.env["sale.order"]
            .sudo()
            .search(
                [
                    ("company_id", "in", companies.ids),
                    ("flow_stage", "in", ("received", "invoiced", "settled", "archived")),
                    ("flow_stage_since", ">=", since),
                    ("satisfaction_ids", "not any", [("kind", "=", "receipt")]),
                    "|",
                    ("partner_id.email_normalized", "!=", False),
                    ("contact_id.email_normalized", "!=", False),
                ],
                order="flow_stage_since, id",
            )
        )
        waiting = orders.filtered(lambda order: order.flow_stage == "received")
        received = waiting | (orders - waiting)._received_orders()
        return len(self._ask(received[:limit]))
