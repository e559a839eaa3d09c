from odoo import api, fields, models
from odoo.exceptions import AccessError


class ResPartner(models.Model):
    """The policy a customer was given is what special approval measures orders against (F5)."""

    _inherit = "res.partner"

    qualification_ids = fields.One2many(
        "res.partner.qualification",
        "partner_id",
        string="Qualification Documents",
        groups="sale_order_flow.group_flow_user",
    )
    qualification_count = fields.Integer(
        compute="_compute_qualification_count",
        groups="sale_order_flow.group_flow_user",
    )

    @api.depends("qualification_ids")
    def _compute_qualification_count(self):
        groups = self.env["res.partner.qualification"]._read_group(
            [("partner_id", "in", self.commercial_partner_id.ids)], ["partner_id"], ["__count"]
        )
        counts = {partner.id: count for partner, count in groups}
        for partner in self:
            partner.qualification_count = counts.get(partner.commercial_partner_id._origin.id, 0)

    def action_view_qualifications(self):
        """Open the documents of the customer; also who may not edit customers enters them here (F2).

        :return: window action of the documents
        """
        self.ensure_one()
        customer = self.commercial_partner_id
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "sale_order_flow.action_qualification"
        )
        return {
            **action,
            "domain": [("partner_id", "=", customer.id)],
            "context": {"default_partner_id": customer.id},
        }

    @api.model
    def _order_policy_fields(self):
        """Hook: fields of a customer that say what is usual; finance alone sets them."""
        return {
            "property_payment_term_id",
            "property_product_pricelist",
            "specific_property_product_pricelist",
        }

    @api.model_create_multi
    def create(self, vals_list):
        for vals in vals_list:
            touched = self._order_policy_touched(vals)
            if touched and (changed := self._order_policy_not_usual(vals, touched)):
                self._order_policy_refuse(changed)
        return super().create(vals_list)

    def write(self, vals):
        if touched := self._order_policy_touched(vals):
            changed = {name for name in touched if not self._order_policy_same(name, vals[name])}
            if changed:
                self._order_policy_refuse(changed)
        return super().write(vals)

    def _order_policy_touched(self, vals):
        """The policy fields in ``vals`` that the user has no right to decide on."""
        touched = self._order_policy_fields().intersection(vals)
        if not touched or self.env.su or not self.env.company.order_flow_enabled:
            return set()
        trusted = self.env.user.has_groups(
            "sale_order_flow.group_flow_finance,sale_order_flow.group_flow_manager"
        )
        return set() if trusted else touched

    def _order_policy_not_usual(self, vals, touched):
        """Policy fields of a customer to be created that differ from what everybody gets."""
        parent = self.browse(vals.get("parent_id") or [])
        prices = self.env["product.pricelist"]._get_country_pricelist_multi(
            [vals.get("country_id")]
        )
        usual = self.default_get(list(touched))
        if pricelist := prices.get(vals.get("country_id")):
            usual["property_product_pricelist"] = pricelist.id
        return {
            name
            for name in touched
            if vals[name] and vals[name] not in (usual.get(name), parent[name].id)
        }

    def _order_policy_same(self, name, value):
        """Whether writing ``value`` changes nothing, or brings what the company of a contact has."""
        return all(
            (value or False) in (partner[name].id, partner.commercial_partner_id[name].id)
            for partner in self
        )

    def _order_policy_refuse(self, names):
        labels = self.fields_get(sorted(names), ["string"])
        raise AccessError(
            self.env._(
                "%(fields)s of a customer is set by finance: special approval of orders is measured "
                "against it. Ask finance, or put other terms on the quotation and submit it.",
                fields=", ".join(label["string"] for label in labels.values()),
            )
        )
