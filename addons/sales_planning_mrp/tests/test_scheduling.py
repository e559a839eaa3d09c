import sys
from random import Random
from unittest.mock import patch

from odoo.tests import BaseCase, tagged

from .. import optimiser, optimiser_model, scheduling
from ..scheduling import Centre, Job, LoopError, Task, schedule, tardiness

HOUR = 3600
DAY = 24 * HOUR


def weeks(count=4):
    """Monday to Friday from 8 to 12 and 13 to 17; moment 0 is a Monday's midnight."""
    return [
        (day * DAY + begin * HOUR, day * DAY + end * HOUR)
        for day in range(7 * count)
        if day % 7 < 5
        for begin, end in ((8, 12), (13, 17))
    ]


def job(key, due, *works, release=0, after=(), wait=0):
    """A job of operations one after the other, each ``{centre: hours}``."""
    tasks = [
        Task(
            (key, number),
            {centre: int(hours * HOUR) for centre, hours in work.items()},
            ((key, number - 1),) if number else (),
        )
        for number, work in enumerate(works)
    ]
    due = None if due is None else int(due)
    return Job(key, due, release, tasks, wait, after)


def at(day, hour):
    return int(day * DAY + hour * HOUR)


@tagged("post_install", "-at_install")
class TestScheduling(BaseCase):
    """P4: the simple rule, checked by reasoning."""

    def plan(self, jobs, **centres):
        free = {key: Centre(*rows) for key, rows in (centres or {"a": (weeks(),)}).items()}
        return schedule(jobs, free)

    def test_of_two_jobs_on_one_machine_the_first_needed_goes_first(self):
        """P4: 6 hours needed on Tuesday noon, and 6 needed on Monday evening."""
        later = job("later", at(1, 12), {"a": 6})
        first = job("first", at(0, 17), {"a": 6})
        plan = self.plan([later, first])
        self.assertEqual((plan.starts["first"], plan.finishes["first"]), (at(0, 8), at(0, 15)))
        self.assertEqual((plan.starts["later"], plan.finishes["later"]), (at(0, 15), at(1, 12)))
        self.assertEqual(tardiness([later, first], plan), 0)

    def test_the_example_of_the_manual(self):
        """P4: five tanks, an hour of cutting and two of welding each, from Monday at 8."""
        tanks = job("tanks", at(1, 0), {"cut": 5}, {"weld": 10})
        plan = self.plan([tanks], cut=(weeks(),), weld=(weeks(),))
        self.assertEqual(plan.slots["tanks", 0].end, at(0, 14))
        self.assertEqual(plan.finishes["tanks"], at(1, 16))
        self.assertEqual(tardiness([tanks], plan), 16 * HOUR)

    def test_work_stops_over_noon_and_the_weekend_and_goes_on(self):
        """P4: 8 hours from Friday 13:00: 4 on Friday, 4 on Monday."""
        plan = self.plan([job("one", at(8, 0), {"a": 8}, release=at(4, 13))])
        self.assertEqual((plan.starts["one"], plan.finishes["one"]), (at(4, 13), at(7, 12)))

    def test_an_operation_is_never_interrupted_by_another(self):
        """P4: 2 hours free before what is there already are too short for 3."""
        busy = [(at(0, 10), at(0, 12))]
        plan = self.plan(
            [job("long", at(2, 0), {"a": 3}), job("short", at(3, 0), {"a": 2})], a=(weeks(), busy)
        )
        self.assertEqual(plan.starts["long"], at(0, 13))
        # and the gap before is filled by what fits
        self.assertEqual((plan.starts["short"], plan.finishes["short"]), (at(0, 8), at(0, 10)))

    def test_another_centre_does_it_when_that_is_earlier(self):
        """P4: 4 hours at A taken until noon, or 6 at B, which is slower but free."""
        taken = [(at(0, 8), at(1, 8))]
        plan = self.plan([job("one", at(1, 0), {"a": 4, "b": 6})], a=(weeks(), taken), b=(weeks(),))
        slot = plan.slots["one", 0]
        self.assertEqual((slot.centre, slot.start, slot.end), ("b", at(0, 8), at(0, 15)))

    def test_operations_follow_each_other_and_material_comes_first(self):
        """P4: the sub-assembly's finish is when the machine's work begins."""
        part = job("part", None, {"a": 2}, {"b": 3})
        machine = job("machine", at(1, 17), {"a": 1}, after=("part",))
        plan = self.plan([machine, part], a=(weeks(),), b=(weeks(),))
        self.assertEqual((plan.starts["part"], plan.finishes["part"]), (at(0, 8), at(0, 14)))
        self.assertEqual(plan.starts["machine"], at(0, 14))
        self.assertEqual(plan.released["machine"], plan.finishes["part"])

    def test_what_brings_material_is_as_urgent_as_what_waits_for_it(self):
        """P4: a part for something needed on Monday goes before a job needed on Tuesday."""
        part = job("part", None, {"a": 4})
        machine = job("machine", at(0, 17), {"a": 4}, after=("part",))
        other = job("other", at(1, 17), {"a": 8})
        plan = self.plan([other, machine, part])
        self.assertEqual(plan.finishes["machine"], at(0, 17))
        self.assertEqual(plan.finishes["other"], at(1, 17))

    def test_work_outside_takes_its_days_and_no_capacity(self):
        """P4: subcontracted for three days, then an hour here."""
        outside = job("outside", None, wait=3 * DAY, release=at(0, 8))
        here = job("here", at(3, 12), {"a": 1}, after=("outside",))
        plan = self.plan([outside, here])
        self.assertEqual((plan.starts["here"], plan.finishes["here"]), (at(3, 8), at(3, 9)))

    def test_a_job_that_fits_nowhere_takes_no_time_from_others(self):
        """P4: its first operation would, and its second has no working time."""
        stuck = job("stuck", at(0, 17), {"a": 8}, {"b": 1})
        other = job("other", at(1, 17), {"a": 8})
        plan = self.plan([stuck, other], a=(weeks(),), b=([],))
        self.assertEqual(plan.starts["other"], at(0, 8))
        self.assertNotIn(("stuck", 0), plan.slots)

    def test_time_that_is_given_back_is_free_in_one_piece(self):
        """P4: whatever stays booked before and after it."""
        centre = Centre(weeks())
        whole = (centre.gap_starts[:], centre.gap_ends[:])
        slots = [centre.book(hours * HOUR, 3 * HOUR) for hours in (0, 3, 6)]
        centre.give_back(*slots[1])
        self.assertEqual(centre.fit(0, 3 * HOUR), 3 * HOUR)
        self.assertEqual(centre.fit(0, 4 * HOUR), 9 * HOUR)
        centre.give_back(*slots[2])
        self.assertEqual(centre.fit(0, 4 * HOUR), 3 * HOUR)
        centre.give_back(*slots[0])
        self.assertEqual((centre.gap_starts, centre.gap_ends), whole)

    def test_a_closed_centre_and_a_full_one_leave_jobs_unplaced(self):
        """P4: with what waits for them; the others are planned."""
        closed = job("closed", at(1, 0), {"b": 1})
        waiting = job("waiting", at(2, 0), {"a": 1}, after=("closed",))
        long = job("long", at(3, 0), {"a": 500})
        fine = job("fine", at(4, 0), {"a": 1})
        plan = self.plan([closed, waiting, long, fine], a=(weeks(),), b=([],))
        self.assertEqual(set(plan.unplaced), {"closed", "waiting", "long"})
        self.assertEqual(plan.unplaced["waiting"], ("closed", 0))
        self.assertEqual(plan.finishes["fine"], at(0, 9))

    def test_jobs_that_wait_for_each_other_are_named(self):
        """P4: a loop is no plan."""
        jobs = [job("x", 1, after=("y",)), job("y", 1, after=("x",)), job("z", 1)]
        with self.assertRaises(LoopError) as caught:
            self.plan(jobs)
        self.assertEqual(set(caught.exception.keys), {"x", "y"})

    def test_trying_late_jobs_earlier_is_never_worse_than_the_rule(self):
        """P4: first needed first makes four jobs late for the sake of one that is late anyway."""
        long = job("long", at(0, 9), {"a": 8})
        short = [job(f"s{number}", at(0, 10 + number), {"a": 1}) for number in range(2)]
        centres = {"a": Centre(weeks())}
        by_rule = schedule([long, *short], centres, improve=False)
        best = schedule([long, *short], centres)
        jobs = [long, *short]
        self.assertLessEqual(tardiness(jobs, best), tardiness(jobs, by_rule))
        # short ones first: 9 and 10 are in time, the long one ends on Tuesday at 10
        self.assertEqual(tardiness(jobs, best), 25 * HOUR)

    def test_nothing_overlaps_and_all_of_it_is_in_working_time(self):
        """P4: 300 operations on 4 centres, each checked against the others."""
        jobs = [
            job(
                number,
                at(number % 9, 17),
                {number % 4: 1 + number % 3, (number + 1) % 4: 2},
                {(number + 2) % 4: 1 + number % 2},
                release=at(number % 5, 6),
            )
            for number in range(150)
        ]
        centres = {key: Centre(weeks(40)) for key in range(4)}
        plan = schedule(jobs, centres)
        self.assertFalse(plan.unplaced)
        check_plan(self, jobs, centres, plan)


