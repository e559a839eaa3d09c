from odoo.tests import HttpCase, tagged

from .common import ApprovalCase


@tagged("post_install", "-at_install")
class TestUnits(HttpCase):
    """A6, A7, A13, A18: the components of the engine, each by itself, in the browser."""

    def test_components_do_what_their_unit_tests_say(self):
        """Run the Hoot tests of this project's engine."""
        self.browser_js(
            f"/web/tests?headless&loglevel=2&preset=desktop&timeout=15000&id={_suite('@approval_chain')}",
            "",
            "",
            login="admin",
            timeout=600,
            success_signal="[HOOT] Test suite succeeded",
        )


@tagged("post_install", "-at_install")
class TestPhone(HttpCase, ApprovalCase):
    """A13, A22: a decision on a screen of 390 pixels, by touch."""

    browser_size = "390x844"
    touch_enabled = True

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.make_chain([("decide", "president")])

    def submitted(self, name):
        order = self.make_order(name=name)
        order.action_approval_submit()
        return order

    def walk(self, tour):
        self.start_tour("/odoo", tour, login="president")
        self.env.invalidate_all()

    def test_three_taps_lead_to_a_decision(self):
        """A13: open, read, decide."""
        earlier = self.submitted("Phone zero")
        self.decide(earlier, self.president, "refuse", "Too cheap.")
        order = self.submitted("Phone one")
        self.walk("approval_phone_open_read_decide")
        self.assertEqual(order.state, "done")

    def test_a_card_refuses_in_place(self):
        """A13: with the reason that the requester reads."""
        order = self.submitted("Phone two")
        self.walk("approval_phone_refuse_on_the_card")
        request = self.request_of(order)
        self.assertEqual((request.state, request.slot_ids.opinion), ("refused", "Too late."))

    def test_handing_over_opens_in_place(self):
        """A7: the person is found by name."""
        order = self.submitted("Phone three")
        self.walk("approval_phone_hand_over")
        slots = self.request_of(order).slot_ids
        self.assertEqual(slots.filtered(lambda slot: slot.state == "open").user_id, self.cfo)


def _suite(path):
    """How Hoot names a suite in its address."""
    number = 0
    for letter in path:
        number = ((number << 5) - number + ord(letter)) & 0xFFFFFFFF
    return f"{number:08x}"
