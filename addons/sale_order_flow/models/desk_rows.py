"""How documents become rows of the desk: their ids, and the indexes that they are read by."""

from odoo import models

# so many kinds of documents have room on the desk: document id times this plus number of the kind
KINDS = 64

# what the arm of a kind that inherits ``order.desk.stage`` reads, for ``sale.desk._depends``
STAGE_COLUMNS = [
    "name",
    "partner_id",
    "company_id",
    "user_id",
    "desk_stage",
    "desk_since",
    "desk_open",
    "desk_user_id",
    "desk_worry_date",
]


def row_id(kind, column="id"):
    """The id of a row, as SQL: the same text in index and query, or the index does not serve."""
    return f"{column}::bigint * {KINDS} + {kind}"


def worry_index(kind):
    """The index for the pages of everything, the oldest worry first."""
    return models.Index(f"(desk_worry_date, ({row_id(kind)})) WHERE desk_open")


def stage_index(kind, stage="desk_stage"):
    """The index for the pages of some stages, the oldest worry first."""
    return models.Index(
        f"({stage}, desk_worry_date, ({row_id(kind)})) INCLUDE (company_id) WHERE desk_open"
    )


def row_index(kind):
    """The index by which some rows are read again: for a button, for the checklists of a page."""
    return models.Index(f"(({row_id(kind)})) WHERE desk_open")
