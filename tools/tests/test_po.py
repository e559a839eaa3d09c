"""Translations: nothing that was translated is lost, nothing unfinished goes unnoticed."""

import polib

from tools import po


def file(**terms):
    """A translation file with terms; a translation of None makes it obsolete."""
    made = polib.POFile()
    for msgid, msgstr in terms.items():
        made.append(polib.POEntry(msgid=msgid, msgstr=msgstr or "", obsolete=msgstr is None))
    return made


def test_translations_are_kept_and_known_ones_filled_in():
    merged = po.merge(file(a="", b="", c=""), file(a="甲", gone="去"), {"a": "别", "b": "乙"})
    assert [(entry.msgid, entry.msgstr) for entry in merged] == [
        ("a", "甲"),
        ("b", "乙"),
        ("c", ""),
    ]


def test_a_fuzzy_translation_is_not_kept():
    old = file(a="甲")
    old[0].flags.append("fuzzy")
    assert po.merge(file(a=""), old, {})[0].msgstr == ""


def test_faults_are_named():
    template = file(a="", b="", c="")
    template.append(polib.POEntry(msgid="%(name)s: %s", msgstr=""))
    translated = file(a="甲", b="", gone="去", old=None)
    translated.append(polib.POEntry(msgid="%(name)s: %s", msgstr="%(nom)s：%s"))
    assert po.faults(template, translated) == [
        "is missing: 'c'",
        "is not used any more: 'gone'",
        "has other placeholders in its translation: '%(name)s: %s'",
        "is not translated: 'b'",
        "holds obsolete terms",
    ]


def test_a_line_broken_inside_a_chinese_sentence_is_a_fault():
    template = file(a="", b="", c="")
    translated = file(a="先看，\n      再定。", b="第一行。\n第二行。", c="见\n      Odoo")
    assert po.faults(template, translated) == [
        "breaks the line inside a Chinese sentence, which shows as a blank: 'a'"
    ]


def test_a_complete_translation_has_no_faults():
    assert po.faults(file(a=""), file(a="甲")) == []


def test_placeholders_may_change_places():
    assert po.placeholders("%(a)s of %(b).2f") == po.placeholders("%(b).2f 之 %(a)s")


def test_a_template_is_the_same_when_only_its_dates_differ():
    one, other = file(a=""), file(a="")
    other.metadata = {"POT-Creation-Date": "today"}
    assert po.is_same(one, other)
    assert not po.is_same(one, file(b=""))
