"""What a line of a document wants of the budgets."""

from dataclasses import dataclass


@dataclass(frozen=True)
class BudgetWish:
    """One amount that is to be spent.

    :param document: the claim or application it stands on
    :param company: ``res.company``
    :param department: ``hr.department`` that spends it, may be empty
    :param product: ``product.product`` of the expense
    :param date: day that says in whose period it falls
    :param amount: in the currency of the company
    :param application: ``expense.application`` that committed it before, may be empty
    :param counted: whether the figures of the budgets include it already
    """

    document: object
    company: object
    department: object
    product: object
    date: object
    amount: float
    application: object
    counted: bool
