CREATE TABLE "limit_uses" (
	"instance" bigint NOT NULL,
	"key" text NOT NULL,
	"points" bigint NOT NULL,
	"ends_at" bigint NOT NULL,
	CONSTRAINT "limit_uses_instance_key" PRIMARY KEY("instance","key"),
	CONSTRAINT "limit_uses_points" CHECK ("limit_uses"."points" between 0 and 9007199254740991)
);
--> statement-breakpoint
CREATE TABLE "presses" (
	"key" text PRIMARY KEY NOT NULL,
	"at" bigint NOT NULL,
	"answer" text,
	CONSTRAINT "presses_at" CHECK (true)
);
--> statement-breakpoint
ALTER TABLE "pulse" ADD COLUMN "quiet" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "pulse" ADD COLUMN "news" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE "pulse" ADD COLUMN "at" bigint DEFAULT 0 NOT NULL;--> statement-breakpoint
CREATE INDEX "presses_by_time" ON "presses" USING btree ("at");