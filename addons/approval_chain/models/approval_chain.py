from ast import literal_eval
from collections import defaultdict

from odoo import api, fields, models, tools
from odoo.exceptions import UserError, ValidationError
from odoo.fields import Domain

from ..values import plain
from .approval_definition_mixin import changed_in


class ApprovalChain(models.Model):
    """Who decides on which documents, in which order (A1).

    A chain applies to one operation of one kind of document in one company. The first chain that
    matches a document, by sequence, is the one that is frozen into its request.
    """

    _name = "approval.chain"
    _inherit = ["approval.definition.mixin"]
    _description = "Approval Chain"
    _order = "company_id, sequence, id"

    name = fields.Char(required=True, translate=True)
    active = fields.Boolean(default=True)
    sequence = fields.Integer(
        default=10,
        help="The first chain that matches a document is used; lower comes first.",
    )
    company_id = fields.Many2one(
        "res.company",
        required=True,
        index=True,
        default=lambda self: self.env.company,
        help="The chain applies to documents of this company and of its branches.",
    )
    # same ids as ir.model, which approval administrators may not read
    model_id = fields.Many2one("approval.kind", string="Document", required=True)
    model = fields.Char(compute="_compute_model", store=True, string="Document Model")
    operation = fields.Char(
        required=True,
        compute="_compute_operation",
        store=True,
        readonly=False,
        precompute=True,
        help="Technical name of the guarded operation of the document.",
    )
    operation_label = fields.Char(compute="_compute_operation_label", string="Operation Guarded")
    domain = fields.Char(
        default="[]",
        help="Only documents that match these conditions follow this chain.",
    )
    currency_id = fields.Many2one(
        "res.currency",
        compute="_compute_currency_id",
        store=True,
        readonly=False,
        required=True,
        precompute=True,
        help="Amounts are converted to this currency at the date of the document.",
    )
    amount_min = fields.Monetary(help="The chain applies from this amount on. Zero: no minimum.")
    amount_max = fields.Monetary(
        help="The chain applies to amounts up to this one, included. Zero: no maximum.",
    )
    step_ids = fields.One2many("approval.step", "chain_id", copy=True)
    version_ids = fields.One2many("approval.chain.version", "chain_id", readonly=True)
    is_shadow = fields.Boolean(
        string="Shadow Mode",
        help="The chain stops nothing: it is recorded what it would have stopped, and who would have been asked.",
    )
    empty_policy = fields.Selection(
        [
            ("refuse", "The document cannot be submitted"),
            ("skip", "The step is skipped"),
            ("fallback", "The fallback role is asked"),
        ],
        string="Nobody to Ask",
        required=True,
        default="refuse",
    )
    fallback_role_id = fields.Many2one(
        "approval.role",
        ondelete="restrict",
        help="Asked where a step has nobody, and in the place of people who left.",
    )
    self_policy = fields.Selection(
        [
            ("forbid", "Others in the step are asked, never the requester"),
            ("skip", "The step is passed without asking"),
            ("allow", "The requester may decide"),
        ],
        string="Requester in a Step",
        required=True,
        default="forbid",
    )
    repeat_policy = fields.Selection(
        [
            ("never", "Is asked every time"),
            ("consecutive", "Decides once, if the steps follow each other"),
            ("anywhere", "Decides once"),
        ],
        string="Same Person Again",
        required=True,
        default="never",
    )
    resubmit_policy = fields.Selection(
        [
            ("start", "From the first step"),
            ("straight", "Straight back to who returned it, if nothing decided was changed"),
        ],
        string="Submitted Again",
        required=True,
        default="start",
    )
    change_policy = fields.Selection(
        [
            ("void", "The approval becomes void"),
            ("worse", "The approval holds as long as the change is for the better"),
        ],
        string="Changed after Approval",
        required=True,
        default="void",
        help="What is better or worse is declared by the kind of document: a higher price for a sale, "
        "a lower one for a purchase.",
    )
    departed_policy = fields.Selection(
        [("manager", "Their manager is asked"), ("fallback", "The fallback role is asked")],
        string="Person Left",
        required=True,
        default="manager",
        help="Also for whoever has no access to the company of a request any more, or is no internal user.",
    )
    terms_policy = fields.Selection(
        [
            ("go_on", "The chain goes on"),
            ("ask_again", "Those who decided before are asked again"),
        ],
        string="Changed Terms Accepted",
        required=True,
        default="go_on",
    )
    allow_break_glass = fields.Boolean(
        string="Emergency Release",
        default=True,
        help="Whoever has the right may carry the operation out first and have it approved afterwards.",
    )
    after_approval_days = fields.Integer(
        default=3,
        help="Working days within which an emergency release is to be approved afterwards.",
    )
    request_count = fields.Integer(compute="_compute_request_count")

    _amounts_ordered = models.Constraint(
        "CHECK (COALESCE(amount_max, 0) = 0 OR COALESCE(amount_min, 0) <= amount_max)",
        "The maximum amount must not be below the minimum.",
    )

    _fallback_named = models.Constraint(
        "CHECK (empty_policy != 'fallback' OR fallback_role_id IS NOT NULL)",
        "Name the fallback role that is asked where a step has nobody.",
    )

    # ------------------------------------------------------------------ computes and checks

    def init(self):
        """A chain goes with its kind of document: the database sees to it, a view cannot."""
        self.pool.add_foreign_key(
            self._table, "model_id", "ir_model", "id", "cascade", self, "approval_chain"
        )

    def _document_kind(self):
        """The ``ir.model`` guarded, as superuser, also when it has no operations (any more)."""
        return self.env["ir.model"].sudo().browse(self.model_id.id)

    @api.depends("model_id")
    def _compute_model(self):
        for chain in self:
            chain.model = chain._document_kind().model

    @api.depends("model_id")
    def _compute_operation(self):
        for chain in self:
            codes = list(chain._document_operations())
            if chain.operation not in codes:
                chain.operation = codes[0] if codes else False

    @api.depends("operation", "model_id")
    def _compute_operation_label(self):
        for chain in self:
            operation = chain._document_operations().get(chain.operation)
            chain.operation_label = str(operation.label) if operation else chain.operation

    @api.depends("company_id")
    def _compute_currency_id(self):
        for chain in self:
            chain.currency_id = chain.company_id.currency_id or self.env.company.currency_id

    def _compute_request_count(self):
        groups = self.env["approval.request"]._read_group(
            [("chain_id", "in", self.ids)],
            ["chain_id"],
            ["__count"],
        )
        counts = {chain.id: count for chain, count in groups}
        for chain in self:
            chain.request_count = counts.get(chain.id, 0)

    @api.constrains("model_id", "operation", "domain")
    def _check_definition(self):
        for chain in self:
            if chain.operation not in chain._document_operations():
                raise ValidationError(
                    self.env._(
                        "Chain %(chain)s: %(document)s has no operation “%(operation)s” that can be "
                        "approved. Choose a document and an operation from the lists.",
                        chain=chain.name,
                        document=chain._document_kind().name,
                        operation=chain.operation,
                    )
                )
            try:
                chain._parsed_domain().validate(self.env[chain.model])
            except (ValueError, SyntaxError, TypeError) as error:
                raise ValidationError(
                    self.env._(
                        "Chain %(chain)s: the conditions cannot be used (%(error)s). Choose them with "
                        "the condition editor; dates may be written as “today -30d”.",
                        chain=chain.name,
                        error=error,
                    )
                ) from error

    def _document_operations(self):
        model = self.env.get(self._document_kind().model or "")
        return (
            model._approval_ops() if model is not None and hasattr(model, "_approval_ops") else {}
        )

    # ------------------------------------------------------------------ definition changes

    def write(self, vals):
        self._check_not_moved(vals)
        return super().write(vals)

    @api.ondelete(at_uninstall=False)
    def _unlink_unused(self):
        requests = self.env["approval.request"].sudo()
        if requests.search_count([("chain_id", "in", self.ids)], limit=1):
            raise UserError(
                self.env._(
                    "A chain that has been used cannot be deleted: its requests refer to it. "
                    "Archive it instead; running requests finish on the steps they started with.",
                )
            )

    def _check_not_moved(self, vals):
        """A used chain keeps its document, operation and company: requests run under it."""
        moved = self.filtered(
            lambda chain: any(
                name in vals and plain(chain, name) != vals[name]
                for name in ("company_id", "model_id", "operation")
            )
        )
        if moved and self.env["approval.request"].sudo().search_count(
            [("chain_id", "in", moved.ids)], limit=1
        ):
            raise UserError(
                self.env._(
                    "Chain %s has been used: its document, operation and company cannot be changed. Archive it "
                    "and make a new one.",
                    moved[0].name,
                )
            )

    # ------------------------------------------------------------------ which chain applies

    @api.model
    def _neutral(self):
        """The model as the engine reads it, whatever the context of the caller."""
        return self.with_env(self.env(su=True, context={}))

    @api.model
    def _definitions(self, model_name):
        """What the doors of a model need to know of its chains, cached.

        :return: ``(companies, fields, ids, shadow ids)``: ``{operation: frozenset of company ids}`` that have,
            or once had, a chain (archived ones count: requests that run on them keep their document
            locked); the stored fields that conditions look at; ``{operation: ids of active chains}``
            and ``{operation: ids of active chains in shadow mode}``
        """
        read = self._read_definitions if changed_in(self.env.cr) else self._cached_definitions
        return read(model_name)

    @api.model
    @tools.ormcache("model_name")
    def _cached_definitions(self, model_name):
        return self._read_definitions(model_name)

    @api.model
    def _read_definitions(self, model_name):
        chains = (
            self._neutral()
            .with_context(active_test=False)
            .search(
                [("model", "=", model_name)],
                order="sequence, id",
            )
        )
        companies, names = defaultdict(set), set()
        ids, shadows = defaultdict(list), defaultdict(list)
        for chain in chains:
            companies[chain.operation].add(chain.company_id.id)
            if chain.active:
                (shadows if chain.is_shadow else ids)[chain.operation].append(chain.id)
            for domain in (
                chain._parsed_domain(),
                *(step._parsed_domain() for step in chain.step_ids),
            ):
                names.update(leaf.field_expr.split(".")[0] for leaf in domain.iter_conditions())
        known = self.env[model_name]._fields if chains else {}
        return (
            {operation: frozenset(found) for operation, found in companies.items()},
            frozenset(
                name for name in names if name in known and known[name].store and name != "id"
            ),
            {operation: tuple(found) for operation, found in ids.items()},
            {operation: tuple(found) for operation, found in shadows.items()},
        )

    @api.model
    def _known(self, ids):
        """The chains with what says whether they apply, which is not read again."""
        chains = self.browse(ids)
        if not changed_in(self.env.cr):
            for chain in chains:
                for name, value in self._cached_applicability(chain.id):
                    self._fields[name]._insert_cache(chain, [value])
        return chains

    @api.model
    @tools.ormcache("chain_id")
    def _cached_applicability(self, chain_id):
        chain = self._neutral().browse(chain_id)
        return tuple(
            (name, self._fields[name].convert_to_cache(chain[name], chain))
            for name in ("company_id", "domain", "amount_min", "amount_max", "currency_id")
        )

    @api.model
    def _guarded(self, model_name):
        """``{operation: frozenset of company ids}`` that have, or once had, a chain."""
        return self._definitions(model_name)[0]

    @api.model
    def _condition_fields(self, model_name):
        """Stored fields of the document that conditions of chains and steps look at."""
        return self._definitions(model_name)[1]

    @api.model
    def _ordered_ids(self, model_name, operation):
        """Ids of the active chains for an operation, the first to be tried first."""
        return self._definitions(model_name)[2].get(operation, ())

    @api.model
    def _shadow_ids(self, model_name, operation):
        """Ids of the active chains in shadow mode for an operation (A16)."""
        return self._definitions(model_name)[3].get(operation, ())

    def _version(self):
        """The id of the version the chain stands in now, written if it was edited since (A1)."""
        self.ensure_one()
        known = not changed_in(self.env.cr) and self._cached_version(self.id)
        return known or self._current_versions()[self.id]

    @api.model
    @tools.ormcache("chain_id")
    def _cached_version(self, chain_id):
        """The version that is in force, if it is written: one of this transaction is not cached."""
        chain = self._neutral().with_context(lang="en_US").browse(chain_id)
        return self.env["approval.chain.version"]._in_force(chain).get(chain_id, False)

    def _current_versions(self):
        source = self._neutral().with_context(lang="en_US").browse(self.ids)
        return self.env["approval.chain.version"]._current(source)

    def action_make_real(self):
        """End shadow mode: from now on the chain stops what it applies to (A16).

        :return: True
        """
        self.check_access("write")
        self.is_shadow = False
        return True

    def _parsed_domain(self):
        self.ensure_one()
        return Domain(literal_eval((self.domain or "").strip() or "[]"))

    def _matching(self, documents, operation):
        """Those of ``documents`` (already of the right company) that this chain applies to."""
        matching = documents.filtered_domain(self._parsed_domain())
        if not operation.amount or not (self.amount_min or self.amount_max):
            return matching
        return matching.filtered(
            lambda document: self._covers(
                documents._approval_amount_in(document, operation, self.currency_id),
            )
        )

    def _always_applies(self):
        """Whether the chain applies to every document of its company, whatever it holds."""
        self.ensure_one()
        return self._parsed_domain().is_true() and not (self.amount_min or self.amount_max)

    def _frozen_conditions(self, document):
        """The conditions of chain and steps with what they say of ``document``, for its request."""
        domains = [(self.domain, True)] if (self.domain or "").strip() not in ("", "[]") else []
        for spec in self._specs():
            if spec["domain"]:
                step = self.env["approval.step"].browse(spec["id"])
                domains.append((spec["domain"], step._applies_to(document)))
        return {
            "domains": domains,
            "amounts": [self.amount_min, self.amount_max, self.currency_id.id],
        }

    def _covers(self, amount):
        """Whether an amount, of either sign, lies in the range of the chain."""
        amount = abs(amount)
        compare = self.currency_id.compare_amounts
        return (not self.amount_min or compare(amount, self.amount_min) >= 0) and (
            not self.amount_max or compare(amount, self.amount_max) <= 0
        )

    def action_view_requests(self):
        """Open the requests that were made on this chain."""
        action = self.env["ir.actions.actions"]._for_xml_id(
            "approval_chain.action_approval_request_all"
        )
        return {**action, "domain": [("chain_id", "in", self.ids)]}
