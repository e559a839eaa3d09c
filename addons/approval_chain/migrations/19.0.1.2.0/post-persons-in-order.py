"""Persons of a step have places now: by name, the order in which they were asked until now."""


def migrate(cr, version):
    cr.execute(
        """
        INSERT INTO approval_step_person (step_id, user_id, sequence)
        SELECT named.approval_step_id, named.res_users_id,
               row_number() OVER (PARTITION BY named.approval_step_id
                                      ORDER BY partner.name, users.login, users.id)
          FROM approval_step_res_users_rel named
          JOIN res_users users ON users.id = named.res_users_id
          JOIN res_partner partner ON partner.id = users.partner_id
         WHERE NOT EXISTS (SELECT 1 FROM approval_step_person known
                            WHERE known.step_id = named.approval_step_id
                              AND known.user_id = named.res_users_id)
        """
    )
