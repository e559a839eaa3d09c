"""The vocabulary a document uses to say what is guarded, and what it hears back."""

from dataclasses import dataclass, field

from odoo.fields import Domain

LIVE_STATES = ("pending", "approved")


@dataclass(frozen=True)
class Operation:
    """One operation of a document that may need approval.

    :param label: what is done, translatable (``_lt("Confirm the order")``)
    :param executed: when the operation counts as done, over stored fields
    :param inputs: ``{model: fields}`` that can make ``executed`` true
    :param scope: which records of the model are such documents at all, over stored fields of the
        document itself; the others cost nothing and are never guarded
    :param watch: decided values of the document, besides its company; what Odoo rewrites by itself does not belong here
    :param lines: ``{one2many: (domain of the demanded lines, fields)}``
    :param parts: ``{one2many: domain of the lines that were carried out}``, where lines can be carried
        out one by one: once executed, none of them may be taken back and carried out again alone
    :param amount: field with the amount that limits are compared with
    :param currency: field with the currency of ``amount``
    :param company: field with the company whose chains apply
    :param date: field with the date at which amounts are converted (today when empty)
    :param run: method that carries the operation out after the last decision
    :param dead: when the document can no longer be executed: a live request is cancelled
    :param better: ``{one2many: {field: "up" or "down"}}``: in which direction a number may move after
        approval without being worse, where the chain lets such changes pass (a higher price of a sale)
    :param closed: ``"raise"`` or ``"defer"``: what doors used by customers do with a closed gate
    """

    label: str
    executed: Domain
    inputs: dict
    scope: Domain = Domain.TRUE
    watch: tuple = ()
    lines: dict = field(default_factory=dict)
    parts: dict = field(default_factory=dict)
    amount: str = ""
    currency: str = "currency_id"
    company: str = "company_id"
    date: str = ""
    run: str = ""
    dead: Domain = Domain.FALSE
    better: dict = field(default_factory=dict)
    closed: str = "raise"

    def header_fields(self, model_name):
        """Fields of the document whose write passes the door."""
        return {
            self.company,
            *self.inputs.get(model_name, ()),
            *self.watch,
            *self.lines,
            *self.parts,
            *_fields_of(self.dead),
            *_fields_of(self.scope),
        }

    def scope_fields(self):
        """Fields of the document that say whether it is one."""
        return _fields_of(self.scope)

    def line_fields(self, name):
        """Fields of the lines ``name`` whose write passes the door."""
        domain, names = self.lines.get(name, (Domain.TRUE, ()))
        return {*names, *_fields_of(domain), *_fields_of(self.parts.get(name, Domain.TRUE))}


def _fields_of(domain):
    return {leaf.field_expr.split(".")[0] for leaf in domain.iter_conditions()}


@dataclass(frozen=True)
class ApprovalEvent:
    """What ``_on_approval_event`` of the document is told after every transition.

    :param verb: key of ``approval.request.TRANSITIONS``
    :param before: state of the request before, ``after``: state after
    :param request: the ``approval.request`` (as superuser)
    :param slot: the ``approval.request.slot`` decided, or an empty recordset
    :param actor: the ``res.users`` who acted
    :param opinion: text given, or an empty string
    """

    verb: str
    before: str
    after: str
    request: object
    slot: object
    actor: object
    opinion: str = ""
