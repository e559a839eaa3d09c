from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain


class SaleDeliveryApplication(models.Model):
    """A payment voucher is handed in once (F10): neither the same file nor the same number twice.

    Whoever paid several orders with one transfer says so on the application; finance sees with what
    else the voucher was handed in. The money itself is counted once by the payment allocations.
    """

    _inherit = "sale.delivery.application"

    voucher_number = fields.Char(
        copy=False,
        tracking=True,
        index="btree_not_null",
        help="Number of the bank receipt or cheque. It can be handed in once.",
    )
    is_shared_voucher = fields.Boolean(
        string="Voucher for Several Orders",
        copy=False,
        tracking=True,
        help="The customer paid several orders with one payment: the same voucher may be handed in "
        "for each of them.",
    )
    same_voucher_ids = fields.Many2many(
        "sale.delivery.application",
        compute="_compute_same_voucher_ids",
        string="Same Voucher Handed In With",
        groups="sale_order_flow.group_flow_finance",
    )

    @api.depends("voucher_ids", "voucher_number", "company_id")
    def _compute_same_voucher_ids(self):
        found = self._origin._same_vouchers()
        for application in self:
            application.same_voucher_ids = found.get(application._origin.id)

    def _same_vouchers(self):
        """Applications under way or verified that were handed in with a voucher of these.

        :return: ``{application id: applications of the same company}``, read for everybody: whose
            orders they are does not matter to the question
        """
        handed_in = self.sudo().search(
            Domain("company_id", "in", self.company_id.ids)
            & Domain("state", "in", ("submitted", "verified"))
            & (
                Domain(
                    "voucher_ids",
                    "any",
                    # the model: by its index
                    Domain("res_model", "=", self._name)
                    & Domain("checksum", "in", self._voucher_checksums()),
                )
                | Domain("voucher_number", "in", list(filter(None, self.mapped("voucher_number"))))
            )
        )
        same = {}
        for application in self.sudo():
            files = set(application._voucher_checksums())
            same[application.id] = (handed_in - application).filtered(
                lambda other, mine=application, files=files: (
                    other.company_id == mine.company_id
                    and (
                        (mine.voucher_number and other.voucher_number == mine.voucher_number)
                        or not files.isdisjoint(other._voucher_checksums())
                    )
                )
            )
        return same

    def _voucher_checksums(self):
        """Of the files that have a content; links have none."""
        return [file.checksum for file in self.sudo().voucher_ids if file.checksum]

    # ------------------------------------------------------------------ CRUD

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_clean_number(vals) for vals in vals_list])

    def write(self, vals):
        result = super().write(self._with_clean_number(vals))
        if not {"voucher_ids", "voucher_number", "is_shared_voucher"}.isdisjoint(vals):
            self._check_not_verified()
            self.filtered(
                lambda application: application.state == "submitted"
            )._check_vouchers_once()
        return result

    @api.model
    def _with_clean_number(self, vals):
        """The number without blanks, in capitals: as it is compared."""
        if not vals.get("voucher_number"):
            return vals
        return {**vals, "voucher_number": "".join(vals["voucher_number"].split()).upper()}

    # ------------------------------------------------------------------ business

    def action_submit(self):
        self._check_vouchers_once()
        return super().action_submit()

    def action_verify(self):
        # two applications may have been handed in at the same moment
        self._check_verifying()
        self._check_vouchers_once()
        return super().action_verify()

    def _check_vouchers_once(self):
        """Refuse a voucher that was handed in before, by file or by number (F10).

        :raise UserError: naming the voucher and the other application
        """
        same = self._same_vouchers()
        for application in self:
            checksums = application._voucher_checksums()
            if len(set(checksums)) < len(checksums):
                raise UserError(
                    self.env._(
                        "%(application)s: the same file is attached twice under Payment Vouchers. "
                        "Remove one of them.",
                        application=application.name,
                    )
                )
            if application.is_shared_voucher:
                continue
            others = same[application.id].filtered(lambda other: not other.is_shared_voucher)
            if not others:
                continue
            known = others._voucher_checksums()
            repeated = application.sudo().voucher_ids.filtered(
                lambda file, known=known: file.checksum in known
            )[:1]
            raise UserError(
                self.env._(
                    "%(application)s: the payment voucher %(voucher)s was handed in with %(other)s "
                    "already. Attach the voucher of this order, or tick Voucher for Several Orders "
                    "when the customer paid them with one payment.",
                    application=application.name,
                    voucher=repeated.name or application.voucher_number,
                    other=others[0].name,
                )
            )
