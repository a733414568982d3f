-- Repeats of what WeChat signed are counted at an entry of the log; when the last of them came.
ALTER TABLE `notifications` ADD `last_seen_at` integer CONSTRAINT "notifications_last_seen" CHECK("last_seen_at" is null or typeof("last_seen_at") = 'integer');