def check_plan(case, jobs, centres, plan):
    """Nothing overlaps what is done or taken, all of it is working time, what comes before is done."""
    rows = {key: [] for key in centres}
    for one in jobs:
        if one.key in plan.unplaced:
            continue
        release = max([one.release, *(plan.finishes[key] for key in one.after)])
        slots = [plan.slots[task.key] for task in one.tasks]
        for task, slot in zip(one.tasks, slots, strict=True):
            centre = centres[slot.centre]
            case.assertGreaterEqual(
                slot.start, max([release, *(plan.slots[k].end for k in task.after)])
            )
            case.assertEqual(
                centre.clock(slot.end) - centre.clock(slot.start), task.work[slot.centre]
            )
            case.assertTrue(centre.is_free(slot.start, slot.end))
            for moment in (slot.start, slot.end - 1):
                inside = [
                    start
                    for start, end in zip(centre.starts, centre.ends, strict=True)
                    if start <= moment < end
                ]
                case.assertEqual(len(inside), 1)
            rows[slot.centre].append((slot.start, slot.end))
        case.assertEqual(plan.released[one.key], release)
        case.assertEqual(plan.starts[one.key], min((slot.start for slot in slots), default=release))
        finish = max((slot.end for slot in slots), default=release) + one.wait
        case.assertEqual(plan.finishes[one.key], finish)
    for taken in rows.values():
        taken.sort()
        for (_start, end), (start, _end) in zip(taken, taken[1:], strict=False):
            case.assertLessEqual(end, start)


