from odoo.exceptions import AccessError


class DeskRows:
    """For test cases: documents as their rows on the desk, and what is done by their button."""

    def desk_of(self, user):
        """The desk as ``user`` opens it now."""
        self.env.flush_all()
        self.env.invalidate_all()
        return self.as_user(self.env["sale.desk"], user)

    def desk_row(self, document, user):
        return self.desk_of(user).search(
            [("res_model", "=", document._name), ("res_id", "=", document.id)]
        )

    def desk_press(self, document, user):
        """Press the one button of the row; the document that it opens, as the user sees it."""
        row = self.desk_row(document, user)
        self.assertTrue(row.is_mine, f"{document._name} {row.stage}: {row.owner}, not {user.login}")
        self.assertTrue(row.action_label)
        action = row.action_next()
        if isinstance(action, dict) and action.get("res_id"):
            return self.as_user(self.env[action["res_model"]], user).browse(action["res_id"])
        return action

    def assertOnDesk(self, document, stage, team, label, mine, others=()):
        """The row waits for ``mine`` alone: by row, by the filters, and by refusal."""
        for user in mine:
            row = self.desk_row(document, user)
            self.assertEqual(
                (row.stage, row.waits_for, row.action_label, row.is_mine),
                (stage, team, label, True),
                f"{document._name} for {user.login}",
            )
            self.assertIn(user.name, row.owner)
            desk = self.desk_of(user)
            for domain in ([("is_mine", "=", True)], [("waits_for", "=", team)]):
                self.assertIn(row, desk.search(domain))
            self.assertEqual(
                desk.search([("is_mine", "=", True)]), desk.search([]).filtered("is_mine")
            )
        for user in others:
            row = self.desk_row(document, user)
            self.assertFalse(row.is_mine, user.login)
            self.assertFalse(row.action_label, user.login)
            self.assertNotIn(row.id, self.desk_of(user).search([("is_mine", "=", True)]).ids)
            if row:
                with self.assertRefused("waits for", AccessError):
                    row.action_next()

    def assertOffDesk(self, document):
        self.assertFalse(self.desk_row(document, self.assistant))
