"""What has to be bought and made, and by when: plain Python that knows nothing of Odoo (P5).

Needs are exploded level by level. Of each product all needs are known before any is covered, because
products come in the order of their deepest use (low-level code); so every product is netted once,
and the time grows with the number of needs and parts, not with the ways that lead to them.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta
from math import ceil
from typing import Any

# quantities below are rounding
NOTHING = 1e-6

BUY, MAKE, KIT, SUBCONTRACT = "buy", "make", "kit", "subcontract"


class BomLoop(Exception):
    """Products that contain each other: ``path`` begins and ends with the same."""

    def __init__(self, path):
        super().__init__(path)
        self.path = path


class WorkDays:
    """The days on which the company works: lead times are counted in them.

    Outside the days that are known every day counts.
    """

    def __init__(self, days):
        self.days = sorted(days)

    def before(self, day, number):
        """The day to begin with what takes ``number`` working days and has to be there on ``day``."""
        if number <= 0:
            return day
        place = bisect_left(self.days, day) - number
        if place >= 0:
            return self.days[place]
        return min(self.days[:1] + [day]) + timedelta(days=place)

    def after(self, day, number):
        """The day on which there is what takes ``number`` working days from ``day`` on."""
        if number <= 0:
            return day
        place = bisect_right(self.days, day) + number - 1
        if place < len(self.days):
            return self.days[place]
        return max(self.days[-1:] + [day]) + timedelta(days=place - len(self.days) + 1)


@dataclass(frozen=True)
class Offer:
    """A supplier and conditions; quantities in the unit of the product, times in working days."""

    key: Any
    supplier: Any = None
    price: float = 0.0
    minimum: float = 0.0
    multiple: float = 0.0
    lead: int = 0
    valid_from: date | None = None
    valid_until: date | None = None

    def is_valid(self, day):
        """Whether it may be ordered on that day by these conditions."""
        return (self.valid_from or day) <= day <= (self.valid_until or day)


@dataclass(frozen=True)
class Item:
    """How a product comes: ``parts`` are ``(product, quantity for one unit)``.

    ``offers`` stand in the order of preference; ``lead`` are the working days that making takes.
    """

    kind: str = BUY
    parts: tuple = ()
    offers: tuple = ()
    lead: int = 0
    rounding: float = 0.01


@dataclass
class Row:
    """One product needed on one day, and how it is covered; ``sources`` are what the rest is for."""

    product: Any
    day: date
    kind: str
    level: int
    gross: float
    stock: float = 0.0
    incoming: float = 0.0
    late: date | None = None
    net: float = 0.0
    quantity: float = 0.0
    lead: int = 0
    order_by: date | None = None
    offer: Offer | None = None
    sources: dict = field(default_factory=dict)


def explode(needs, items, stock, incoming, work, today):
    """Cover needs by stock, by what comes in, and the rest by orders.

    :param needs: iterable of ``(product, day, quantity, source)``; a source is any hashable key
    :param items: ``{product: Item}``; what is missing is bought and has no supplier
    :param stock: ``{product: quantity}``
    :param incoming: ``{product: [(day, quantity)]}``
    :param work: :class:`WorkDays`
    :param today: nothing begins earlier
    :raise BomLoop: when products contain each other
    :return: list of :class:`Row`, level by level, of what has to be ordered or made and of what comes
        later than needed
    """
    wanted = defaultdict(lambda: defaultdict(lambda: defaultdict(float)))
    for product, day, quantity, source in needs:
        if quantity > NOTHING:
            wanted[product][max(day, today)][source] += quantity
    rows = []
    for product, level in low_level_codes(wanted, items):
        if days := wanted.pop(product, None):
            item = items.get(product, Item())
            if item.kind == KIT:
                for day, sources in days.items():
                    _pass_on(wanted, item, day, sources)
                continue
            for row in _net(product, level, item, days, stock, incoming, work, today):
                rows.append(row)
                if item.parts and row.quantity > NOTHING:
                    begin = max(work.before(row.day, row.lead), today)
                    _pass_on(wanted, item, begin, row.sources)
    return rows


def low_level_codes(roots, items):
    """Products below ``roots`` with their level, each after everything it is part of."""
    parts = {}
    waiting = list(roots)
    users = defaultdict(int)
    while waiting:
        product = waiting.pop()
        if product in parts:
            continue
        parts[product] = {part for part, _quantity in items.get(product, Item()).parts}
        for part in parts[product]:
            users[part] += 1
            waiting.append(part)
    level = {product: 0 for product in parts if not users[product]}
    order = list(level)
    for product in order:
        for part in parts[product]:
            level[part] = max(level.get(part, 0), level[product] + 1)
            users[part] -= 1
            if not users[part]:
                order.append(part)
    if len(order) < len(parts):
        raise BomLoop(_loop({p: parts[p] for p in parts if p not in set(order)}))
    return [(product, level[product]) for product in order]


def _loop(parts):
    """One way round among products of which each has a part that leads back, or below one."""
    # below a loop hang products that lead nowhere: they are no part of it
    while ends := [product for product in parts if not parts[product] & parts.keys()]:
        for product in ends:
            del parts[product]
    path = [next(iter(parts))]
    while path.count(path[-1]) < 2:
        path.append(next(part for part in parts[path[-1]] if part in parts))
    return path[path.index(path[-1]) :]


def _pass_on(wanted, item, day, sources):
    """What the parts are needed for is what the whole is needed for."""
    for part, each in item.parts:
        by_source = wanted[part][day]
        for source, quantity in sources.items():
            by_source[source] += quantity * each


def _net(product, level, item, days, stock, incoming, work, today):
    """The rows of one product, day by day: stock first, then what comes in, then orders."""
    there = max(stock.get(product, 0.0), 0.0)
    coming = sorted([day, quantity] for day, quantity in incoming.get(product, ()))
    shortest = min((offer.lead for offer in item.offers), default=0)
    soonest = work.after(today, item.lead if item.kind == MAKE else shortest)
    for day in sorted(days):
        sources = days[day]
        row = Row(product, day, item.kind, level, sum(sources.values()))
        row.stock = min(there, row.gross)
        there -= row.stock
        left = row.gross - row.stock
        for receipt in coming:
            # what comes late serves when nothing ordered now would come before it
            if left <= NOTHING or receipt[0] > max(day, soonest):
                break
            taken = min(receipt[1], left)
            if taken > NOTHING:
                receipt[1] -= taken
                left -= taken
                row.incoming += taken
                row.late = receipt[0] if receipt[0] > day else None
        if left > NOTHING:
            row.net = left
            _order(row, item, work, today)
            there += row.quantity - row.net
            row.sources = _uncovered(sources, row)
        if left > NOTHING or row.late:
            yield row


def _order(row, item, work, today):
    """What is ordered for the net need of a row, from whom, and by when."""
    row.offer = choose(item.offers, row.net, row.day, work, today)
    row.quantity = lot(row.net, row.offer, item.rounding)
    row.lead = row.offer.lead if row.offer else item.lead
    row.order_by = work.before(row.day, row.lead)


def _uncovered(sources, row):
    """Which sources the order serves: the first ones were covered; ``None`` is what a lot adds."""
    covered, served = row.gross - row.net, {}
    for source, quantity in sources.items():
        taken = min(covered, quantity)
        covered -= taken
        if quantity - taken > NOTHING:
            served[source] = quantity - taken
    if row.quantity - row.net > NOTHING:
        served[None] = served.get(None, 0.0) + row.quantity - row.net
    return served


def choose(offers, quantity, day, work, today):
    """The supplier as Odoo would choose: the first that sells so much, at its best price.

    When all sell more only, the smallest of their minimum quantities is ordered.
    """
    valid = [offer for offer in offers if offer.is_valid(max(today, work.before(day, offer.lead)))]
    fitting = [offer for offer in valid if offer.minimum <= quantity + NOTHING]
    if not fitting:
        return min(valid, key=lambda offer: offer.minimum, default=None)
    same = [offer for offer in fitting if offer.supplier == fitting[0].supplier]
    return min(same, key=lambda offer: offer.price)


def lot(quantity, offer, rounding):
    """What is ordered at least when ``quantity`` is needed."""
    if offer:
        quantity = max(quantity, offer.minimum)
        if offer.multiple > NOTHING:
            quantity = ceil(quantity / offer.multiple - NOTHING) * offer.multiple
    return ceil(quantity / rounding - NOTHING) * rounding
