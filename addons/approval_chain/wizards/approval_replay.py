from datetime import timedelta

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import split_every

from ..models.approval_replay_memo import with_memo
from .approval_replay_submitted import as_submitted
from .approval_replay_tally import Tally

DAYS = 90
CAP = 2000
BATCH = 500
DECIDED = ("approved", "executed", "refused", "void")
"""States of requests whose values somebody decided on."""


class ApprovalReplay(models.TransientModel):
    """A chain tried on the documents of a time: who, how many, how long, which gaps (A17).

    For approval administrators, on documents they may read: with the values that were frozen when
    they were submitted, where they were decided on, else with those of today. Changes nothing but
    its own lines.
    """

    _name = "approval.replay"
    _description = "Replay of an Approval Chain"

    chain_id = fields.Many2one(
        "approval.chain", required=True, ondelete="cascade", context={"active_test": False}
    )
    date_from = fields.Date(
        string="From",
        required=True,
        default=lambda self: fields.Date.context_today(self) - timedelta(days=DAYS),
    )
    date_to = fields.Date(
        string="Until", required=True, default=lambda self: fields.Date.context_today(self)
    )
    date_label = fields.Char(compute="_compute_date_label", string="Date That Counts")
    is_done = fields.Boolean()
    is_capped = fields.Boolean()
    document_count = fields.Integer(string="Documents")
    matched_count = fields.Integer(
        string="Go through It", help="Documents that would go through this chain."
    )
    earlier_count = fields.Integer(
        string="Go Elsewhere", help="They match, but a chain that comes before takes them."
    )
    gap_count = fields.Integer(
        string="With Gaps", help="Documents that could not have been submitted."
    )
    today_count = fields.Integer(
        string="By Today's Values",
        help="Documents of those that go through it that were never decided on before: they are "
        "judged by the values they have today.",
    )
    matched_ids = fields.Json()
    time_text = fields.Char(
        string="Takes About",
        help="From submission to the last answer: medians of the last year, in working hours of the "
        "company as time limits count them.",
    )
    line_ids = fields.One2many("approval.replay.line", "replay_id", string="Steps")
    gap_ids = fields.One2many("approval.replay.gap", "replay_id", string="Gaps")

    _dates_ordered = models.Constraint(
        "CHECK (date_from <= date_to)", "The replay must begin before it ends."
    )

    @api.depends("chain_id")
    def _compute_date_label(self):
        for replay in self:
            name = replay._date_field() if replay.chain_id else ""
            field = self.env[replay.chain_id.model]._fields[name] if name else None
            replay.date_label = field._description_string(self.env) if field else ""

    @api.depends("chain_id")
    def _compute_display_name(self):
        for replay in self:
            replay.display_name = self.env._("Replay “%s”", replay.chain_id.name)

    def _date_field(self):
        """By which date documents belong to a time: that of the operation, else of creation."""
        model = self.env[self.chain_id.model]
        date = self.chain_id._document_operations()[self.chain_id.operation].date
        return date if date and model._fields[date].store else "create_date"

    # ------------------------------------------------------------------ running

    def action_run(self):
        """Try the chain on the documents, at most 2,000, the newest first (A17).

        :raise AccessError: the user may not read documents of this kind
        :raise UserError: the time ends before it begins
        :return: True
        """
        self.ensure_one()
        self.check_access("write")
        self.env[self.chain_id.model].check_access("read")
        if self.date_from > self.date_to:
            raise UserError(self.env._("The replay must begin before it ends. Change the dates."))
        documents = self._documents()
        tally = Tally(with_memo(self.chain_id.sudo()))
        for ids in split_every(BATCH, documents[:CAP]._ids):
            # may be read, as searched; people and conditions may look at what the user may not
            batch_sudo = documents.browse(ids).sudo()
            requests = self._requests(batch_sudo)
            decided = self._decided(requests)
            with as_submitted(batch_sudo, tally.operation, decided):
                tally.add(batch_sudo, self._requesters(batch_sudo, requests), decided)
        self.line_ids.unlink()
        self.gap_ids.unlink()
        self.write({**tally.values(self), "is_done": True, "is_capped": len(documents) > CAP})
        return True

    def _documents(self):
        """The newest documents of the time that the user may read, one more than are looked at."""
        chain = self.chain_id
        operation = chain._document_operations()[chain.operation]
        name = self._date_field()
        domain = (
            operation.scope
            & Domain(name, ">=", self.date_from)
            & Domain(name, "<", self.date_to + timedelta(days=1))
            & (
                Domain(operation.company, "child_of", chain.company_id.id)
                | Domain(operation.company, "=", False)
            )
        )
        return self.env[chain.model].search(domain, order=f"{name} desc, id desc", limit=CAP + 1)

    def _requests(self, documents):
        """The requests of the documents, the oldest first, with what they froze."""
        return (
            self.env["approval.request"]
            .sudo()
            .search_fetch(
                [("res_model", "=", documents._name), ("res_id", "in", documents.ids)],
                ["res_id", "name", "requester_id", "operation", "state", "watched", "amount",
                 "currency_id", "amount_date"],
                order="id",
            )
        )  # fmt: skip

    def _decided(self, requests):
        """``{document id: the last request somebody decided on}``."""
        return {
            request.res_id: request
            for request in requests
            if request.operation == self.chain_id.operation and request.state in DECIDED
        }

    def _requesters(self, documents, requests):
        """Who would ask: who asked, else who is responsible, else who created it.

        :param requests: all requests of the documents, the oldest first
        :return: ``{document id: res.users}``
        """
        asked = {request.res_id: request.requester_id.id for request in requests}
        field = documents._fields.get("user_id")
        owned = field is not None and field.comodel_name == "res.users"
        ids = {
            document.id: asked.get(document.id)
            or (owned and document.user_id.id)
            or document.create_uid.id
            or self.env.uid
            for document in documents
        }
        users = self.env["res.users"].browse(set(ids.values())).grouped("id")
        return {id_: users[user_id] for id_, user_id in ids.items()}

    def action_view_documents(self):
        """Open the documents that would go through the chain."""
        self.ensure_one()
        return {
            "type": "ir.actions.act_window",
            "name": self.chain_id.name,
            "res_model": self.chain_id.model,
            "views": [(False, "list"), (False, "form")],
            "domain": [("id", "in", self.matched_ids or [])],
        }


