"""The kinds of conflicts of duties that the report knows (A21)."""

KINDS = [
    ("asks_and_decides", "Asked and Decided"),
    ("may_decide_own", "May Decide What They Ask"),
    ("two_roles", "Two Roles of One Chain"),
    ("joined", "Two Roles Joined by a Delegation"),
    ("decided_alone", "Decided All Steps Alone"),
    ("own_after", "Approved the Own Emergency Release"),
]
