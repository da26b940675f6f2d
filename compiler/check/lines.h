/*
 * lines.h: what the lines of a slurm.conf that was read say together: which nodes there are, which partitions and sets
 * name them.
 *
 * Made once a check, when a rule first asks for it, and shared by the rules of rules_lines: every hostlist is parsed
 * once, and one index leads from any name to the line that it stands on. Nobody compares lines with lines.
 *
 * A list that Slurm does not read, or of which it makes names that hpcc does not follow, is not `known`: the rule
 * bad-hostlist says so, and the others pass over what such a list might have held. Nor are lists known beyond the limits
 * of what all of them together may hold.
 */
#ifndef HPCC_CHECK_LINES_H
#define HPCC_CHECK_LINES_H

#include "compiler/check/said.h"

/* What Slurm makes of a hostlist. */
enum list_state {
	LIST_FINE,
	LIST_ODD,     /* Slurm takes it, for something that nobody means */
	LIST_REFUSED, /* by the release that is checked for */
};

/* The first thing wrong in a list. */
struct list_fault {
	enum list_state state;
	const char *message; /* of hostlist.h's kind */
	size_t start, end;   /* within the value */
	bool literal;	     /* Slurm takes the bytes there for one name, as they are */
};

/* Reads a value as a list in Slurm's grammar, blanks as well as commas between names. Says whether the names are all
 * known; what is wrong in *ret_fault, which may be NULL. An empty value is an empty list. */
bool list_read(struct check *c, const char *value, struct hostlist *ret, struct list_fault *ret_fault);
/* Whether a value is one plain name. */
bool list_is_name(const char *value);
/* A node's ports: 17001, 17001-17004 and [17001-17004] are the same. Names of the list are the numbers. */
bool port_list_read(struct check *c, const char *value, struct hostlist *ret, struct list_fault *ret_fault);
/* The place of bytes of a value: they stand in its source as they are unless escapes were taken out. */
struct span part_place(const struct entry *e, size_t start, size_t end);

struct node_line {
	const struct record *rec;
	const struct entry *name, *state; /* state: NULL without one */
	struct hostlist names;
	bool known;
	/* Empty where the key is absent or not known. */
	struct hostlist hosts, addresses, ports;
};

/* A line that names nodes: a partition or a node set. */
struct user_line {
	const struct record *rec;
	const struct entry *name, *nodes; /* nodes: NULL when it has no list */
	struct hostlist names;		  /* with those of the node sets that it names; what no node is called too */
	struct hostlist unknown;	  /* of those on the line itself: neither nodes nor sets */
	bool all;			  /* every node */
	bool known;
	bool used;		  /* a node set: some partition or set names it */
	uint32_t list;		  /* the same for lines that have the same names, below lists_n */
	const void *laid_in;	  /* lines_members.c: the last line that a set went into */
};

enum {
	/* Of all lists of sets and partitions together: runs that are kept, and stretches that are looked up. Written out
	 * one by one, the nodes of the largest clusters in twenty partitions take half of it. */
	LINES_MOST_RUNS = 4 * HOSTLIST_MAX_RUNS,
	LINES_MOST_PIECES = 8 * LINES_MOST_RUNS,
};

/* A name that stands on two lines of nodes, or twice on one; places in `nodes`. */
struct name_clash {
	const char *name;
	uint32_t first, second;
};

struct lines {
	LIST(struct node_line) nodes;
	LIST(struct name_clash) clashes; /* one a run that overlaps one before it */
	LIST(struct user_line) sets, partitions;
	struct map set_names, partition_names; /* to struct user_line, the first of that name */
	struct map features;	 /* to struct feature_nodes; read when a set asks by feature */
	uint32_t lists_n;	 /* different lists of sets and partitions */
	struct hostindex *index; /* from a name to its place in `nodes` */
	uint64_t count;		 /* nodes */
	bool known;		 /* all of their names */
	bool dynamic;		 /* nodes may join that no line names: MaxNodeCount */
	bool front_end;		 /* a slurmd stands for many nodes: nothing about hosts holds */
};

