"""A plan as a constraint solver knows it, without Odoo: OR-Tools CP-SAT.

The solver plans on one clock that runs while any work centre works. A work centre that works only part
of that time is taken to be slower. Where all have the same hours this is exact but for the length of
nights and weekends; otherwise it is near. So only the order of the operations and the choice among
work centres are taken from it: who asks places the operations himself, and keeps what is better.
"""

from .scheduling import Centre

# how long the solver may search, in its own units, which are the same on every machine
EFFORT = 2.0
# seconds after which it stops on a machine that is so slow that somebody would wait for it
PATIENCE = 40
# seconds that the solver counts as one
UNIT = 60
# how much longer than the plan so far an order may last
ROOM = 1.1
# ways of searching the whole problem, which take too long at this size; parts of it are searched
WHOLE = (
    *("core", "default_lp", "fixed", "max_lp", "no_lp", "pseudo_costs"),
    *("quick_restart", "quick_restart_no_lp", "reduced_costs"),
)


class Shop:
    """Jobs and work centres on the common clock, in units; and a plan on it to begin with.

    :param jobs: list of :class:`~.scheduling.Job`, those that bring material first
    :param centres: ``{key: Centre}`` with what is taken already; they stay as they are
    :param plan: the :class:`~.scheduling.Plan` to begin with, all jobs placed
    :ivar clock: the common clock
    :ivar busy: ``{centre: [(start, end)]}``
    :ivar works: ``{task: {centre: units}}``
    :ivar releases: ``{job: units}``
    :ivar waits: ``{job: units}``
    :ivar dues: ``{job: units}`` of the jobs that are needed
    :ivar begun: ``{task: (centre, start)}`` in the plan to begin with
    :ivar ends: ``{task: units}`` in it
    :ivar finishes: ``{job: units}`` in it
    """

    def __init__(self, jobs, centres, plan):
        self.jobs = jobs
        used = {key for job in jobs for task in job.tasks for key in task.work}
        self.centres = {
            key: centre for key, centre in centres.items() if key in used and centre.total
        }
        self.clock = Centre(
            row
            for centre in self.centres.values()
            for row in zip(centre.starts, centre.ends, strict=True)
        )
        self.busy = {key: self._busy(centre) for key, centre in self.centres.items()}
        self.works = {
            task.key: {
                key: self._work(key, work)
                for key, work in task.work.items()
                if key in self.centres and work <= self.centres[key].total
            }
            for job in jobs
            for task in job.tasks
        }
        share = self.clock.total / (self.clock.ends[-1] - self.clock.starts[0])
        self.releases = {job.key: self._up(job.release) for job in jobs}
        self.waits = {job.key: round(job.wait * share / UNIT) for job in jobs}
        self.dues = {
            job.key: self.clock.clock(job.due) // UNIT for job in jobs if job.due is not None
        }
        self._begin(plan)

    def _up(self, moment):
        return -(-self.clock.clock(moment) // UNIT)

    def _work(self, key, work):
        return max(round(work * self.clock.total / self.centres[key].total / UNIT), 1)

    def _busy(self, centre):
        """What is taken at a centre already."""
        found, last = [], 0
        edges = [0]
        for start, end in zip(centre.gap_starts, centre.gap_ends, strict=True):
            edges += [start, end]
        edges.append(centre.total)
        for start, end in zip(edges[::2], edges[1::2], strict=True):
            if start < end:
                begin = max(self.clock.clock(centre.moment(start)) // UNIT, last)
                last = max(self._up(centre.moment(end, end=True)), begin)
                if begin < last:
                    found.append((begin, last))
        return found

    def _begin(self, plan):
        """Place all of it in the order and at the centres of a plan: a solution to begin with."""
        long = sum(max(work.values()) for work in self.works.values())
        long += self.clock.total // UNIT + sum(self.waits.values()) + 1
        centres = {key: Centre([(0, 2 * long)], busy) for key, busy in self.busy.items()}
        self.begun, self.ends, self.finishes = {}, {}, {}
        by_key = {job.key: job for job in self.jobs}
        rows = [
            (plan.slots[task.key].start, number, place, job, task)
            for number, job in enumerate(self.jobs)
            for place, task in enumerate(job.tasks)
        ]
        for _start, _number, _place, job, task in sorted(rows, key=lambda row: row[:3]):
            release = max(
                [
                    self.releases[job.key],
                    *(self._finish(by_key, key) for key in job.after),
                    *(self.ends[key] for key in task.after),
                ]
            )
            centre = plan.slots[task.key].centre
            work = self.works[task.key][centre]
            start = centres[centre].fit(release, work)
            centres[centre].book(start, work)
            self.begun[task.key] = (centre, start)
            self.ends[task.key] = start + work
        for job in self.jobs:
            self._finish(by_key, job.key)
        self.horizon = int(max(self.finishes.values()) * ROOM) + 1

    def _finish(self, by_key, key):
        if key not in self.finishes:
            job = by_key[key]
            before = [self._finish(by_key, one) for one in job.after]
            ends = [self.ends[task.key] for task in job.tasks]
            self.finishes[key] = max([self.releases[key], *before, *ends]) + self.waits[key]
        return self.finishes[key]


class Model:
    """The shop as the solver knows it.

    :param cp_model: the module of OR-Tools
    :param shop: the :class:`Shop`
    """

    def __init__(self, cp_model, shop):
        self.cp_model, self.shop = cp_model, shop
        self.model = cp_model.CpModel()
        self.starts, self.ends, self.chosen, self.finishes = {}, {}, {}, {}
        self.rows = {
            key: [
                self.model.new_fixed_size_interval_var(start, end - start, "")
                for start, end in busy
                if start < shop.horizon
            ]
            for key, busy in shop.busy.items()
        }
        for job in shop.jobs:
            self._add_job(job)
        for rows in self.rows.values():
            self.model.add_no_overlap(rows)
        self.model.minimize(sum(self._late(key, due) for key, due in shop.dues.items()))

    def _variable(self, lowest, hint):
        variable = self.model.new_int_var(lowest, self.shop.horizon, "")
        self.model.add_hint(variable, hint)
        return variable

    def _add_job(self, job):
        release = self.shop.releases[job.key]
        before = [self.finishes[key] for key in job.after]
        for task in job.tasks:
            self._add_task(task, release)
            for end in [*before, *(self.ends[key] for key in task.after)]:
                self.model.add(self.starts[task.key] >= end)
        wait = self.shop.waits[job.key]
        followed = {key for task in job.tasks for key in task.after}
        ends = [self.ends[task.key] for task in job.tasks if task.key not in followed]
        if len(ends) == 1:
            self.finishes[job.key] = ends[0] + wait
            return
        finish = self._variable(release + wait, self.shop.finishes[job.key])
        for end in ends or before:
            self.model.add(finish >= end + wait)
        self.finishes[job.key] = finish

    def _add_task(self, task, release):
        works = self.shop.works[task.key]
        begun, at = self.shop.begun[task.key]
        start = self.starts[task.key] = self._variable(release, at)
        if len(works) == 1:
            ((centre, work),) = works.items()
            self.ends[task.key] = start + work
            self.rows[centre].append(self.model.new_fixed_size_interval_var(start, work, ""))
            return
        end = self.ends[task.key] = self._variable(release, self.shop.ends[task.key])
        choices = {}
        for centre, work in works.items():
            chosen = choices[centre] = self.model.new_bool_var("")
            self.model.add_hint(chosen, centre == begun)
            self.model.add(end == start + work).only_enforce_if(chosen)
            self.rows[centre].append(
                self.model.new_optional_fixed_size_interval_var(start, work, chosen, "")
            )
        self.model.add_exactly_one(choices.values())
        self.chosen[task.key] = choices

    def _late(self, key, due):
        """How late a job is."""
        late = self._variable(0, max(self.shop.finishes[key] - due, 0))
        self.model.add(late >= self.finishes[key] - due)
        return late

    def solve(self):
        """Search for orders with less tardiness.

        The same shop gives the same answer, unless :data:`PATIENCE` ends.

        :return: a list of ``(job, task, key of the work centre)`` for each solution, the best last
        """
        solver = self.cp_model.CpSolver()
        options = solver.parameters
        options.num_workers = 1
        options.random_seed = 1
        options.max_deterministic_time = EFFORT
        options.max_time_in_seconds = PATIENCE
        options.interleave_search = True
        options.linearization_level = 0
        options.ignore_subsolvers.extend(WHOLE)
        # what a signal means is up to the server
        options.catch_sigint_signal = False
        found, model = [], self

        class Collector(self.cp_model.CpSolverSolutionCallback):
            def on_solution_callback(self):
                found.append(model._order(self))

        solver.solve(self.model, Collector())
        return found

    def _order(self, solution):
        """The operations as they begin, each with its work centre."""
        rows = []
        for job in self.shop.jobs:
            for task in job.tasks:
                choices = self.chosen.get(task.key)
                if choices is None:
                    (centre,) = self.shop.works[task.key]
                else:
                    centre = next(
                        key for key, one in choices.items() if solution.boolean_value(one)
                    )
                rows.append((solution.value(self.starts[task.key]), job, task, centre))
        rows.sort(key=lambda row: row[0])
        return [row[1:] for row in rows]
