-- The words of a status, a verdict or an action become rows, so that another word never again means another table.
CREATE TABLE `order_statuses` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `causes` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `channels` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `payment_statuses` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `transaction_outcomes` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `transaction_sources` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `verdicts` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `replies` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `admin_actions` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `roles` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `__new_orders` (
	`id` text PRIMARY KEY NOT NULL,
	`status` text NOT NULL,
	`amount_fen` integer NOT NULL,
	`currency` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer NOT NULL,
	`paid_at` integer,
	`closed_at` integer,
	`transaction_id` text,
	`idempotency_key` text,
	`fingerprint` text,
	`version` integer NOT NULL,
	`shipped_at` integer,
	`channel` text,
	FOREIGN KEY (`status`) REFERENCES `order_statuses`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`channel`) REFERENCES `channels`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "orders_currency" CHECK("__new_orders"."currency" in ('CNY')),
	CONSTRAINT "orders_amount" CHECK(typeof("__new_orders"."amount_fen") = 'integer' and "__new_orders"."amount_fen" between 1 and 1000000000),
	CONSTRAINT "orders_paid" CHECK(("__new_orders"."status" = 'paid') = ("__new_orders"."transaction_id" is not null)),
	CONSTRAINT "orders_version" CHECK(typeof("__new_orders"."version") = 'integer' and "__new_orders"."version" between 1 and 1000000),
	CONSTRAINT "orders_instants" CHECK(typeof("__new_orders"."created_at") = 'integer' and typeof("__new_orders"."expires_at") = 'integer'),
	CONSTRAINT "orders_paid_at" CHECK("__new_orders"."paid_at" is null or typeof("__new_orders"."paid_at") = 'integer'),
	CONSTRAINT "orders_closed_at" CHECK("__new_orders"."closed_at" is null or typeof("__new_orders"."closed_at") = 'integer'),
	CONSTRAINT "orders_shipped_at" CHECK("__new_orders"."shipped_at" is null or (typeof("__new_orders"."shipped_at") = 'integer' and "__new_orders"."status" = 'paid'))
);
--> statement-breakpoint
INSERT INTO `__new_orders` ("id", "status", "amount_fen", "currency", "created_at", "expires_at", "paid_at", "closed_at", "transaction_id", "idempotency_key", "fingerprint", "version", "shipped_at", "channel")
	SELECT "id", "status", "amount_fen", "currency", "created_at", "expires_at", "paid_at", "closed_at", "transaction_id", "idempotency_key", "fingerprint", "version", "shipped_at", "channel" FROM `orders`;
