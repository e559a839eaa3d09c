from odoo import models

from ..values import label, shown

CHOICES_SHOWN = 60
NUMBERS = ("integer", "float", "monetary")
KINDS = {
    **dict.fromkeys(NUMBERS, "number"),
    "date": "date",
    "datetime": "datetime",
    "char": "text",
    "text": "text",
    "selection": "choice",
    "many2one": "choice",
}


class ApprovalRequestTermsForm(models.Model):
    """What can be filled in to approve on condition of other terms (A18)."""

    _inherit = "approval.request"

    def get_proposable_terms(self):
        """The decided values of the document as they are now, for whoever decides on it (A18).

        Read with the rights of the request, not of the document: who decides reads the sheet only.

        :raise UserError: it is not the user's turn
        :return: list of ``{"line": [one2many, id] or False, "of", "field", "label", "type":
            number|date|datetime|text|choice, "value", "digits", "options": [[value, label]]}``
        """
        self.ensure_one()
        self.check_access("read")
        request = self.sudo()
        slot = request._slot_for_me()
        if slot.kind != "decide" or slot.is_terms or not request._can_propose():
            return []
        document = request._document().with_context(lang=self.env.lang)
        operation = document._approval_ops()[request.operation]
        names = [name for name in operation.watch if name != operation.currency]
        rows = [request._proposable(document, name, False) for name in names]
        for o2m, (domain, names) in operation.lines.items():
            for line in document[o2m].filtered_domain(domain):
                title = request._term_title(line, names)
                rows += [request._proposable(line, name, [o2m, line.id], title) for name in names]
        return [row for row in rows if row]

    def _term_title(self, line, names):
        """How people call a line: by the first of its decided values, which is what it is about."""
        return shown(line, names[0]) or line.display_name

    def _proposable(self, record, name, line, title=""):
        """One value that can be proposed, or ``None`` where a form would not help."""
        field = record._fields[name]
        kind = KINDS.get(field.type)
        options = kind == "choice" and self._term_options(record, field)
        if not kind or (kind == "choice" and not options):
            return None
        value = record[name]
        if field.type == "many2one":
            value = value.id
        elif field.type in ("date", "datetime"):
            value = field.to_string(value) or False
        return {
            "line": line,
            "of": title,
            "field": name,
            "label": label(record, name),
            "type": kind,
            "value": value,
            "shown": shown(record, name),
            "digits": self._term_digits(record, field),
            "options": options or [],
        }

    def _term_digits(self, record, field):
        if field.type == "integer":
            return 0
        if field.type == "monetary":
            return record[field.get_currency_field(record)].decimal_places or 2
        if field.type == "float":
            digits = field.get_digits(record.env)
            return digits[1] if digits else 2
        return False

    def _term_options(self, record, field):
        """What may be chosen instead; long lists are left to those who write the document."""
        if field.type == "selection":
            return [list(pair) for pair in field._description_selection(record.env)]
        comodel_sudo = record.env[field.comodel_name].sudo()
        domain = [("company_id", "in", [False, self.company_id.id])]
        found = comodel_sudo.search(
            domain if "company_id" in comodel_sudo._fields else [], limit=CHOICES_SHOWN + 1
        )
        if len(found) > CHOICES_SHOWN:
            return []
        empty = [] if field.required else [[False, ""]]
        return [*empty, *([row.id, row.display_name] for row in found | record[field.name])]
