"""Better orders of the operations of a plan, without Odoo: proposed by OR-Tools CP-SAT, where installed.

The solver knows the shop only nearly. Its proposals are placed operation by operation as any plan is,
and the best is kept: every plan is as valid as the one that it began with, and none is worse.
"""

from .scheduling import Plan, Task, cost_of, place_task

# more operations than this are not tried: the longer search that they ask for is not worth waiting for
MOST_OPERATIONS = 300


def optimised(jobs, ordered, centres, plan):
    """A plan that is better than another one, or that one.

    :param jobs: list of :class:`~.scheduling.Job`
    :param ordered: the same, those that bring material first
    :param centres: ``{key: Centre}``; they stay as they are
    :param plan: the :class:`~.scheduling.Plan` to begin with; what fits nowhere in it is left out
    :return: :class:`~.scheduling.Plan`; its rule is ``optimiser`` where it is another one
    """
    placed = [job for job in ordered if job.key in plan.finishes]
    if not 0 < sum(len(job.tasks) for job in placed) <= MOST_OPERATIONS:
        return plan
    try:
        from ortools.sat.python import cp_model
    except ImportError:
        return plan
    from .optimiser_model import Model, Shop

    cost = cost_of(jobs, plan)
    unplaced = plan.unplaced
    for order in Model(cp_model, Shop(placed, centres, plan)).solve():
        other = _followed(placed, centres, order)
        if other and (other_cost := cost_of(jobs, other)) < cost:
            cost, plan = other_cost, other
            plan.unplaced = unplaced
    return plan


def _followed(ordered, centres, order):
    """Place operations one by one in an order, each where it is free at the work centre chosen.

    :param order: list of ``(job, task, key of the work centre)``
    :return: :class:`~.scheduling.Plan`; None where an operation does not fit
    """
    centres = {key: centre.twin() for key, centre in centres.items()}
    by_key = {job.key: job for job in ordered}
    plan = Plan(rule="optimiser")
    for job, task, key in order:
        start = max([_release(plan, by_key, job), *(plan.slots[one].end for one in task.after)])
        slot = place_task(Task(task.key, {key: task.work[key]}), start, centres)
        if slot is None:
            return None
        plan.slots[task.key] = slot
    for job in ordered:
        _finish(plan, by_key, job)
    return plan


def _release(plan, by_key, job):
    """When the material of a job is there, what brings it being placed."""
    if job.key not in plan.released:
        finishes = [_finish(plan, by_key, by_key[key]) for key in job.after]
        plan.released[job.key] = max([job.release, *finishes])
    return plan.released[job.key]


def _finish(plan, by_key, job):
    """When a job is finished, its operations being placed."""
    if job.key not in plan.finishes:
        release = _release(plan, by_key, job)
        slots = [plan.slots[task.key] for task in job.tasks]
        plan.starts[job.key] = min((slot.start for slot in slots), default=release)
        plan.finishes[job.key] = max((slot.end for slot in slots), default=release) + job.wait
    return plan.finishes[job.key]
