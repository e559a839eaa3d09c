from odoo import api, fields, models
from odoo.fields import Domain
from odoo.tools import LazyTranslate

from ..order_check import MEANINGS, RANK, CheckRun, Finding, OrderCheck
from .sale_order import INTAKE_FIELDS

_lt = LazyTranslate(__name__)

SPECIAL_LEVELS = [
    ("none", "No Special Approval"),
    ("head", "Department Head"),
    ("president", "President"),
]
# a finding within the limit of the head is the head's, even where the company refuses those beyond it
DECISIVE = ("head", "president", "stop")
CHECKED = (
    *INTAKE_FIELDS,
    "company_id",
    "partner_id",
    "pricelist_id",
    "payment_term_id",
    "fiscal_position_id",
    "date_order",
    "warehouse_id",
    "order_line.product_id",
    "order_line.product_uom_id",
    "order_line.product_uom_qty",
    "order_line.price_unit",
    "order_line.discount",
)
NOTE_LEVELS = {"note": "info", "head": "warning", "president": "danger", "stop": "danger"}


class SaleOrder(models.Model):
    """Checks on submission (F2, F4, F5, F6): what is found, and what that means for the company."""

    _inherit = "sale.order"

    check_results = fields.Json(
        compute="_compute_check_results",
        compute_sudo=True,
        string="Checks",
        groups="base.group_user",  # customers read their orders too, margins and limits are not theirs
    )
    special_level = fields.Selection(
        SPECIAL_LEVELS,
        compute="_compute_special",
        compute_sudo=True,
        search="_search_special_level",
        string="Special Approval",
        groups="base.group_user",
    )
    special_reasons = fields.Text(
        compute="_compute_special",
        compute_sudo=True,
        groups="base.group_user",
    )

    @api.depends(*CHECKED)
    @api.depends_context("uid", "lang")
    def _compute_check_results(self):
        results = self._checked()
        for order in self:
            order.check_results = results.get(order, False)

    @api.depends(*CHECKED)
    @api.depends_context("uid", "lang")
    def _compute_special(self):
        """Chains are chosen by this: asked are only the checks that can change the answer."""
        results = self._checked(lambda check, rule: rule.means in DECISIVE and not check.fixed)
        for order in self:
            special = [
                reason
                for result in results.get(order, [])
                for reason in result["reasons"]
                if reason["state"] in ("head", "president")
            ]
            order.special_level = max(
                (reason["state"] for reason in special), key=RANK.get, default="none"
            )
            order.special_reasons = "\n".join(reason["text"] for reason in special)

    def _search_special_level(self, operator, value):
        if operator != "in":
            return NotImplemented
        quotations = self.search(Domain("state", "in", ("draft", "sent")))
        return Domain(
            "id", "in", quotations.filtered(lambda order: order.special_level in value).ids
        )

    # ------------------------------------------------------------------ the list of checks

    def _order_checks(self):
        """Hook: every check there is, in the order people read them.

        To add one, extend with ``super()``, add an entry, and write its method. That is called once
        for all orders, as superuser, with the round (:class:`CheckRun`), and answers ``{order:
        [Finding]}``; orders left out are fine. What a finding means is decided by each company
        (``sale.order.check.policy``).

        :return: ``{code: OrderCheck}``
        """
        return {
            "data": OrderCheck(
                label=_lt("Data"),
                method="_check_data",
                fine=_lt("Everything a reviewer needs is filled in."),
                explains=_lt("Whether everything is filled in; an incomplete order is refused."),
                means="stop",
                fixed=True,
            ),
            **self._order_checks_customer(),
            **self._order_checks_terms(),
            **self._order_checks_supply(),
            "special": OrderCheck(
                label=_lt("Other reasons"),
                method="_check_special",
                fine=_lt("Nothing else makes this order special."),
                explains=_lt("What further apps report as special about an order."),
                means="president",
                lasting=True,
            ),
        }

    def _check_special(self, run):
        """What addons report through the older hook, at the level they report it."""
        return {
            order: [Finding(sentence, at_most=level) for level, sentence in found]
            for order, found in self._special_findings().items()
        }

    def _special_findings(self):
        """Hook: what makes orders special, where no check of its own is needed.

        Extend with ``super()`` and append.

        :return: ``{order: [(level, sentence)]}`` with level ``head`` or ``president``
        """
        return {order: [] for order in self}

    # ------------------------------------------------------------------ asking them

    def _checked(self, wanted=lambda check, rule: True):
        """Ask checks about all orders; companies without the order flow cost no query.

        :param wanted: which checks, given the ``OrderCheck`` and the ``CheckRule`` of the company
        :return: ``{order: [{"code", "label", "state", "reason", "reasons": [{"state", "text"}]}]}``
            with state ``ok`` or one of ``MEANINGS``; checks that the company ignores are left out
        """
        enabled = self.env["res.company"]._order_flow_company_ids()
        orders = self.filtered(lambda order: order.company_id.id in enabled)
        if not orders:
            return {}
        orders.order_line.mapped("product_no_variant_attribute_value_ids")  # read for all at once
        checks = self._order_checks()
        rules = self.env["sale.order.check.policy"]._rules(orders.company_id)
        run = CheckRun({key: rule.limit for key, rule in rules.items()})
        results = {order: [] for order in orders}
        for code, check in checks.items():
            asked = orders.filtered(
                lambda order, code=code, check=check: (
                    rules[order.company_id.id, code].means != "ignore"
                    and wanted(check, rules[order.company_id.id, code])
                    and (check.lasting or order.state in ("draft", "sent"))
                )
            )
            found = getattr(asked, check.method)(run) if asked else {}
            for order in asked:
                rule = rules[order.company_id.id, code]
                results[order].append(
                    order._check_result(code, check, rule.means, found.get(order, []))
                )
        return results

    def _check_result(self, code, check, means, findings):
        """The result of one check as it is shown and frozen."""
        reasons = [
            {"state": min(means, finding.at_most, key=RANK.get), "text": finding.sentence}
            for finding in findings
        ]
        return {
            "code": code,
            "label": str(self.env._(check.label)),
            "state": max((reason["state"] for reason in reasons), key=RANK.get, default="ok"),
            "reason": "\n".join(reason["text"] for reason in reasons)
            or str(self.env._(check.fine)),
            "reasons": reasons,
        }

    def _checked_lines(self, keep=lambda line: True):
        """The lines that sell something, and ``keep(line)``, read along with those of other orders.

        ``filtered`` alone forgets the other orders: each would read its products by itself.
        """
        self.ensure_one()
        lines = self.order_line
        chosen = lines.filtered(lambda line: line._is_priced() and keep(line))
        return chosen.with_prefetch(lines._prefetch_ids)

    # ------------------------------------------------------------------ submission

    def action_approval_submit(self, code=None, chosen=None):
        """Submit by the results of this moment: fields do not depend on money, stock and documents."""
        self.invalidate_recordset(["check_results", "special_level", "special_reasons"])
        return super().action_approval_submit(code, chosen)

    def _approval_check_submission(self, code):
        """F1, F4: what is refused, order by order, whatever chain would apply."""
        missing = super()._approval_check_submission(code)
        for order in self:
            for check in order.check_results or []:
                missing.setdefault(order.id, []).extend(
                    reason["text"]
                    if check["code"] == "data"
                    else self.env._(
                        "%(order)s cannot be submitted (%(check)s): %(reason)s",
                        order=order.display_name,
                        check=check["label"],
                        reason=reason["text"],
                    )
                    for reason in check["reasons"]
                    if reason["state"] == "stop"
                )
        return missing

    def _approval_sheet_notes(self, code):
        """Approvers see first what was found, then what was looked at and is in order (F4)."""
        notes = super()._approval_sheet_notes(code)
        labels = {state: str(self.env._(label)) for state, label in MEANINGS}
        for order in self:
            checks = order.check_results or []
            found = [(check, reason) for check in checks for reason in check["reasons"]]
            lines = notes.setdefault(order.id, [])
            lines += [
                {
                    "level": NOTE_LEVELS[reason["state"]],
                    "text": self.env._(
                        "%(check)s (%(means)s): %(reason)s",
                        check=check["label"],
                        means=labels[reason["state"]],
                        reason=reason["text"],
                    ),
                }
                for check, reason in sorted(
                    found, key=lambda pair: RANK[pair[1]["state"]], reverse=True
                )
            ]
            if fine := [check["label"] for check in checks if check["state"] == "ok"]:
                text = self.env._("Checked and in order: %(checks)s.", checks=", ".join(fine))
                lines.append({"level": "info", "text": text})
        return notes

    # ------------------------------------------------------------------ data (F1)

    def _goods_sold(self):
        """The lines of the order that sell some quantity of something."""
        return self._checked_lines(lambda line: line.product_uom_qty)

    def _missing_intake(self):
        """What is still empty of what every order says: read from the orders and lines alone.

        :return: ``{order: [name of the field]}``; complete orders are left out
        """
        self.order_line.fetch(("product_id", "display_type", "is_downpayment", "product_uom_qty"))
        missing = {}
        for order in self:
            names = [name for name in INTAKE_FIELDS if not order[name]]
            if not order._goods_sold():
                names.append("order_line")
            if names:
                missing[order] = names
        return missing

    def _check_data(self, run):
        """F1: name, order by order, every field that is still empty."""
        labels = self.fields_get([*INTAKE_FIELDS, "order_line"], ["string"])
        missing, findings = self._missing_intake(), {}
        for order in self:
            names = [labels[name]["string"] for name in missing.get(order, ())]
            sentences = [
                self.env._(
                    "%(order)s: the unit price of %(product)s is missing. Enter it and submit the "
                    "order again.",
                    order=order.display_name,
                    product=line.product_id.display_name,
                )
                for line in order._goods_sold()
                if not line.price_unit
                and not line._may_be_free()
                and not run.remember(line, line._list_price_unit)
            ]
            if names:
                sentences.insert(
                    0,
                    self.env._(
                        "%(order)s is incomplete: %(fields)s. Fill this in and submit it again.",
                        order=order.display_name,
                        fields=", ".join(names),
                    ),
                )
            findings[order] = [Finding(sentence) for sentence in sentences]
        return findings
