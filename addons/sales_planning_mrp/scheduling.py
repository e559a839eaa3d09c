"""Finite capacity scheduling by a simple rule, without Odoo: moments are seconds, work is seconds.

Jobs are placed one after the other, the most urgent first, each operation into the first free
working time of the work centre that finishes it earliest. An operation may be interrupted by the end
of the working day, never by another operation. Several rules say what is urgent; the plan with the
least tardiness is kept, and the jobs that are late in it are then tried earlier one by one. Where
OR-Tools is installed, a solver then proposes orders of all operations, and one that is better is kept.
"""

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from random import Random

# how many operations may be placed in all while late jobs are tried earlier
TRIED_OPERATIONS = 400000
# how much worse, as a share of the tardiness, an order may be to go on with it at first
HEAT = 0.01


class LoopError(ValueError):
    """Jobs that wait for each other.

    :param keys: keys of the jobs of the loop
    """

    def __init__(self, keys):
        super().__init__(f"jobs wait for each other: {keys}")
        self.keys = keys


@dataclass(slots=True)
class Task:
    """An operation of a job.

    :param key: what it is known by, unique over all jobs
    :param work: ``{key of a work centre: seconds of work there}``, all centres that can do it
    :param after: keys of the tasks of the same job that come before
    """

    key: object
    work: dict
    after: tuple = ()


@dataclass(slots=True)
class Job:
    """What is made, or comes from outside.

    :param due: when it is needed; None where nobody but other jobs waits for it
    :param release: when its material is there
    :param tasks: its operations, those that come before first
    :param wait: seconds it takes besides, where nobody limits how many are done at once
    :param after: keys of the jobs that bring its material
    """

    key: object
    due: int | None
    release: int
    tasks: list = field(default_factory=list)
    wait: int = 0
    after: tuple = ()

    def shortest(self):
        """Seconds that it takes at least."""
        return self.wait + sum(min(task.work.values(), default=0) for task in self.tasks)


@dataclass(slots=True)
class Slot:
    """Where and when an operation is done."""

    centre: object
    start: int
    end: int


@dataclass(slots=True)
class Plan:
    """The answer: slots by task; start, finish and earliest start by job; jobs that fit nowhere.

    ``rule`` is what it began with: ``due``, ``slack`` or ``short``; or ``optimiser``.
    """

    slots: dict = field(default_factory=dict)
    starts: dict = field(default_factory=dict)
    finishes: dict = field(default_factory=dict)
    released: dict = field(default_factory=dict)
    unplaced: dict = field(default_factory=dict)
    rule: str = ""


class Centre:
    """The working time of one work centre, counted through: free time is free on that clock.

    :param intervals: ``[(start, end)]`` in which it works
    :param busy: ``[(start, end)]`` in which it is taken already
    """

    __slots__ = ("clocks", "ends", "gap_ends", "gap_starts", "starts", "total")

    def __init__(self, intervals, busy=()):
        self.starts, self.ends, self.clocks, self.total = [], [], [], 0
        for start, end in sorted(intervals):
            if self.ends and start < self.ends[-1]:
                start = self.ends[-1]
            if end > start:
                self.starts.append(start)
                self.ends.append(end)
                self.clocks.append(self.total)
                self.total += end - start
        self.gap_starts = [0] if self.total else []
        self.gap_ends = [self.total] if self.total else []
        for start, end in busy:
            self._take(self.clock(start), self.clock(end))

    def twin(self):
        """The same working time, to be filled in another way."""
        other = object.__new__(Centre)
        other.starts, other.ends = self.starts, self.ends
        other.clocks, other.total = self.clocks, self.total
        other.gap_starts, other.gap_ends = self.gap_starts[:], self.gap_ends[:]
        return other

    def clock(self, moment):
        """Seconds worked before a moment."""
        index = bisect_right(self.starts, moment) - 1
        if index < 0:
            return 0
        return self.clocks[index] + min(moment, self.ends[index]) - self.starts[index]

    def moment(self, clock, end=False):
        """When so many seconds are worked: as an end, not the start of the next working time."""
        index = (bisect_left if end else bisect_right)(self.clocks, clock) - 1
        index = max(index, 0)
        return self.starts[index] + clock - self.clocks[index]

    def fit(self, release, work):
        """Where on the clock ``work`` seconds are free from a moment on; None for nowhere."""
        earliest = self.clock(release)
        index = max(bisect_right(self.gap_starts, earliest) - 1, 0)
        for place in range(index, len(self.gap_starts)):
            start = max(self.gap_starts[place], earliest)
            if start + work <= self.gap_ends[place]:
                return start
        return None

    def book(self, start, work):
        """Take ``work`` seconds from ``start`` on the clock.

        :return: start and end as moments
        """
        self._take(start, start + work)
        return self.moment(start), self.moment(start + work, end=True)

    def give_back(self, start, end):
        """Free what was booked between two moments."""
        first, last = self.clock(start), self.clock(end)
        if last <= first:
            return
        index = bisect_left(self.gap_starts, first)
        if index and self.gap_ends[index - 1] == first:
            index -= 1
            first = self.gap_starts.pop(index)
            del self.gap_ends[index]
        if index < len(self.gap_starts) and self.gap_starts[index] == last:
            last = self.gap_ends.pop(index)
            del self.gap_starts[index]
        self.gap_starts.insert(index, first)
        self.gap_ends.insert(index, last)

    def is_free(self, start, end):
        """Whether nothing is done between two moments."""
        return self.is_free_on_clock(self.clock(start), self.clock(end))

    def is_free_on_clock(self, first, last):
        """Whether nothing is done between two moments of the clock."""
        index = max(bisect_right(self.gap_starts, first) - 1, 0)
        inside = index < len(self.gap_starts)
        return inside and self.gap_starts[index] <= first and last <= self.gap_ends[index]

    def _take(self, first, last):
        if last <= first:
            return
        index = max(bisect_right(self.gap_starts, first) - 1, 0)
        kept = []
        while index < len(self.gap_starts) and self.gap_starts[index] < last:
            start, end = self.gap_starts[index], self.gap_ends[index]
            if end <= first:
                index += 1
                continue
            del self.gap_starts[index], self.gap_ends[index]
            kept += [(start, min(end, first)), (max(start, last), end)]
        for start, end in kept:
            if end > start:
                insort(self.gap_starts, start)
                insort(self.gap_ends, end)


