"""The vocabulary of the checks an order passes before it is submitted (F2, F4, F5)."""

from dataclasses import dataclass, field

from odoo.tools import LazyTranslate

_lt = LazyTranslate(__name__)

# what a finding can mean for a company, the mildest first
MEANINGS = [
    ("ignore", _lt("Ignored")),
    ("note", _lt("Note")),
    ("head", _lt("Department Head")),
    ("president", _lt("VP, Finance, President")),
    ("stop", _lt("Submission Refused")),
]
RANK = {code: number for number, (code, _label) in enumerate(MEANINGS)}


@dataclass(frozen=True)
class OrderCheck:
    """One check, as ``sale.order._order_checks`` declares it.

    :param label: short name, translatable (``_lt("Credit limit")``)
    :param method: method of ``sale.order`` that looks at all orders at once
    :param fine: what is said when nothing was found, a sentence
    :param explains: what is looked at, for whoever decides what a finding means
    :param means: what a finding means where the company has not decided
    :param limit: what the company's number stands for, with its unit; empty when there is none
    :param fixed: the company cannot decide otherwise
    :param lasting: asked of confirmed orders too, whose terms may change
    """

    label: str
    method: str
    fine: str
    explains: str
    means: str = "note"
    limit: str = ""
    fixed: bool = False
    lasting: bool = False


@dataclass(frozen=True)
class Finding:
    """What a check has found about one order.

    :param sentence: full sentence naming what and how much
    :param at_most: the finding never means more than this, whatever the company decided
    """

    sentence: str
    at_most: str = "stop"


@dataclass
class CheckRun:
    """One round of checks over the same orders.

    :param limits: ``{(company id, code of the check): the company's number}``
    """

    limits: dict
    remembered: dict = field(default_factory=dict)

    def limit(self, order, code):
        """The number that the company of ``order`` has set for the check ``code``."""
        return self.limits[order.company_id.id, code]

    def remember(self, key, find):
        """``find()``, looked up once a round although several checks need it."""
        if key not in self.remembered:
            self.remembered[key] = find()
        return self.remembered[key]
