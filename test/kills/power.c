/*
 * A disk without a cache, for one folder: what a program synced is copied to a second folder, and after a power cut that
 * copy is all there is. Loaded before the C library (LD_PRELOAD), it answers fsync and fdatasync in its place.
 *
 * A name counts as written with its first synced contents, as journaling file systems do it; that a file is gone counts
 * once its folder was synced. Memory maps are not followed: SQLite maps only its -shm file, which it rebuilds.
 *
 * Without a second folder it is a disk like any other; with POWER_SYNC_MS, one whose syncs take so long.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static const char *folder(void) { return getenv("POWER_FOLDER"); }
static const char *copies(void) { return getenv("POWER_COPIES"); }

/** Copies a whole file, and gives the copy its name only when it is complete: the process may be killed right here. */
static int copy_file(int fd, const char *name) {
  char part[PATH_MAX], whole[PATH_MAX], buffer[1 << 16];
  snprintf(part, sizeof part, "%s/%s.part", copies(), name);
  snprintf(whole, sizeof whole, "%s/%s", copies(), name);
  int out = open(part, O_WRONLY | O_CREAT | O_TRUNC, 0600);
  if (out < 0) return -1;
  /* Read through the program's own descriptor: closing another one of this file would give up SQLite's locks on it. */
  ssize_t got;
  for (off_t at = 0; (got = pread(fd, buffer, sizeof buffer, at)) > 0; at += got)
    if (write(out, buffer, got) != got) break;
  close(out);
  return got != 0 ? -1 : rename(part, whole);
}

/** A synced folder: copies of files that it does not have any more go too. */
static int forget_removed(void) {
  DIR *all = opendir(copies());
  if (all == NULL) return -1;
  char path[PATH_MAX];
  for (struct dirent *entry; (entry = readdir(all)) != NULL;) {
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", folder(), entry->d_name);
    if (access(path, F_OK) == 0) continue;
    snprintf(path, sizeof path, "%s/%s", copies(), entry->d_name);
    unlink(path);
  }
  return closedir(all);
}

static void take_time(void) {
  const char *given = getenv("POWER_SYNC_MS");
  long ms = given == NULL ? 0 : atol(given);
  struct timespec pause = {ms / 1000, ms % 1000 * 1000000};
  nanosleep(&pause, NULL);
}

/** 1 if the real sync has to answer, else what a sync answers. */
static int sync_copy(int fd) {
  if (folder() == NULL) return 1;
  char link[64], path[PATH_MAX];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 1;
  path[length] = '\0';
  size_t prefix = strlen(folder());
  if (strncmp(path, folder(), prefix) != 0) return 1;
  if (path[prefix] != '\0' && path[prefix] != '/') return 1;
  take_time();
  if (copies() == NULL) return 1;
  if (path[prefix] == '\0') return forget_removed();
  if (strchr(path + prefix + 1, '/') != NULL) return 1;
  struct stat file;
  if (fstat(fd, &file) != 0 || file.st_nlink == 0) return 0;
  return copy_file(fd, path + prefix + 1);
}

static int answer(const char *call, int fd) {
  int done = sync_copy(fd);
  if (done <= 0) return done;
  int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, call);
  return real(fd);
}

int fsync(int fd) { return answer("fsync", fd); }
int fdatasync(int fd) { return answer("fdatasync", fd); }
