import base64

from odoo import api, fields, models
from odoo.exceptions import UserError

from .marketing_work import SIGNS

# what is signed off
DESIGN = frozenset({"name", "file", "file_name", "work_id"})


class MarketingMaterial(models.Model):
    """A design produced for advertising, signed off version by version (P8, D15).

    One person looks at one file: a stamp says all of it, a chain would say no more. The file changes
    only with a new version, which is looked at again.
    """

    _name = "marketing.material"
    _description = "Advertising Material"
    _inherit = ["marketing.work.part", "mail.thread", "mail.activity.mixin"]
    _order = "work_id desc, id"
    _stamped = frozenset(
        {"state", "version", "made_by_id", "signed_by_id", "signed_at", "refuse_reason"}
    )

    name = fields.Char(required=True, tracking=True)
    file = fields.Binary(required=True, copy=False)
    file_name = fields.Char(copy=False)
    version = fields.Integer(readonly=True, copy=False, default=1, tracking=True)
    made_by_id = fields.Many2one("res.users", readonly=True, copy=False, string="Handed In By")
    state = fields.Selection(
        [
            ("draft", "Draft"),
            ("waiting", "To Be Signed Off"),
            ("approved", "Signed Off"),
            ("refused", "Sent Back"),
        ],
        default="draft",
        required=True,
        readonly=True,
        copy=False,
        tracking=True,
        index=True,
        string="Status",
    )
    signed_by_id = fields.Many2one("res.users", readonly=True, copy=False)
    signed_at = fields.Datetime(readonly=True, copy=False, string="Signed Off On")
    refuse_reason = fields.Char(readonly=True, copy=False)
    may_sign = fields.Boolean(compute="_compute_may_sign")

    @api.depends("state", "company_id", "made_by_id")
    @api.depends_context("uid")
    def _compute_may_sign(self):
        user = self.env.user
        signs = {company: user._holds_role(SIGNS, company) for company in self.sudo().company_id}
        for material in self:
            material.may_sign = (
                material.state == "waiting"
                and material.made_by_id != user
                and signs.get(material.sudo().company_id, False)
            )

    def write(self, vals):
        if not DESIGN.isdisjoint(vals):
            self._check_material_state("draft")
        if "work_id" in vals:
            self._check_never_handed_in()
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_never_handed_in(self):
        if not self.env.su:
            self._check_never_handed_in()

    def _check_never_handed_in(self):
        """:raise UserError: for designs that were looked at: who said what of them is kept"""
        self._check_material_state("draft")
        for material in self:
            if material.version > 1:
                raise UserError(
                    self.env._(
                        "“%s” was handed in before and stays with its work: go on with this version.",
                        material.name,
                    )
                )

    def action_revise(self):
        """Begin the next version; the file so far is kept in the messages.

        :raise AccessError: for anybody but who leads the work
        :raise UserError: while the version at hand was not handed in
        :return: True
        """
        self._check_entered()
        for material in self:
            material._check_material_state("waiting", "approved", "refused")
            material._drop_turn()
            material.message_post(
                body=self.env._("Version %s", material.version),
                attachments=[
                    (material.file_name or material.name, base64.b64decode(material.file))
                ],
            )
            material._stamp(
                {
                    "version": material.version + 1,
                    "state": "draft",
                    "made_by_id": False,
                    "signed_by_id": False,
                    "signed_at": False,
                    "refuse_reason": False,
                }
            )
        return True

    def action_hand_in(self):
        """Hand the file to those who sign it off.

        :raise AccessError: for anybody but who leads the work
        :return: True
        """
        self._check_entered()
        self._check_material_state("draft")
        for material in self:
            material._stamp({"state": "waiting", "made_by_id": self.env.uid})
            company = material.company_id
            for person in self.env["approval.role"]._people(SIGNS, company):
                # sudo: those who sign are asked, whoever hands it in
                material.sudo().activity_schedule(
                    "mail.mail_activity_data_todo",
                    date_deadline=company._approval_today(),
                    summary=self.env._("Sign off: %s", material.name),
                    user_id=person.id,
                )
        return True

    def action_sign_off(self):
        """The design may be used.

        :raise AccessError: for anybody but holders of the role VP Marketing
        :raise UserError: for who handed it in
        :return: True
        """
        self._check_signs()
        self._stamp(
            {"state": "approved", "signed_by_id": self.env.uid, "signed_at": fields.Datetime.now()}
        )
        self._drop_turn()
        return True

    def action_send_back(self, reason=None):
        """The design is to be changed.

        :param reason: what, in words
        :raise AccessError: for anybody but holders of the role VP Marketing
        :return: True
        """
        self._check_signs()
        if not (reason or "").strip():
            raise UserError(self.env._("Say what is to be changed on the material."))
        self._stamp({"state": "refused", "refuse_reason": reason.strip()})
        self._drop_turn()
        for material in self:
            material.sudo().message_post(
                body=self.env._("Sent back: %s", reason.strip()),
                author_id=self.env.user.partner_id.id,
                partner_ids=material.sudo().made_by_id.partner_id.ids,
            )
        return True

    def _drop_turn(self):
        """Nobody is asked any more."""
        self.sudo().activity_ids.unlink()

    def _check_signs(self):
        self._flow_check_role(SIGNS)
        self._check_material_state("waiting")
        for material in self:
            if material.made_by_id == self.env.user:
                raise UserError(
                    self.env._(
                        "“%s” was handed in by you: somebody else signs it off.", material.name
                    )
                )

    def _check_material_state(self, *states):
        """:raise UserError: naming the material and how far it is"""
        labels = dict(self._fields["state"]._description_selection(self.env))
        for material in self:
            if material.state not in states:
                raise UserError(
                    self.env._(
                        "“%(name)s” is “%(state)s”: this is done while it is %(wanted)s.",
                        name=material.name,
                        state=labels[material.state],
                        wanted=", ".join(f"“{labels[state]}”" for state in states),
                    )
                )

    def _frozen_files(self, files):
        """What was handed in is exchanged only by a new version."""
        decided = self.filtered(lambda material: material.state != "draft")
        return super()._frozen_files(files) | files.filtered(
            lambda file: file.res_field == "file" and file.res_id in decided.ids
        )
