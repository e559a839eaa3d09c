"""Whoever released in an emergency does not approve it afterwards, nor what waits for it already."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE approval_request_slot slot SET requester_may = FALSE
          FROM approval_request request
         WHERE request.id = slot.request_id AND request.after_of_id IS NOT NULL
           AND slot.requester_may AND slot.state IN ('open', 'waiting')
        """
    )