struct lines *lines_of(struct check *c);
/* lines_members.c: the names of all sets and partitions. */
void members_read(struct check *c, struct lines *l);

/* The line that a node stands on, or NULL. */
const struct node_line *line_of_node(const struct lines *l, const char *name);
static inline const char *line_name(const struct user_line *u)
{
	return u->name->value;
}
/* A key of a NodeName line. */
static inline const struct fact *node_fact(const char *key)
{
	return fact_find(SLURM_CONF, SECTION_NODE, key);
}
/* Whether a blank stands between brackets, as in "n[1-2, 4]". */
bool blank_in_bracket(const char *list);
/* Whether its State begins with a word, as Slurm compares it. */
bool state_is(const struct node_line *n, const char *word);
/* Whether nobody starts its nodes yet: State=FUTURE. */
bool asleep(const struct node_line *n);
/* Where a line's own value of the first of two keys stands, else of the second, else its name. */
struct span line_place(const struct node_line *n, const char *first, const char *second);
/* How many nodes a partition has. */
uint64_t user_count(const struct lines *l, const struct user_line *u);
/* lines_lists.c */
void rule_bad_hostlist(struct check *c);
/* lines_nodes.c */
void rule_duplicate_node(struct check *c);
void rule_names_alike(struct check *c);
void rule_unpaired_list(struct check *c);
void rule_bad_node_port(struct check *c);
void rule_reserved_line(struct check *c);
void rule_numeric_line(struct check *c);
void rule_front_end(struct check *c);
/* lines_ports.c */
void rule_line_ports(struct check *c);
void rule_line_addresses(struct check *c);
void rule_bcast_address(struct check *c);
void rule_line_daemon_port(struct check *c);
/* lines_hosts.c */
void rule_host_of_other_node(struct check *c);
void rule_loopback(struct check *c);
void rule_no_such_address(struct check *c);
/* lines_defaults.c */
void rule_default_line_key(struct check *c);
void rule_default_line_unused(struct check *c);
void rule_no_node_lines(struct check *c);
void rule_no_partition_lines(struct check *c);
void rule_too_many_lines(struct check *c);
/* lines_hardware.c */
void rule_node_hardware(struct check *c);
/* lines_values.c */
void rule_line_without_cpus(struct check *c);
void rule_line_without_memory(struct check *c);
void rule_zero_count(struct check *c);
void rule_cpu_spec_list(struct check *c);
void rule_no_socket_left(struct check *c);
void rule_feature_characters(struct check *c);
void rule_cloud_without_power_saving(struct check *c);
/* lines_gres.c */
void rule_gres_not_in_types(struct check *c);
void rule_bad_gres(struct check *c);
void rule_node_gres_mixed(struct check *c);
void rule_node_gres_twice(struct check *c);
void rule_gres_type_unused(struct check *c);
/* lines_users.c */
void rule_unknown_node(struct check *c);
void rule_unknown_down_node(struct check *c);
void rule_duplicate_partition(struct check *c);
void rule_partition_name(struct check *c);
void rule_no_nodes_key(struct check *c);
void rule_line_in_no_partition(struct check *c);
/* lines_sets.c */
void rule_node_set_name(struct check *c);
void rule_empty_node_set(struct check *c);
void rule_unused_node_set(struct check *c);
/* lines_limits.c */
void rule_line_min_nodes(struct check *c);
void rule_line_default_memory(struct check *c);
void rule_default_memory_over_max(struct check *c);
void rule_oversubscribe(struct check *c);
void rule_admits_nothing(struct check *c);
void rule_minutes_for_hours(struct check *c);
/* lines_access.c */
/* Calls `each` for every entry of partitions that has the key, on DEFAULT lines too, where it was written. */
void each_partition_entry(struct check *c, const char *key,
			  void (*each)(struct check *c, const struct record *rec, const struct entry *e));
void rule_closed_default(struct check *c);
void rule_unknown_alternate(struct check *c);
void rule_qos_without_accounting(struct check *c);
void rule_power_down_unused(struct check *c);

#endif
