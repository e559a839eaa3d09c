-- a copy of the database must not speak to the groups of the original
UPDATE approval_robot
   SET active = false;
UPDATE approval_outbox
   SET state = 'given_up'
 WHERE state IN ('waiting', 'failed');