class ApprovalReplayLine(models.TransientModel):
    """What became of one step of the chain over all documents of a replay."""

    _name = "approval.replay.line"
    _description = "Step in a Replay"
    _order = "sequence, id"

    replay_id = fields.Many2one("approval.replay", required=True, index=True, ondelete="cascade")
    sequence = fields.Integer()
    name = fields.Char(string="Step")
    who = fields.Char(string="Who Is Asked")
    asked = fields.Integer(help="In how many documents the step would be asked.")
    people = fields.Text(string="How Often Whom")
    passed = fields.Integer(help="Nobody has to answer, as the rules of the chain say.")
    skipped = fields.Integer(help="The conditions of the step do not match.")
    gaps = fields.Integer(help="In how many documents there is nobody to ask.")
    today = fields.Integer(
        string="By Today's Values",
        help="In how many of the documents in which it would be asked the values of today counted.",
    )
    time_text = fields.Char(
        string="Takes About",
        help="Median of the answers of the same role or persons in the last year, in working hours "
        "of the company.",
    )


class ApprovalReplayGap(models.TransientModel):
    """A document that could not have been submitted, as an example."""

    _name = "approval.replay.gap"
    _inherit = ["approval.document.link"]
    _description = "Gap in a Replay"
    _order = "id"

    replay_id = fields.Many2one("approval.replay", required=True, index=True, ondelete="cascade")
    reason = fields.Text(string="What Is Missing")
    values_text = fields.Char(
        string="Values",
        help="Whether it was judged by the values it was submitted with, or today's.",
    )
    res_model = fields.Char(string="Document Model")
    res_id = fields.Many2oneReference(model_field="res_model", string="Document ID")
    document_name = fields.Char(string="Document")
