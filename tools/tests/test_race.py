"""What many people get who decide at the same moment on a real server."""

import os
from contextlib import ExitStack

import pytest

from tools import addons, paths, postgres, race
from tools.databases import Databases
from tools.locks import locked
from tools.odoo import Odoo


@pytest.fixture(scope="module")
def result():
    """The outcome of one race on a server with four workers."""
    with ExitStack() as stack:
        server = stack.enter_context(postgres.running(postgres.test_cluster()))
        databases = Databases(Odoo(server, paths.STATE / "data"))
        # the template of this run has the addons already
        template = os.environ.get("DEV_TEMPLATE")
        needed = addons.select(race.ADDONS)
        if not template or set(needed) - databases.state(template)["addons"].keys():
            stack.enter_context(locked(f"name-{race.DATABASE}"))
            template = databases.template(race.DATABASE, needed, bundles=False, fresh=False)
        return race.race(databases, template, workers=4)


def test_of_fifty_who_decide_at_once_exactly_one_is_counted(result):
    """A4: any of them (或签); the log has one approval."""
    assert len(result.any_of) == 50
    assert [answer.counted for answer in result.any_of].count(True) == 1
    assert result.facts["any"]["approvals"] == 1


def test_all_twenty_who_decide_at_once_are_counted(result):
    """A4: all of them (会签); nobody's decision gets lost."""
    assert [answer.counted for answer in result.all_of] == [True] * 20, result.all_of
    assert result.facts["all"]["approvals"] == 20


def test_all_twenty_who_answer_two_documents_in_one_click_are_counted_in_both(result):
    """A4, A13: from the inbox; nobody waits for Odoo's naps, nobody's decision gets lost."""
    assert [answer.counted for answer in result.bulk] == [True] * 20, result.bulk
    assert (result.facts["bulk"]["approvals"], result.facts["bulk2"]["approvals"]) == (20, 20)
    assert result.facts["bulk"]["retries"] == 0


def test_whoever_is_not_counted_gets_a_sentence(result):
    """A13: no trace, neither in the answer nor in the server's log."""
    refused = [answer for answer in result.any_of if not answer.counted]
    assert [answer for answer in refused if not answer.is_sentence] == []
    assert "Traceback" not in result.log
    assert " ERROR " not in result.log


def test_whoever_gets_no_turn_is_told_so_and_is_counted_later(result):
    """A13: other programs change the request without a pause; on the panel and in the inbox."""
    assert [answer.counted for answer in result.hindered] == [False, False]
    assert [answer for answer in result.hindered if not answer.is_sentence] == []
    assert result.afterwards.counted


def test_everything_was_carried_out_and_the_log_verifies(result):
    """A12: no fault of any kind."""
    assert result.faults() == []
