"""What a check of a document found, for whoever submits and whoever decides."""

from dataclasses import dataclass

SEVERITIES = ("warn", "step", "stop")


@dataclass(frozen=True)
class ExpenseFinding:
    """One thing that is not as it should be.

    :param code: short technical name of the check, stable: tests and reports know it
    :param message: a full sentence naming document or expense, what is wrong and what to do
    :param severity: ``"stop"`` refuses the submission, ``"step"`` asks the extra step of the chain,
        ``"warn"`` is shown to those who decide
    :param expense: the ``hr.expense`` concerned; empty for the document as a whole
    """

    code: str
    message: str
    severity: str = "warn"
    expense: object = None
