CREATE TABLE `key_settings` (
	`mch_id` text PRIMARY KEY NOT NULL,
	`public_key_percent` integer,
	`asks_for_public_key` integer NOT NULL,
	`has_certificates` integer NOT NULL,
	CONSTRAINT "key_settings_public_key_percent" CHECK("key_settings"."public_key_percent" is null or "key_settings"."public_key_percent" between 0 and 100)
);
--> statement-breakpoint
CREATE TABLE `merchant_keys` (
	`mch_id` text PRIMARY KEY NOT NULL,
	`v3_key` text NOT NULL,
	`private_key` text NOT NULL,
	`certificate` text NOT NULL,
	`serial` text NOT NULL,
	`p12` text NOT NULL,
	`public_key_id` text NOT NULL,
	`public_key` text NOT NULL,
	`public_key_private` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `platform_certificates` (
	`mch_id` text NOT NULL,
	`serial` text NOT NULL,
	`private_key` text NOT NULL,
	`certificate` text NOT NULL,
	`signs_from` integer NOT NULL,
	PRIMARY KEY(`mch_id`, `serial`),
	CONSTRAINT "platform_certificates_signs_from" CHECK(typeof("platform_certificates"."signs_from") = 'integer')
);
--> statement-breakpoint
ALTER TABLE `refunds` ADD `notify_version` text DEFAULT 'v2' NOT NULL;--> statement-breakpoint
ALTER TABLE `requests` ADD `answer_headers` text DEFAULT '[]' NOT NULL;