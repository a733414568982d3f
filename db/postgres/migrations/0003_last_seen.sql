-- Repeats of what WeChat signed are counted at an entry of the log; when the last of them came.
ALTER TABLE "notifications" ADD COLUMN "last_seen_at" bigint;--> statement-breakpoint
ALTER TABLE "notifications" ADD CONSTRAINT "notifications_last_seen" CHECK ("notifications"."last_seen_at" is null or true);
