from odoo.tests import BaseCase, tagged

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
        works = {task.key: task.work for one in jobs for task in one.tasks}
        for key, centre in centres.items():
            slots = sorted(
                (slot.start, slot.end, task)
                for task, slot in plan.slots.items()
                if slot.centre == key
            )
            for (_start, end, _task), (start, _end, _next) in zip(slots, slots[1:], strict=False):
                self.assertLessEqual(end, start)
            for start, end, task in slots:
                self.assertEqual(centre.clock(end) - centre.clock(start), works[task][key])
                inside = [row for row in weeks(40) if row[0] <= start < row[1]]
                self.assertEqual(len(inside), 1)
        for one in jobs:
            self.assertGreaterEqual(plan.starts[one.key], one.release)
            self.assertLessEqual(plan.slots[one.key, 0].end, plan.slots[one.key, 1].start)