def _in_order(jobs):
    """The jobs, those that bring material first.

    :raise LoopError: where they wait for each other
    """
    waiting = {job.key: len(set(job.after)) for job in jobs.values()}
    followers = {}
    for job in jobs.values():
        for key in set(job.after):
            followers.setdefault(key, []).append(job.key)
    ready = [key for key, count in waiting.items() if not count]
    ordered = []
    while ready:
        key = ready.pop()
        ordered.append(jobs[key])
        for follower in followers.get(key, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                ready.append(follower)
    if len(ordered) < len(jobs):
        raise LoopError([key for key, count in waiting.items() if count])
    return ordered, followers


def _latest_starts(ordered, jobs):
    """When each job has to begin at the latest: what brings material is as urgent as what waits."""
    latest = {}
    dues = {job.key: job.due for job in ordered}
    for job in reversed(ordered):
        due = dues[job.key]
        if due is None:
            due = 1 << 62
        latest[job.key] = due - job.shortest()
        for key in job.after:
            before = dues[key]
            dues[key] = latest[job.key] if before is None else min(before, latest[job.key])
    return latest, {key: due if due is not None else 1 << 62 for key, due in dues.items()}


def _place(jobs, followers, centres, ranks):
    """Place the jobs by rank, each after those that bring its material."""
    centres = {key: centre.twin() for key, centre in centres.items()}
    plan = Plan()
    waiting = {key: len(set(job.after)) for key, job in jobs.items()}
    heap = [(ranks[key], key) for key, count in waiting.items() if not count]
    heapify(heap)
    while heap:
        _rank, key = heappop(heap)
        _place_job(plan, jobs[key], centres)
        for follower in followers.get(key, ()):
            waiting[follower] -= 1
            if not waiting[follower]:
                heappush(heap, (ranks[follower], follower))
    return plan


def _place_job(plan, job, centres):
    stuck = next((key for key in job.after if key in plan.unplaced), None)
    if stuck is not None:
        plan.unplaced[job.key] = plan.unplaced[stuck]
        return
    release = max([job.release, *(plan.finishes[key] for key in job.after)])
    finish = begun = None
    for task in job.tasks:
        start = max([release, *(plan.slots[key].end for key in task.after)])
        slot = place_task(task, start, centres)
        if slot is None:
            plan.unplaced[job.key] = task.key
            _take_back(plan, job, centres)
            return
        plan.slots[task.key] = slot
        begun = slot.start if begun is None else min(begun, slot.start)
        finish = slot.end if finish is None else max(finish, slot.end)
    plan.released[job.key] = release
    plan.starts[job.key] = release if begun is None else begun
    plan.finishes[job.key] = (release if finish is None else finish) + job.wait


def _take_back(plan, job, centres):
    """A job that fits nowhere holds no time that others could use."""
    for task in job.tasks:
        if slot := plan.slots.pop(task.key, None):
            centres[slot.centre].give_back(slot.start, slot.end)


def place_task(task, start, centres):
    """The slot at the centre that finishes it earliest; None where it fits nowhere."""
    best = None
    for key, work in task.work.items():
        centre = centres[key]
        place = centre.fit(start, work)
        if place is not None:
            end = centre.moment(place + work, end=True)
            if best is None or end < best[0]:
                best = (end, key, place, work)
    if best is None:
        return None
    _end, key, place, work = best
    return Slot(key, *centres[key].book(place, work))


def tardiness(jobs, plan):
    """Seconds of all jobs after they are needed; what fits nowhere counts as a year late."""
    total = 0
    for job in jobs:
        if job.due is not None:
            finish = plan.finishes.get(job.key)
            total += 31536000 if finish is None else max(finish - job.due, 0)
    return total


def schedule(jobs, centres, improve=True):
    """Plan jobs on work centres.

    :param jobs: list of :class:`Job`; those they wait for among them
    :param centres: ``{key: Centre}``; they stay as they are
    :param improve: whether late jobs are tried earlier afterwards, and the optimiser is asked
    :raise LoopError: where jobs wait for each other
    :return: :class:`Plan`
    """
    by_key = {job.key: job for job in jobs}
    ordered, followers = _in_order(by_key)
    latest, dues = _latest_starts(ordered, by_key)
    position = {job.key: index for index, job in enumerate(jobs)}
    rules = {
        "due": lambda key: dues[key],
        "slack": lambda key: latest[key],
        "short": lambda key: (dues[key] // 604800, by_key[key].shortest()),
    }
    best = None
    for name, rule in rules.items():
        order = sorted(by_key, key=lambda key, rule=rule: (rule(key), position[key]))
        plan = _ranked(by_key, followers, centres, order)
        cost = cost_of(jobs, plan)
        if best is None or cost < best[0]:
            best = (cost, plan, order)
            plan.rule = name
    if improve:
        plan = _improved(jobs, by_key, followers, centres, best)
        return _optimised(jobs, ordered, centres, plan)
    return best[1]


def _optimised(jobs, ordered, centres, plan):
    """The plan, or a better one of the optimiser; the plan where OR-Tools is not installed."""
    if not any(key in plan.finishes for key, _seconds in _late(jobs, plan)):
        return plan
    # here, as the optimiser builds upon this module
    from .optimiser import optimised

    return optimised(jobs, ordered, centres, plan)


def _ranked(by_key, followers, centres, order):
    return _place(by_key, followers, centres, {key: rank for rank, key in enumerate(order)})


def cost_of(jobs, plan):
    """What is to be least: seconds of tardiness, then the last finish."""
    return tardiness(jobs, plan), max(plan.finishes.values(), default=0)


def _improved(jobs, by_key, followers, centres, best):
    """Try other orders of the jobs, as long as some are late and the tries last.

    A late job is tried earlier with all that brings its material, or one before it later. What is a
    little worse is sometimes gone on with, less and less, so that the search does not stop at the
    first valley; the same jobs always give the same plan.
    """
    count = max(sum(len(job.tasks) for job in jobs), 1)
    tries = TRIED_OPERATIONS // count
    cost, plan, order = best
    current_cost, current, current_order = cost, plan, order
    chance = Random(count)
    for number in range(tries):
        late = _late(jobs, current)
        if not cost[0] or not late:
            break
        candidate = _other_order(by_key, chance, current_order, late)
        other = _ranked(by_key, followers, centres, candidate)
        other_cost = cost_of(jobs, other)
        heat = HEAT * (1 - number / tries)
        if other_cost <= current_cost or (other_cost[0] - current_cost[0]) < heat * cost[
            0
        ] * chance.expovariate(1):
            current_cost, current, current_order = other_cost, other, candidate
        if other_cost < cost:
            other.rule = plan.rule
            cost, plan, order = other_cost, other, candidate
    return plan


def _late(jobs, plan):
    """``[(key, seconds late)]`` of the jobs that are."""
    found = []
    for job in jobs:
        if job.due is not None:
            late = plan.finishes.get(job.key, job.due + 31536000) - job.due
            if late > 0:
                found.append((job.key, late))
    return found


def _other_order(by_key, chance, order, late):
    """The order with one late job earlier, or one before it later."""
    weights = [seconds for _key, seconds in late]
    key = chance.choices([key for key, _seconds in late], weights)[0]
    family = _family(by_key, key)
    place = order.index(key)
    if place and chance.random() < 0.5:
        family = {order[chance.randrange(place)]}
        rest = [one for one in order if one not in family]
        target = chance.randint(place, len(rest))
    else:
        rest = [one for one in order if one not in family]
        target = chance.randint(0, min(place, len(rest)))
    return rest[:target] + [one for one in order if one in family] + rest[target:]


def _family(by_key, key):
    """A job with all that brings its material."""
    found, rest = set(), [key]
    while rest:
        one = rest.pop()
        if one not in found:
            found.add(one)
            rest += by_key[one].after
    return found
