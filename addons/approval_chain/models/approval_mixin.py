from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain
from odoo.tools import SQL

from ..operation import LIVE_STATES
from ..values import integer_keys, label, shown, touch_rows


class ApprovalMixin(models.AbstractModel):
    """A document whose operations can be guarded by chains.

    Declare ``_approval_operations``; of the hooks below only those that say something different
    need to be written. In the form: ``<field name="approval_panel" widget="approval_panel"/>`` and a
    button on ``action_approval_submit``.
    """

    _name = "approval.mixin"
    _inherit = ["approval.guard"]
    _description = "Approval Document"

    approval_request_id = fields.Many2one(
        "approval.request",
        compute="_compute_approval_request_id",
        string="Latest Approval Request",
        groups="base.group_user",
    )
    approval_state = fields.Selection(
        selection="_selection_approval_state",
        compute="_compute_approval_request_id",
        search="_search_approval_state",
        string="Approval",
    )
    approval_required = fields.Boolean(
        compute="_compute_approval_required",
        help="A chain applies to this document and it has not been submitted yet.",
    )
    approval_panel = fields.Json(compute="_compute_approval_panel", groups="base.group_user")

    # ------------------------------------------------------------------ computes

    @api.model
    def _selection_approval_state(self):
        # labels of a field that comes from a mixin are translated only where they come from
        state = self.env["approval.request"]._fields["state"]
        return state._description_selection(self.env)

    def _compute_approval_request_id(self):
        latest = self.env["approval.request"]._latest(self) if self._approval_codes() else {}
        for document in self:
            request = latest.get(document._origin.id)
            document.approval_request_id = request
            document.approval_state = request.state if request else False

    def _search_approval_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        newest = SQL(
            "SELECT DISTINCT ON (res_id) res_id, state FROM approval_request WHERE res_model = %s"
            " ORDER BY res_id, id DESC",
            self._name,
        )
        self.env["approval.request"].flush_model(["state"])
        matching = Domain(
            "id",
            "in",
            SQL(
                "(SELECT res_id FROM (%s) newest WHERE state IN %s)",
                newest,
                tuple(state for state in value if state) or ("",),
            ),
        )
        if False in value:
            matching |= Domain("id", "not in", SQL("(SELECT res_id FROM (%s) newest)", newest))
        return matching

    def _compute_approval_required(self):
        required = set()
        for code in self._approval_codes():
            documents = self._origin._approval_guarded(code)
            documents -= documents._approval_executed(code)
            documents -= documents._approval_dead(code)
            documents -= documents.browse(self.env["approval.request"]._live(documents, code))
            required |= documents._approval_chains(code).keys()
        for document in self:
            document.approval_required = document._origin.id in required

    @api.depends("approval_request_id", "approval_required")
    @api.depends_context("uid", "lang")
    def _compute_approval_panel(self):
        panels = self._origin._approval_panels() if self._approval_codes() else {}
        for document in self:
            document.approval_panel = panels.get(document._origin.id, False)

    @api.model
    def _approval_computed_fields(self):
        """What has to be read again when a request of the document moved."""
        return ["approval_request_id", "approval_state", "approval_required", "approval_panel"]

    # ------------------------------------------------------------------ hooks

    def _approval_check_submission(self, code):
        """Hook: what is missing before the documents can be submitted (F1).

        :return: ``{document id: [full sentences naming the fields]}``
        """
        return {}

    def _approval_sheet_notes(self, code):
        """Hook: what approvers should see first, such as the reasons for a special approval.

        :return: ``{document id: [{"level": "info|warning|danger", "text": sentence}]}``
        """
        return {}

    def _approval_may_execute(self, code):
        """Hook: why an approved operation should wait for somebody else, such as the customer.

        :return: ``{document id: sentence}``; those left out are executed after the last decision
        """
        return {}

    def _on_approval_event(self, event):
        """Hook: called once after every transition of a request of this document.

        :param event: :class:`~odoo.addons.approval_chain.operation.ApprovalEvent`
        """

    # ------------------------------------------------------------------ submitting

    def action_approval_submit(self, code=None, chosen=None):
        """Submit documents for approval: the chain and the watched values are frozen (A1, A9).

        :param code: the operation; may be left out where the model guards only one
        :param chosen: ``{step id: [user ids]}`` for steps whose approver the requester chooses
        :raise AccessError: the user may not change the document
        :raise UserError: naming, document by document, what is missing or why it cannot be asked
        :return: True
        """
        self.check_access("write")
        code = code or next(iter(self._approval_ops()))
        if code not in self._approval_ops():
            raise UserError(self.env._("There is no operation “%(code)s” to approve.", code=code))
        earlier = self._approval_earlier(code)
        plans, blockers = self._approval_plan(code, integer_keys(chosen), earlier)
        if found := [sentence for sentences in blockers.values() for sentence in sentences]:
            raise UserError("\n".join(found))
        touch_rows(self)
        self.env["approval.request"]._submit(self._approval_drafts(code, plans, earlier))
        return True

    def _approval_drafts(self, code, plans, earlier, **values):
        """What is needed to create the requests of documents whose steps are resolved.

        :param plans: as from :meth:`_approval_plan`
        :param earlier: as from :meth:`_approval_earlier`
        :param values: further values of the requests
        """
        watched = self._approval_values(code)
        drafts = []
        for document in self.sudo():
            chain, steps = plans[document.id]
            rounds = earlier.get(document.id, self.env["approval.request"])
            vals = document._approval_request_vals(code, chain, watched[document.id])
            vals["round"] = len(rounds) + 1
            vals["resumed_from_id"] = rounds._resumable(vals).id
            drafts.append(({**vals, **values}, steps))
        return drafts

    def _approval_earlier(self, code):
        """``{document id: its requests so far, the oldest first}``."""
        domain = [
            ("res_model", "=", self._name),
            ("res_id", "in", self.ids),
            ("operation", "=", code),
        ]
        names = ["res_id", "name", "state", "fingerprint", "version_id", "requester_id"]
        requests = self.env["approval.request"].sudo().search_fetch(domain, names, order="id")
        return requests.grouped("res_id")

    def _approval_plan(self, code, chosen=None, earlier=None, is_after=False):
        """Resolve chains and people for a submission, or for its preview.

        :param chosen: ``{step id: [user ids]}`` where the requester chooses
        :param earlier: as from :meth:`_approval_earlier`
        :param is_after: for the approval of an emergency release
        :return: ``({document id: (chain, [FrozenStep])}, {document id: [blockers]})``
        """
        documents = self.sudo()
        chains = documents._approval_guarded(code)._approval_chains(code)
        earlier = self._approval_earlier(code) if earlier is None else earlier
        live = {id_: rounds.filtered(_is_live) for id_, rounds in earlier.items()}
        done = documents._approval_executed(code)
        missing = documents.with_env(self.env)._approval_check_submission(code)
        plans, blockers = {}, {}
        for document in documents:
            found = blockers.setdefault(document.id, [])
            if document in done:
                found.append(self.env._("%s is carried out already.", document.display_name))
            elif live.get(document.id):
                found.append(
                    self.env._(
                        "%(document)s is in approval already (%(request)s).",
                        document=document.display_name,
                        request=live[document.id].name,
                    )
                )
            elif document.id not in chains:
                found.append(
                    self.env._(
                        "No approval chain applies to %s: it can be carried out without approval.",
                        document.display_name,
                    )
                )
            else:
                chain = chains[document.id]
                steps, gaps = chain._freeze(document, self.env.user, chosen, is_after)
                plans[document.id] = (chain, steps)
                found += gaps
            found += missing.get(document.id, [])
        return plans, blockers

    def _approval_request_vals(self, code, chain, values):
        operation = self._approval_ops()[code]
        return {
            **self._approval_request_amounts(operation),
            "res_model": self._name,
            "res_id": self.id,
            "document_name": self.display_name,
            "operation": code,
            "chain_id": chain.id,
            "chain_name": chain._spec()["name"],
            "version_id": chain._version(),
            "policies": chain._spec()["policies"],
            "company_id": self[operation.company].id,
            "requester_id": self.env.uid,
            "submitted_at": fields.Datetime.now(),
            "watched": values,
            "conditions": chain._frozen_conditions(self._approval_neutral()),
            "fingerprint": self._approval_fingerprint(values),
            "sheet": self._approval_sheet(code),
        }

    def _approval_request_amounts(self, operation):
        """What a request keeps of the amount: how much, of what, and when it is converted."""
        today = self[operation.company]._approval_today()
        return {
            "currency_id": self[operation.currency].id if operation.amount else False,
            "amount": self[operation.amount] if operation.amount else 0.0,
            "amount_date": (operation.date and self[operation.date]) or today,
        }

    # ------------------------------------------------------------------ the sheet approvers read

    def _approval_sheet(self, code):
        """What approvers are shown, frozen: values, lines and notes as they are now."""
        self.ensure_one()
        operation = self._approval_ops()[code]
        names = [*operation.watch, *([operation.amount] if operation.amount else [])]
        return {
            "title": self.display_name,
            "fields": [
                {"name": name, "label": label(self, name), "value": shown(self, name)}
                for name in names
                if self[name]
            ],
            "lines": [
                self._approval_sheet_lines(name, *spec) for name, spec in operation.lines.items()
            ],
            "notes": self._approval_sheet_notes(code).get(self.id, []),
            "differences": [],
        }

    def _approval_sheet_lines(self, name, domain, field_names):
        lines = self[name].filtered_domain(domain)
        return {
            "name": name,
            "label": label(self, name),
            "columns": [
                {
                    "name": field,
                    "label": label(lines, field),
                    "numeric": lines._fields[field].type in ("integer", "float", "monetary"),
                }
                for field in field_names
            ],
            "rows": [[shown(line, field) for field in field_names] for line in lines],
        }

    # ------------------------------------------------------------------ the panel

    def _approval_panels(self):
        """The panel of each document: its newest request, or the preview of the next one.

        :return: ``{document id: panel}``; documents with nothing to show are left out
        """
        requests = (
            self.env["approval.request"]
            .sudo()
            .search(
                [("res_model", "=", self._name), ("res_id", "in", self.ids)],
            )
            .sudo(self.env.su)
        )
        by_document = requests.sudo().grouped("res_id")
        shared = requests._panel_shared()
        panels, previewed = {}, self.browse()
        for document in self.filtered("id"):
            # iterating keeps what is read together, slicing would not
            newest, *older = [*self._approval_rounds_of(document, requests, by_document), None]
            state = newest and newest.sudo().state
            if state and (state in (*LIVE_STATES, "executed") or not document.approval_required):
                rounds = [row._panel_round() for row in older if row]
                panels[document.id] = newest._panel(rounds, shared)
                panels[document.id]["actions"] += document._approval_emergency_action(
                    newest.sudo().operation, newest.sudo().chain_id, state
                )
            elif document.approval_required:
                previewed |= document
        for code in self._approval_codes() if previewed else ():
            plans, blockers = previewed._approval_plan(code)
            for document in previewed.filtered(lambda doc, plans=plans: doc.id in plans):
                own = self._approval_rounds_of(document, requests, by_document)
                panels[document.id] = document._approval_preview(
                    code,
                    plans[document.id],
                    blockers[document.id],
                    [row._panel_round() for row in own],
                )
        return panels

    def _approval_rounds_of(self, document, requests, by_document):
        """The requests of one document, the newest first, read together with those of the others."""
        own = by_document.get(document.id, requests.browse())
        return own.sudo(self.env.su).with_prefetch(requests._prefetch_ids)

    def _approval_preview(self, code, plan, blockers, rounds):
        chain, steps = plan
        operation = self._approval_ops()[code]
        pairs = list(zip(chain.step_ids, steps, strict=True))
        rows = [step._panel_preview(row) for step, row in pairs]
        for row, (step, frozen) in zip(rows, pairs, strict=True):
            row["chooser"] = step._panel_chooser(self.sudo(), frozen)
        # what the requester still chooses is asked for in place, not reported as a gap
        asked = {row["chooser"]["gap"] for row in rows if row["chooser"]}
        actions = []
        if self.has_access("write"):
            actions.append(self.env["approval.request"]._panel_action("submit"))
            actions += self._approval_emergency_action(code, chain, "preview")
        return {
            "operation": code,
            "operation_label": str(operation.label),
            "state": "preview",
            "state_label": chain.name,
            "request_id": False,
            "request_name": "",
            "res_model": self._name,
            "res_id": self.id,
            "requester": self.env.user._approval_face(),
            "submitted_at": False,
            "due_at": False,
            "failure": "",
            "is_auto": False,
            "emergency": False,
            "proposal": False,
            "blockers": [sentence for sentence in blockers if sentence not in asked],
            "steps": rows,
            "said": [],
            "copies": [],
            "files": [],
            "rounds": rounds,
            "actions": actions,
        }

    def _approval_emergency_action(self, code, chain, state):
        """Carrying it out first is offered by right, where the chain allows it (A19)."""
        may = (
            state in ("preview", "pending")
            and chain.sudo().allow_break_glass
            and self.env.user.has_group("approval_chain.group_break_glass")
            and self.has_access("write")
        )
        if not may:
            return []
        found = (step._after_chooser(self.sudo()) for step in chain.sudo().step_ids)
        choosers = [chooser for chooser in found if chooser]
        return [self.env["approval.request"]._panel_action("break_glass", choosers=choosers)]


def _is_live(request):
    return request.state in LIVE_STATES