def overloaded(seed, count):
    """A shop of four work centres with more jobs than it can finish in time, with all that there is.

    :return: jobs and ``{key: Centre}``
    """
    chance = Random(seed)
    jobs = []
    for key in range(count):
        works = []
        begin = chance.randrange(count // 4)
        for _number in range(3):
            centre = chance.randrange(4)
            work = {centre: chance.randrange(1, 9)}
            if chance.random() < 0.3:
                work[(centre + 1) % 4] = chance.randrange(2, 10)
            works.append(work)
        jobs.append(
            job(
                key,
                at(begin + 3 + chance.randrange(count // 3), 17),
                *works,
                release=at(begin, 0),
                # every fifth is made of the one before it, and is tested outside for a day
                after=(key - 1,) if key % 5 == 4 else (),
                wait=DAY if key % 5 == 4 else 0,
            )
        )
    early = [(day * DAY + 6 * HOUR, day * DAY + 22 * HOUR) for day in range(7 * 30) if day % 7 < 6]
    taken = [(at(day, 10), at(day, 15)) for day in (1, 3, 8)]
    centres = {key: Centre(weeks(30), taken[key:]) for key in range(3)}
    # another rhythm than the others
    centres[3] = Centre(early)
    return jobs, centres


@tagged("post_install", "-at_install")
class TestOptimiser(BaseCase):
    """P4: what the optimiser proposes is tried, and kept where it is better.

    OR-Tools is no need of the product, but of these tests: without it they fail.
    """

    def setUp(self):
        super().setUp()
        # short searches are enough here; their end is counted, not timed, however slow the machine is
        for module, name, value in (
            (scheduling, "TRIED_OPERATIONS", 40000),
            (optimiser_model, "EFFORT", 0.4),
            (optimiser_model, "PATIENCE", 600),
        ):
            self.enterContext(patch.object(module, name, value))

    def without(self, jobs, centres):
        """The plan where OR-Tools is not installed."""
        missing = {"ortools.sat.python": None, "ortools.sat.python.cp_model": None}
        with patch.dict(sys.modules, missing):
            return schedule(jobs, centres)

    def test_on_an_overloaded_shop_the_plan_is_better_and_valid(self):
        """P4: 40 jobs of 3 operations, of which some have to be late."""
        jobs, centres = overloaded(3, 40)
        before = {
            key: (centre.gap_starts[:], centre.gap_ends[:]) for key, centre in centres.items()
        }
        plain = self.without(jobs, centres)
        plan = schedule(jobs, centres)
        check_plan(self, jobs, centres, plain)
        check_plan(self, jobs, centres, plan)
        self.assertFalse(plan.unplaced)
        self.assertIn(plain.rule, {"due", "slack", "short"})
        self.assertEqual(plan.rule, "optimiser")
        self.assertLess(tardiness(jobs, plan), tardiness(jobs, plain) * 0.99)
        # the work centres that were given are as they were
        after = {key: (centre.gap_starts, centre.gap_ends) for key, centre in centres.items()}
        self.assertEqual(after, before)

    def test_the_same_jobs_give_the_same_plan(self):
        """P4: nobody's plan depends on how busy the machine was."""
        jobs, centres = overloaded(4, 20)
        self.assertEqual(schedule(jobs, centres), schedule(jobs, centres))

    def test_it_is_never_worse_and_always_valid(self):
        """P4: small shops, some of which are planned as well as they can be."""
        for seed in range(4):
            jobs, centres = overloaded(seed, 8 + 3 * seed)
            plain, plan = self.without(jobs, centres), schedule(jobs, centres)
            check_plan(self, jobs, centres, plan)
            self.assertLessEqual(tardiness(jobs, plan), tardiness(jobs, plain))
            if plan.rule != "optimiser":
                self.assertEqual(plan, plain)

    def test_without_it_the_plan_is_that_of_the_rules_and_their_search(self):
        """P4: OR-Tools is optional, and nothing is said where it is missing."""
        jobs, centres = overloaded(2, 20)
        with patch.object(optimiser, "optimised", lambda jobs, ordered, centres, plan: plan):
            plain = schedule(jobs, centres)
        with self.assertNoLogs(level="WARNING"):
            self.assertEqual(self.without(jobs, centres), plain)

    def test_it_is_asked_only_where_jobs_are_late_and_not_too_many(self):
        """P4: nothing is won elsewhere, and it takes time."""
        jobs, centres = overloaded(2, 12)
        with patch.object(optimiser_model.Model, "solve", autospec=True, return_value=[]) as solve:
            schedule(jobs, centres, improve=False)
            schedule([job("one", at(3, 17), {3: 2})], centres)
            # late, but no work centre could change that
            schedule([job("outside", at(0, 1), wait=DAY)], centres)
            # late only as it fits nowhere
            schedule([job("endless", at(3, 17), {0: 5000})], centres)
            with patch.object(optimiser, "MOST_OPERATIONS", 35):
                schedule(jobs, centres)
            solve.assert_not_called()
            with patch.object(optimiser, "MOST_OPERATIONS", 36):
                schedule(jobs, centres)
            solve.assert_called_once()

    def test_the_other_work_centre_is_chosen_where_that_makes_less_late(self):
        """P4: the rules give B to the first, which is done sooner there; but the second needs B."""
        jobs = [job("first", at(0, 12), {"a": 4, "b": 3}), job("second", at(0, 13), {"b": 4})]
        centres = {"a": Centre(weeks()), "b": Centre(weeks())}
        plain = schedule(jobs, centres, improve=False)
        self.assertEqual(plain.slots["first", 0].centre, "b")
        self.assertEqual(tardiness(jobs, plain), 3 * HOUR)
        plan = optimiser.optimised(jobs, jobs, centres, plain)
        check_plan(self, jobs, centres, plan)
        self.assertEqual(plan.slots["first", 0].centre, "a")
        self.assertEqual(plan.slots["second", 0].centre, "b")
        self.assertEqual(tardiness(jobs, plan), 0)

    def test_what_fits_nowhere_stays_so_and_the_others_are_optimised(self):
        """P4: with what waits for it, also where a work centre is closed."""
        jobs, centres = overloaded(3, 40)
        centres["closed"] = Centre([])
        jobs += [
            job("endless", at(3, 0), {0: 5000}),
            job("closed", at(3, 0), {"closed": 1}),
            job("waiting", at(3, 0), {1: 1}, after=("closed",)),
            # the closed one and one that is too short are no choice for it
            job("possible", at(3, 0), {"closed": 1, 2: 1}),
        ]
        plan = schedule(jobs, centres)
        self.assertEqual(plan.rule, "optimiser")
        self.assertEqual(
            plan.unplaced,
            {"endless": ("endless", 0), "closed": ("closed", 0), "waiting": ("closed", 0)},
        )
        self.assertEqual(plan.slots["possible", 0].centre, 2)
        check_plan(self, jobs, centres, plan)
        self.assertLess(tardiness(jobs, plan), tardiness(jobs, self.without(jobs, centres)))

    def test_an_order_in_which_something_fits_nowhere_is_left(self):
        """P4: the solver knows the working time only nearly."""
        jobs, centres = overloaded(2, 20)
        plain = self.without(jobs, centres)
        order = [(one, task, min(task.work)) for one in jobs for task in one.tasks]
        with (
            patch.object(optimiser_model.Model, "solve", return_value=[order]),
            patch.object(optimiser, "place_task", return_value=None),
        ):
            self.assertEqual(schedule(jobs, centres), plain)
