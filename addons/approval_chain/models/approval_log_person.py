from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError


class ApprovalLogPerson(models.Model):
    """Names behind the plain ids of the log; the log itself writes them (A12).

    Kept apart so that a person can be anonymised, or a user deleted, without touching the log.
    """

    _name = "approval.log.person"
    _description = "Person in the Approval Log"
    _log_access = False
    _order = "name, id"

    user_ref = fields.Integer(required=True, readonly=True, string="User ID", aggregator=None)
    name = fields.Char(required=True, readonly=True)
    is_anonymous = fields.Boolean(readonly=True, string="Anonymised")

    _user_ref_unique = models.UniqueIndex("(user_ref)")

    @api.model
    def _names(self, user_refs):
        """``{user id: name}`` as remembered."""
        people = self.sudo().search([("user_ref", "in", list(user_refs))])
        return {person.user_ref: person.name for person in people}

    def action_anonymise(self):
        """Forget the names of persons who left, for good; no entry of the log changes (A12).

        :raise AccessError: for anybody but an approval administrator
        :raise UserError: naming the persons who still work with Odoo
        :return: True
        """
        if not self.env.user.has_group("approval_chain.group_approval_manager"):
            raise AccessError(
                self.env._("Only an approval administrator can anonymise a person in the log.")
            )
        self.check_access("read")
        present = self.env["res.users"].sudo().browse(self.mapped("user_ref")).exists()
        if working := present.filtered("active"):
            raise UserError(
                self.env._(
                    "%(people)s still work with Odoo, and their decisions must be readable. Archive "
                    "their users first.",
                    people=", ".join(working.mapped("name")),
                )
            )
        for person in self.sudo():
            person.write(
                {
                    "name": self.env._("Former user %s", person.user_ref),
                    "is_anonymous": True,
                }
            )
        self.env.flush_all()
        return True
