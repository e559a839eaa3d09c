from odoo import api, fields, models


class ApprovalLogPerson(models.Model):
    """Names behind the plain ids of the log.

    Kept apart so that a person can be anonymised, or a user deleted, without touching the log.
    """

    _name = "approval.log.person"
    _description = "Person in the Approval Log"
    _log_access = False

    user_ref = fields.Integer(required=True, string="User ID")
    name = fields.Char(required=True)

    _user_ref_unique = models.UniqueIndex("(user_ref)")

    @api.model
    def _remember(self, users):
        """Keep the present names of ``users``."""
        known = {
            person.user_ref: person
            for person in self.sudo().search([("user_ref", "in", users.ids)])
        }
        for user in users.sudo():
            person = known.get(user.id)
            if not person:
                known[user.id] = self.sudo().create({"user_ref": user.id, "name": user.name})
            elif person.name != user.name:
                person.name = user.name

    @api.model
    def _names(self, user_refs):
        """``{user id: name}`` as remembered."""
        people = self.sudo().search([("user_ref", "in", list(user_refs))])
        return {person.user_ref: person.name for person in people}
