from odoo import models
from odoo.tools import email_normalize, html2plaintext


class OrderCase(models.Model):
    """Cases that come by mail, and what the customer is told and answers (F19)."""

    _inherit = "order.case"

    def message_new(self, msg_dict, custom_values=None):
        """A mail to a mailbox of cases opens one, for the customer that Odoo knows the sender as."""
        author = self.env["res.partner"].browse(msg_dict.get("author_id") or ())
        # a colleague who forwards a mail is not the customer
        customer = author.filtered("partner_share").sudo()
        values = {
            **(custom_values or {}),
            "subject": msg_dict.get("subject") or self.env._("Mail without a subject"),
            "description": html2plaintext(msg_dict.get("body") or ""),
            "partner_id": customer.id,
            "email_from": email_normalize(msg_dict.get("email_from")) or msg_dict.get("email_from"),
            "source": "mail",
        }
        values["order_id"] = self._order_named_in(values["subject"], customer, values).id
        return self._open_case(values)

    def _order_named_in(self, text, customer, values):
        """The order of the customer whose number the mail names in its subject."""
        orders = self.env["sale.order"].sudo()
        if not customer:
            return orders
        words = {word.strip(".,:;()[]#") for word in text.replace("：", " ").split()}
        found = orders.search(
            [
                ("name", "in", sorted(filter(None, words))),
                ("partner_id", "child_of", customer.commercial_partner_id.id),
                ("company_id", "=", values.get("company_id") or self.env.company.id),
            ],
            limit=2,
        )
        return found if len(found) == 1 else orders

    def _message_post_after_hook(self, message, msg_vals):
        """What the customer waited for goes on when the customer answers, by mail or portal."""
        result = super()._message_post_after_hook(message, msg_vals)
        author = message.author_id
        from_outside = author.partner_share if author else message.message_type == "email"
        if message.message_type in ("email", "comment") and from_outside:
            for case in self.sudo().filtered(lambda case: case.state == "waiting"):
                case._move("progress")
        return result

    def _tell_result(self):
        """Customers who came to us themselves hear what came of it, in their language."""
        self.ensure_one()
        if self.source not in ("portal", "mail"):
            return
        lang = self.partner_id.lang or self.env.lang
        said = self.with_context(lang=lang)
        said.message_post(
            body=said.env._(
                "%(case)s is closed. Result: %(result)s",
                case=self.display_name,
                result=self.result,
            ),
            partner_ids=self.partner_id.ids,
            message_type="comment",
            subtype_xmlid="mail.mt_comment",
        )


class MailThread(models.AbstractModel):
    _inherit = "mail.thread"

    def message_route(self, message, message_dict, model=None, thread_id=None, custom_values=None):
        """Answers that a machine gave, such as out-of-office notes, are no cases."""
        routes = super().message_route(message, message_dict, model, thread_id, custom_values)
        if _is_automatic(message):
            return [route for route in routes if route[0] != "order.case"]
        return routes


def _is_automatic(message):
    """Whether a machine wrote the mail, as RFC 3834 has it say."""
    submitted = (message.get("Auto-Submitted") or "no").strip().lower()
    precedence = (message.get("Precedence") or "").strip().lower()
    return (
        submitted != "no"
        or precedence in ("auto_reply", "bulk", "junk")
        or bool(message.get("X-Autoreply") or message.get("X-Autorespond"))
    )
