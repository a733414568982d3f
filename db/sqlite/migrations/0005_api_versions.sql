-- Payments and messages say in which API they are told, messages also what they tell of.
CREATE TABLE `api_versions` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
CREATE TABLE `notification_kinds` (
	`word` text PRIMARY KEY NOT NULL
);
--> statement-breakpoint
ALTER TABLE `payments` ADD `api_version` text DEFAULT 'v2' NOT NULL REFERENCES api_versions(word);--> statement-breakpoint
ALTER TABLE `notifications` ADD `api_version` text DEFAULT 'v2' NOT NULL REFERENCES api_versions(word);--> statement-breakpoint
ALTER TABLE `notifications` ADD `kind` text REFERENCES notification_kinds(word);--> statement-breakpoint
-- Until now there was one API, and nothing but payments was told.
UPDATE `notifications` SET `kind` = 'payment' WHERE `out_trade_no` IS NOT NULL;--> statement-breakpoint
UPDATE `notifications` SET `checks` = replace(`checks`, '"name":"result_code"', '"name":"outcome"') WHERE `checks` IS NOT NULL;
