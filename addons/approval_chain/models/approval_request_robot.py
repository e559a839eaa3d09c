from odoo import models
from odoo.tools import format_amount

from .approval_robot import VERB_EVENT

# who acted is said where it is news, not where the engine or the clock acted
_NAME_THE_ACTOR = {"on_answer", "on_refused", "on_closed", "on_emergency"}


class ApprovalRequest(models.Model):
    """What group robots say of a request (A20)."""

    _inherit = "approval.request"

    def _transition(self, verb, slots=None, opinion="", vals=None, **kwargs):
        result = super()._transition(verb, slots=slots, opinion=opinion, vals=vals, **kwargs)
        self.env["approval.outbox"]._enqueue(self, verb)
        return result

    def _robot_concerns(self, listener, verb):
        """Whether a robot speaks of it: the document and the company, or one above, are its own."""
        if verb == "complete" and self.is_emergency and not self.after_of_id:
            return False  # nobody approved: the emergency release that follows is told
        return (
            not listener.models or self.res_model in listener.models
        ) and listener.company_id in self.company_id.parent_ids._ids

    def _robot_message(self, verb, mention):
        """The message in the language of the context; opinions stay between those concerned.

        :param verb: verb of the engine, or ``ask``
        :param mention: whether to call people by their number
        :return: see :func:`..robots.prepare`
        """
        self.ensure_one()
        people = self._robot_people()
        return {
            "event": verb,
            "request": self.name,
            # chats show the title alone in their list and on a locked telephone
            "title": self.env._(
                "Approval: %(what)s · %(document)s",
                what=self._robot_headline(verb),
                document=self.document_name,
            ),
            "lines": [[label, value] for label, value in self._robot_lines(verb) if value],
            "link": f"{self.get_base_url()}/odoo/{self._name}/{self.id}",
            "link_label": self.env._("Open in Odoo"),
            "mobiles": self._robot_mobiles(people) if mention else [],
        }

    def _robot_headline(self, verb):
        own = {
            "ask": self.env._("Waiting for a decision"),
            "complete": self.env._("Approved"),
            "fail": self.env._("Approved, but not executed"),
        }
        return own.get(verb) or self._verb_labels().get(verb, verb)

    def _robot_lines(self, verb):
        amount = self.currency_id and format_amount(self.env, self.amount, self.currency_id)
        named = VERB_EVENT.get(verb) in _NAME_THE_ACTOR
        return [
            (self.env._("Document"), self.document_name),
            (self.env._("What Is Asked"), self.operation_label),
            (self.env._("Amount"), amount),
            (self.env._("Requested By"), self.requester_id.name),
            (self.env._("By"), self.env.user.name if named else ""),
            (self.env._("Waiting For"), self._robot_turn()),
        ]

    def _robot_open_slots(self):
        return self.slot_ids.filtered(lambda slot: slot.state == "open" and self.state == "pending")

    def _robot_turn(self):
        return ", ".join(
            f"{slot.role_id.name} ({', '.join(slot._people().mapped('name'))})"
            if slot.role_id
            else slot.user_id.name or ""
            for slot in self._robot_open_slots()
        )

    def _robot_people(self):
        """Who should look: those whose turn it is, or the requester when it is nobody's."""
        people = self.env["res.users"].union(*(slot._people() for slot in self._robot_open_slots()))
        return people or self.requester_id

    def _robot_mobiles(self, people):
        """Work mobile numbers as the chats know them: without separators and the prefix of China."""
        # colleagues do not read each other's employee record, which may be of another company
        employees_sudo = self.env["hr.employee"].sudo()
        employees_sudo = employees_sudo.search(
            [("user_id", "in", people.ids), ("mobile_phone", "!=", False)]
        )
        numbers = employees_sudo.mapped("mobile_phone")
        plain = ("".join(sign for sign in number if sign in "+0123456789") for number in numbers)
        return sorted({number.removeprefix("+86").removeprefix("0086") for number in plain} - {""})
