CREATE TABLE `bill_flows` (
	`file_id` integer NOT NULL,
	`line` integer NOT NULL,
	`type` text NOT NULL,
	`is_fee` integer NOT NULL,
	`at` integer NOT NULL,
	`wechat_number` text NOT NULL,
	`number` text NOT NULL,
	`amount_fen` integer NOT NULL,
	PRIMARY KEY(`file_id`, `wechat_number`, `line`),
	FOREIGN KEY (`file_id`) REFERENCES `bill_files`(`id`) ON UPDATE no action ON DELETE no action,
	FOREIGN KEY (`type`) REFERENCES `difference_subjects`(`word`) ON UPDATE no action ON DELETE no action,
	CONSTRAINT "bill_flows_line" CHECK(typeof("bill_flows"."line") = 'integer' and "bill_flows"."line" between 1 and 1000000),
	CONSTRAINT "bill_flows_at" CHECK(typeof("bill_flows"."at") = 'integer'),
	CONSTRAINT "bill_flows_amount_fen" CHECK(typeof("bill_flows"."amount_fen") = 'integer')
);
--> statement-breakpoint
ALTER TABLE `bill_differences` ADD `moved` text;--> statement-breakpoint
ALTER TABLE `bill_rows` ADD `wechat_number` text;--> statement-breakpoint
CREATE INDEX `bill_rows_by_wechat_number` ON `bill_rows` (`wechat_number`);