--> statement-breakpoint
DROP TABLE `orders`;
--> statement-breakpoint
ALTER TABLE `__new_orders` RENAME TO `orders`;
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_transaction_id_unique` ON `orders` (`transaction_id`);
--> statement-breakpoint
CREATE UNIQUE INDEX `orders_idempotency_key_unique` ON `orders` (`idempotency_key`);
--> statement-breakpoint
CREATE INDEX `orders_by_status` ON `orders` (`status`,`created_at`,`id`);
--> statement-breakpoint
CREATE INDEX `orders_by_channel` ON `orders` (`channel`,`created_at`,`id`);
--> statement-breakpoint
CREATE INDEX `orders_by_payment` ON `orders` (`paid_at`) WHERE "orders"."paid_at" is not null;
--> statement-breakpoint
CREATE INDEX `orders_unshipped` ON `orders` (`shipped_at`,`created_at`,`id`) WHERE "orders"."status" = 'paid' and "orders"."shipped_at" is null;
--> statement-breakpoint
CREATE INDEX `orders_by_expiry` ON `orders` (`status`,`expires_at`);
--> statement-breakpoint
CREATE INDEX `orders_by_creation` ON `orders` (`created_at`,`id`);
--> statement-breakpoint
CREATE TABLE `__new_order_events` (
	`order_id` text NOT NULL,
	`version` integer NOT NULL,
	`from` text,
	`to` text NOT NULL,
	`cause_kind` text NOT NULL,
	`cause_id` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`order_id`, `version`),
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`from`) REFERENCES `order_statuses`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`to`) REFERENCES `order_statuses`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`cause_kind`) REFERENCES `causes`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "order_events_version" CHECK(typeof("__new_order_events"."version") = 'integer' and "__new_order_events"."version" between 1 and 1000000),
	CONSTRAINT "order_events_at" CHECK(typeof("__new_order_events"."at") = 'integer')
);
--> statement-breakpoint
INSERT INTO `__new_order_events` ("order_id", "version", "from", "to", "cause_kind", "cause_id", "at")
	SELECT "order_id", "version", "from", "to", "cause_kind", "cause_id", "at" FROM `order_events`;
--> statement-breakpoint
DROP TABLE `order_events`;
--> statement-breakpoint
ALTER TABLE `__new_order_events` RENAME TO `order_events`;
--> statement-breakpoint
CREATE TABLE `__new_payments` (
	`out_trade_no` text PRIMARY KEY NOT NULL,
	`order_id` text NOT NULL,
	`channel` text NOT NULL,
	`status` text NOT NULL,
	`amount_fen` integer NOT NULL,
	`currency` text NOT NULL,
	`sign_type` text NOT NULL,
	`request` text NOT NULL,
	`prepay_id` text,
	`code_url` text,
	`mweb_url` text,
	`prepaid_at` integer,
	`transaction_id` text,
	`created_at` integer NOT NULL,
	`next_check_at` integer,
	`checks` integer NOT NULL,
	`version` integer NOT NULL,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`channel`) REFERENCES `channels`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`status`) REFERENCES `payment_statuses`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "payments_currency" CHECK("__new_payments"."currency" in ('CNY')),
	CONSTRAINT "payments_checks" CHECK(typeof("__new_payments"."checks") = 'integer' and "__new_payments"."checks" between 0 and 1000000),
	CONSTRAINT "payments_paid" CHECK("__new_payments"."status" not in ('paid', 'stray') or "__new_payments"."transaction_id" is not null),
	CONSTRAINT "payments_amount" CHECK(typeof("__new_payments"."amount_fen") = 'integer' and "__new_payments"."amount_fen" between 1 and 1000000000),
	CONSTRAINT "payments_version" CHECK(typeof("__new_payments"."version") = 'integer' and "__new_payments"."version" between 1 and 1000000),
	CONSTRAINT "payments_created_at" CHECK(typeof("__new_payments"."created_at") = 'integer'),
	CONSTRAINT "payments_prepaid_at" CHECK("__new_payments"."prepaid_at" is null or typeof("__new_payments"."prepaid_at") = 'integer'),
	CONSTRAINT "payments_next_check_at" CHECK(("__new_payments"."next_check_at" is not null and typeof("__new_payments"."next_check_at") = 'integer') = ("__new_payments"."status" in ('preparing', 'open')))
);
--> statement-breakpoint
INSERT INTO `__new_payments` ("out_trade_no", "order_id", "channel", "status", "amount_fen", "currency", "sign_type", "request", "prepay_id", "code_url", "mweb_url", "prepaid_at", "transaction_id", "created_at", "next_check_at", "checks", "version")
	SELECT "out_trade_no", "order_id", "channel", "status", "amount_fen", "currency", "sign_type", "request", "prepay_id", "code_url", "mweb_url", "prepaid_at", "transaction_id", "created_at", "next_check_at", "checks", "version" FROM `payments`;
--> statement-breakpoint
DROP TABLE `payments`;
--> statement-breakpoint
ALTER TABLE `__new_payments` RENAME TO `payments`;
--> statement-breakpoint
CREATE UNIQUE INDEX `payments_transaction_id_unique` ON `payments` (`transaction_id`);
--> statement-breakpoint
CREATE UNIQUE INDEX `payments_one_live` ON `payments` (`order_id`) WHERE "payments"."status" in ('preparing', 'open');
--> statement-breakpoint
CREATE INDEX `payments_by_order` ON `payments` (`order_id`,`created_at`);
--> statement-breakpoint
CREATE INDEX `payments_by_scheduled_check` ON `payments` (`next_check_at`) WHERE "payments"."next_check_at" is not null;
--> statement-breakpoint
CREATE TABLE `__new_transactions` (
	`transaction_id` text PRIMARY KEY NOT NULL,
	`out_trade_no` text NOT NULL,
	`order_id` text,
	`paid_fen` integer NOT NULL,
	`currency` text NOT NULL,
	`paid_at` integer NOT NULL,
	`outcome` text NOT NULL,
	`seen_at` integer NOT NULL,
	`seen_by` text NOT NULL,
	`resolved_at` integer,
	`resolved_by` text,
	`resolution` text,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`outcome`) REFERENCES `transaction_outcomes`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`seen_by`) REFERENCES `transaction_sources`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "transactions_paid" CHECK(typeof("__new_transactions"."paid_fen") = 'integer' and "__new_transactions"."paid_fen" between 0 and 999999999999),
	CONSTRAINT "transactions_order" CHECK(("__new_transactions"."outcome" = 'unknown_order') = ("__new_transactions"."order_id" is null)),
	CONSTRAINT "transactions_instants" CHECK(typeof("__new_transactions"."paid_at") = 'integer' and typeof("__new_transactions"."seen_at") = 'integer'),
	CONSTRAINT "transactions_resolved_at" CHECK("__new_transactions"."resolved_at" is null or typeof("__new_transactions"."resolved_at") = 'integer'),
	CONSTRAINT "transactions_resolved" CHECK(("__new_transactions"."resolved_at" is null) = ("__new_transactions"."resolved_by" is null) and ("__new_transactions"."resolved_at" is null) = ("__new_transactions"."resolution" is null))
);
--> statement-breakpoint
INSERT INTO `__new_transactions` ("transaction_id", "out_trade_no", "order_id", "paid_fen", "currency", "paid_at", "outcome", "seen_at", "seen_by", "resolved_at", "resolved_by", "resolution")
	SELECT "transaction_id", "out_trade_no", "order_id", "paid_fen", "currency", "paid_at", "outcome", "seen_at", "seen_by", "resolved_at", "resolved_by", "resolution" FROM `transactions`;
--> statement-breakpoint
DROP TABLE `transactions`;
--> statement-breakpoint
ALTER TABLE `__new_transactions` RENAME TO `transactions`;
--> statement-breakpoint
CREATE UNIQUE INDEX `transactions_one_applied` ON `transactions` (`order_id`) WHERE "transactions"."outcome" = 'applied';
--> statement-breakpoint
CREATE INDEX `transactions_by_number` ON `transactions` (`out_trade_no`);
--> statement-breakpoint
CREATE INDEX `transactions_by_order` ON `transactions` (`order_id`);
--> statement-breakpoint
CREATE INDEX `transactions_to_look_at` ON `transactions` (`seen_at`,`transaction_id`) WHERE "transactions"."outcome" <> 'applied' and "transactions"."resolved_at" is null;
--> statement-breakpoint
-- The body stands last now: what stands behind it is only reached through all its pages. Nothing of it changes.
CREATE TABLE `__new_notifications` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`received_at` integer NOT NULL,
	`remote_address` text NOT NULL,
	`times` integer NOT NULL,
	`replay_of` integer,
	`body_bytes` integer NOT NULL,
	`body_sha256` text NOT NULL,
	`verdict` text,
	`reply` text,
	`concluded_at` integer,
	`order_id` text,
	`out_trade_no` text,
	`transaction_id` text,
	`claimed_fen` integer,
	`counted_bytes` integer,
	`expected_sign` text,
	`received_sign` text,
	`headers` text NOT NULL,
	`checks` text,
	`query_answer` text,
	`signed_text` text,
	`body` blob NOT NULL,
	FOREIGN KEY (`verdict`) REFERENCES `verdicts`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`reply`) REFERENCES `replies`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "notifications_received_at" CHECK(typeof("__new_notifications"."received_at") = 'integer'),
	CONSTRAINT "notifications_concluded_at" CHECK("__new_notifications"."concluded_at" is null or typeof("__new_notifications"."concluded_at") = 'integer'),
	CONSTRAINT "notifications_body_type" CHECK(typeof("__new_notifications"."body") = 'blob'),
	CONSTRAINT "notifications_body" CHECK("__new_notifications"."body_bytes" = length("__new_notifications"."body")),
	CONSTRAINT "notifications_times" CHECK(typeof("__new_notifications"."times") = 'integer' and "__new_notifications"."times" between 1 and 1000000000),
	CONSTRAINT "notifications_concluded" CHECK(("__new_notifications"."verdict" is null) = ("__new_notifications"."concluded_at" is null) and ("__new_notifications"."verdict" is null) = ("__new_notifications"."reply" is null)),
	CONSTRAINT "notifications_claimed" CHECK("__new_notifications"."claimed_fen" is null or (typeof("__new_notifications"."claimed_fen") = 'integer' and "__new_notifications"."claimed_fen" >= 0)),
	CONSTRAINT "notifications_replay" CHECK("__new_notifications"."replay_of" is null or typeof("__new_notifications"."replay_of") = 'integer'),
	CONSTRAINT "notifications_counted" CHECK("__new_notifications"."counted_bytes" is null or typeof("__new_notifications"."counted_bytes") = 'integer')
);
--> statement-breakpoint
INSERT INTO `__new_notifications` ("id", "received_at", "remote_address", "times", "replay_of", "body_bytes", "body_sha256", "verdict", "reply", "concluded_at", "order_id", "out_trade_no", "transaction_id", "claimed_fen", "counted_bytes", "expected_sign", "received_sign", "headers", "checks", "query_answer", "signed_text", "body")
	SELECT "id", "received_at", "remote_address", "times", "replay_of", "body_bytes", "body_sha256", "verdict", CASE "reply" WHEN 'thanks' THEN 'acknowledge' WHEN 'again' THEN 'retry' END, "concluded_at", "order_id", "out_trade_no", "transaction_id", "claimed_fen", CASE WHEN "verdict" IN ('malformed', 'failed_transport', 'not_ours', 'bad_signature') THEN (
		SELECT 384 + CASE WHEN p <= 4061 THEN min(4096, 2 * p) ELSE (p - 489 + 4091) / 4092 * 4096 + 1024 END FROM (
			SELECT 200 + "body_bytes" + length(cast("headers" AS blob)) + ifnull(length(cast("checks" AS blob)), 0)
				+ ifnull(length(cast("query_answer" AS blob)), 0) + ifnull(length(cast("signed_text" AS blob)), 0)
				+ ifnull(length(cast("out_trade_no" AS blob)), 0) + ifnull(length(cast("transaction_id" AS blob)), 0)
				+ ifnull(length(cast("expected_sign" AS blob)), 0) + ifnull(length(cast("received_sign" AS blob)), 0) AS p)) END, "expected_sign", "received_sign", "headers", "checks", "query_answer", "signed_text", "body" FROM `notifications`;
--> statement-breakpoint
DELETE FROM `sqlite_sequence` WHERE `name` = '__new_notifications';
--> statement-breakpoint
INSERT INTO `sqlite_sequence` (`name`, `seq`) SELECT '__new_notifications', `seq` FROM `sqlite_sequence` WHERE `name` = 'notifications';
--> statement-breakpoint
DROP TABLE `notifications`;
--> statement-breakpoint
ALTER TABLE `__new_notifications` RENAME TO `notifications`;
--> statement-breakpoint
CREATE INDEX `notifications_by_time` ON `notifications` (`received_at`,`id`);
--> statement-breakpoint
CREATE INDEX `notifications_by_verdict_and_time` ON `notifications` (`verdict`,`received_at`,`id`);
--> statement-breakpoint
CREATE INDEX `notifications_to_look_at` ON `notifications` (`received_at`,`id`) WHERE "notifications"."verdict" in ('stray', 'wrong_amount', 'unknown_payment', 'contradicted');
--> statement-breakpoint
CREATE INDEX `notifications_by_transaction` ON `notifications` (`transaction_id`,`id`);
--> statement-breakpoint
CREATE INDEX `notifications_by_replay` ON `notifications` (`replay_of`) WHERE "notifications"."replay_of" is not null;
--> statement-breakpoint
CREATE INDEX `notifications_counted` ON `notifications` (`id`,`counted_bytes`) WHERE "notifications"."counted_bytes" is not null;
--> statement-breakpoint
CREATE INDEX `notifications_unprocessed` ON `notifications` (`received_at`) WHERE "notifications"."verdict" is null;
--> statement-breakpoint
CREATE INDEX `notifications_by_body` ON `notifications` (`body_sha256`,`verdict`);
--> statement-breakpoint
CREATE INDEX `notifications_by_number` ON `notifications` (`out_trade_no`,`id`);
--> statement-breakpoint
CREATE INDEX `notifications_by_order` ON `notifications` (`order_id`,`id`);
--> statement-breakpoint
INSERT INTO `counters` (`name`, `value`) SELECT 'counted_notifications', count(*) FROM `notifications` WHERE `counted_bytes` IS NOT NULL;
--> statement-breakpoint
INSERT INTO `counters` (`name`, `value`) SELECT 'counted_notification_bytes', ifnull(sum(`counted_bytes`), 0) FROM `notifications`;
--> statement-breakpoint
CREATE TABLE `__new_verdict_counts` (
	`hour` integer NOT NULL,
	`verdict` text NOT NULL,
	`count` integer NOT NULL,
	PRIMARY KEY(`hour`, `verdict`),
	FOREIGN KEY (`verdict`) REFERENCES `verdicts`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "verdict_counts_hour" CHECK(typeof("__new_verdict_counts"."hour") = 'integer'),
	CONSTRAINT "verdict_counts_count" CHECK(typeof("__new_verdict_counts"."count") = 'integer' and "__new_verdict_counts"."count" between 1 and 1000000000)
);
--> statement-breakpoint
INSERT INTO `__new_verdict_counts` ("hour", "verdict", "count")
	SELECT "hour", "verdict", "count" FROM `verdict_counts`;
--> statement-breakpoint
DROP TABLE `verdict_counts`;
--> statement-breakpoint
ALTER TABLE `__new_verdict_counts` RENAME TO `verdict_counts`;
--> statement-breakpoint
CREATE TABLE `__new_audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`email` text NOT NULL,
	`role` text,
	`address` text NOT NULL,
	`action` text NOT NULL,
	`order_id` text,
	`notification_id` integer,
	`transaction_id` text,
	`detail` text NOT NULL,
	`outcome_of` integer,
	FOREIGN KEY (`role`) REFERENCES `roles`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`action`) REFERENCES `admin_actions`(`word`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`order_id`) REFERENCES `orders`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`transaction_id`) REFERENCES `transactions`(`transaction_id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`outcome_of`) REFERENCES `audit`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "audit_at" CHECK(typeof("__new_audit"."at") = 'integer')
);
--> statement-breakpoint
INSERT INTO `__new_audit` ("id", "at", "email", "role", "address", "action", "order_id", "notification_id", "transaction_id", "detail", "outcome_of")
	SELECT "id", "at", "email", "role", "address", "act", "order_id", "notification_id", "transaction_id", "detail", "outcome_of" FROM `audit`;
--> statement-breakpoint
DELETE FROM `sqlite_sequence` WHERE `name` = '__new_audit';
--> statement-breakpoint
INSERT INTO `sqlite_sequence` (`name`, `seq`) SELECT '__new_audit', `seq` FROM `sqlite_sequence` WHERE `name` = 'audit';
--> statement-breakpoint
DROP TABLE `audit`;
--> statement-breakpoint
ALTER TABLE `__new_audit` RENAME TO `audit`;
--> statement-breakpoint
CREATE INDEX `audit_by_action` ON `audit` (`action`,`id`);
--> statement-breakpoint
CREATE INDEX `audit_by_email` ON `audit` (`email`,`id`);
--> statement-breakpoint
CREATE INDEX `audit_by_order` ON `audit` (`order_id`,`id`);
--> statement-breakpoint
CREATE INDEX `audit_by_notification` ON `audit` (`notification_id`,`id`);
--> statement-breakpoint
CREATE INDEX `audit_by_transaction` ON `audit` (`transaction_id`,`id`);
--> statement-breakpoint
-- The record of who did what is only ever added to, whoever holds the file's connection.
CREATE TRIGGER `audit_never_changes` BEFORE UPDATE ON `audit` BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
--> statement-breakpoint
CREATE TRIGGER `audit_never_shrinks` BEFORE DELETE ON `audit` BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END;
