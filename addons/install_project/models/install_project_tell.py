from odoo import models
from odoo.exceptions import UserError

from .install_project import ASSISTANT


class InstallProject(models.Model):
    """Assistant, salesperson, crew and customer learn by themselves how it goes (I4)."""

    _inherit = "install.project"

    def _raise_problems(self, problems):
        """:raise UserError: with all sentences at once"""
        if problems:
            raise UserError("\n".join(problems))

    def _house(self):
        """Salesperson and sales assistants, who follow the order."""
        self.ensure_one()
        project = self.sudo()
        return project.user_id | self.env["approval.role"]._people(ASSISTANT, project.company_id)

    def _tell(self, users, text):
        """Post ``text`` and notify these users of it."""
        self.ensure_one()
        self.sudo().message_post(
            body=text,
            author_id=self.env.user.partner_id.id,
            partner_ids=(users - self.env.user).partner_id.ids,
            subtype_xmlid="mail.mt_note",
        )

    def _tell_customer(self, said):
        """Mail the customer in their language with the address of the page; the order keeps it.

        :param said: function of an environment that gives the text in its language
        """
        self.ensure_one()
        project = self.sudo()
        customer = project.contact_id.filtered("email_normalized") or project.partner_id
        project.order_id.message_post(body=said(self.env), subtype_xmlid="mail.mt_note")
        if not customer.email_normalized:
            return
        read = project.with_context(lang=customer.lang or self.env.lang)
        read.message_notify(
            partner_ids=customer.ids,
            subject=f"{project.company_id.name}: {project.name}",
            body=read.env._(
                "%(text)s\nDetails: %(link)s",
                text=said(read.env),
                link=f"{project.get_base_url()}{project.get_portal_url()}",
            ),
        )

    def _tell_schedule(self):
        """The schedule as it stands, to crew, house and customer."""
        self.ensure_one()
        # whoever leads the work need not read orders
        order = self.sudo().order_id.name

        def said(env):
            return env._(
                "%(project)s for %(order)s is planned from %(start)s to %(end)s.",
                project=self.name,
                order=order,
                start=self.date_start or "-",
                end=self.date_end or "-",
            )

        self._tell(self._crew() | self._house(), said(self.env))
        self._tell_customer(said)
