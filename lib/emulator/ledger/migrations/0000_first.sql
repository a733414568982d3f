CREATE TABLE `authorizations` (
	`code` text PRIMARY KEY NOT NULL,
	`appid` text NOT NULL,
	`openid` text NOT NULL,
	`created_at` integer NOT NULL,
	`is_used` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `deliveries` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`notification_id` integer NOT NULL,
	`mch_id` text NOT NULL,
	`out_trade_no` text NOT NULL,
	`attempt` integer NOT NULL,
	`notify_url` text NOT NULL,
	`body` text NOT NULL,
	`body_sha256` text NOT NULL,
	`due_at` integer NOT NULL,
	`sent_at` integer,
	`http_status` integer,
	`reply_code` text,
	`reply` text,
	`outcome` text NOT NULL,
	`cause` text NOT NULL,
	`faults` text NOT NULL,
	`request_headers` text NOT NULL,
	`reply_headers` text NOT NULL,
	`is_held` integer NOT NULL,
	FOREIGN KEY (`notification_id`) REFERENCES `notifications`(`id`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "deliveries_attempt" CHECK(typeof("deliveries"."attempt") = 'integer' and "deliveries"."attempt" >= 1),
	CONSTRAINT "deliveries_due_at" CHECK(typeof("deliveries"."due_at") = 'integer')
);
--> statement-breakpoint
CREATE INDEX `deliveries_by_time` ON `deliveries` (`outcome`,`due_at`);--> statement-breakpoint
CREATE INDEX `deliveries_by_trade` ON `deliveries` (`mch_id`,`out_trade_no`);--> statement-breakpoint
CREATE INDEX `deliveries_by_notification` ON `deliveries` (`notification_id`);--> statement-breakpoint
CREATE INDEX `deliveries_by_sending` ON `deliveries` (`sent_at`);--> statement-breakpoint
CREATE INDEX `deliveries_held` ON `deliveries` (`id`) WHERE "deliveries"."is_held" = 1;--> statement-breakpoint
CREATE TABLE `faults` (
	`out_trade_no` text NOT NULL,
	`name` text NOT NULL,
	`value` integer,
	`times` integer,
	`probability` real,
	`seed` text NOT NULL,
	`draws` integer NOT NULL,
	PRIMARY KEY(`out_trade_no`, `name`),
	CONSTRAINT "faults_times" CHECK("faults"."times" is null or "faults"."times" >= 1),
	CONSTRAINT "faults_probability" CHECK("faults"."probability" is null or "faults"."probability" between 0 and 1),
	CONSTRAINT "faults_limit" CHECK(("faults"."times" is null) <> ("faults"."probability" is null))
);
--> statement-breakpoint
CREATE TABLE `notifications` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`api_version` text NOT NULL,
	`kind` text NOT NULL,
	`mch_id` text NOT NULL,
	`out_trade_no` text NOT NULL,
	`notify_url` text NOT NULL,
	`body` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`mch_id`,`out_trade_no`) REFERENCES `trades`(`mch_id`,`out_trade_no`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "notifications_created_at" CHECK(typeof("notifications"."created_at") = 'integer')
);
--> statement-breakpoint
CREATE INDEX `notifications_by_trade` ON `notifications` (`mch_id`,`out_trade_no`,`id`);--> statement-breakpoint
CREATE TABLE `prepays` (
	`prepay_id` text PRIMARY KEY NOT NULL,
	`mch_id` text NOT NULL,
	`out_trade_no` text NOT NULL,
	`code_url` text NOT NULL,
	`package` text NOT NULL,
	`created_at` integer NOT NULL,
	FOREIGN KEY (`mch_id`,`out_trade_no`) REFERENCES `trades`(`mch_id`,`out_trade_no`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "prepays_created_at" CHECK(typeof("prepays"."created_at") = 'integer')
);
--> statement-breakpoint
CREATE UNIQUE INDEX `prepays_by_code` ON `prepays` (`code_url`);--> statement-breakpoint
CREATE INDEX `prepays_by_trade` ON `prepays` (`mch_id`,`out_trade_no`,`created_at`);--> statement-breakpoint
CREATE TABLE `requests` (
	`seq` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`api_version` text NOT NULL,
	`method` text NOT NULL,
	`path` text NOT NULL,
	`out_trade_no` text,
	`headers` text NOT NULL,
	`body` blob NOT NULL,
	`body_sha256` text NOT NULL,
	`outcome` text NOT NULL,
	`status` integer NOT NULL,
	`answer` text NOT NULL,
	`answered` integer NOT NULL,
	`explanation` text,
	`warnings` text NOT NULL,
	`faults` text NOT NULL,
	CONSTRAINT "requests_at" CHECK(typeof("requests"."at") = 'integer'),
	CONSTRAINT "requests_body" CHECK(typeof("requests"."body") = 'blob')
);
--> statement-breakpoint
CREATE INDEX `requests_by_trade` ON `requests` (`out_trade_no`);--> statement-breakpoint
CREATE INDEX `requests_by_time` ON `requests` (`at`);--> statement-breakpoint
CREATE TABLE `settings` (
	`name` text PRIMARY KEY NOT NULL,
	`value` integer NOT NULL
);
--> statement-breakpoint
CREATE TABLE `trades` (
	`mch_id` text NOT NULL,
	`out_trade_no` text NOT NULL,
	`appid` text NOT NULL,
	`api_version` text NOT NULL,
	`trade_type` text NOT NULL,
	`total_fee` integer NOT NULL,
	`body` text NOT NULL,
	`detail` text NOT NULL,
	`attach` text NOT NULL,
	`device_info` text NOT NULL,
	`openid` text NOT NULL,
	`sign_type` text NOT NULL,
	`notify_url` text NOT NULL,
	`request` text NOT NULL,
	`state` text NOT NULL,
	`created_at` integer NOT NULL,
	`expires_at` integer,
	`transaction_id` text,
	`paid_at` integer,
	`closed_at` integer,
	`is_sandbox` integer NOT NULL,
	PRIMARY KEY(`mch_id`, `out_trade_no`),
	CONSTRAINT "trades_total_fee" CHECK(typeof("trades"."total_fee") = 'integer' and "trades"."total_fee" >= 1),
	CONSTRAINT "trades_created_at" CHECK(typeof("trades"."created_at") = 'integer'),
	CONSTRAINT "trades_unpaid" CHECK("trades"."state" <> 'NOTPAY' or "trades"."transaction_id" is null),
	CONSTRAINT "trades_paid" CHECK("trades"."state" <> 'SUCCESS' or "trades"."transaction_id" is not null),
	CONSTRAINT "trades_paid_at" CHECK(("trades"."transaction_id" is null) = ("trades"."paid_at" is null))
);
--> statement-breakpoint
CREATE UNIQUE INDEX `trades_by_transaction` ON `trades` (`transaction_id`);--> statement-breakpoint
CREATE INDEX `trades_by_number` ON `trades` (`out_trade_no`);--> statement-breakpoint
CREATE INDEX `trades_by_time` ON `trades` (`created_at`);--> statement-breakpoint
CREATE INDEX `trades_by_state` ON `trades` (`state`,`created_at`);