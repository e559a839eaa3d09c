from odoo import Command, api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from odoo.addons.approval_chain.operation import Operation
from odoo.addons.approval_chain.values import lock_rows

_lt = LazyTranslate(__name__)

# goods the customer is not to blame for: taken back in any condition, at our cost
OUR_FAULT = frozenset({"defective", "wrong"})


class SaleReturnRequest(models.Model):
    """Goods that come back from a customer, for their money or for others (F17, D15, D19).

    What a person decides is stored in ``state``; how far the goods and the money are follows from the
    return transfers, the inspections and the credit notes (``progress``).

    ====================  =====================================================
    action                who
    ====================  =====================================================
    ask, change, submit,  the salesperson of the order, sales assistants and
    give up               sales managers of its company
    read                  whoever reads the order, the warehouse
    ====================  =====================================================
    """

    _name = "sale.return.request"
    _description = "Return Request"
    _inherit = ["sale.order.request"]
    _check_company_auto = True

    _stamped = frozenset({"name", "state", "company_id", "partner_id", "approved_at"})

    _asked = frozenset(
        {
            "order_id",
            "kind",
            "condition",
            "reason",
            "freight_payer",
            "exception_reason",
            "line_ids",
        }
    )

    kind = fields.Selection(
        [("return", "Return"), ("exchange", "Exchange")],
        required=True,
        default="return",
        help="A return is credited. An exchange brings the same goods once more.",
    )
    condition = fields.Selection(
        [
            ("unused", "Unused, in Its Packing"),
            ("opened", "Unpacked, Not Used"),
            ("used", "Used"),
            ("defective", "Defective"),
            ("wrong", "Wrong Goods Were Sent"),
        ],
        required=True,
        default="unused",
        string="Condition of the Goods",
    )
    freight_payer = fields.Selection(
        [("customer", "Customer"), ("company", "Our Company")],
        compute="_compute_freight_payer",
        store=True,
        readonly=False,
        string="Freight Paid By",
    )
    line_ids = fields.One2many("sale.return.request.line", "request_id", copy=False)
    amount = fields.Monetary(compute="_compute_amount", store=True, string="Value of the Goods")
    policy_findings = fields.Text(
        compute="_compute_policy_findings",
        store=True,
        string="Against the Return Policy",
        help="What of the request the return policy does not provide for.",
    )
    outside_policy = fields.Boolean(compute="_compute_policy_findings", store=True)
    exception_reason = fields.Text(
        string="Why an Exception",
        copy=False,
        help="Needed when the return policy does not provide for the return.",
    )
    stock_note = fields.Text(compute="_compute_stock_note", string="Replacement")
    state = fields.Selection(
        [("draft", "Applied For"), ("approved", "Approved"), ("cancelled", "Given Up")],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    approved_at = fields.Datetime(readonly=True, copy=False, string="Approved On")

    # ------------------------------------------------------------------ computes

    @api.depends("line_ids.amount")
    def _compute_amount(self):
        for request in self:
            request.amount = sum(request.line_ids.mapped("amount"))

    @api.depends("condition", "line_ids.product_id", "company_id")
    def _compute_freight_payer(self):
        for request in self:
            policies = request._policies().values()
            ours = request._is_our_fault() or (
                policies and all(policy.freight_payer == "company" for policy in policies)
            )
            request.freight_payer = "company" if ours else "customer"

    def _is_our_fault(self):
        """Whether the customer is not to blame: then the goods come back in any condition."""
        self.ensure_one()
        return self.condition in OUR_FAULT

    def _policies(self):
        """``{product: policy}`` of the goods of one request; products without policy left out."""
        found = self.env["sale.return.policy"]._of_products(
            self.line_ids.sudo().product_id, self.company_id
        )
        return {product: policy for product, policy in found.items() if policy}

    @api.depends("condition", "line_ids.quantity", "line_ids.order_line_id", "company_id")
    def _compute_policy_findings(self):
        for request in self:
            if request.state != "draft" and request._origin:
                request.policy_findings = request._origin.policy_findings
                request.outside_policy = request._origin.outside_policy
                continue
            policies = request._policies()
            findings = [
                finding
                for line in request.line_ids.filtered("quantity")
                if (policy := policies.get(line.sudo().product_id))
                for finding in line._policy_findings(policy)
            ]
            request.policy_findings = "\n".join(findings)
            request.outside_policy = bool(findings)

    @api.depends("kind", "line_ids.quantity", "line_ids.order_line_id")
    def _compute_stock_note(self):
        for request in self:
            notes = [line._stock_note() for line in request.line_ids]
            request.stock_note = "\n".join(filter(None, notes))

    @api.onchange("order_id")
    def _onchange_order_id(self):
        """Propose what was shipped, with nothing to come back yet."""
        commands = [
            Command.create({"order_line_id": line.id})
            for line in self.order_id.order_line
            if line._needs_delivery() and line.qty_delivered > 0
        ]
        self.line_ids = [Command.clear(), *commands]

    # ------------------------------------------------------------------ what is decided on

    def _approval_operations(self):
        return {
            **super()._approval_operations(),
            "accept": Operation(
                label=_lt("Take goods back"),
                executed=Domain("state", "=", "approved"),
                inputs={"sale.return.request": ("state",)},
                watch=(
                    "order_id",
                    "kind",
                    "condition",
                    "reason",
                    "freight_payer",
                    "exception_reason",
                ),
                lines={"line_ids": (Domain("quantity", "!=", 0), ("order_line_id", "quantity"))},
                amount="amount",
                run="_do_accept",
                dead=Domain("state", "=", "cancelled"),
            ),
        }

    def _approval_sheet_notes(self, code):
        """Approvers see first what the policy says against it, and whether there is a replacement."""
        notes = super()._approval_sheet_notes(code)
        for request in self:
            rows = notes.setdefault(request.id, [])
            rows += [
                {"level": "danger", "text": finding}
                for finding in (request.policy_findings or "").splitlines()
            ]
            rows += [
                {"level": "warning", "text": text}
                for text in (request.stock_note or "").splitlines()
            ]
        return notes

    # ------------------------------------------------------------------ what stands against it

    def _approval_check_submission(self, code):
        self._look_at_policy_anew()
        return super()._approval_check_submission(code)

    def _look_at_policy_anew(self):
        """Days went by and policies changed since the goods were entered."""
        self.env.add_to_compute(self._fields["policy_findings"], self)
        self.env.add_to_compute(self._fields["outside_policy"], self)
        self.line_ids.invalidate_recordset(["shipped_on", "returnable"])

    def _problems(self):
        problems = super()._problems()
        order = self.order_id.sudo()
        if order.state != "sale" or not order._is_in_flow():
            return [
                self.env._(
                    "%s is not confirmed, was cancelled, or does not follow the order flow: nothing of it "
                    "comes back by request.",
                    order.name,
                )
            ]
        lines = self.line_ids.filtered("quantity")
        if not lines:
            return [self.env._("%s: enter at least one quantity that comes back.", self.name)]
        problems += [problem for line in lines for problem in line._problems()]
        if self.outside_policy and not (self.exception_reason or "").strip():
            problems.append(
                self.env._(
                    "%(request)s is outside the return policy: %(findings)s Write in “Why an Exception” "
                    "why the goods are taken back nevertheless.",
                    request=self.name,
                    findings=" ".join(self.policy_findings.splitlines()),
                )
            )
        return problems

    # ------------------------------------------------------------------ actions

    def action_accept(self):
        """Accept the return, where no chain decides on it or accepting it had failed (F17).

        :raise AccessError: for whoever may not ask for returns of the order
        :raise UserError: when it is not approved, or more would come back than was shipped
        :return: True
        """
        self._check_may_request()
        # what was decided on stands as it was then
        self.filtered(lambda request: request.approval_state != "approved")._look_at_policy_anew()
        self._do_accept()
        return True

    def action_cancel(self):
        """Give the request up, as long as no goods came back on it; its transfers are cancelled.

        :raise AccessError: for whoever may not ask for returns of the order
        :raise UserError: when goods came back already, or it was given up before
        :return: True
        """
        self._check_may_request()
        lock_rows(self.sudo().order_id)
        for request in self:
            pickings = request.sudo().picking_ids
            if request.state == "cancelled" or "done" in pickings.mapped("state"):
                raise UserError(
                    self.env._(
                        "%s was given up already, or goods have come back on it: it cannot be given up.",
                        request.name,
                    )
                )
            pickings.action_cancel()
        self._stamp({"state": "cancelled"})
        return True

    def _do_accept(self):
        """Ask the warehouse for the goods, with Odoo's own return."""
        lock_rows(self.sudo().order_id)
        for request in self:
            request._check_draft()
            if problems := request._problems():
                raise UserError("\n".join(problems))
            request._stamp({"state": "approved", "approved_at": fields.Datetime.now()})
            # as superuser: salespeople have no rights in the warehouse, the decision allows it
            request.sudo()._create_return_transfers()
            request._tell_accepted()
        return True

    def _tell_accepted(self):
        people = self.order_id.sudo().user_id
        for code in ("sales_assistant", "warehouse"):
            people |= self.env["approval.role"]._people(code, self.company_id)
        self.order_id.sudo().message_post(
            body=self.env._(
                "%(request)s: goods come back with %(pickings)s. %(reason)s",
                request=self.name,
                pickings=", ".join(self.sudo().picking_ids.mapped("name")),
                reason=self.reason,
            ),
            partner_ids=people.partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )
