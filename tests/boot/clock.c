/* A clock that is wrong by the seconds in /etc/clock-offset, for the programs that a clock is known by: date, and
 * munge's. hosts.sh has it loaded before every program of a host and its containers (/etc/ld.so.preload); all others go
 * on with the right one, for a thread that waits until a time of the wrong clock waits too long. */
#define _GNU_SOURCE
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static long offset;

__attribute__((constructor)) static void begin(void)
{
	static const char *const names[] = { "date", "munged", "munge", "unmunge" };
	char name[32] = "";
	FILE *f = fopen("/proc/self/comm", "r");
	if (!f)
		return;
	if (!fgets(name, sizeof name, f))
		name[0] = 0;
	fclose(f);
	name[strcspn(name, "\n")] = 0;
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		f = fopen("/etc/clock-offset", "r");
		if (f && fscanf(f, "%ld", &offset) != 1)
			offset = 0;
		if (f)
			fclose(f);
	}
}

int clock_gettime(clockid_t clock, struct timespec *t)
{
	long r = syscall(SYS_clock_gettime, clock, t);
	if (r == 0 && clock == CLOCK_REALTIME)
		t->tv_sec += offset;
	return (int)r;
}

int gettimeofday(struct timeval *restrict t, void *restrict zone)
{
	(void)zone;
	struct timespec now;
	int r = clock_gettime(CLOCK_REALTIME, &now);
	t->tv_sec = now.tv_sec;
	t->tv_usec = now.tv_nsec / 1000;
	return r;
}

time_t time(time_t *t)
{
	struct timespec now;
	clock_gettime(CLOCK_REALTIME, &now);
	if (t)
		*t = now.tv_sec;
	return now.tv_sec;
}
